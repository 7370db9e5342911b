// One step from task to outputs, in memory: what a stage is given, what becomes of what it gives, how each fault is told.
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Features } from '../../src/artifacts/artifact.ts';
import { decodeArtifact, encodeArtifact } from '../../src/artifacts/codec.ts';
import { loadCheckpoint, saveCheckpoint } from '../../src/cache/checkpoint.ts';
import { digestOf } from '../../src/cache/digest.ts';
import { memoryClock } from '../../src/platform/clock.ts';
import { memoryHost } from '../../src/platform/host.ts';
import { memoryFileSystem, type MemoryFaults, type MemoryFileSystem } from '../../src/platform/memory-file-system.ts';
import { runTask, type LoadableStages } from '../../src/stage/run-task.ts';
import { implementStage, StageError, type StageContext } from '../../src/stage/stage.ts';
import type { Task, TaskEvent } from '../../src/stage/task.ts';

type Context = StageContext<{ epochs: number }, { features?: Features; each?: readonly (readonly Features[])[] }>;

const faults: MemoryFaults = {};
let files: MemoryFileSystem;
let events: TaskEvent[];
const clock = memoryClock();
beforeEach(async () => {
  delete faults.fail;
  files = memoryFileSystem(faults);
  events = [];
  for (const folder of ['/in', '/out']) await files.makeFolder(folder);
  vi.restoreAllMocks();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

const row = (...values: number[]): Features => ({
  ...{ count: values.length, dimension: 1 },
  data: Float32Array.from(values),
});

async function run(
  work: (context: Context) => Promise<Features> | Features,
  change: Partial<Task> = {},
  signal = new AbortController().signal,
) {
  const implementation = implementStage<Context['parameters'], Context['inputs'], { features: 'Features' }>({
    parameters: {
      type: 'object',
      properties: { epochs: { type: 'integer', minimum: 1 } },
      required: ['epochs'],
      additionalProperties: false,
    },
    outputs: { features: 'Features' },
    run: async (context) => ({ features: await work(context) }),
  });
  const facts = { name: 'test.stage', version: 1, usesEngine: true, readsProvenance: false };
  const stages: LoadableStages = new Map([['test.stage', { ...facts, load: async () => implementation }]]);
  const task: Task = {
    ...{
      format: 1,
      step: 'step',
      stage: 'test.stage',
      parameters: { epochs: 3 },
      inputs: {},
      threads: 2,
      engine: 'cpu',
    },
    ...{
      dataFolder: '/data',
      downloadFolder: '/downloads',
      compiledFolder: '/compiled',
      checkpoint: '/checkpoints/key/state',
      checkpointEvery: 20,
      outputFolder: '/out',
    },
    ...{
      provenance: null,
      supervised: true,
      outputs: [{ name: 'features', kind: 'Features', type: 'Features<1, 1>' }],
      command: null,
      module: null,
    },
    ...change,
  };
  return runTask({ task, stages, files, clock, host: memoryHost(), signal, emit: (event) => events.push(event) });
}

async function input(name: string, value: Features) {
  const bytes = encodeArtifact('Features', value);
  await files.write(`/in/${name}`, bytes);
  return { kind: 'Features', path: `/in/${name}`, digest: digestOf(bytes) };
}

test('a stage is given what the task says, and its outputs become durable files with their digests', async () => {
  let given: Context | undefined;
  const [a, b] = [await input('a', row(1)), await input('b', row(2, 3))];
  const end = await run(
    (context) => {
      given = context;
      context.progress({ done: 1, total: 2, unit: 'epochs', loss: 0.5 });
      context.warn('careful');
      clock.advance(1500);
      return row(7);
    },
    { inputs: { features: a, each: [[a, b], []] } },
  );
  expect(given).toMatchObject({ parameters: { epochs: 3 }, threads: 2, engine: 'cpu', dataFolder: '/data' });
  expect(given!.inputs).toEqual({ features: row(1), each: [[row(1), row(2, 3)], []] });
  expect(events).toEqual([
    { event: 'progress', done: 1, total: 2, unit: 'epochs', loss: 0.5 },
    { event: 'log', level: 'warning', message: 'careful' },
  ]);
  const bytes = await files.afterPowerCut(() => true).read('/out/features.safetensors');
  expect(decodeArtifact('Features', bytes)).toEqual(row(7));
  const output = { name: 'features', file: '/out/features.safetensors', digest: digestOf(bytes), bytes: bytes.length };
  expect(end).toEqual({ event: 'done', outputs: [output], seconds: 1.5 });
});

describe('inputs', () => {
  test.each(['missing', 'damaged'])('a %s one is told by its digest', async (how) => {
    const a = await input('a', row(1));
    if (how === 'missing') await files.remove(a.path);
    else files.flip(a.path, 20);
    expect(await run(() => row(1), { inputs: { features: a } })).toEqual({ event: 'damaged', digest: a.digest });
  });

  test('one of another kind is an error that says so', async () => {
    const a = { ...(await input('a', row(1))), kind: 'Labels' };
    expect(await run(() => row(1), { inputs: { features: a } })).toEqual({
      event: 'failed',
      message: 'cannot read Labels: the file holds Features',
    });
  });
});

describe('checkpoints', () => {
  test('are kept with the seconds that went into them, and counted in the end', async () => {
    await run(async ({ checkpoints }) => {
      expect(await checkpoints.load()).toBeUndefined();
      clock.advance(4000);
      await checkpoints.save(new TextEncoder().encode('four'));
      throw new StageError('stopped here');
    });
    expect((await loadCheckpoint(files, '/checkpoints/key/state'))!.seconds).toBe(4);
    const end = await run(async ({ checkpoints }) => {
      expect(new TextDecoder().decode(await checkpoints.load())).toBe('four');
      clock.advance(1000);
      return row(1);
    });
    expect(end).toMatchObject({ event: 'done', seconds: 5 });
  });

  test('are due so long after the start and after each other as the task says', async () => {
    await run(
      async ({ checkpoints }) => {
        const due = () => {
          const before = checkpoints.due();
          clock.advance(5000);
          return [before, checkpoints.due()];
        };
        expect([due(), due()]).toEqual([
          [false, false],
          [false, true],
        ]);
        await checkpoints.save(new Uint8Array(1));
        expect(checkpoints.due()).toBe(false);
        return row(1);
      },
      { checkpointEvery: 10 },
    );
  });

  test('content is aligned, so that floats can be laid over it', async () => {
    const content = new Uint8Array(Float32Array.of(1.5, 2.5).buffer);
    await saveCheckpoint(files, '/checkpoints/key/state', { content, seconds: 0 });
    const loaded = (await loadCheckpoint(files, '/checkpoints/key/state'))!.content;
    expect([...new Float32Array(loaded.buffer, loaded.byteOffset, 2)]).toEqual([1.5, 2.5]);
    expect(loaded.byteOffset % 8).toBe(0);
  });

  test('a full disk while saving one is a clear error', async () => {
    const end = await run(async ({ checkpoints }) => {
      faults.fail = (operation) => (operation === 'write' ? 'ENOSPC' : undefined);
      await checkpoints.save(new Uint8Array(8));
      return row(1);
    });
    expect(end).toMatchObject({ event: 'failed', message: 'cannot save a checkpoint: the disk is full' });
  });
});

describe('ends', () => {
  test('stopping is no failure', async () => {
    const stop = new AbortController();
    const end = await run(
      ({ signal }) => {
        stop.abort(new Error('told to stop'));
        throw signal.reason;
      },
      {},
      stop.signal,
    );
    expect(end).toEqual({ event: 'cancelled' });
  });

  test('a StageError is told as it stands, with its hint, and without a stack', async () => {
    const end = await run(() => {
      throw new StageError('file x has the wrong magic number', 'Download it again.');
    });
    const message = 'file x has the wrong magic number';
    expect(end).toEqual({ event: 'failed', message, hint: 'Download it again.' });
    expect(console.error).not.toHaveBeenCalled();
  });

  test('any other error goes to the log with its stack', async () => {
    const error = new RangeError('index 7 of 5');
    const end = await run(() => {
      throw error;
    });
    expect(end).toEqual({ event: 'failed', message: 'RangeError: index 7 of 5' });
    expect(console.error).toHaveBeenCalledWith(error);
  });

  test('a missing file in a stage is not taken for a fault of the store', async () => {
    const end = await run(async () => {
      await files.read('/none');
      return row(1);
    });
    expect(end).toMatchObject({ event: 'failed', message: expect.stringContaining("ENOENT: read '/none'") as unknown });
  });

  test('a full disk while writing an output', async () => {
    const end = await run(() => {
      faults.fail = (operation) => (operation === 'write' ? 'ENOSPC' : undefined);
      return row(1);
    });
    expect(end).toMatchObject({ event: 'failed', message: 'cannot write output features: the disk is full' });
  });

  test('an output that contradicts itself', async () => {
    const end = await run(() => ({ count: 5, dimension: 1, data: new Float32Array(2) }));
    expect(end).toMatchObject({
      event: 'failed',
      message: expect.stringContaining('cannot write Features') as unknown,
    });
  });
});

describe('what does not fit', () => {
  test('parameters', async () => {
    expect(await run(() => row(1), { parameters: { epochs: 0, tau: 1 } })).toEqual({
      event: 'failed',
      message:
        'stage test.stage does not accept its parameters: parameters must NOT have additional properties; epochs must be >= 1, not 0',
    });
  });

  test('an output that the implementation does not have, or has in another kind', async () => {
    expect(
      await run(() => row(1), { outputs: [{ name: 'log', kind: 'TrainingLog', type: 'TrainingLog' }] }),
    ).toMatchObject({
      message: 'stage test.stage declares output log: TrainingLog, but its implementation has no such output',
    });
    expect(
      await run(() => row(1), { outputs: [{ name: 'features', kind: 'Labels', type: 'Labels<1>' }] }),
    ).toMatchObject({
      message: 'stage test.stage declares output features: Labels, but its implementation gives Features',
    });
  });

  test('a stage that is not registered', async () => {
    expect(await run(() => row(1), { stage: 'test.unknown' })).toMatchObject({
      message: 'stage test.unknown has no implementation in this version of pipe',
    });
  });
});
