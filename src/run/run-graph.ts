// The ready queue: runs every step of a graph once its inputs are there, as many at once as the machine allows, the longest way first.
// In: the typed graph and how to run one step; out: events, and the state in which each step ended.
//
// Each step is a small state machine: waiting → (decided) → settled, or → ready → running → settled | ended. A settled step goes back
// to waiting when the file of its result turns out lost while somebody needs it, or when an input came out with other bytes. The states and every
// transition between them stand together here, which is why this file is longer than others.
import { canonicalJson } from '../cache/digest.ts';
import type { StepRecord } from '../cache/step-record.ts';
import { StoreError } from '../cache/store-error.ts';
import { remainingCost } from '../dag/critical-path.ts';
import { ancestors, readers, readsOf } from '../dag/digraph.ts';
import type { Step, TypedGraph } from '../graph/typed-graph.ts';
import { decide, resolveInputs, stageFacts, type Known, type Planner, type Settled } from '../plan/decide.ts';
import { outputDigests, type PlannedStep } from '../plan/plan.ts';
import { stepGraph, wantedSteps } from '../plan/step-graph.ts';
import { PlanError } from '../plan/plan-error.ts';
import type { StageFacts } from '../stage/stage.ts';
import type { RunListener } from './events.ts';
import { resourcePool, type Amounts } from './resources.ts';
import type { StepOutcome } from './run-step.ts';

export type StepEnd = 'failed' | 'skipped' | 'cancelled';

type State =
  /** For the steps it reads; `forced`: its result was settled before, but its files are needed and lost. */
  | { readonly kind: 'waiting'; readonly forced: boolean }
  | { readonly kind: 'deciding'; readonly forced: boolean }
  /** Another process computes it; a look at it again soon. */
  | { readonly kind: 'backing off'; readonly forced: boolean }
  | { readonly kind: 'ready'; readonly decision: Settled; readonly forced: boolean }
  | { readonly kind: 'running'; readonly decision: Settled }
  | {
      readonly kind: 'settled';
      readonly decision: Settled;
      readonly record: StepRecord;
      readonly how: 'ran' | 'reused';
    }
  | { readonly kind: 'ended'; readonly how: StepEnd; readonly message: string | undefined };

export interface StepSummary {
  readonly status: 'ran' | 'reused' | StepEnd;
  readonly record: StepRecord | undefined;
  readonly reason: string | undefined;
  readonly message: string | undefined;
}

export interface GraphRun {
  /** Resolves when nothing is left to do; may be called again after {@link GraphRun.demand}. Rejects for faults of the program itself. */
  settle(): Promise<void>;
  /** The file of an output is lost and needed: its step runs again. Undefined while the step has no result. */
  demand(step: string, output: string, state: 'missing' | 'damaged'): void;
  recordOf(step: string): StepRecord | undefined;
  summary(step: string): StepSummary;
}

export interface GraphRunRequest {
  readonly planner: Planner;
  readonly graph: TypedGraph;
  readonly plan: readonly PlannedStep[];
  readonly stages: ReadonlyMap<string, StageFacts>;
  readonly limits: Amounts;
  readonly demandOf: (step: Step, facts: StageFacts) => Amounts;
  readonly listener: RunListener;
  readonly signal: AbortSignal;
  /** Stops the steps that run, for a fault of the program itself. */
  readonly abort: () => void;
  readonly run: (step: Step, facts: StageFacts, decision: Settled, results: ResultsBefore) => Promise<StepOutcome>;
  /** Notes what a step was, for the reasons of the next run. */
  readonly settled: (step: Step, decision: Settled, record: StepRecord) => Promise<void>;
}

/**
 * The results of the steps before one, as they were when it started: any of them may run again meanwhile, when another reader
 * finds a file of it lost.
 */
export type ResultsBefore = ReadonlyMap<string, StepRecord>;

/** A file that is lost again right after it was made says that the disk is broken. */
const MOST_DEMANDS = 3;
/** Between two looks at a lock that another run holds, in milliseconds; random, so that two runs do not keep colliding. */
const LOCK_WAIT: readonly [least: number, spread: number] = [100, 200];

export function graphRun(request: GraphRunRequest): GraphRun {
  const { planner, graph, listener, signal } = request;
  const { clock } = planner.store;
  const dag = stepGraph(graph);
  const readersOf = readers(dag);
  /** The steps whose results a step needs before it can be decided: those it reads, or all before it where it shows them. */
  const before = new Map(
    graph.steps.map(({ id, stage }) => [
      id,
      request.stages.get(stage)?.readsProvenance === true ? ancestors(dag, id) : readsOf(dag, id),
    ]),
  );
  const wanted = wantedSteps(graph);
  const steps = new Map(graph.steps.map((step) => [step.id, step]));
  const states = new Map<string, State>(graph.steps.map((step) => [step.id, { kind: 'waiting', forced: false }]));
  const demands = new Map<string, number>();
  /** Steps whose `ran` or `reused` was told; each is told once. */
  const told = new Set<string>();
  const toldWaiting = new Set<string>();
  const pool = resourcePool(request.limits);
  const planned = new Map(request.plan.map((step) => [step.step, step]));
  const priority = remainingCost(dag, (id) => {
    const step = planned.get(id);
    if (step === undefined || step.verdict === 'reuse') return 0;
    return step.seconds ?? (facts(id).usesEngine ? UNKNOWN_ENGINE_SECONDS : 1);
  });

  let idle: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined;
  let fatal: { readonly error: unknown } | undefined;
  signal.addEventListener('abort', advance);

  function state(id: string): State {
    return states.get(id)!;
  }

  function facts(id: string): StageFacts {
    return stageFacts(request.stages, steps.get(id)!);
  }

  function recordOf(id: string): StepRecord | undefined {
    const found = state(id);
    return found.kind === 'settled' ? found.record : undefined;
  }

  function known(id: string): Known | undefined {
    const record = recordOf(id);
    return record === undefined ? undefined : { key: record.key, outputs: outputDigests(record) };
  }

  /** Does everything that can be done now. Called after each change of state. */
  function advance(): void {
    if (fatal === undefined) {
      if (signal.aborted) cancelIdle();
      else {
        for (const step of graph.steps) considerWaiting(step);
        startReady();
      }
    }
    const kinds = [...states.values()].map((one) => one.kind);
    if (kinds.some((kind) => kind === 'running' || kind === 'deciding' || kind === 'backing off')) return;
    if (fatal !== undefined) idle?.reject(fatal.error);
    else if (!kinds.includes('waiting') && !kinds.includes('ready')) idle?.resolve();
  }

  function cancelIdle(): void {
    for (const [id, found] of states) {
      if (found.kind === 'waiting' || found.kind === 'ready') end(id, 'cancelled');
    }
  }

  function end(id: string, how: StepEnd, message?: string): void {
    states.set(id, { kind: 'ended', how, message });
    if (how === 'cancelled') listener({ event: 'cancelled', step: id });
  }

  function considerWaiting(step: Step): void {
    const found = state(step.id);
    if (found.kind !== 'waiting' && found.kind !== 'ready') return;
    const needed = before.get(step.id)!.map((id) => [id, state(id)] as const);
    const failed = needed.find(([, upstream]) => upstream.kind === 'ended');
    if (failed !== undefined) {
      end(step.id, 'skipped');
      listener({ event: 'skipped', step: step.id, because: rootOf(failed[0]) });
      return;
    }
    const inputsThere = needed.every(([, upstream]) => upstream.kind === 'settled');
    if (found.kind === 'ready') {
      if (!inputsThere) states.set(step.id, { kind: 'waiting', forced: found.forced });
    } else if (inputsThere) {
      states.set(step.id, { kind: 'deciding', forced: found.forced });
      inBackground(step.id, () => decideStep(step, found.forced));
    }
  }

  /** The failed step behind a skipped one. */
  function rootOf(id: string): string {
    const found = state(id);
    if (found.kind !== 'ended' || found.how !== 'skipped') return id;
    const upstream = before.get(id)!.find((name) => state(name).kind === 'ended');
    return upstream === undefined ? id : rootOf(upstream);
  }

  function inBackground(id: string, work: () => Promise<void>): void {
    work()
      .catch((error: unknown) => {
        if (error instanceof StoreError || error instanceof PlanError) fail(id, error.message, error.hint, undefined);
        else {
          fatal ??= { error };
          request.abort();
          end(id, 'failed', String(error));
        }
      })
      .finally(advance);
  }

  async function decideStep(step: Step, forced: boolean): Promise<void> {
    const decision = await decide(planner, step, () => ancestors(dag, step.id), known);
    // An input may have been lost while this was looked up.
    if (decision.key === undefined || !inputsHold(step, decision)) back(step.id, forced);
    else if (decision.verdict === 'reuse') await reuse(step, decision, decision.record, decision.reason);
    else if (decision.record !== undefined && !forced && !wanted.has(step.id) && !plannedToRun(step.id)) {
      // The result is known and its file is lost: it runs when a step that runs needs the file, and not before.
      await reuse(step, decision, decision.record, `${decision.reason}, but nothing has needed it yet`);
    } else states.set(step.id, { kind: 'ready', decision, forced });
  }

  function plannedToRun(id: string): boolean {
    return planned.get(id)?.verdict === 'run';
  }

  function back(id: string, forced: boolean): void {
    states.set(id, { kind: 'waiting', forced });
  }

  function inputsHold(step: Step, decision: Settled): boolean {
    const inputs = resolveInputs(step, known);
    return inputs !== undefined && canonicalJson(inputs) === canonicalJson(decision.inputs);
  }

  async function reuse(step: Step, decision: Settled, record: StepRecord, reason: string): Promise<void> {
    const { store } = planner;
    // The record before its blobs, so that collection never leaves a record without them.
    await store.records.touch(record.key);
    for (const { digest } of Object.values(record.outputs)) await store.blobs.touch(digest);
    await request.settled(step, decision, record);
    settleStep(step, decision, record, 'reused', reason);
  }

  function settleStep(step: Step, decision: Settled, record: StepRecord, how: 'ran' | 'reused', reason: string): void {
    const again = told.has(step.id);
    const before = how === 'reused' && again ? 'ran' : how;
    states.set(step.id, { kind: 'settled', decision: { ...decision, reason }, record, how: before });
    if (!again || how === 'ran') {
      const outputs = outputDigests(record);
      if (how === 'ran') listener({ event: 'ran', step: step.id, seconds: record.seconds, outputs });
      else listener({ event: 'reused', step: step.id, reason, seconds_saved: record.seconds });
    }
    if (how === 'ran') told.add(step.id);
    if (!inputsHold(step, decision)) back(step.id, false);
    for (const id of readersOf.get(step.id)!) {
      const reader = state(id);
      if (reader.kind === 'settled' && !inputsHold(steps.get(id)!, reader.decision) && readable(id)) back(id, false);
    }
  }

  /** Whether all that a step reads is settled, so that a mismatch means other bytes and not one that is being made again. */
  function readable(id: string): boolean {
    return readsOf(dag, id).every((name) => state(name).kind === 'settled');
  }

  function startReady(): void {
    const urgent = (step: Step): number => priority.get(step.id)!;
    const deciding = graph.steps.filter((step) => state(step.id).kind === 'deciding');
    // A place goes to a more urgent step that will be ready in a moment.
    const floor = Math.max(-Infinity, ...deciding.map(urgent));
    const ready = graph.steps.filter((step) => state(step.id).kind === 'ready' && urgent(step) >= floor);
    ready.sort((a, b) => urgent(b) - urgent(a));
    for (const step of ready) {
      const found = state(step.id);
      if (found.kind !== 'ready') continue;
      const stage = facts(step.id);
      const demand = request.demandOf(step, stage);
      if (!pool.take(demand)) continue;
      states.set(step.id, { kind: 'running', decision: found.decision });
      inBackground(step.id, async () => {
        const results: ResultsBefore = new Map(before.get(step.id)!.map((id) => [id, recordOf(id)!]));
        let outcome: StepOutcome;
        try {
          outcome = await request.run(step, stage, found.decision, results);
        } finally {
          pool.give(demand);
        }
        await finishStep(step, found.decision, found.forced, results, outcome);
      });
    }
  }

  async function finishStep(
    step: Step,
    decision: Settled,
    forced: boolean,
    results: ResultsBefore,
    outcome: StepOutcome,
  ): Promise<void> {
    switch (outcome.kind) {
      case 'ran':
        await request.settled(step, decision, outcome.record);
        return settleStep(step, decision, outcome.record, 'ran', decision.reason);
      case 'stored':
        return reuse(step, decision, outcome.record, 'another run has stored it in the meantime');
      case 'busy':
        return waitForOwner(step, forced, outcome.owner);
      case 'lost':
        back(step.id, forced);
        // Another reader may have said so first: then it runs again already, or has done so since this step started.
        if (recordOf(outcome.step) !== results.get(outcome.step)) return;
        return demand(outcome.step, outcome.output, outcome.state);
      case 'failed':
        return fail(step.id, outcome.message, outcome.hint, outcome.log);
      case 'cancelled':
        return end(step.id, 'cancelled');
    }
  }

  async function waitForOwner(
    step: Step,
    forced: boolean,
    owner: { readonly pid: number; readonly thisMachine: boolean },
  ): Promise<void> {
    if (!toldWaiting.has(step.id)) {
      toldWaiting.add(step.id);
      const who = !owner.thisMachine
        ? 'a run on another machine'
        : owner.pid === process.pid
          ? 'another step of this run'
          : `another run (process ${owner.pid})`;
      listener({ event: 'log', step: step.id, level: 'info', message: `waiting for ${who}, which computes the same` });
    }
    // Its place is free for others meanwhile: `running` has given back its resources.
    states.set(step.id, { kind: 'backing off', forced });
    advance();
    await clock.sleep(LOCK_WAIT[0] + Math.random() * LOCK_WAIT[1], signal);
    back(step.id, forced);
  }

  function fail(id: string, message: string, hint: string | undefined, log: string | undefined): void {
    end(id, 'failed', message);
    listener({
      ...{ event: 'failed', step: id, message },
      ...(hint === undefined ? {} : { hint }),
      ...(log === undefined ? {} : { log }),
    });
  }

  function demand(id: string, output: string, lost: 'missing' | 'damaged'): void {
    const found = state(id);
    if (found.kind !== 'settled') return;
    const count = (demands.get(id) ?? 0) + 1;
    demands.set(id, count);
    const message = `the stored file of output ${output} is ${lost}`;
    if (count > MOST_DEMANDS) {
      fail(
        id,
        `${message}, although it was just made`,
        'Check the disk; `pipe cache verify` finds what else is damaged.',
        undefined,
      );
      return;
    }
    listener({ event: 'log', step: id, level: 'warning', message: `${message}: the step runs again` });
    back(id, true);
  }

  return {
    settle() {
      return new Promise((resolve, reject) => {
        idle = { resolve, reject };
        advance();
      });
    },
    demand,
    recordOf,
    summary(id) {
      const found = state(id);
      switch (found.kind) {
        case 'settled':
          return { status: found.how, record: found.record, reason: found.decision.reason, message: undefined };
        case 'ended':
          return { status: found.how, record: undefined, reason: undefined, message: found.message };
        case 'waiting':
        case 'deciding':
        case 'backing off':
        case 'ready':
        case 'running':
          return { status: 'cancelled', record: undefined, reason: undefined, message: undefined };
      }
    },
  };
}

/** What a step on the engine is taken to last when it never ran: longer than any that does not train. */
const UNKNOWN_ENGINE_SECONDS = 60;
