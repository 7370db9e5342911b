// The ready queue against random graphs: every step once and after its inputs, never more than the machine has, whatever fails or is lost.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Step, TypedGraph } from '../../src/graph/typed-graph.ts';
import { ancestors } from '../../src/dag/digraph.ts';
import { digestOf } from '../../src/cache/digest.ts';
import { stepGraph } from '../../src/plan/step-graph.ts';
import { memoryHost } from '../../src/platform/host.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { contentOf, memoryRun, memoryWorkers } from './memory-run.ts';

interface SketchedStep {
  readonly stage: 'fake.plain' | 'fake.engine' | 'fake.shows';
  readonly seed: number;
  readonly reads: readonly number[];
  readonly memory: number;
  readonly ticks: number;
}

const GIB = 2 ** 30;

/** Graphs of up to 10 steps; two steps may be the same computation. */
const graphs = fc
  .array(
    fc.record({
      stage: fc.constantFrom('fake.plain' as const, 'fake.engine' as const, 'fake.shows' as const),
      seed: fc.integer({ min: 0, max: 3 }),
      reads: fc.array(fc.nat(9), { maxLength: 3 }),
      memory: fc.integer({ min: 0, max: 6 }),
      ticks: fc.integer({ min: 0, max: 6 }),
    }),
    { minLength: 1, maxLength: 10 },
  )
  .map(graphOf);

function graphOf(sketched: readonly SketchedStep[]): { graph: TypedGraph; ticks: ReadonlyMap<string, number> } {
  const span = { file: 'x', start: 0, end: 0 };
  const steps = sketched.map(({ stage, seed, reads, memory }, i): Step => {
    const earlier = [...new Set(reads.filter((read) => read < i))];
    return {
      ...{ id: `s${i}`, stage, parameters: { seed }, span, annotations: memory === 0 ? {} : { memory: memory * GIB } },
      inputs: {
        each: {
          kind: 'list',
          items: earlier.map((read) => ({ kind: 'output', step: `s${read}`, output: 'page' })),
        },
      },
      outputs: [{ name: 'page', kind: 'Page', type: 'Page' }],
    };
  });
  const last = steps.at(-1)!.id;
  return {
    graph: {
      pipeline: { name: 'random', doc: '', file: '/random.pipe', source: '' },
      parameters: [],
      steps,
      outputs: [{ name: 'page', type: 'Page', span, value: { kind: 'output', step: last, output: 'page' } }],
    },
    ticks: new Map(steps.map((step, i) => [step.id, sketched[i]!.ticks])),
  };
}

/** What every step must give, computed the plain way. */
function expectedContent(graph: TypedGraph): ReadonlyMap<string, string> {
  const content = new Map<string, string>();
  for (const step of graph.steps) {
    const each = step.inputs['each']!;
    const inputs = each.kind === 'list' ? each.items : [];
    const digests = inputs.map((item) => (item.kind === 'output' ? digestOf(content.get(item.step)!) : ''));
    content.set(step.id, contentOf(step.stage, step.parameters, digests, 'page'));
  }
  return content;
}

function ended(events: readonly RunEvent[], kind: RunEvent['event']): readonly string[] {
  return events.flatMap((event) => (event.event === kind && 'step' in event ? [event.step] : []));
}

test('every step runs once, after its inputs, within the limits of the machine', async () => {
  await fc.assert(
    fc.asyncProperty(
      graphs,
      fc.integer({ min: 1, max: 4 }),
      fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
      async ({ graph, ticks }, cores, jobs, threads) => {
        const files = memoryFileSystem();
        const host = memoryHost({ cores, memory: 6 * GIB });
        const workers = memoryWorkers(files, undefined, (task) => ticks.get(task.step)!);
        const { finished, events } = await memoryRun(graph, { files, workers, host, jobs, threads });
        expect(finished.status).toBe('ok');

        // Equal computations run once.
        const content = expectedContent(graph);
        const distinct = new Set(graph.steps.map((step) => `${step.stage} ${content.get(step.id)}`));
        expect(workers.started.length).toBe(distinct.size);
        expect(new Set(workers.started.map(({ task }) => task.step)).size).toBe(workers.started.length);
        expect(finished.steps.ran + finished.steps.reused).toBe(graph.steps.length);

        for (const { together, read, task } of workers.started) {
          expect(together.length).toBeLessThanOrEqual(jobs ?? cores);
          const memory = together.map(
            (one) => graph.steps.find((step) => step.id === one.step)!.annotations.memory ?? 0,
          );
          expect(memory.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(6 * GIB);
          const engines = together.filter((one) => one.stage === 'fake.engine');
          const used = engines.reduce((sum, one) => sum + one.threads, 0);
          if (engines.length > 1) expect(used).toBeLessThanOrEqual(cores);
          if (task.stage === 'fake.engine' && threads !== undefined) expect(task.threads).toBe(threads);
          const inputs = graph.steps.find((step) => step.id === task.step)!.inputs['each']!;
          expect(read.length).toBe(inputs.kind === 'list' ? inputs.items.length : -1);
        }
        for (const step of graph.steps) {
          const at = events.findIndex((event) => event.event === 'started' && event.step === step.id);
          if (at < 0) continue;
          const before = ended(events.slice(0, at), 'ran').concat(ended(events.slice(0, at), 'reused'));
          for (const id of stepGraph(graph).reads.get(step.id)!) expect(before).toContain(id);
        }
        const last = graph.steps.at(-1)!.id;
        const shown = files.files().get(finished.outputs['page'] as string);
        expect(new TextDecoder().decode(shown)).toBe(content.get(last));
      },
    ),
    { numRuns: 150 },
  );
});

test('a failed step skips what reads it, and nothing else', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.array(fc.nat(9)), async ({ graph, ticks }, failing) => {
      const files = memoryFileSystem();
      const bad = new Set(failing.map((i) => `s${i}`));
      const workers = memoryWorkers(
        files,
        (task) => (bad.has(task.step) ? { event: 'failed', message: 'as told' } : undefined),
        (task) => ticks.get(task.step)!,
      );
      const { finished, events } = await memoryRun(graph, { files, workers });
      const failed = ended(events, 'failed');
      const dag = stepGraph(graph);
      for (const step of graph.steps) {
        const lost = ancestors(dag, step.id).some((id) => failed.includes(id));
        const ends = [...ended(events, 'ran'), ...ended(events, 'reused'), ...failed, ...ended(events, 'skipped')];
        expect(ends.filter((id) => id === step.id)).toHaveLength(1);
        expect(ended(events, 'skipped').includes(step.id)).toBe(lost);
      }
      for (const event of events) if (event.event === 'skipped') expect(failed).toContain(event.because);
      expect(finished.status).toBe(failed.length > 0 ? 'failed' : 'ok');
      expect(finished.steps.failed).toBe(failed.length);
    }),
    { numRuns: 150 },
  );
});

test('whatever stored files are lost or damaged, the next run ends with the same result', async () => {
  await fc.assert(
    fc.asyncProperty(
      graphs,
      fc.array(fc.tuple(fc.nat(9), fc.boolean())),
      fc.array(fc.nat(9), { maxLength: 4 }),
      fc.integer({ min: 1, max: 8 }),
      async ({ graph, ticks }, losses, changed, jobs) => {
        const files = memoryFileSystem();
        const run = () => memoryWorkers(files, undefined, (task) => ticks.get(task.step)!);
        await memoryRun(graph, { files, workers: run() });

        const blobs = [...files.files().keys()].filter((path) => path.startsWith('/store/blobs/'));
        for (const [i, flip] of losses) {
          const path = blobs[i % blobs.length]!;
          if (!files.files().has(path)) continue;
          if (flip) files.flip(path, 3);
          else await files.remove(path);
        }
        const edited: TypedGraph = {
          ...graph,
          steps: graph.steps.map((step, i) => (changed.includes(i) ? { ...step, parameters: { seed: 99 } } : step)),
        };
        const workers = run();
        const { finished } = await memoryRun(edited, { files, workers, jobs });
        expect(finished.status).toBe('ok');
        const shown = files.files().get(finished.outputs['page'] as string);
        expect(new TextDecoder().decode(shown)).toBe(expectedContent(edited).get(edited.steps.at(-1)!.id));
        // Nothing lost and nothing changed: nothing runs.
        if (losses.length === 0 && changed.every((i) => i >= graph.steps.length)) expect(workers.started).toEqual([]);
      },
    ),
    { numRuns: 200 },
  );
});

const blobOf = (graph: TypedGraph, step: string): string => {
  const digest = digestOf(expectedContent(graph).get(step)!);
  return `/store/blobs/${digest.slice(0, 2)}/${digest}`;
};

test('many readers of one damaged file: it is made again once, whenever each of them finds out', async () => {
  const readers = 6;
  const sketched = (seed: number, ticks: (reader: number) => number) =>
    graphOf([
      { stage: 'fake.plain', seed: 0, reads: [], memory: 0, ticks: 4 },
      ...Array.from({ length: readers }, (_, i) => ({
        ...{ stage: 'fake.plain' as const, seed: seed + i, reads: [0], memory: 0, ticks: ticks(i) },
      })),
      { stage: 'fake.plain', seed: 9, reads: [1, 2, 3, 4, 5, 6], memory: 0, ticks: 1 },
    ]);
  // Some find out while it is damaged, some while it is made again, some when it is whole.
  for (const step of [0, 1, 2, 5, 20, 60]) {
    const files = memoryFileSystem();
    const host = memoryHost({ cores: 8 });
    await memoryRun(sketched(10, () => 0).graph, { files, host, workers: memoryWorkers(files) });
    const { graph, ticks } = sketched(20, (reader) => reader * step);
    files.flip(blobOf(graph, 's0'), 3);
    const workers = memoryWorkers(files, undefined, (task) => ticks.get(task.step)!);
    const { finished, events } = await memoryRun(graph, { files, host, workers });
    expect(finished).toMatchObject({ status: 'ok', steps: { ran: readers + 2, reused: 0, failed: 0 } });
    expect(workers.started.filter(({ task }) => task.step === 's0')).toHaveLength(1);
    expect(events.filter((event) => event.event === 'log')).toHaveLength(1);
  }
});

test('a step that shows how its inputs were made waits while one far before it is made again', async () => {
  const sketched = (seed: number) =>
    graphOf([
      { stage: 'fake.engine', seed: 0, reads: [], memory: 0, ticks: 200 },
      { stage: 'fake.plain', seed: 1, reads: [0], memory: 0, ticks: 1 },
      // Done while s0 runs again, which s4 asks for.
      { stage: 'fake.plain', seed, reads: [], memory: 0, ticks: 20 },
      { stage: 'fake.shows', seed, reads: [1, 2], memory: 0, ticks: 1 },
      { stage: 'fake.plain', seed, reads: [0], memory: 0, ticks: 1 },
    ]);
  const files = memoryFileSystem();
  await memoryRun(sketched(2).graph, { files, workers: memoryWorkers(files) });
  const { graph, ticks } = sketched(3);
  files.flip(blobOf(graph, 's0'), 3);
  let looks = 0;
  const counting = {
    ...files,
    files: () => files.files(),
    read: (path: string) => {
      if (path.includes('/steps/')) looks += 1;
      return files.read(path);
    },
  };
  const workers = memoryWorkers(files, undefined, (task) => ticks.get(task.step)!);
  const { finished } = await memoryRun(graph, { files: counting, host: memoryHost({ cores: 8 }), workers });
  expect(finished).toMatchObject({ status: 'ok', steps: { ran: 4, reused: 1 } });
  const page = workers.started.find(({ task }) => task.step === 's3')!.task;
  expect(page.provenance?.steps.map((step) => step.id)).toEqual(['s0', 's1', 's2']);
  // Once for the plan, and each time that it may have become ready; it does not ask without end while it waits.
  expect(looks).toBeLessThan(20);
});

test('a result whose file is gone is not made again while nothing needs it', async () => {
  const { graph } = graphOf([
    { stage: 'fake.plain', seed: 0, reads: [], memory: 0, ticks: 1 },
    { stage: 'fake.plain', seed: 1, reads: [0], memory: 0, ticks: 1 },
    { stage: 'fake.plain', seed: 2, reads: [1], memory: 0, ticks: 1 },
  ]);
  const files = memoryFileSystem();
  await memoryRun(graph, { files, workers: memoryWorkers(files) });
  const blob = (step: string) => blobOf(graph, step);
  await files.remove(blob('s0'));
  await files.remove(blob('s1'));
  const workers = memoryWorkers(files);
  const { events } = await memoryRun(graph, { files, workers });
  expect(workers.started).toEqual([]);
  expect(events[0]).toMatchObject({
    steps: [
      {
        step: 's0',
        verdict: 'reuse',
        reason: 'the stored file of output page is missing, but no step that runs needs it',
      },
      { step: 's1', verdict: 'reuse' },
      { step: 's2', verdict: 'reuse', reason: 'stage, parameters and inputs are unchanged' },
    ],
  });

  await files.remove(blob('s2'));
  const again = memoryWorkers(files);
  await memoryRun(graph, { files, workers: again });
  expect(again.started.map(({ task }) => task.step)).toEqual(['s0', 's1', 's2']);
});

test('a record that damage made an answer of another kind is no answer', async () => {
  const { graph } = graphOf([{ stage: 'fake.plain', seed: 0, reads: [], memory: 0, ticks: 1 }]);
  const files = memoryFileSystem();
  await memoryRun(graph, { files, workers: memoryWorkers(files) });
  const record = [...files.files().keys()].find((path) => path.startsWith('/store/records/'))!;
  const text = new TextDecoder().decode(files.files().get(record));
  await files.write(record, text.replace('"kind": "Page"', '"kind": "Qage"'));
  const { finished } = await memoryRun(graph, { files, workers: memoryWorkers(files) });
  expect(finished).toMatchObject({ status: 'ok', steps: { ran: 1 } });
});

test('cancelling stops what runs, starts nothing more, and tells of each step once', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, fc.nat(20), async ({ graph, ticks }, after) => {
      const files = memoryFileSystem();
      const stop = new AbortController();
      const workers = memoryWorkers(files, undefined, (task) => ticks.get(task.step)!);
      let count = 0;
      const { finished, events } = await memoryRun(graph, {
        ...{ files, workers, signal: stop.signal },
        onEvent: () => {
          if (count === after) stop.abort();
          count += 1;
        },
      });
      const ends = [...ended(events, 'ran'), ...ended(events, 'reused'), ...ended(events, 'cancelled')];
      expect(ends.toSorted()).toEqual(graph.steps.map((step) => step.id).toSorted());
      expect(finished.status).toBe(ended(events, 'cancelled').length > 0 ? 'cancelled' : 'ok');
      // The next run finishes.
      const next = await memoryRun(graph, { files, workers: memoryWorkers(files) });
      expect(next.finished.status).toBe('ok');
    }),
    { numRuns: 100 },
  );
});

test('a run that failed and was then cancelled is cancelled: not everything was tried', async () => {
  const { graph } = graphOf([
    { stage: 'fake.plain', seed: 0, reads: [], memory: 0, ticks: 1 },
    { stage: 'fake.plain', seed: 1, reads: [], memory: 0, ticks: 1 },
  ]);
  const files = memoryFileSystem();
  const stop = new AbortController();
  const bad = { event: 'failed', message: 'as told' } as const;
  const workers = memoryWorkers(files, (task) => (task.step === 's0' ? bad : undefined));
  const { finished } = await memoryRun(graph, {
    ...{ files, workers, jobs: 1, signal: stop.signal },
    onEvent: (event) => event.event === 'failed' && stop.abort(),
  });
  expect(finished).toMatchObject({ status: 'cancelled', steps: { ran: 0, failed: 1 } });
});

test('a step that fails is tried as often as its annotation says', async () => {
  const { graph } = graphOf([{ stage: 'fake.plain', seed: 0, reads: [], memory: 0, ticks: 1 }]);
  const patient = { ...graph, steps: graph.steps.map((step) => ({ ...step, annotations: { retries: 2 } })) };
  const failTwice = (_: unknown, attempt: number) =>
    attempt < 2 ? ({ event: 'failed', message: `attempt ${attempt}` } as const) : undefined;
  const files = memoryFileSystem();
  const { finished, events } = await memoryRun(patient, { files, workers: memoryWorkers(files, failTwice) });
  expect(finished.status).toBe('ok');
  expect(events.filter((event) => event.event === 'log').map((event) => event.message)).toEqual([
    'failed: attempt 0; trying again (1 of 2)',
    'failed: attempt 1; trying again (2 of 2)',
  ]);
});

test('the longest way to the end starts first', async () => {
  // s0 → s2 → s3 is longer than s1 alone; with one place s1 waits.
  const { graph } = graphOf([
    { stage: 'fake.plain', seed: 1, reads: [], memory: 0, ticks: 1 },
    { stage: 'fake.plain', seed: 0, reads: [], memory: 0, ticks: 1 },
    { stage: 'fake.engine', seed: 2, reads: [1], memory: 0, ticks: 1 },
    { stage: 'fake.plain', seed: 3, reads: [2, 0], memory: 0, ticks: 1 },
  ]);
  const files = memoryFileSystem();
  const workers = memoryWorkers(files);
  await memoryRun(graph, { files, workers, jobs: 1 });
  expect(workers.started.map(({ task }) => task.step)).toEqual(['s1', 's2', 's0', 's3']);
});

test('a step with `cache: false` runs each time', async () => {
  const { graph } = graphOf([{ stage: 'fake.plain', seed: 0, reads: [], memory: 0, ticks: 1 }]);
  const uncached = { ...graph, steps: graph.steps.map((step) => ({ ...step, annotations: { cache: false } })) };
  const files = memoryFileSystem();
  const workers = memoryWorkers(files);
  await memoryRun(uncached, { files, workers });
  await memoryRun(uncached, { files, workers });
  expect(workers.started).toHaveLength(2);
});
