// An encoder and how it came to be, as data: what README.md and the examples say. In: the run's record, the records of its steps, the model's own
// metadata; out: plain values. Pure; it knows no files and writes no text.
import type { Encoder } from '../artifacts/artifact.ts';
import { readOnnxMetadata } from '../artifacts/onnx-metadata.ts';
import type { InputDigests, StepRecord } from '../cache/step-record.ts';
import type { RunRecord, RunRecordStep } from '../run/run-record.ts';
import type { FoundClusters } from './find-clusters.ts';
import type { FoundEncoder } from './find-encoder.ts';

export interface EncoderDescription {
  readonly found: FoundEncoder;
  readonly image: readonly [height: number, width: number, channels: number];
  readonly dimension: number;
  /** What the model says of its input and of what it does with it. */
  readonly says: { readonly images: string | undefined; readonly preprocessing: string | undefined };
  /** Lengths of the parts of a row, each of Euclidean length 1; undefined where it is not known. */
  readonly parts: readonly number[] | undefined;
  /** The first so many numbers of a row are the scores of categories: the largest is the image's cluster. */
  readonly categories: number | undefined;
  readonly clusters: FoundClusters | undefined;
  /** The encoder's step and all before it, each after what it reads. */
  readonly history: readonly HistoryStep[];
  /** When and by which engine it was computed, perhaps in an earlier run; undefined where that was collected. */
  readonly computed: { readonly created: string; readonly engine: string | null } | undefined;
  readonly run: RunRecord;
}

/** A call, with the arguments in their order: inputs first. */
export interface HistoryStep {
  readonly step: string;
  readonly stage: string;
  readonly inputs: readonly { readonly name: string; readonly from: string }[];
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly seconds: number | null;
}

/** @param records of the steps of the run, by step; a step without one is told without the names of its inputs. */
export function describeEncoder(
  found: FoundEncoder,
  encoder: Encoder,
  clusters: FoundClusters | undefined,
  run: RunRecord,
  records: ReadonlyMap<string, StepRecord>,
): EncoderDescription {
  const { height, width, channels, dimension } = encoder;
  const metadata = readOnnxMetadata(encoder.onnx);
  const history = before(run.steps, found.step);
  return {
    ...{ found, image: [height, width, channels], dimension, clusters, run },
    says: { images: metadata.get('pipe.images'), preprocessing: metadata.get('pipe.preprocessing') },
    parts: partsIn(metadata, dimension) ?? partsOf(found.step, dimension),
    categories: categoriesOf(found.step),
    history: history.map((step) => ({
      ...{ step: step.step, stage: step.stage, parameters: step.parameters, seconds: step.seconds },
      inputs: inputsOf(step, records.get(step.step), history),
    })),
    computed: records.get(found.step.step),
  };
}

/** Stages whose first columns are scores, and the parameter that says how many. */
const SCORES: Readonly<Record<string, string>> = {
  'std/contrast.momentum_contrast': 'categories',
  'std/contrast.contrast_head': 'categories',
  'std/contrast.self_label': 'k',
};

function categoriesOf({ stage, parameters }: RunRecordStep): number | undefined {
  const count = parameters[SCORES[stage] ?? ''];
  return typeof count === 'number' && count > 0 ? count : undefined;
}

/** What the model says: of its last head by itself, or with all that it is made of. */
function partsIn(metadata: ReadonlyMap<string, string>, dimension: number): readonly number[] | undefined {
  interface Parts {
    readonly parts?: readonly number[];
  }
  const [alone, network] = [metadata.get('pipe.parts'), metadata.get('pipe.network')];
  const said = network === undefined ? {} : (JSON.parse(network) as Parts & { readonly behind?: readonly Parts[] });
  const parts = alone === undefined ? (said.behind?.at(-1) ?? said).parts : (JSON.parse(alone) as readonly number[]);
  return parts?.reduce((sum, one) => sum + one, 0) === dimension ? parts : undefined;
}

function partsOf(step: RunRecordStep, dimension: number): readonly number[] | undefined {
  if (step.stage === 'std/representation.pretrained') return [dimension];
  const categories = categoriesOf(step);
  if (step.stage !== 'std/contrast.contrast_head' || categories === undefined) return undefined;
  return [categories, dimension - categories].filter((length) => length > 0);
}

/** A step and all that it comes from, in the order of the run. */
function before(steps: readonly RunRecordStep[], last: RunRecordStep): readonly RunRecordStep[] {
  const byName = new Map(steps.map((step) => [step.step, step]));
  const kept = new Set<string>();
  const visit = (name: string): void => {
    if (kept.has(name)) return;
    kept.add(name);
    byName.get(name)?.reads.forEach(visit);
  };
  visit(last.step);
  return steps.filter(({ step }) => kept.has(step));
}

/** The record of a step names its inputs by digest, the record of the run the steps that were read. */
function inputsOf(
  { reads }: RunRecordStep,
  record: StepRecord | undefined,
  history: readonly RunRecordStep[],
): HistoryStep['inputs'] {
  if (record === undefined) return reads.map((from) => ({ name: '', from }));
  const sources = new Map<string, string>();
  for (const { step, outputs } of history.filter((one) => reads.includes(one.step)))
    for (const [output, { digest }] of Object.entries(outputs)) sources.set(digest, `${step}.${output}`);
  const text = (input: InputDigests): string =>
    typeof input === 'string' ? (sources.get(input) ?? '…') : `[${input.map(text).join(', ')}]`;
  return Object.entries(record.inputs).map(([name, input]) => ({ name, from: text(input) }));
}
