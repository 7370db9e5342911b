// Which engine a run takes: at its word where it is named, as the machine is where it is `auto`; a GPU is tried once and then noted.
import { expect, test } from 'vitest';
import { openStore } from '../../src/cache/store.ts';
import type { Trial } from '../../src/engine/runtime/devices.ts';
import type { EngineName } from '../../src/engine/runtime/engine.ts';
import { realClock } from '../../src/platform/clock.ts';
import { memoryHost } from '../../src/platform/host.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';
import { checkEngineName, chooseEngine } from '../../src/run/choose-engine.ts';
import { planPipeline, runPipeline } from '../../src/run/run-pipeline.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { fakeDevices, type FakeDevices } from './fake-devices.ts';
import { sketch } from './graphs.ts';
import { fakeStages, memoryWorkers } from './memory-run.ts';

const real: Trial = { works: true, device: { kind: 'real', name: 'Radeon' } };
const software: Trial = { works: true, device: { kind: 'software', name: 'SwiftShader' } };
const absent: Trial = { works: false, message: 'no driver', advice: 'It needs one.', command: 'install it' };
const crashed: Trial = { works: false, message: 'it crashed', broke: true };
const SIGNS = ['/dev/dri/renderD128'];

const training = sketch({ learned: { stage: 'fake.engine' } }, { learned: 'learned.features' });
const plain = sketch({ drawn: { stage: 'fake.plain' } }, { drawn: 'drawn.features' });

/** One machine's disk, and runs and plans over it. */
function workplace() {
  const files = memoryFileSystem();
  const { start, started } = memoryWorkers(files);
  const machine = (devices: FakeDevices) => ({
    ...{ files, clock: realClock, host: memoryHost(), devices, stages: fakeStages, version: '0' },
    withPublishedNumbers: (page: string) => page,
  });
  const request = (graph: typeof training, engine: string) => ({
    ...{ graph, store: '/store', engine, threads: undefined, jobs: undefined, dataFolder: undefined },
  });
  return {
    files,
    started,
    plan: (devices: FakeDevices, engine = 'auto', graph = training) =>
      planPipeline(machine(devices), request(graph, engine)),
    run: async (devices: FakeDevices, engine = 'auto', graph = training) => {
      const events: RunEvent[] = [];
      await runPipeline(machine(devices), start, {
        ...request(graph, engine),
        ...{ command: 'test', signal: new AbortController().signal, listener: (event) => events.push(event) },
      });
      const planned = events.find((event) => event.event === 'planned')!;
      const warnings = events.flatMap((event) => (event.event === 'log' ? [event.message] : []));
      return { engine: planned.engine, verdict: planned.steps[0]!.verdict, warnings };
    },
  };
}

test('a name that no engine has is an error', () => {
  expect(() => checkEngineName('quantum')).toThrow('there is no engine "quantum"');
  for (const name of ['auto', 'cpu', 'webgpu', 'cuda', 'tfjs-gpu', 'reference']) checkEngineName(name);
});

test('without a step that needs an engine, or without a sign of a GPU, nothing is tried', async () => {
  const { run } = workplace();
  expect(await run(fakeDevices(SIGNS), 'auto', plain)).toMatchObject({ engine: 'cpu', warnings: [] });
  expect(await run(fakeDevices([]))).toMatchObject({ engine: 'cpu', warnings: [] });
  expect(await run(fakeDevices(SIGNS), 'cpu')).toMatchObject({ engine: 'cpu', warnings: [] });
  expect(await run(fakeDevices(SIGNS), 'reference')).toMatchObject({ engine: 'reference', warnings: [] });
});

test('a real GPU is tried once, noted, and then taken without a try by a plan and by a run that reuses everything', async () => {
  const { plan, run } = workplace();
  expect(await plan(fakeDevices(SIGNS))).toMatchObject({
    engine: 'cpu',
    note: 'planned for the CPU: no run has tried the GPU of this machine yet',
  });
  const first = fakeDevices(SIGNS, { webgpu: real });
  expect(await run(first)).toMatchObject({ engine: 'webgpu', verdict: 'run' });
  expect(first.attempts).toEqual(['webgpu']);
  const planned = await plan(fakeDevices(SIGNS));
  expect(planned).toMatchObject({ engine: 'webgpu', steps: [{ verdict: 'reuse' }] });
  expect(planned.note).toBeUndefined();
  expect(await run(fakeDevices(SIGNS))).toMatchObject({ engine: 'webgpu', verdict: 'reuse' });
  // The CPU's result is another one, and the GPU's is still there.
  expect(await run(fakeDevices(SIGNS), 'cpu')).toMatchObject({ verdict: 'run' });
  expect(await run(fakeDevices(SIGNS))).toMatchObject({ verdict: 'reuse' });
});

test('a note holds for the machine as it was: another device, setting or host is tried anew', async () => {
  const { files, run } = workplace();
  await run(fakeDevices(SIGNS, { webgpu: real }));
  for (const devices of [
    fakeDevices(['/dev/dri/renderD129'], { webgpu: real }),
    fakeDevices(SIGNS, { webgpu: real }, ['VK_DRIVER_FILES=/other.json']),
  ]) {
    await run(devices);
    expect(devices.attempts).toEqual(['webgpu']);
  }
  const store = openStore('/store', files, realClock, memoryHost());
  const elsewhere = fakeDevices(SIGNS, { webgpu: absent });
  const host = { ...memoryHost(), name: 'another' };
  expect(await chooseEngine('auto', { devices: elsewhere, host, store }, { needed: true, mayTry: true })).toEqual({
    ...{ engine: 'cpu', by: 'default' },
  });
  expect(elsewhere.attempts).toEqual(['webgpu']);
});

test('where a noted GPU no longer works, a run that needs it looks again and takes the CPU', async () => {
  for (const now of [absent, software, crashed]) {
    const { files, plan, run } = workplace();
    await run(fakeDevices(SIGNS, { webgpu: real }));
    const changed = sketch({ learned: { stage: 'fake.engine', parameters: { epochs: 9 } } });
    const { engine, warnings } = await run(fakeDevices(SIGNS, { webgpu: now }), 'auto', changed);
    expect(engine).toBe('cpu');
    expect(warnings).toEqual(now === crashed ? ['it crashed: auto takes the CPU'] : []);
    expect(files.files().has('/store/engine.json')).toBe(false);
    expect((await plan(fakeDevices(SIGNS))).engine).toBe('cpu');
  }
});

test('what is not there is not noted: a driver that is installed later is found', async () => {
  const { run } = workplace();
  expect((await run(fakeDevices(SIGNS, { webgpu: absent }))).engine).toBe('cpu');
  expect((await run(fakeDevices(SIGNS, { webgpu: real }))).engine).toBe('webgpu');
});

test('a note that is damaged or names no GPU engine is as good as none', async () => {
  const { files, plan, run } = workplace();
  await run(fakeDevices(SIGNS, { webgpu: real }));
  const note = JSON.parse(new TextDecoder().decode(await files.read('/store/engine.json'))) as object;
  for (const text of ['', '{', JSON.stringify({ ...note, engine: 'cpu' }), JSON.stringify({ ...note, format: 2 })]) {
    await files.write('/store/engine.json', text);
    expect((await plan(fakeDevices(SIGNS))).engine).toBe('cpu');
  }
});

test.each<EngineName>(['webgpu', 'cuda', 'tfjs-gpu'])(
  'a chosen %s that is not there is an error before any step runs, and none where everything is reused',
  async (engine) => {
    const { run, started } = workplace();
    const work = run(fakeDevices([], { [engine]: absent }), engine);
    await expect(work).rejects.toMatchObject({
      ...{ name: 'PlanError', message: 'no driver', hint: 'It needs one. To add it: install it' },
    });
    expect(started).toEqual([]);
    expect(await run(fakeDevices([], { [engine]: real }), engine)).toMatchObject({
      engine,
      verdict: 'run',
      warnings: [],
    });
    expect(await run(fakeDevices([]), engine)).toMatchObject({ engine, verdict: 'reuse' });
  },
);

test('a chosen engine on a software device is taken, with a warning', async () => {
  const { run } = workplace();
  expect(await run(fakeDevices([], { webgpu: software }), 'webgpu')).toMatchObject({
    engine: 'webgpu',
    warnings: ['webgpu computes on a software device here (SwiftShader), many times slower than the engine cpu'],
  });
});
