// A map of features into the plane by UMAP (McInnes, Healy, Melville 2018; docs/methods.md §6.2). In: features; out: points of a random sample of rows.
import type { Features } from '../../artifacts/artifact.ts';
import { umap } from '../../engine/umap/umap.ts';
import { randomKey, RandomStream } from '../../random/random.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

export interface EmbeddingParameters {
  readonly sample: number;
  readonly neighbours: number;
  readonly min_dist: number;
  readonly seed: number;
}

type Context = StageContext<EmbeddingParameters, { readonly features: Features }>;

export const embedding = implementStage({
  parameters: {
    type: 'object',
    properties: {
      sample: { type: 'integer', minimum: 20, maximum: 100_000 },
      neighbours: { type: 'integer', minimum: 2, maximum: 200 },
      min_dist: { type: 'number', minimum: 0, maximum: 1 },
      seed: { type: 'integer' },
    },
    required: ['sample', 'neighbours', 'min_dist', 'seed'],
    additionalProperties: false,
  },
  outputs: { embedding: 'Embedding' },
  async run(context: Context) {
    const { sample, neighbours, min_dist, seed } = context.parameters;
    const { features } = context.inputs;
    const count = Math.min(sample, features.count);
    if (neighbours >= count) {
      throw new StageError(
        `embedding: neighbours is ${neighbours}, but only ${count} rows are mapped`,
        `ask for neighbours: ${count - 1} or fewer`,
      );
    }
    const rows = sampleRows(features.count, count, new RandomStream(randomKey(seed, 'embedding', 'sample')));
    const data = selectRows(features, rows);
    const points = await umap(
      { count, dimension: features.dimension, data },
      {
        ...{ neighbours, minDistance: min_dist, key: randomKey(seed, 'embedding') },
        ...{ threads: context.threads, signal: context.signal },
        onProgress: (phase, done, total) =>
          context.progress(
            phase === 'neighbours'
              ? { done, total, unit: 'rows', message: 'finding neighbours' }
              : { done, total, unit: 'epochs' },
          ),
      },
    );
    return { embedding: { rows, points: Float32Array.from(points) } };
  },
});

/** `count` of `total` rows in rising order. */
function sampleRows(total: number, count: number, random: RandomStream): Int32Array {
  return random.permutation(total).subarray(0, count).slice().sort();
}

function selectRows({ dimension, data }: Features, rows: Int32Array): Float32Array {
  const selected = new Float32Array(rows.length * dimension);
  rows.forEach((row, i) => selected.set(data.subarray(row * dimension, (row + 1) * dimension), i * dimension));
  const stray = selected.findIndex((value) => !Number.isFinite(value));
  if (stray >= 0) {
    throw new StageError(
      `embedding: row ${rows[Math.floor(stray / dimension)]} of the features holds ${selected[stray]}`,
    );
  }
  return selected;
}
