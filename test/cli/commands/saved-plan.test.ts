// A plan that is saved, and a run that is held to it: by the real program, on a real store.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSavedPlan, whatMoved, type SavedPlan } from '../../../src/plan/saved-plan.ts';
import { program, runPipe, temporaryFolder } from '../run-pipe.ts';

const PROGRAM = `import { stripes } from "std/datasets"

pipeline p(count: Int = 10) {
  output images = stripes(count: count).images
}
`;

describe('pipe run --plan', () => {
  it('runs what was saved, with its settings, and nothing once anything has moved', async () => {
    const [file, store, folder] = [program(PROGRAM), temporaryFolder(), temporaryFolder()];
    const plan = join(folder, 'plan.json');
    const save = (...more: readonly string[]) => runPipe(['plan', file, '--cache', store, '--save', plan, ...more]);
    const run = () => runPipe(['run', '--plan', plan]);

    expect((await save('--set', 'count=12')).stdout).toContain(`saved: pipe run --plan ${plan}`);
    const first = await run();
    expect([first.code, first.stderr]).toEqual([0, '']);
    const record = JSON.parse(readFileSync(join(store, 'runs/latest/record.json'), 'utf8')) as {
      steps: { parameters: { count: number } }[];
    };
    expect(record.steps[0]!.parameters.count).toBe(12);

    const again = await run();
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('does not hold any more, nothing ran');
    expect(again.stderr).toContain('images was to run, and now would be reused');

    await save('--set', 'count=12');
    writeFileSync(file, `${PROGRAM}// Another remark.\n`);
    expect((await run()).stderr).toContain(`- the program ${file} changed`);

    await save('--set', 'count=12');
    expect((await run()).code).toBe(0);
    rmSync(join(store, 'records'), { recursive: true });
    expect((await run()).stderr).toContain('images was to be reused, and now would run: ');
  });

  it('refuses settings beside it, and what is no plan', async () => {
    const [file, folder] = [program(PROGRAM), temporaryFolder()];
    const plan = join(folder, 'plan.json');
    expect(await runPipe(['run', '--plan', plan])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no plan') as string,
    });
    writeFileSync(plan, '{"format": 1}');
    expect((await runPipe(['run', '--plan', plan])).stderr).toContain('is no saved plan');
    await runPipe(['plan', file, '--cache', folder, '--save', plan]);
    expect(isSavedPlan(JSON.parse(readFileSync(plan, 'utf8')))).toBe(true);
    expect((await runPipe(['run', file, '--plan', plan])).code).toBe(2);
    expect((await runPipe(['run', '--plan', plan, '--set', 'count=3'])).code).toBe(2);
    expect((await runPipe(['run'])).stderr).toContain('no program to run');
  });
});

describe('what moved', () => {
  const step = {
    ...{ step: 'a', stage: 'std/x.s', version: 1, verdict: 'run', reason: 'never run before', key: null },
    ...{ family: 'f', external: { file: 'd' } },
  };
  const saved = {
    ...{ format: 1, pipe: '1.0.0', sources: { 'p.pipe': '1', 'std/x': '2' }, engine: 'cpu', threads: 2, steps: [step] },
    question: {},
  } as unknown as SavedPlan;
  const moved = (change: object): readonly string[] => whatMoved(saved, { ...saved, ...change });

  it.each<[string, object, string]>([
    ['a version of pipe', { pipe: '1.1.0' }, 'pipe is version 1.1.0, was 1.0.0'],
    ['a library module', { sources: { ...saved.sources, 'std/x': '3' } }, 'the library module std/x changed'],
    ['an import', { sources: { ...saved.sources, 'q.pipe': '3' } }, 'the program q.pipe is new'],
    ['the engine', { engine: 'webgpu' }, 'the engine is webgpu, was cpu'],
    ['the machine', { threads: 4 }, 'a step would have 4 threads, was 2'],
    ['a stage', { steps: [{ ...step, version: 2 }] }, 'the implementation of std/x.s is version 2, was 1'],
    ['a file', { steps: [{ ...step, external: { file: 'e' } }] }, 'file file changed'],
    ['a step', { steps: [step, { ...step, step: 'b' }] }, 'step b is new'],
    ['another step', { steps: [] }, 'step a is there no more'],
    [
      'the store',
      { steps: [{ ...step, verdict: 'reuse', reason: 'it is stored' }] },
      'a was to run, and now would be reused: it is stored',
    ],
    ['a key', { steps: [{ ...step, key: 'k' }] }, 'what a would compute is not the same'],
  ])('%s', (_, change, sentence) => expect(moved(change)).toEqual([sentence]));

  it('is nothing where nothing did', () => expect(moved({})).toEqual([]));
});
