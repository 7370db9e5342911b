import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { StageError, type StageContext } from '../../../src/stage/stage.ts';
import { report } from '../../../src/stages/report/report.ts';
import { makeInputs } from '../../report/fixture.ts';
import { noCompiledSteps } from '../run-stage.ts';

const given = makeInputs({ count: 120 });

/** Runs the stage as the worker does; `inputs` replaces some of the usual ones. */
async function run(inputs: Readonly<Record<string, unknown>>): Promise<string> {
  const { title, methods, captions, provenance, ...lists } = given;
  const context: StageContext<object, object> = {
    parameters: { title, methods, captions },
    inputs: { ...lists, ...inputs },
    checkpoints: { load: async () => undefined, save: async () => undefined, due: () => false },
    threads: 1,
    engine: 'cpu',
    dataFolder: undefined,
    downloadFolder: '/nowhere',
    compiledSteps: noCompiledSteps,
    provenance,
    signal: new AbortController().signal,
    progress: () => undefined,
    writeImages: () => Promise.reject(new Error('a report has no images')),
    warn: () => undefined,
  };
  const { page } = await report.run(context as StageContext<never, never>);
  return (page as { html: string }).html;
}

describe('the report stage', () => {
  it('gives one page that holds title, methods and command', async () => {
    const page = await run({});
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('Quickstart: digits, whatever the stripes behind them');
    expect(page).toContain('pipe run pipelines/quickstart.pipe');
  });

  it('does without the optional lists', async () => {
    const page = await run({ embeddings: undefined, similarities: undefined, logs: undefined, tables: undefined });
    expect(page).not.toContain('id="maps"');
    expect(page).toContain('id="clusters"');
  });

  it('says which list does not fit the methods', async () => {
    const failure = run({ scores: given.scores.slice(1) });
    await expect(failure).rejects.toThrow(StageError);
    await expect(failure).rejects.toThrow(
      '`scores` has 1 entry but `methods` has 2: give one for each method, in the same order',
    );
  });

  it('accepts a title, at least one method and captions, nothing else', () => {
    const valid = new Ajv().compile(report.parameters);
    const least = { title: 't', methods: ['a'], captions: [] };
    expect(valid(least)).toBe(true);
    expect(valid({ ...least, captions: ['Table 1'] })).toBe(true);
    expect(valid({ ...least, methods: [] })).toBe(false);
    expect(valid({ ...least, colour: 'red' })).toBe(false);
    expect(valid({ title: 't', captions: [] })).toBe(false);
  });
});
