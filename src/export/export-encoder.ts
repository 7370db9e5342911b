// An encoder of an earlier run as a folder that other programs use: the model, a README, an example in Python and one in Node.js, and the centres of its
// clusters. In: the store, the run's record, what was asked for; out: what was written. Runs nothing, and loads no runtime.
import type { Encoder } from '../artifacts/artifact.ts';
import { decodeArtifact } from '../artifacts/codec.ts';
import { asStepKey } from '../cache/digest.ts';
import type { StepRecord } from '../cache/step-record.ts';
import type { Store } from '../cache/store.ts';
import type { RunRecord } from '../run/run-record.ts';
import { version } from '../version.ts';
import { describeEncoder, type EncoderDescription } from './describe-encoder.ts';
import { nodeExample, pythonExample } from './examples.ts';
import { findClusters } from './find-clusters.ts';
import { findEncoder, nameOf } from './find-encoder.ts';
import { readStored } from './read-stored.ts';
import { encoderReadme } from './readme.ts';
import { MANIFEST, writeFolder } from './write-folder.ts';

export interface ExportRequest {
  /** See {@link findEncoder}. */
  readonly encoder: string | undefined;
  /** See {@link findClusters}. */
  readonly clusters: string | undefined;
  /** The folder to write, absolute. */
  readonly to: string;
}

export interface Exported {
  readonly description: EncoderDescription;
  /** Names in the folder. */
  readonly files: readonly string[];
}

/** @throws ExportError where it cannot be done as it was asked; StoreError where a stored file is lost. Nothing is then written. */
export async function exportEncoder(
  store: Store,
  run: { readonly record: RunRecord; readonly folder: string },
  request: ExportRequest,
): Promise<Exported> {
  const found = await findEncoder(store.files, run, request.encoder);
  const onnx = await readStored(store, found.digest, `the encoder of step ${found.step.step}`, {
    hint: 'A run makes it anew where the pipeline hands it out (output encoder = …), or changes what it is made of.',
  });
  const encoder: Encoder = decodeArtifact('Encoder', onnx);
  const records = await recordsOf(store, run.record);
  const clusters = await findClusters(store, records, found, encoder.dimension, request.clusters);
  const description = describeEncoder(found, encoder, clusters, run.record, records);
  const content = {
    'encoder.onnx': onnx,
    'README.md': encoderReadme(description),
    'example.py': pythonExample(description),
    'example.mjs': nodeExample(description),
    ...(clusters === undefined ? {} : { 'centres.json': centresText(clusters) }),
  };
  await writeFolder(store.files, request.to, content, {
    ...{ pipe: version, run: run.record.id, encoder: nameOf(found) },
  });
  return { description, files: [...Object.keys(content), MANIFEST] };
}

/** Of the steps of the run; without those that were collected since. */
async function recordsOf(store: Store, { steps }: RunRecord): Promise<ReadonlyMap<string, StepRecord>> {
  const records = new Map<string, StepRecord>();
  for (const { step, key, status } of steps) {
    if (key === null || (status !== 'ran' && status !== 'reused')) continue;
    const record = await store.records.read(asStepKey(key));
    if (record !== undefined) records.set(step, record);
  }
  return records;
}

/** A line a centre. Every digit stays: a distance is then the one that `assign` computes. */
function centresText({ k, dimension, centres }: { k: number; dimension: number; centres: Float32Array }): string {
  const rows = Array.from({ length: k }, (_, cluster) =>
    JSON.stringify([...centres.subarray(cluster * dimension, (cluster + 1) * dimension)]),
  );
  return `[\n${rows.join(',\n')}\n]\n`;
}
