// All that a plan knows of one step, as data: why it would run or not, what its key is made of, where its inputs come from, who reads it, where
// its files are. Reads what the planner has decided and whether files are there; changes nothing.
import type { Digest } from '../cache/digest.ts';
import type { BlobState } from '../cache/blob-store.ts';
import type { InputDigests, StoredOutput } from '../cache/step-record.ts';
import type { Store } from '../cache/store.ts';
import type { Step, TypedGraph, ValueSource } from '../graph/typed-graph.ts';
import type { Change } from './change.ts';
import type { Estimate } from './estimate.ts';
import { recordOf, type DecidedStep } from './plan.ts';
import { outputsIn } from './step-graph.ts';
import type { Computation } from './step-key.ts';
import type { Verdict } from './verdict.ts';

export interface ExplainedInput {
  readonly name: string;
  /** What feeds it; for a list, each of its items. */
  readonly from: readonly {
    readonly step: string;
    readonly output: string;
    readonly type: string;
    readonly verdict: Verdict;
    readonly reason: string;
  }[];
  /** Undefined while a step before it has no result. */
  readonly digest: InputDigests | undefined;
}

export interface ExplainedFile extends StoredOutput {
  readonly output: string;
  readonly path: string;
  readonly state: BlobState;
}

export interface Explanation {
  readonly step: string;
  readonly stage: string;
  readonly verdict: Verdict;
  readonly reason: string;
  /** What is to be said of its result. */
  readonly note?: string;
  /** Since it was last seen; undefined where it never was. */
  readonly changes: readonly Change[] | undefined;
  /** Undefined while its inputs are not known. */
  readonly key: string | undefined;
  readonly computation: Computation;
  readonly family: Digest;
  readonly parameters: readonly {
    readonly name: string;
    readonly value: Step['parameters'][string];
    readonly source: ValueSource | undefined;
  }[];
  readonly inputs: readonly ExplainedInput[];
  readonly outputs: Step['outputs'];
  readonly annotations: Step['annotations'];
  readonly readBy: readonly { readonly step: string; readonly input: string }[];
  /** Outputs of the pipeline that it is bound to. */
  readonly handedOutAs: readonly string[];
  /** Of its stored result, if it has one. */
  readonly files: readonly ExplainedFile[];
  readonly estimate: Estimate | undefined;
}

/** @returns undefined where there is no such step. */
export async function explainStep(
  store: Store,
  graph: TypedGraph,
  decided: readonly DecidedStep[],
  estimates: ReadonlyMap<string, Estimate>,
  id: string,
): Promise<Explanation | undefined> {
  const byStep = new Map(decided.map((one) => [one.step.id, one]));
  const found = byStep.get(id);
  if (found === undefined) return undefined;
  const { step, decision, verdict, reason } = found;
  const inputs = Object.entries(step.inputs).map(([name, binding]): ExplainedInput => {
    const from = outputsIn(binding).map(({ step: source, output }) => {
      const before = byStep.get(source)!;
      const type = before.step.outputs.find((one) => one.name === output)?.type ?? '?';
      return { step: source, output, type, verdict: before.verdict, reason: before.reason };
    });
    return { name, from, digest: decision.key === undefined ? digestNow(byStep, binding) : decision.inputs[name] };
  });
  const readBy = graph.steps.flatMap((reader) =>
    Object.entries(reader.inputs).flatMap(([input, binding]) =>
      outputsIn(binding).some((one) => one.step === id) ? [{ step: reader.id, input }] : [],
    ),
  );
  const files: ExplainedFile[] = [];
  for (const [output, stored] of Object.entries(recordOf(decision)?.outputs ?? {})) {
    const state = await store.blobs.state(stored.digest, stored.bytes);
    files.push({ ...stored, output, path: store.layout.blob(stored.digest), state });
  }
  return {
    ...{ step: id, stage: step.stage, verdict, reason, key: decision.key },
    ...(step.note === undefined ? {} : { note: step.note }),
    changes: decision.seen === undefined ? undefined : decision.changes,
    ...{ computation: decision.computation, family: decision.family },
    parameters: Object.entries(step.parameters).map(([name, value]) => ({ name, value, source: step.sources?.[name] })),
    ...{ inputs, outputs: step.outputs, annotations: step.annotations, readBy },
    handedOutAs: graph.outputs
      .filter(({ value }) => outputsIn(value).some((one) => one.step === id))
      .map(({ name }) => name),
    ...{ files, estimate: estimates.get(id) },
  };
}

/** Of an input of a step whose other inputs are not all known. */
function digestNow(
  byStep: ReadonlyMap<string, DecidedStep>,
  binding: Step['inputs'][string],
): InputDigests | undefined {
  if (binding.kind === 'value') return undefined;
  if (binding.kind === 'output') {
    const before = byStep.get(binding.step);
    return before === undefined ? undefined : recordOf(before.decision)?.outputs[binding.output]?.digest;
  }
  const items = binding.items.map((item) => digestNow(byStep, item));
  return items.every((item) => item !== undefined) ? items : undefined;
}
