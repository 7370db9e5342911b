// The verdict on one step: reuse, run, or depends on what its inputs turn out to be; each with one sentence that says why.
// In: a step, and what is known of the steps before it. Out: a decision. It reads the store and changes nothing.
import type { Digest, StepKey } from '../cache/digest.ts';
import type { LastSeen } from '../cache/last-seen.ts';
import type { BlobState } from '../cache/blob-store.ts';
import type { InputDigests, StepRecord } from '../cache/step-record.ts';
import type { Store } from '../cache/store.ts';
import type { Binding, Step, TypedGraph } from '../graph/typed-graph.ts';
import type { StageFacts } from '../stage/stage.ts';
import { changesSince, joinChanges, type Change } from './change.ts';
import { decidingParameters, ownDigests, ownFacts } from './own-step.ts';
import { PlanError } from './plan-error.ts';
import { familyOf, stepKeyOf, type Computation } from './step-key.ts';
import { outputsIn, readsOfStep } from './step-graph.ts';

/** What every decision of a run needs. */
export interface Planner {
  readonly store: Store;
  readonly stages: ReadonlyMap<string, StageFacts>;
  readonly engine: string;
  readonly pipeline: TypedGraph['pipeline'];
  readonly dataFolder: string | undefined;
}

/** What is known of a step that comes before: its key, and the digest of each output. */
export interface Known {
  readonly key: StepKey;
  readonly outputs: Readonly<Record<string, Digest>>;
}

interface Decided {
  readonly reason: string;
  readonly computation: Computation;
  readonly family: Digest;
  readonly seen: LastSeen | undefined;
  /** Since it was last seen; without the inputs where they are not known. */
  readonly changes: readonly Change[];
}

/** A decision with all inputs known. */
export interface Settled extends Decided {
  readonly key: StepKey;
  readonly inputs: Readonly<Record<string, InputDigests>>;
}

export type Decision =
  | (Settled & { readonly verdict: 'reuse'; readonly record: StepRecord })
  /** `record`: the result is known, but `lost` files of it are missing or damaged; it runs only if they are needed. */
  | (Settled & {
      readonly verdict: 'run';
      readonly record: StepRecord | undefined;
      readonly lost: readonly LostOutput[];
      readonly checkpoint: boolean;
    })
  /** Inputs not known yet: `run` where no result of such a computation was ever stored, whatever the inputs. */
  | (Decided & { readonly verdict: 'run' | 'depends'; readonly key: undefined });

export interface LostOutput {
  readonly output: string;
  readonly state: Exclude<BlobState, 'there'>;
}

/**
 * @param known of each ancestor; undefined for one whose outputs are not known yet.
 * @param ancestors all steps before this one, directly or not; asked for only where the stage shows them.
 * @throws PlanError where the stage has no implementation.
 */
export async function decide(
  planner: Planner,
  step: Step,
  ancestors: () => readonly string[],
  known: (step: string) => Known | undefined,
): Promise<Decision> {
  const { store } = planner;
  const facts = stageFacts(planner.stages, step);
  const computation = await computationOf(planner, step, facts);
  const family = familyOf(computation);
  const seen = await store.lastSeen.read({ ...planner.pipeline, pipeline: planner.pipeline.name, step: step.id });
  const from = (input: string): readonly string[] => [
    ...new Set(outputsIn(step.inputs[input] ?? { kind: 'list', items: [] }).map((found) => found.step)),
  ];
  const changes = (inputs?: Readonly<Record<string, InputDigests>>): readonly Change[] =>
    seen === undefined ? [] : changesSince(seen, computation, inputs, from);

  const inputs = resolveInputs(step, known);
  const shown = facts.readsProvenance ? ancestors() : [];
  const unknownAncestors = shown.filter((name) => known(name) === undefined);
  if (inputs === undefined || unknownAncestors.length > 0) {
    const waiting = readsOfStep(step).filter((name) => known(name) === undefined);
    const open = waiting.length > 0 ? waiting : unknownAncestors;
    const decided = { computation, family, seen, changes: changes(), key: undefined };
    if (step.annotations.cache === false) {
      return { ...decided, verdict: 'run', reason: NEVER_CACHED };
    }
    if (await store.records.knowsFamily(family)) {
      const change = facts.readsProvenance ? 'changes, or is made in another way' : 'changes';
      const reason = `runs only if the result of ${someOf(open)} ${change}`;
      return { ...decided, verdict: 'depends', reason };
    }
    const reason =
      joinChanges(decided.changes) || (seen === undefined ? 'never run before' : 'no result of it is stored');
    return { ...decided, verdict: 'run', reason };
  }

  const keys = shown.map((name) => known(name)?.key).filter((one) => one !== undefined);
  const key = stepKeyOf(family, inputs, facts.readsProvenance ? keys : undefined);
  const changed = changes(inputs);
  const settled = { computation, family, seen, changes: changed, key, inputs };
  const checkpoint = await store.hasCheckpoint(key);
  const run = (reason: string, record?: StepRecord, lost: readonly LostOutput[] = []): Decision => ({
    ...settled,
    verdict: 'run',
    reason: checkpoint ? `${reason}; continues from its checkpoint` : reason,
    record,
    lost,
    checkpoint,
  });

  if (step.annotations.cache === false) return run(NEVER_CACHED);
  const record = await store.records.read(key);
  if (record === undefined || !answers(record, step)) {
    if (changed.length > 0) return run(joinChanges(changed));
    if (seen === undefined) return run(checkpoint ? NOT_FINISHED : 'never run before');
    if (seen.key === key) return run(checkpoint ? NOT_FINISHED : 'its result is no longer in the store');
    return run(
      facts.readsProvenance
        ? 'a step before it changed, and its result shows how it was made'
        : 'no result of it is stored',
    );
  }

  const lost = await lostOutputs(store, record);
  if (lost.length > 0) return run(lost.map(describeLost).join('; '), record, lost);
  const reason =
    seen === undefined
      ? 'the same computation is stored already'
      : changed.length > 0
        ? `${joinChanges(changed)}; that result is stored already`
        : 'stage, parameters and inputs are unchanged';
  return { ...settled, verdict: 'reuse', reason, record };
}

/** Longer lists of steps are cut, with a count of the rest. */
const MOST_NAMED = 3;

function someOf(steps: readonly string[]): string {
  const rest = steps.length - MOST_NAMED;
  return rest > 0 ? `${steps.slice(0, MOST_NAMED).join(', ')} or ${rest} more` : steps.join(', ');
}

const NOT_FINISHED = 'not finished yet';
const NEVER_CACHED = 'its annotation says never to reuse it';

/** The digests of all inputs in their list structure; undefined while one of them is not known. */
export function resolveInputs(
  step: Step,
  known: (step: string) => Known | undefined,
): Readonly<Record<string, InputDigests>> | undefined {
  const result: Record<string, InputDigests> = {};
  for (const [name, binding] of Object.entries(step.inputs)) {
    const digests = digestsOf(binding, known);
    if (digests === undefined) return undefined;
    result[name] = digests;
  }
  return result;
}

function digestsOf(binding: Binding, known: (step: string) => Known | undefined): InputDigests | undefined {
  if (binding.kind === 'value') throw new TypeError('an input of a step is an artifact, not a value');
  if (binding.kind === 'output') return known(binding.step)?.outputs[binding.output];
  const items = binding.items.map((item) => digestsOf(item, known));
  return items.every((item) => item !== undefined) ? items : undefined;
}

/** Whether a record has every output of a step, and of the kind that the step declares: a damaged one may be no answer to its key. */
export function answers(record: StepRecord, step: Step): boolean {
  return step.outputs.every(({ name, kind }) => record.outputs[name]?.kind === kind);
}

/** Outputs of a record whose files are not there with the right size. */
export async function lostOutputs(store: Store, record: StepRecord): Promise<readonly LostOutput[]> {
  const lost: LostOutput[] = [];
  for (const [output, { digest, bytes }] of Object.entries(record.outputs)) {
    const state = await store.blobs.state(digest, bytes);
    if (state !== 'there') lost.push({ output, state });
  }
  return lost;
}

function describeLost({ output, state }: LostOutput): string {
  return `the stored file of output ${output} is ${state}`;
}

export function stageFacts(stages: ReadonlyMap<string, StageFacts>, step: Step): StageFacts {
  const facts = ownFacts(step) ?? stages.get(step.stage);
  if (facts !== undefined) return facts;
  throw new PlanError(
    `step ${step.id}: stage ${step.stage} is declared, but this version of pipe has no implementation of it`,
    'Use a version of pipe that fits the standard library you import from.',
  );
}

/** Digests of the files that a stage reads from outside the graph, by logical name. */
export async function externalDigests(
  planner: Planner,
  step: Step,
  facts: StageFacts,
): Promise<Readonly<Record<string, string | null>>> {
  const { store, dataFolder } = planner;
  const own = await ownDigests(step, (path) => store.fileDigests.digest(path));
  if (own !== undefined) return own;
  const found = (await facts.externalFiles?.(step.parameters, dataFolder, store.layout.downloads)) ?? [];
  const result: Record<string, string | null> = {};
  for (const file of found) {
    const digest = file.path === undefined ? undefined : await store.fileDigests.digest(file.path);
    result[file.name] = digest ?? file.listing ?? file.published ?? null;
  }
  return result;
}

async function computationOf(planner: Planner, step: Step, facts: StageFacts): Promise<Computation> {
  return {
    stage: facts.name,
    version: facts.version,
    parameters: decidingParameters(step),
    external: await externalDigests(planner, step, facts),
    engine: facts.usesEngine ? planner.engine : null,
  };
}
