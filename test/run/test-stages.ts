// Stages for tests of the runner: small, and steered by their parameters and by files that the test owns.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Features } from '../../src/artifacts/artifact.ts';
import { implementStage, StageError, type StageFacts, type StageImplementation } from '../../src/stage/stage.ts';

type TestStage = StageFacts & { load(): Promise<StageImplementation> };

const pure = { version: 1, usesEngine: false, readsProvenance: false };
const anything = { type: 'object' };

function features(values: readonly number[]): Features {
  return { count: values.length, dimension: 1, data: Float32Array.from(values) };
}

/** Appends a line to the file PIPE_TEST_LOG for each run, so that a test can count. */
function note(line: string): void {
  const log = process.env['PIPE_TEST_LOG'];
  if (log !== undefined) appendFileSync(log, `${line}\n`);
}

const number = implementStage<{ value: number; name?: string }, unknown, { features: 'Features' }>({
  parameters: {
    type: 'object',
    properties: { value: { type: 'number' }, name: { type: 'string' } },
    required: ['value'],
  },
  outputs: { features: 'Features' },
  async run({ parameters }) {
    note(`number ${parameters.value}`);
    return { features: features([parameters.value]) };
  },
});

/** Sum of all values of its inputs; with `parity` only whether it is odd, so that many inputs give the same bytes. */
const sum = implementStage<{ parity?: boolean; add?: number }, { each: readonly Features[] }, { features: 'Features' }>(
  {
    parameters: anything,
    outputs: { features: 'Features' },
    async run({ parameters, inputs }) {
      let total = parameters.add ?? 0;
      for (const each of inputs.each) for (const value of each.data) total += value;
      note(`sum ${total}`);
      return { features: features([parameters.parity === true ? total % 2 : total]) };
    },
  },
);

/**
 * Counts to `steps`, one each `milliseconds`, with a checkpoint after each. Stops at a step boundary. The count is a recurrence,
 * so that a resumed run ends with other bytes if it forgot or repeated a step.
 */
const train = implementStage<{ steps: number; milliseconds: number; seed?: number }, unknown, { features: 'Features' }>(
  {
    parameters: anything,
    outputs: { features: 'Features' },
    async run({ parameters, checkpoints, signal, ...context }) {
      const saved = await checkpoints.load();
      let [done, value] = saved === undefined ? [0, parameters.seed ?? 1] : decode(saved);
      note(`train from ${done}`);
      while (done < parameters.steps) {
        await sleep(parameters.milliseconds);
        value = (value * 31 + done) % 65521;
        done += 1;
        await checkpoints.save(new TextEncoder().encode(`${done} ${value}`));
        context.progress({ done, total: parameters.steps, unit: 'steps', loss: 1 / done });
        if (signal.aborted) throw signal.reason;
      }
      note('train done');
      return { features: features([value]) };
    },
  },
);

function decode(bytes: Uint8Array): [number, number] {
  const [done, value] = new TextDecoder().decode(bytes).split(' ').map(Number) as [number, number];
  return [done, value];
}

const fail = implementStage<{ how: string; file?: string }, unknown, { features: 'Features' }>({
  parameters: anything,
  outputs: { features: 'Features' },
  async run({ parameters, signal }) {
    note(`fail ${parameters.how}`);
    switch (parameters.how) {
      case 'stage error':
        throw new StageError('the moon is in the wrong phase', 'Wait a week.');
      case 'bug':
        throw new TypeError('x is not a function');
      case 'exit':
        console.error('last words');
        return process.exit(7);
      case 'kill':
        process.kill(process.pid, 'SIGKILL');
        break;
      case 'stray':
        setTimeout(() => {
          throw new RangeError('thrown where nobody catches');
        }, 1);
        await sleep(10_000);
        break;
      case 'hang':
        // Deaf: does not look at the signal.
        for (;;) await sleep(1000);
      case 'spin':
        for (;;) if (signal.aborted) break;
        break;
      case 'once': {
        const file = parameters.file!;
        if (existsSync(file)) break;
        writeFileSync(file, '');
        throw new StageError('only the first time');
      }
      default:
        throw new Error(`no such failure: ${parameters.how}`);
    }
    return { features: features([0]) };
  },
});

/** Bytes of the given size; several outputs. */
const big = implementStage<{ floats: number }, unknown, { features: 'Features'; page: 'Page' }>({
  parameters: anything,
  outputs: { features: 'Features', page: 'Page' },
  async run({ parameters }) {
    note(`big ${parameters.floats}`);
    const data = Float32Array.from({ length: parameters.floats }, (_, i) => i);
    return { features: { count: parameters.floats, dimension: 1, data }, page: { html: '<p>big</p>' } };
  },
});

/** Reads a file from outside the graph. */
const outside = implementStage<{ file: string }, unknown, { features: 'Features' }>({
  parameters: anything,
  outputs: { features: 'Features' },
  async run({ parameters }) {
    note('outside');
    return { features: features([...readFileSync(parameters.file)]) };
  },
});

const page = implementStage<unknown, { each: readonly Features[] }, { page: 'Page' }>({
  parameters: anything,
  outputs: { page: 'Page' },
  async run({ provenance }) {
    note('page');
    const steps = provenance!.steps.map((step) => `${step.id} ${JSON.stringify(step.parameters)}`);
    return { page: { html: `<pre>${steps.join('\n')}</pre>` } };
  },
});

const scores = implementStage<unknown, { features: Features }, { scores: 'Scores' }>({
  parameters: anything,
  outputs: { scores: 'Scores' },
  async run({ inputs }) {
    const acc = inputs.features.data[0]! / 100;
    return {
      scores: { acc, nmi: acc, ari: acc, count: 1, contingency: [[1]], matching: [0], classes: ['a'] },
    };
  },
});

/** What the planner knows of them; tests of the planner alone vary it. */
export const testStages: ReadonlyMap<string, TestStage> = new Map(
  (
    [
      { ...pure, name: 'test.number', load: async () => number },
      { ...pure, name: 'test.sum', load: async () => sum },
      { ...pure, name: 'test.train', usesEngine: true, load: async () => train },
      { ...pure, name: 'test.fail', load: async () => fail },
      { ...pure, name: 'test.big', load: async () => big },
      {
        ...pure,
        name: 'test.outside',
        externalFiles: async (parameters) => [{ name: 'data', path: parameters['file'] as string }],
        load: async () => outside,
      },
      { ...pure, name: 'test.page', readsProvenance: true, load: async () => page },
      { ...pure, name: 'test.scores', load: async () => scores },
    ] satisfies TestStage[]
  ).map((stage) => [stage.name, stage]),
);
