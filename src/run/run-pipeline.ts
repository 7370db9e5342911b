// A run from its plan to its record: the one place where plan, steps, events and run record meet. Everything of this machine
// (files, clock, host, processes, stages) is handed in, so that tests can replace each.
import type { StepRecord } from '../cache/step-record.ts';
import { listedStore } from '../cache/listed-store.ts';
import { openStore, type Store } from '../cache/store.ts';
import type { Step, TypedGraph } from '../graph/typed-graph.ts';
import { stageFacts, type Planner, type Settled } from '../plan/decide.ts';
import { estimateSteps, totalsOf, type Estimate, type Totals } from '../plan/estimate.ts';
import { decideSteps, plannedStep, planSteps, type DecidedStep, type Plan, type PlannedStep } from '../plan/plan.ts';
import { stepGraph } from '../plan/step-graph.ts';
import { threadShare } from '../plan/thread-share.ts';
import type { Clock } from '../platform/clock.ts';
import type { FileSystem } from '../platform/file-system.ts';
import type { Host } from '../platform/host.ts';
import type { StageFacts } from '../stage/stage.ts';
import type { Devices } from '../engine/runtime/devices.ts';
import type { EngineName } from '../engine/runtime/engine.ts';
import { checkEngineName, chooseEngine, confirmEngine, type ChosenEngine } from './choose-engine.ts';
import { comparePublished, type Comparison } from './compare-published.ts';
import type { RunEvent, RunListener } from './events.ts';
import { finishPages } from './finish-pages.ts';
import { graphRun, type GraphRun } from './run-graph.ts';
import { ownSamples, recentSamples } from './run-history.ts';
import { createRunFolder, type RunFolder } from './run-folder.ts';
import { exportOutputs } from './run-outputs.ts';
import { provenanceHost, provenanceOf, recordedParameters } from './run-provenance.ts';
import type { RunRecord, RunRecordStep } from './run-record.ts';
import { recordSteps, statusOf } from './run-record-steps.ts';
import { runStep } from './run-step.ts';
import { demandOf, limitsOf, threadsOf } from './step-demand.ts';
import { stepsBehind } from './steps-behind.ts';
import { timeLeft } from './time-left.ts';
import type { StartTask } from './worker-process.ts';

export interface Machine {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly host: Host;
  readonly devices: Devices;
  readonly stages: ReadonlyMap<string, StageFacts>;
  /** Version of pipe, for records. */
  readonly version: string;
  /** A page with what a run has to say of published numbers. */
  readonly withPublishedNumbers: (page: string, numbers: readonly Comparison[]) => string;
}

export interface PlanRequest {
  readonly graph: TypedGraph;
  /** Folder of the store. */
  readonly store: string;
  readonly engine: string;
  /** Threads of each engine step; by default the cores are shared out. */
  readonly threads: number | undefined;
  /** Steps at once; by default as many as cores. */
  readonly jobs: number | undefined;
  /** PIPE_DATA. */
  readonly dataFolder: string | undefined;
}

export interface RunRequest extends PlanRequest {
  /** The command line, for the records. */
  readonly command: string;
  readonly signal: AbortSignal;
  readonly listener: RunListener;
}

export type Finished = Extract<RunEvent, { event: 'finished' }>;

interface Prepared {
  readonly store: Store;
  /** Steps on the engine. */
  readonly engineSteps: ReadonlySet<string>;
  readonly threads: number;
  readonly plannerFor: (engine: EngineName) => Planner;
}

/** A plan with all that is known before the run: each decision, and what it would take. */
export interface DetailedPlan extends Plan {
  readonly decided: readonly DecidedStep[];
  readonly estimates: ReadonlyMap<string, Estimate>;
  readonly totals: Totals;
  readonly store: Store;
}

/** Writes nothing and tries no engine. Throws PlanError for an engine or a stage that is not there. */
export async function planPipeline(machine: Machine, request: PlanRequest): Promise<DetailedPlan> {
  const { graph } = request;
  const { store, engineSteps, threads, plannerFor } = prepare(machine, request);
  const needed = engineSteps.size > 0;
  const { engine, note } = await chooseEngine(request.engine, { ...machine, store }, { needed, mayTry: false });
  const decided = await decideSteps(atAGlance(plannerFor(engine)), graph);
  const own = await ownSamples(store, decided);
  const isNew = decided.some(({ step, verdict }) => verdict !== 'reuse' && !own.has(step.id));
  const usesEngine = (stage: string): boolean => machine.stages.get(stage)?.usesEngine === true;
  const others = [...own.values(), ...(isNew ? await recentSamples(store, usesEngine) : [])];
  const estimates = estimateSteps(graph, machine.stages, engine, own, others);
  return {
    ...{ pipeline: graph.pipeline.name, engine, ...(note === undefined ? {} : { note }), threads },
    ...{ steps: decided.map(plannedStep), decided, estimates, totals: totalsOf(graph, decided, estimates), store },
  };
}

/**
 * Runs what is not stored. Failures of steps are events and a status.
 * @throws PlanError before any step runs; StoreError where the store cannot be used at all.
 */
export async function runPipeline(machine: Machine, start: StartTask, request: RunRequest): Promise<Finished> {
  const { clock, host } = machine;
  const { graph, listener } = request;
  const begun = clock.elapsed();
  const prepared = prepare(machine, request);
  const { store, threads, plannerFor } = prepared;
  await store.prepare();
  // Collection leaves alone what a living run may need.
  const inUse = await store.locks.share('run');
  try {
    await store.clearTemporary();
    const { chosen, plan, noteFor } = await planToRun(machine, request, prepared);
    const planner = plannerFor(chosen.engine);
    const folder = await createRunFolder(store, graph.pipeline.name);
    listener({
      ...{ event: 'planned', pipeline: graph.pipeline.name, run: folder.path, engine: planner.engine },
      steps: plan.map(({ step, stage, verdict, reason, reads }) => ({ step, stage, verdict, reason, reads })),
    });
    const started = new Set<string>();
    const base: RunRecord = {
      ...{
        format: 1,
        id: folder.id,
        status: 'running',
        pipeline: graph.pipeline,
        parameters: recordedParameters(graph),
      },
      ...{ command: request.command, engine: planner.engine, threads, host: provenanceHost(host, machine.version) },
      ...{ pid: host.process.pid, started: new Date(clock.now()).toISOString(), finished: null, seconds: null },
      ...{ steps: recordSteps(graph, plan, undefined, started, folder), outputs: {} },
    };
    await folder.writeRecord(base);
    warnOfMemory(graph, host, listener);
    if (noteFor !== undefined && chosen.note !== undefined)
      listener({ event: 'log', step: noteFor, level: 'warning', message: chosen.note });

    const stop = new AbortController();
    const abort = (): void => stop.abort();
    request.signal.addEventListener('abort', abort);
    if (request.signal.aborted) abort();
    const run = startGraph(
      machine,
      start,
      request,
      { store, planner, engine: chosen.engine, threads },
      plan,
      folder,
      started,
      stop,
    );
    await run.settle();
    let outputs = await exportOutputs(store, folder, graph, resultOf(run));
    // A stored result that nothing in this run has read is checked here, where it is handed out.
    while (outputs.lost.length > 0 && !request.signal.aborted) {
      for (const lost of outputs.lost) run.demand(lost.step, lost.output, lost.state);
      await run.settle();
      outputs = await exportOutputs(store, folder, graph, resultOf(run));
    }
    request.signal.removeEventListener('abort', abort);

    const steps = recordSteps(graph, plan, run, started, folder);
    const status = statusOf(steps);
    const seconds = (clock.elapsed() - begun) / 1000;
    await store.fileDigests.save();
    const finished = new Date(clock.now()).toISOString();
    const targets = comparePublished(graph.published ?? [], graph.parameters, outputs.values, (target) =>
      stepsBehind(graph, target, outputs.values),
    );
    await finishPages(store, folder, outputs.pages, (page) => machine.withPublishedNumbers(page, targets));
    const published = targets.length === 0 ? {} : { published: targets };
    await folder.writeRecord({ ...base, status, finished, seconds, steps, outputs: outputs.values, ...published });
    await folder.close();
    const count = (wanted: RunRecordStep['status']): number => steps.filter((step) => step.status === wanted).length;
    const result: Finished = {
      ...{ event: 'finished', status, outputs: outputs.values },
      steps: { ran: count('ran'), reused: count('reused'), failed: count('failed') },
      ...{ seconds, run: folder.path },
    };
    if (targets.length > 0) listener({ event: 'published', targets });
    listener(result);
    return result;
  } finally {
    await inUse.release();
  }
}

function prepare(machine: Machine, request: PlanRequest): Prepared {
  const { files, clock, host, stages } = machine;
  const { graph, dataFolder } = request;
  checkEngineName(request.engine);
  const store = openStore(request.store, files, clock, host);
  const engineSteps = graph.steps.filter((step) => stageFacts(stages, step).usesEngine).map((step) => step.id);
  return {
    store,
    engineSteps: new Set(engineSteps),
    threads: threadShare(host.cores, stepGraph(graph), engineSteps, request.threads),
    plannerFor: (engine) => ({ store, stages, engine, pipeline: graph.pipeline, dataFolder }),
  };
}

/** For a plan, which is one look at the store. */
const atAGlance = (planner: Planner): Planner => ({ ...planner, store: listedStore(planner.store) });

/** The engine and the plan of a run. An engine is tried only where a step that needs one is to run: `noteFor` is the first such step. */
async function planToRun(
  machine: Machine,
  request: RunRequest,
  { store, engineSteps, plannerFor }: Prepared,
): Promise<{
  readonly chosen: ChosenEngine;
  readonly plan: readonly PlannedStep[];
  readonly noteFor: string | undefined;
}> {
  const around = { ...machine, store };
  for (;;) {
    const asked = { needed: engineSteps.size > 0, mayTry: true };
    const chosen = await chooseEngine(request.engine, around, asked);
    const plan = await planSteps(atAGlance(plannerFor(chosen.engine)), request.graph);
    const noteFor = plan.find(({ step, verdict }) => engineSteps.has(step) && verdict !== 'reuse')?.step;
    const confirmed = noteFor === undefined ? chosen : await confirmEngine(chosen, around);
    if (confirmed !== undefined) return { chosen: confirmed, plan, noteFor };
  }
}

function startGraph(
  machine: Machine,
  start: StartTask,
  request: RunRequest,
  {
    store,
    planner,
    engine,
    threads,
  }: Readonly<{ store: Store; planner: Planner; engine: EngineName; threads: number }>,
  plan: readonly PlannedStep[],
  folder: RunFolder,
  started: Set<string>,
  stop: AbortController,
): GraphRun {
  const { clock, host, stages } = machine;
  const { graph, listener } = request;
  const left = new Map<string, ReturnType<typeof timeLeft>>();
  const source = { graph, command: request.command, host: provenanceHost(host, machine.version) };

  return graphRun({
    ...{ planner, graph, plan, stages, listener, signal: stop.signal },
    abort: () => stop.abort(),
    limits: limitsOf(host, request.jobs, threads),
    demandOf: (step, facts) => demandOf(step, facts, threads, engine),
    run: (step, facts, decision, results) =>
      runStep(
        {
          ...{ planner, folder, start, signal: stop.signal },
          outputOf: (from, output) => {
            const found = results.get(from)?.outputs[output];
            if (found === undefined) throw new Error(`step ${from} has no result ${output} for ${step.id}`);
            return found;
          },
          provenanceOf: (of) => provenanceOf(source, of, results),
          onStart: () => {
            started.add(step.id);
            left.set(step.id, timeLeft(clock));
            const { reason } = decision;
            listener({
              event: 'started',
              step: step.id,
              stage: step.stage,
              reason,
              threads: threadsOf(facts, threads),
            });
          },
          onEvent: (_, event) => {
            if (event.event === 'log')
              return listener({ event: 'log', step: step.id, level: event.level, message: event.message });
            const seconds = left.get(step.id)?.(event);
            const remaining = seconds === undefined ? {} : { seconds_left: seconds };
            listener({ ...{ event: 'progress', step: step.id }, ...event, ...remaining });
          },
          warn: (_, message) => listener({ event: 'log', step: step.id, level: 'warning', message }),
        },
        step,
        facts,
        threadsOf(facts, threads),
        decision,
      ),
    settled: (step, decision, record) => noteLastSeen(store, graph, step, decision, record),
  });
}

async function noteLastSeen(
  store: Store,
  graph: TypedGraph,
  step: Step,
  { computation, inputs, seen }: Settled,
  record: StepRecord,
): Promise<void> {
  // Unchanged since the last run: a run in which everything is reused writes next to nothing.
  if (seen?.key === record.key && seen.seconds === record.seconds) return;
  const { stage, version, engine, parameters, external } = computation;
  await store.lastSeen.write(
    { file: graph.pipeline.file, pipeline: graph.pipeline.name, step: step.id },
    { format: 1, key: record.key, stage, version, engine, parameters, inputs, external, seconds: record.seconds },
  );
}

function resultOf(run: GraphRun) {
  return (step: string, output: string) => run.recordOf(step)?.outputs[output];
}

function warnOfMemory(graph: TypedGraph, host: Host, listener: RunListener): void {
  for (const { id, annotations } of graph.steps) {
    if ((annotations.memory ?? 0) <= host.memory) continue;
    const gib = (bytes: number): string => `${Math.round((bytes / 2 ** 30) * 10) / 10} GiB`;
    const message = `asks for ${gib(annotations.memory ?? 0)} of memory, and this machine has ${gib(host.memory)}; it runs alone`;
    listener({ event: 'log', step: id, level: 'warning', message });
  }
}
