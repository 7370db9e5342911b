// What a run would take: time from what like steps took, memory from sizes, disk from earlier results or from types. Pure; every figure that
// nothing is known for stays undefined, and is counted as unknown rather than as nothing.
import type { Json } from '../cache/digest.ts';
import { criticalPath } from '../dag/critical-path.ts';
import type { TypedGraph } from '../graph/typed-graph.ts';
import type { StageFacts, StepShape } from '../stage/stage.ts';
import { ownFacts } from './own-step.ts';
import type { DecidedStep } from './plan.ts';
import { outputShapes, storedBytes, stepShapes } from './shapes.ts';
import { stepGraph } from './step-graph.ts';

/** What a computation took once. */
export interface Sample {
  readonly stage: string;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly engine: string | null;
  readonly outputs: Readonly<Record<string, { readonly type: string; readonly bytes: number }>>;
  readonly seconds: number;
}

/** Of one step; undefined where nothing is known. */
export interface Estimate {
  readonly seconds: number | undefined;
  /** What `seconds` goes by: this step's last result, or another's of the same stage; `scaled` for other parameters by the ratio of the work. */
  readonly basis: 'this step' | 'this step, scaled' | 'a like step' | 'a like step, scaled' | undefined;
  /** Bytes that its worker holds at its peak. */
  readonly memory: number | undefined;
  /** Bytes of its results. */
  readonly bytes: number | undefined;
}

export interface Totals {
  /** Of the steps that run, one after the other. */
  readonly seconds: number;
  /** The chain of steps that everything waits for. */
  readonly critical: { readonly seconds: number; readonly steps: readonly string[] };
  /** Steps that run, and for which no time is known. */
  readonly unknown: readonly string[];
  /** Of the step that takes most. */
  readonly memory: { readonly bytes: number; readonly step: string } | undefined;
  readonly bytes: number;
  /** What the steps that may have to run would add. */
  readonly depends: { readonly seconds: number; readonly bytes: number };
  /** What reuse saves. */
  readonly saved: number;
}

/**
 * @param own what the same step of the same pipeline took when it was last computed
 * @param others samples of any stage, the latest first
 */
export function estimateSteps(
  graph: TypedGraph,
  stages: ReadonlyMap<string, StageFacts>,
  engine: string,
  own: ReadonlyMap<string, Sample>,
  others: readonly Sample[],
): ReadonlyMap<string, Estimate> {
  const shapes = stepShapes(graph);
  return new Map(
    graph.steps.map((step) => {
      const facts = ownFacts(step) ?? stages.get(step.stage);
      const shape = shapes.get(step.id)!;
      const wanted = facts?.usesEngine === true ? engine : null;
      const fits = (sample: Sample): boolean =>
        sample.stage === (facts?.name ?? step.stage) && sample.engine === wanted;
      const mine = own.get(step.id);
      const sample = mine !== undefined && fits(mine) ? mine : nearest(others.filter(fits), shape);
      const memory = facts?.memory?.(shape);
      return [
        step.id,
        {
          ...time(sample, sample !== undefined && sample === mine, shape, facts),
          memory: memory === undefined || Number.isNaN(memory) ? undefined : memory,
          bytes: bytesOf(step.outputs, shape, sample),
        },
      ];
    }),
  );
}

/** The sample with the most parameters alike, the latest of several. */
function nearest(samples: readonly Sample[], { parameters }: StepShape): Sample | undefined {
  const alike = (sample: Sample): number =>
    Object.entries(parameters).filter(
      ([name, value]) => JSON.stringify(value) === JSON.stringify(sample.parameters[name]),
    ).length;
  return samples.reduce<Sample | undefined>(
    (best, sample) => (best === undefined || alike(sample) > alike(best) ? sample : best),
    undefined,
  );
}

function time(
  sample: Sample | undefined,
  isOwn: boolean,
  shape: StepShape,
  facts: StageFacts | undefined,
): Pick<Estimate, 'seconds' | 'basis'> {
  if (sample === undefined) return { seconds: undefined, basis: undefined };
  const of = isOwn ? 'this step' : 'a like step';
  const before = facts?.work?.({
    parameters: sample.parameters,
    outputs: outputShapes(Object.entries(sample.outputs).map(([name, { type }]) => [name, type])),
  });
  const ratio = (facts?.work?.(shape) ?? NaN) / (before ?? NaN);
  if (!Number.isFinite(ratio) || ratio === 1) return { seconds: sample.seconds, basis: of };
  return { seconds: sample.seconds * ratio, basis: `${of}, scaled` };
}

/** Bytes of an earlier result of the same type, else what the type says. Undefined where one output is unknown. */
function bytesOf(
  outputs: TypedGraph['steps'][number]['outputs'],
  shape: StepShape,
  sample: Sample | undefined,
): number | undefined {
  const sizes = outputs.map(({ name, type }) => {
    const before = sample?.outputs[name];
    const computed = storedBytes(shape.outputs[name]!);
    return before !== undefined && (before.type === type || computed === undefined) ? before.bytes : computed;
  });
  return sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
}

export function totalsOf(
  graph: TypedGraph,
  decided: readonly DecidedStep[],
  estimates: ReadonlyMap<string, Estimate>,
): Totals {
  const named = (verdict: DecidedStep['verdict']): readonly string[] =>
    decided.filter((one) => one.verdict === verdict).map(({ step }) => step.id);
  const sum = (steps: readonly string[], of: 'seconds' | 'bytes'): number =>
    steps.reduce((total, step) => total + (estimates.get(step)?.[of] ?? 0), 0);
  const runs = named('run');
  const running = new Set(runs);
  const { cost, path } = criticalPath(stepGraph(graph), (step) =>
    running.has(step) ? (estimates.get(step)?.seconds ?? 0) : 0,
  );
  const largest = runs.reduce<Totals['memory']>((most, step) => {
    const bytes = estimates.get(step)?.memory;
    return bytes !== undefined && bytes > (most?.bytes ?? -1) ? { bytes, step } : most;
  }, undefined);
  return {
    seconds: sum(runs, 'seconds'),
    critical: { seconds: cost, steps: path },
    unknown: runs.filter((step) => estimates.get(step)?.seconds === undefined),
    memory: largest,
    bytes: sum(runs, 'bytes'),
    depends: { seconds: sum(named('depends'), 'seconds'), bytes: sum(named('depends'), 'bytes') },
    saved: sum(named('reuse'), 'seconds'),
  };
}
