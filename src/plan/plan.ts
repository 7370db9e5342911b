// The plan of a run: a verdict and a reason for every step, before anything runs. In: the typed graph and the store; out: plain data.
// It loads no implementation and writes nothing, so that it is quick and can be asked for at any time.
import { ancestors as ancestorsOf } from '../dag/digraph.ts';
import type { Digest, StepKey } from '../cache/digest.ts';
import type { StepRecord } from '../cache/step-record.ts';
import type { Step, TypedGraph } from '../graph/typed-graph.ts';
import { decide, type Decision, type Known, type Planner } from './decide.ts';
import type { Verdict } from './verdict.ts';
import { readsOfStep, stepGraph, wantedSteps } from './step-graph.ts';

export interface PlannedStep {
  readonly step: string;
  readonly stage: string;
  readonly verdict: Verdict;
  /** One sentence that names what changed, without its full stop. */
  readonly reason: string;
  /** Steps it reads from. */
  readonly reads: readonly string[];
  /** Undefined while its inputs are not known. */
  readonly key: StepKey | undefined;
  /** What is to be said of its result. */
  readonly note?: string;
  /** Seconds it took when it was last computed, for reused steps what is saved. */
  readonly seconds: number | undefined;
}

export interface Plan {
  readonly pipeline: string;
  readonly engine: string;
  /** Why a run may take another engine. */
  readonly note?: string;
  /** For each step on the engine. */
  readonly threads: number;
  readonly steps: readonly PlannedStep[];
}

/** A step with its decision, and with the verdict and reason that it gets once the whole graph has been looked at. */
export interface DecidedStep {
  readonly step: Step;
  readonly decision: Decision;
  readonly verdict: Verdict;
  readonly reason: string;
}

export async function planSteps(planner: Planner, graph: TypedGraph): Promise<readonly PlannedStep[]> {
  return (await decideSteps(planner, graph)).map(plannedStep);
}

/** In the order of the graph. */
export async function decideSteps(planner: Planner, graph: TypedGraph): Promise<readonly DecidedStep[]> {
  const dag = stepGraph(graph);
  const decisions = new Map<string, Decision>();
  const known = (step: string): Known | undefined => knownOutputs(decisions.get(step));
  for (const step of graph.steps) {
    decisions.set(step.id, await decide(planner, step, () => ancestorsOf(dag, step.id), known));
  }
  return settleLost(graph, decisions);
}

export function plannedStep({ step, decision, verdict, reason }: DecidedStep): PlannedStep {
  return {
    step: step.id,
    stage: step.stage,
    verdict,
    reason,
    reads: readsOfStep(step),
    key: decision.key,
    ...(step.note === undefined ? {} : { note: step.note }),
    seconds: decision.seen?.seconds ?? recordOf(decision)?.seconds,
  };
}

/** The result of a step is known once there is a record of it, even where files of it are lost. */
export function knownOutputs(decision: Decision | undefined): Known | undefined {
  const record = decision === undefined ? undefined : recordOf(decision);
  return record === undefined ? undefined : { key: record.key, outputs: outputDigests(record) };
}

export function outputDigests(record: StepRecord): Readonly<Record<string, Digest>> {
  return Object.fromEntries(Object.entries(record.outputs).map(([name, output]) => [name, output.digest]));
}

/** The stored result that a decision found, whole or with files lost. */
export function recordOf(decision: Decision): StepRecord | undefined {
  return decision.key === undefined ? undefined : decision.record;
}

/** A step whose stored files are lost runs only if somebody wants the files: looked at from the end, readers first. */
function settleLost(graph: TypedGraph, decisions: ReadonlyMap<string, Decision>): readonly DecidedStep[] {
  const wanted = wantedSteps(graph);
  const readersRun = new Map<string, string>();
  const readersMayRun = new Map<string, string>();
  const result: DecidedStep[] = [];
  for (const step of graph.steps.toReversed()) {
    const decision = decisions.get(step.id)!;
    const settled = settle(step, decision);
    result.push({ step, decision, ...settled });
    if (settled.verdict === 'reuse') continue;
    for (const read of readsOfStep(step)) (settled.verdict === 'run' ? readersRun : readersMayRun).set(read, step.id);
  }
  return result.toReversed();

  function settle(step: Step, decision: Decision): { readonly verdict: Verdict; readonly reason: string } {
    const { verdict, reason } = decision;
    if (recordOf(decision) === undefined || verdict !== 'run' || wanted.has(step.id)) return { verdict, reason };
    const reader = readersRun.get(step.id);
    if (reader !== undefined) return { verdict, reason: `${reason}, and ${reader} needs it` };
    const doubtful = readersMayRun.get(step.id);
    if (doubtful !== undefined) return { verdict: 'depends', reason: `${reason}; runs only if ${doubtful} runs` };
    return { verdict: 'reuse', reason: `${reason}, but no step that runs needs it` };
  }
}
