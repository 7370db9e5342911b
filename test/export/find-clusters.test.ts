// Which clusters go with an encoder: those in its own features, wherever these were computed, with centres of their length.
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeArtifact } from '../../src/artifacts/codec.ts';
import { asStepKey, digestOf, type Digest } from '../../src/cache/digest.ts';
import type { InputDigests, StepRecord } from '../../src/cache/step-record.ts';
import { openStore, type Store } from '../../src/cache/store.ts';
import { encodersOf } from '../../src/export/find-encoder.ts';
import { findClusters } from '../../src/export/find-clusters.ts';
import { memoryClock } from '../../src/platform/clock.ts';
import { memoryHost } from '../../src/platform/host.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';
import { recordOf, stepOf } from './run-record.ts';

const [encoder] = encodersOf(recordOf([stepOf('keep', { encoder: 'Encoder<8,8,1,2> e' })]));
const named = (text: string): Digest => digestOf(text);

let store: Store;
let records: Map<string, StepRecord>;
beforeEach(async () => {
  store = openStore('/store', memoryFileSystem(), memoryClock(0), memoryHost());
  await store.prepare();
  records = new Map();
  add(
    'keep',
    'std/representation.idfd',
    {},
    { encoder: encoder!.digest, features: named('features') },
    { features_from: 'bank' },
  );
});

const KINDS: Readonly<Record<string, string>> = { encoder: 'Encoder', features: 'Features', clusters: 'Clusters' };

function add(
  step: string,
  stage: string,
  inputs: Readonly<Record<string, InputDigests>>,
  outputs: Readonly<Record<string, Digest>>,
  parameters: StepRecord['parameters'] = {},
): void {
  records.set(step, {
    ...{ format: 1, key: asStepKey(digestOf(step)), family: digestOf(step), stage, version: 1, parameters, inputs },
    ...{ seconds: 1, engine: null, threads: null, created: '' },
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, digest]) => [name, { kind: KINDS[name]!, type: '', digest, bytes: 1 }]),
    ),
  });
}

async function addClusters(step: string, features: string, centres: readonly number[]): Promise<Digest> {
  const value = { k: 2, assignments: Int32Array.of(0, 1), centres: Float32Array.from(centres), inertia: 0 };
  const digest = await store.blobs.put(encodeArtifact('Clusters', value));
  add(step, 'std/clustering.kmeans', { features: named(features) }, { clusters: digest });
  return digest;
}

const find = (wanted?: string) => findClusters(store, records, encoder!, 2, wanted);

describe('the clusters of an encoder', () => {
  it('are those in the features beside it, of which it is told whether they are a memory bank', async () => {
    expect(await find()).toBeUndefined();
    await addClusters('clusters', 'features', [1, 2, 3, 4]);
    expect(await find()).toMatchObject({ step: 'clusters', k: 2, dimension: 2, ofBank: true });
    expect([...(await find())!.centres]).toEqual([1, 2, 3, 4]);
    expect(await find('none')).toBeUndefined();
  });

  it('or in those that embed computed with it, not with another encoder', async () => {
    add('embedded', 'std/representation.embed', { encoder: encoder!.digest }, { features: named('plain') });
    add('others', 'std/representation.embed', { encoder: named('another') }, { features: named('strange') });
    await addClusters('strangers', 'strange', [5, 6, 7, 8]);
    await addClusters('clusters', 'plain', [1, 2, 3, 4]);
    expect(await find()).toMatchObject({ step: 'clusters', ofBank: false });
  });

  it("have centres of the features' length", async () => {
    await addClusters('spectral', 'features', []);
    await addClusters('of_a_part', 'features', [1, 2]);
    expect(await find()).toBeUndefined();
    await expect(find('spectral')).rejects.toThrow(
      'step spectral has no clusters with centres in the features of keep',
    );
  });

  it('are asked for where there are several that differ', async () => {
    await addClusters('five', 'features', [1, 2, 3, 4]);
    await addClusters('again', 'features', [1, 2, 3, 4]);
    expect(await find()).toMatchObject({ step: 'five' });
    await addClusters('ten', 'features', [4, 3, 2, 1]);
    await expect(find()).rejects.toMatchObject({
      message: 'the features of keep were clustered 2 times, and it is not said which clusters go with it',
      hint: 'Say --clusters with one of: five, ten, none',
    });
    expect(await find('ten')).toMatchObject({ step: 'ten' });
    expect(await find('again')).toMatchObject({ step: 'again' });
  });

  it('are an error where their file is lost, not left out in silence', async () => {
    const digest = await addClusters('clusters', 'features', [1, 2, 3, 4]);
    await store.files.remove(store.layout.blob(digest));
    await expect(find()).rejects.toThrow('the clusters of step clusters is not in /store any more');
  });
});
