// What we promise when things break, tried for real: processes killed, bits flipped, disks full, stores read-only, two runners at once.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../src/cache/store.ts';
import { verify } from '../../src/cache/verify.ts';
import { realClock } from '../../src/platform/clock.ts';
import { realHost } from '../../src/platform/host.ts';
import { realFileSystem } from '../../src/platform/real-file-system.ts';
import type { TypedGraph } from '../../src/graph/typed-graph.ts';
import { builtPrograms, type BuiltPrograms } from './built-programs.ts';
import { sketch, type StepSketch } from './graphs.ts';
import { realPlan, realRun } from './real-run.ts';
import { eventually, processesWith, startRunner } from './runner-process.ts';

let built: BuiltPrograms;
let folder: string;
let store: string;
let log: string;
beforeAll(async () => {
  built = await builtPrograms();
});
afterAll(() => built.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-faults-'));
  store = join(folder, 'store');
  log = join(folder, 'log');
  process.env['PIPE_TEST_LOG'] = log;
});
afterEach(() => {
  delete process.env['PIPE_TEST_LOG'];
  rmSync(folder, { recursive: true, force: true });
});

const options = () => ({ worker: built.worker, store });
const logged = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
const opened = (root = store) => openStore(root, realFileSystem, realClock, realHost());

function training(steps = 60, annotations = {}): TypedGraph {
  return sketch(
    {
      trained: { stage: 'test.train', parameters: { steps, milliseconds: 20 }, annotations },
      after: { stage: 'test.sum', inputs: { each: ['trained.features'] } },
    },
    { trained: 'trained.features', after: 'after.features' },
  );
}

/** What training gives that nobody disturbs. */
async function undisturbed(graph: TypedGraph): Promise<Buffer> {
  const { finished } = await realRun(graph, { worker: built.worker, store: join(folder, 'undisturbed') });
  expect(finished.status).toBe('ok');
  return readFileSync(finished.outputs['trained'] as string);
}

function filesBelow(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

describe('killing', () => {
  test('a worker killed in the middle of training: the step fails, and the next run continues to the same bytes', async () => {
    const graph = training();
    const first = await realRun(graph, {
      ...options(),
      onEvent: (event) => {
        if (event.event !== 'progress' || event.done < 20) return;
        for (const pid of processesWith(join(store, 'tmp'))) process.kill(pid, 'SIGKILL');
      },
    });
    expect(first.finished.status).toBe('failed');
    expect(first.steps).toEqual(['trained: failed (its process was killed (SIGKILL))', 'after: skipped (trained)']);

    const plan = await realPlan(graph, { store });
    expect(plan.steps[0]).toMatchObject({ verdict: 'run', reason: 'not finished yet; continues from its checkpoint' });
    const second = await realRun(graph, options());
    expect(second.finished.status).toBe('ok');
    const from = logged().filter((line) => line.startsWith('train from'));
    expect(from[0]).toBe('train from 0');
    expect(Number(from[1]!.split(' ')[2])).toBeGreaterThanOrEqual(20);
    expect(readFileSync(second.finished.outputs['trained'] as string)).toEqual(await undisturbed(graph));
    expect(existsSync(join(store, 'checkpoints')) ? readdirSync(join(store, 'checkpoints')) : []).toEqual([]);
  });

  test('a runner killed in the middle of training: its worker ends, nothing must be cleared, the next run continues', async () => {
    const graph = training(80);
    const runner = startRunner(built, graph, store);
    await runner.until('progress', (event) => event.event === 'progress' && event.done >= 10);
    runner.child.kill('SIGKILL');
    expect(await runner.exit).toBe('SIGKILL');
    await eventually('the orphan ends', () => processesWith(join(store, 'tmp')).length === 0);
    expect(readdirSync(join(store, 'locks')).length).toBeGreaterThan(0);

    const second = await realRun(graph, options());
    expect(second.finished.status).toBe('ok');
    expect(logged().filter((line) => line.startsWith('train from'))[1]).not.toBe('train from 0');
    expect(readFileSync(second.finished.outputs['trained'] as string)).toEqual(await undisturbed(graph));
    expect(readdirSync(join(store, 'locks'))).toEqual([]);
    expect(readdirSync(join(store, 'tmp'))).toEqual([]);
  });

  test('a runner killed at any moment leaves a store that is right', async () => {
    const steps: Record<string, StepSketch> = {};
    for (let i = 0; i < 6; i += 1) steps[`big${i}`] = { stage: 'test.big', parameters: { floats: 200_000 + i } };
    const inputs = { each: Object.keys(steps).map((step) => `${step}.features`) };
    const graph = sketch({ ...steps, all: { stage: 'test.sum', inputs } }, { all: 'all.features' });
    const expected = await realRun(graph, { worker: built.worker, store: join(folder, 'undisturbed') });
    let killed = 0;
    for (let delay = 150; ; delay += 90) {
      const runner = startRunner(built, graph, store);
      await Promise.race([sleep(delay), runner.exit]);
      runner.child.kill('SIGKILL');
      const exit = await runner.exit;
      // Records only ever name files that are there and whole.
      const found = await verify(opened());
      expect(found).toMatchObject({ damaged: [], missing: [], unreadable: [] });
      if (exit === 0) break;
      expect(exit, runner.stderr()).toBe('SIGKILL');
      killed += 1;
    }
    expect(killed).toBeGreaterThanOrEqual(3);
    const last = await realRun(graph, options());
    expect(last.finished.status).toBe('ok');
    expect(last.finished.steps.ran).toBe(0);
    const content = (run: typeof last) => readFileSync(run.finished.outputs['all'] as string);
    expect(content(last)).toEqual(content(expected));
  });

  test('Ctrl-C: a checkpoint is saved, the exit code is 130, the next run continues to the same bytes', async () => {
    const graph = training(80);
    const runner = startRunner(built, graph, store);
    await runner.until('progress', (event) => event.event === 'progress' && event.done >= 10);
    runner.child.kill('SIGINT');
    expect(await runner.exit).toBe(130);
    expect(runner.events.at(-1)).toMatchObject({
      event: 'finished',
      status: 'cancelled',
      steps: { ran: 0, failed: 0 },
    });
    expect(
      runner.events
        .filter((event) => event.event === 'cancelled')
        .map((event) => event.step)
        .toSorted(),
    ).toEqual(['after', 'trained']);
    expect(processesWith(join(store, 'tmp'))).toEqual([]);

    const second = await realRun(graph, options());
    const started = second.events.find((event) => event.event === 'started');
    expect(started).toMatchObject({ reason: 'not finished yet; continues from its checkpoint' });
    expect(readFileSync(second.finished.outputs['trained'] as string)).toEqual(await undisturbed(graph));
  });

  test('a second Ctrl-C ends a stage that does not listen, at once', async () => {
    const graph = sketch({ deaf: { stage: 'test.fail', parameters: { how: 'hang' } } });
    const runner = startRunner(built, graph, store);
    await runner.until('started');
    await eventually('the worker runs', () => logged().includes('fail hang'));
    runner.child.kill('SIGINT');
    await sleep(200);
    const begun = performance.now();
    runner.child.kill('SIGINT');
    expect(await runner.exit).toBe(130);
    await eventually('the worker ends', () => processesWith(join(store, 'tmp')).length === 0);
    // One alone waits ten seconds for the stage.
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  test('a stage that does not listen is killed after a while', async () => {
    const stop = new AbortController();
    const graph = sketch({ deaf: { stage: 'test.fail', parameters: { how: 'hang' } } });
    const run = realRun(graph, { ...options(), signal: stop.signal, stopGrace: 300 });
    await eventually('the worker runs', () => logged().includes('fail hang'));
    stop.abort();
    expect((await run).finished.status).toBe('cancelled');
  });

  test('a stage that computes without a pause does not outlive its runner', async () => {
    const graph = sketch({ deaf: { stage: 'test.fail', parameters: { how: 'spin' } } });
    const runner = startRunner(built, graph, store);
    await eventually('the worker runs', () => logged().includes('fail spin'));
    runner.child.kill('SIGKILL');
    await eventually('the orphan ends', () => processesWith(join(store, 'tmp')).length === 0);
  });
});

describe('failing stages', () => {
  const failing = (how: string, annotations = {}, file = '') =>
    sketch({
      bad: { stage: 'test.fail', parameters: { how, file }, annotations },
      after: { stage: 'test.sum', inputs: { each: ['bad.features'] } },
      apart: { stage: 'test.number', parameters: { value: 1 } },
    });

  test.each([
    ['stage error', 'the moon is in the wrong phase', 'Wait a week.'],
    ['bug', 'TypeError: x is not a function', undefined],
    ['exit', 'its process ended unexpectedly (exit code 7)\nlast words', undefined],
    ['kill', 'its process was killed (SIGKILL)', expect.stringContaining('out of memory') as unknown],
    ['stray', 'RangeError: thrown where nobody catches', undefined],
  ])('%s', async (how, message, hint) => {
    const run = await realRun(failing(how), options());
    const failed = run.events.find((event) => event.event === 'failed');
    expect(failed).toMatchObject({ step: 'bad', message, ...(hint === undefined ? {} : { hint }) });
    expect(existsSync((failed as { log: string }).log)).toBe(true);
    // Independent steps go on.
    expect(run.steps.slice(1)).toEqual(['after: skipped (bad)', 'apart: ran']);
    expect(run.finished).toMatchObject({ status: 'failed', steps: { ran: 1, reused: 0, failed: 1 } });
  });

  test('the stack of an unexpected error is in the log of the step', async () => {
    const run = await realRun(failing('bug'), options());
    const failed = run.events.find((event) => event.event === 'failed')!;
    expect(readFileSync((failed as { log: string }).log, 'utf8')).toMatch(/TypeError: x is not a function\n\s+at /);
  });

  test('a step that fails once is tried again where its annotation says so', async () => {
    const run = await realRun(failing('once', { retries: 1 }, join(folder, 'once')), options());
    expect(run.finished.status).toBe('ok');
  });

  test('a step that takes too long is stopped, with its checkpoint, and says so', async () => {
    const run = await realRun(training(10_000, { timeout: 3 }), options());
    expect(run.steps[0]).toBe('trained: failed (took longer than its timeout of 3 s)');
    const plan = await realPlan(training(10_000), { store });
    expect(plan.steps[0]!.reason).toContain('continues from its checkpoint');
  });

  test('parameters that the implementation does not accept are named', async () => {
    const graph = sketch({ one: { stage: 'test.number', parameters: { value: 'seven' } } });
    const run = await realRun(graph, options());
    expect(run.steps[0]).toBe(
      'one: failed (stage test.number does not accept its parameters: value must be number, not "seven")',
    );
  });
});

describe('damage', () => {
  const chain = (add: number) =>
    sketch(
      {
        one: { stage: 'test.number', parameters: { value: 40 } },
        two: { stage: 'test.sum', inputs: { each: ['one.features'] }, parameters: { add } },
      },
      { two: 'two.features' },
    );
  const blobOf = (record: string) =>
    filesBelow(join(store, 'records')).flatMap((path) => {
      const { stage, outputs } = JSON.parse(readFileSync(path, 'utf8')) as {
        stage: string;
        outputs: Record<string, { digest: string }>;
      };
      const digest = outputs['features']!.digest;
      return stage === record ? [join(store, 'blobs', digest.slice(0, 2), digest)] : [];
    })[0]!;
  const flip = (path: string) => {
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
  };

  test('a flipped bit in a stored input is found when it is read, set aside, and its step runs again', async () => {
    await realRun(chain(1), options());
    const blob = blobOf('test.number');
    flip(blob);
    const run = await realRun(chain(2), options());
    expect(run.finished.status).toBe('ok');
    expect(run.steps).toEqual(['one: ran', 'two: ran']);
    expect(run.events).toContainEqual({
      ...{ event: 'log', step: 'one', level: 'warning' },
      message: 'the stored file of output features is damaged: the step runs again',
    });
    expect(logged().filter((line) => line === 'sum 42')).toHaveLength(1);
    expect(readdirSync(join(store, 'quarantine'))).toHaveLength(1);
    expect(await verify(opened())).toMatchObject({ damaged: [], missing: [] });
  });

  test('a flipped bit in a result that is shown is found as well', async () => {
    const first = await realRun(chain(1), options());
    const content = readFileSync(first.finished.outputs['two'] as string);
    flip(blobOf('test.sum'));
    const run = await realRun(chain(1), options());
    expect(run.steps).toEqual(['one: reused (stage, parameters and inputs are unchanged)', 'two: ran']);
    expect(readFileSync(run.finished.outputs['two'] as string)).toEqual(content);
  });

  test('a truncated file is seen when planning', async () => {
    await realRun(chain(1), options());
    truncateSync(blobOf('test.sum'), 10);
    const plan = await realPlan(chain(1), { store });
    expect(plan.steps[1]).toMatchObject({ verdict: 'run', reason: 'the stored file of output features is damaged' });
  });

  test.each([0, 1, 100])('a record cut to %i bytes is a miss', async (length) => {
    await realRun(chain(1), options());
    for (const path of filesBelow(join(store, 'records'))) truncateSync(path, length);
    const plan = await realPlan(chain(1), { store });
    expect(plan.steps[0]).toMatchObject({ verdict: 'run', reason: 'its result is no longer in the store' });
    expect((await realRun(chain(1), options())).steps).toEqual(['one: ran', 'two: ran']);
  });

  test('a damaged checkpoint is not used', async () => {
    const graph = training(80);
    const runner = startRunner(built, graph, store);
    await runner.until('progress', (event) => event.event === 'progress' && event.done >= 10);
    runner.child.kill('SIGINT');
    await runner.exit;
    const [checkpoint] = filesBelow(join(store, 'checkpoints'));
    flip(checkpoint!);
    const run = await realRun(graph, options());
    expect(logged().filter((line) => line === 'train from 0')).toHaveLength(2);
    expect(readFileSync(run.finished.outputs['trained'] as string)).toEqual(await undisturbed(graph));
  });

  test('editing an output in the folder of a run does not touch the store', async () => {
    const first = await realRun(chain(1), options());
    writeFileSync(first.finished.outputs['two'] as string, 'mine now');
    expect(await verify(opened())).toMatchObject({ damaged: [] });
  });
});

describe('files outside the graph', () => {
  test('their content enters the key, and their time does not', async () => {
    const file = join(folder, 'data');
    writeFileSync(file, 'abc');
    const graph = sketch({ read: { stage: 'test.outside', parameters: { file } } });
    await realRun(graph, options());
    writeFileSync(file, 'abc');
    expect((await realRun(graph, options())).steps).toEqual([
      'read: reused (stage, parameters and inputs are unchanged)',
    ]);
    writeFileSync(file, 'abd');
    const plan = await realPlan(graph, { store });
    expect(plan.steps[0]).toMatchObject({
      verdict: 'run',
      reason: 'file data changed (digest a52d159f, was ba7816bf)',
    });
  });
});

describe('two runners', () => {
  test('compute what both want once', async () => {
    const steps: Record<string, StepSketch> = {};
    for (let i = 0; i < 4; i += 1) {
      steps[`train${i}`] = { stage: 'test.train', parameters: { steps: 10, milliseconds: 20, seed: i } };
    }
    const inputs = { each: Object.keys(steps).map((step) => `${step}.features`) };
    const graph = sketch({ ...steps, all: { stage: 'test.sum', inputs } }, { all: 'all.features' });
    const runs = await Promise.all([1, 2, 3].map(() => startRunner(built, graph, store)).map((runner) => runner.exit));
    expect(runs).toEqual([0, 0, 0]);
    expect(logged().filter((line) => line === 'train done')).toHaveLength(4);
    expect(logged().filter((line) => line.startsWith('sum'))).toHaveLength(1);
  });

  test('one that waits says for what, and takes over when the other is killed', async () => {
    const graph = training(80);
    const first = startRunner(built, graph, store);
    await first.until('progress', (event) => event.event === 'progress' && event.done >= 5);
    const second = startRunner(built, graph, store);
    await second.until('log');
    expect(second.events.find((event) => event.event === 'log')).toMatchObject({
      ...{ step: 'trained', level: 'info' },
      message: `waiting for another run (process ${first.child.pid}), which computes the same`,
    });
    first.child.kill('SIGKILL');
    expect(await second.exit).toBe(0);
    expect(second.events.find((event) => event.event === 'started')).toMatchObject({ step: 'trained' });
  });

  test('equal steps of one run are computed once', async () => {
    const train: StepSketch = { stage: 'test.train', parameters: { steps: 10, milliseconds: 10 } };
    const run = await realRun(sketch({ one: train, two: train }), options());
    expect(run.finished.steps).toEqual({ ran: 1, reused: 1, failed: 0 });
    expect(logged().filter((line) => line === 'train done')).toHaveLength(1);
  });
});

/** A small file system of its own; undefined where this machine does not let us mount one. */
function mountSmall(path: string, kilobytes: number): (() => void) | undefined {
  mkdirSync(path, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return () => execFileSync('umount', ['-l', path]);
}

describe('disks', () => {
  const big = (floats: number) =>
    sketch({
      small: { stage: 'test.number', parameters: { value: 1 } },
      big: { stage: 'test.big', parameters: { floats } },
    });

  test('a full disk: a clear error, and what was stored is intact', async (context) => {
    const unmount = mountSmall(store, 1024);
    if (unmount === undefined) return context.skip('mounting needs root');
    try {
      const first = await realRun(big(1000), options());
      expect(first.finished.status).toBe('ok');
      const second = await realRun(big(1_000_000), options());
      expect(second.finished.status).toBe('failed');
      expect(second.events.find((event) => event.event === 'failed')).toMatchObject({
        step: 'big',
        message: 'cannot write output features: the disk is full',
        hint: expect.stringContaining('pipe cache gc') as unknown,
      });
      expect(await verify(opened())).toMatchObject({ damaged: [], missing: [], unreadable: [] });
      expect((await realRun(big(1000), options())).finished.steps).toEqual({ ran: 0, reused: 2, failed: 0 });
    } finally {
      unmount();
    }
  });

  test('a store that cannot be written: a clear error before anything runs', async (context) => {
    const unmount = mountSmall(store, 1024);
    if (unmount === undefined) return context.skip('mounting needs root');
    try {
      await realRun(big(1000), options());
      execFileSync('mount', ['-o', 'remount,ro', store]);
      const error = await realRun(big(1000), options()).catch((caught: unknown) => caught);
      expect(error).toMatchObject({
        name: 'StoreError',
        message: expect.stringMatching(/^cannot use .*\/store as the cache: the file system is read-only$/) as unknown,
        hint: 'Choose a folder that can be written with --cache DIR.',
      });
      // A plan writes nothing, so it can be had.
      expect((await realPlan(big(1000), { store })).steps.map((step) => step.verdict)).toEqual(['reuse', 'reuse']);
    } finally {
      unmount();
    }
  });

  test('too many open files, at any moment: a clear error, and a store that is right', async () => {
    const steps: Record<string, StepSketch> = {};
    for (let i = 0; i < 4; i += 1) steps[`number${i}`] = { stage: 'test.number', parameters: { value: i } };
    const inputs = { each: Object.keys(steps).map((step) => `${step}.features`) };
    const graph = sketch({ ...steps, all: { stage: 'test.sum', inputs } }, { all: 'all.features' });
    let failed = 0;
    // Node itself opens about 20 files before the runner begins.
    for (let limit = 19; ; limit += 1) {
      const runner = startRunner(built, graph, store, { PIPE_TEST_OPEN_FILES: String(limit) });
      const exit = await runner.exit;
      expect(await verify(opened())).toMatchObject({ damaged: [], missing: [], unreadable: [] });
      if (exit === 0) break;
      const told = runner.events.filter((event) => event.event === 'failed');
      for (const event of told) expect(event.message).toMatch(/too many open files$/);
      failed += told.length;
      expect(limit).toBeLessThan(60);
    }
    expect(failed).toBeGreaterThan(0);
  });

  test('a file where the store should be', async () => {
    writeFileSync(store, '');
    await expect(realRun(big(10), options())).rejects.toMatchObject({
      name: 'StoreError',
      message: expect.stringContaining('a part of the path is a file, not a folder') as unknown,
    });
  });
});
