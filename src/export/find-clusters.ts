// Which clusters of a run lie in the features of an encoder, so that other images can be put into them by the rule of `assign`
// (docs/methods.md §4.3). In: the run's steps with their records in the store, and the encoder; out: centres, or none.
import type { Clusters } from '../artifacts/artifact.ts';
import { decodeArtifact } from '../artifacts/codec.ts';
import type { Digest } from '../cache/digest.ts';
import type { InputDigests, StepRecord } from '../cache/step-record.ts';
import type { Store } from '../cache/store.ts';
import type { FoundEncoder } from './find-encoder.ts';
import { ExportError } from './export-error.ts';
import { readStored } from './read-stored.ts';

export interface FoundClusters {
  /** The step that made them. */
  readonly step: string;
  readonly stage: string;
  readonly k: number;
  readonly dimension: number;
  /** k × dimension, row-major. */
  readonly centres: Float32Array;
  /** They were found in the rows of a memory bank, which lag behind what the encoder gives for an image. */
  readonly ofBank: boolean;
}

/** Names a choice of no clusters at all. */
export const NO_CLUSTERS = 'none';

/**
 * @param wanted the step of the clusters; undefined for the only ones there are.
 * @returns undefined where there are none.
 * @throws ExportError where there are several and none is named, or none of that name; StoreError where their file is lost.
 */
export async function findClusters(
  store: Store,
  records: ReadonlyMap<string, StepRecord>,
  encoder: FoundEncoder,
  dimension: number,
  wanted: string | undefined,
): Promise<FoundClusters | undefined> {
  if (wanted === NO_CLUSTERS) return undefined;
  const found: FoundClusters[] = [];
  const seen = new Set<string>();
  const features = featuresOf(records, encoder);
  for (const [step, { stage, inputs, outputs }] of records) {
    const read = leaves(inputs).find((digest) => features.has(digest));
    const stored = Object.values(outputs).find(({ kind }) => kind === 'Clusters');
    if (read === undefined || stored === undefined) continue;
    if (wanted !== undefined && wanted !== step) continue;
    if (seen.has(stored.digest)) continue;
    seen.add(stored.digest);
    const bytes = await readStored(store, stored.digest, `the clusters of step ${step}`, {
      hint: `--clusters ${NO_CLUSTERS} exports the encoder without them.`,
    });
    const { k, centres }: Clusters = decodeArtifact('Clusters', bytes);
    // Spectral clusters and categories have none.
    if (k === 0 || centres.length !== k * dimension) continue;
    found.push({ ...{ step, stage, k, dimension, centres }, ofBank: features.get(read)! });
  }
  if (wanted !== undefined && found.length === 0)
    throw new ExportError(
      `step ${wanted} has no clusters with centres in the features of ${encoder.step.step}`,
      `Those of kmeans or spherical_kmeans on its own features are meant; --clusters ${NO_CLUSTERS} takes none.`,
    );
  if (found.length > 1)
    throw new ExportError(
      `the features of ${encoder.step.step} were clustered ${found.length} times, and it is not said which clusters go with it`,
      `Say --clusters with one of: ${[...found.map(({ step }) => step), NO_CLUSTERS].join(', ')}`,
    );
  return found[0];
}

/** Digests of the features that the encoder gave: beside it when it was trained, or by `embed`. The value: whether they are a memory bank's. */
function featuresOf(
  records: ReadonlyMap<string, StepRecord>,
  { step, digest }: FoundEncoder,
): ReadonlyMap<Digest, boolean> {
  const features = new Map<Digest, boolean>();
  for (const [id, { stage, inputs, outputs, parameters }] of records) {
    const own = id === step.step;
    if (!own && !(stage === 'std/representation.embed' && inputs['encoder'] === digest)) continue;
    for (const output of Object.values(outputs))
      if (output.kind === 'Features') features.set(output.digest, own && parameters['features_from'] === 'bank');
  }
  return features;
}

const leaves = (inputs: Readonly<Record<string, InputDigests>>): readonly Digest[] =>
  Object.values(inputs).flatMap(function each(input): readonly Digest[] {
    return typeof input === 'string' ? [input] : input.flatMap(each);
  });
