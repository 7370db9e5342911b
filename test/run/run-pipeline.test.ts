// Whole runs with real workers on a real disk: what runs, what is reused and why, what the run leaves.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { realFileSystem } from '../../src/platform/real-file-system.ts';
import { explainPlan } from '../plan/explain-plan.ts';
import { readRunRecord } from '../../src/run/run-record.ts';
import { builtPrograms, type BuiltPrograms } from './built-programs.ts';
import { sketch } from './graphs.ts';
import { realPlan, realRun } from './real-run.ts';

let built: BuiltPrograms;
let store: string;
beforeAll(async () => {
  built = await builtPrograms();
});
afterAll(() => built.remove());
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'pipe-store-'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

const diamond = (value: number, parity = true) =>
  sketch(
    {
      one: { stage: 'test.number', parameters: { value } },
      two: { stage: 'test.number', parameters: { value: 2 } },
      both: { stage: 'test.sum', parameters: { parity }, inputs: { each: ['one.features', 'two.features'] } },
      result: { stage: 'test.scores', inputs: { features: 'both.features' } },
      page: { stage: 'test.page', inputs: { each: ['both.features'] } },
    },
    { result: 'result.scores', page: 'page.page', all: ['one.features', 'two.features'] },
  );

test('a first run computes everything, a second reuses everything', async () => {
  const first = await realRun(diamond(1), { worker: built.worker, store });
  expect(first.steps).toEqual(['one: ran', 'two: ran', 'both: ran', 'result: ran', 'page: ran']);
  expect(first.finished).toMatchObject({ status: 'ok', steps: { ran: 5, reused: 0, failed: 0 } });
  expect(first.finished.outputs['result']).toEqual({ acc: 0.01, nmi: 0.01, ari: 0.01 });
  expect(first.finished.outputs['all']).toEqual([
    join(first.finished.run, 'outputs/all-0.safetensors'),
    join(first.finished.run, 'outputs/all-1.safetensors'),
  ]);
  expect(readFileSync(first.finished.outputs['page'] as string, 'utf8')).toContain('one {"value":1}');

  const second = await realRun(diamond(1), { worker: '/nowhere/no-worker-is-started.js', store });
  const unchanged = 'reused (stage, parameters and inputs are unchanged)';
  expect(second.steps).toEqual(['one', 'two', 'both', 'result', 'page'].map((step) => `${step}: ${unchanged}`));
  expect(second.finished).toMatchObject({ status: 'ok', steps: { ran: 0, reused: 5, failed: 0 } });
  expect(second.finished.outputs['result']).toEqual(first.finished.outputs['result']);
});

test('a step whose inputs come out with the same bytes is not run again', async () => {
  await realRun(diamond(1), { worker: built.worker, store });
  const plan = await realPlan(diamond(3), { store });
  expect(explainPlan(plan)).toBe(
    [
      'run      one     value is 3, was 1',
      'reuse    two     stage, parameters and inputs are unchanged',
      'depends  both    runs only if the result of one changes',
      'depends  result  runs only if the result of both changes',
      'depends  page    runs only if the result of both changes, or is made in another way',
      '',
    ].join('\n'),
  );
  const run = await realRun(diamond(3), { worker: built.worker, store });
  expect(run.steps).toEqual([
    'one: ran',
    'two: reused (stage, parameters and inputs are unchanged)',
    // 3 + 2 is as odd as 1 + 2.
    'both: ran',
    'result: reused (stage, parameters and inputs are unchanged)',
    // Its bytes show the parameters of all steps before it.
    'page: ran',
  ]);
});

test('the run folder has a valid record, logs and outputs', async () => {
  const { finished } = await realRun(diamond(1), { worker: built.worker, store });
  const record = await readRunRecord(realFileSystem, join(store, 'runs/latest/record.json'));
  expect(record).toMatchObject({ status: 'ok', pipeline: { name: 'test' }, outputs: finished.outputs });
  expect(record!.steps.map((step) => [step.step, step.status, step.log])).toEqual([
    ['one', 'ran', 'logs/one.log'],
    ['two', 'ran', 'logs/two.log'],
    ['both', 'ran', 'logs/both.log'],
    ['result', 'ran', 'logs/result.log'],
    ['page', 'ran', 'logs/page.log'],
  ]);
});
