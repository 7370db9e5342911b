// A map of features into the plane by UMAP (McInnes, Healy, Melville 2018; docs/methods.md §6.2). In: features; out: points of a random sample of rows.
// umap-js does the layout. Neighbours are exact and come from here, since its own search is approximate, as does the start,
// the principal plane, since its own is uniform noise: groups then lie where they lie in the features.
import { UMAP } from 'umap-js';
import type { Features } from '../../artifacts/artifact.ts';
import { randomKey, RandomStream } from '../../random/random.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { yieldTurn } from '../yield-turn.ts';
import { nearestNeighbours } from './nearest-neighbours.ts';
import { principalPlane } from './principal-plane.ts';

export interface EmbeddingParameters {
  readonly sample: number;
  readonly neighbours: number;
  readonly min_dist: number;
  readonly seed: number;
}

type Context = StageContext<EmbeddingParameters, { readonly features: Features }>;

/** Largest coordinate of the start, and the noise that keeps equal rows apart, as in the reference implementation. */
const START_EXTENT = 10;
const START_NOISE = 1e-4;

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
    const { sample, neighbours, seed } = context.parameters;
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
    const points = await layOut(data, count, features.dimension, context);
    return { embedding: { rows, points } };
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

async function layOut(data: Float32Array, count: number, dimension: number, context: Context): Promise<Float32Array> {
  const { neighbours, min_dist, seed } = context.parameters;
  const turn = async (done: number) => {
    context.progress({ done, total: count, unit: 'rows', message: 'finding neighbours' });
    await yieldTurn(context.signal);
  };
  const { indices, distances } = await nearestNeighbours(data, count, dimension, neighbours, turn);

  const random = new RandomStream(randomKey(seed, 'embedding', 'layout'));
  const umap = new UMAP({ nNeighbors: neighbours, minDist: min_dist, spread: 1, random: () => random.uniform() });
  umap.setPrecomputedKNN(indices, distances);
  // With neighbours given, only the number of rows is read.
  const epochs = umap.initializeFit(Array.from({ length: count }, () => []));
  const start = principalPlane(data, count, dimension, new RandomStream(randomKey(seed, 'embedding', 'start')));
  // The list is the one that the steps move.
  placeStart(umap.getEmbedding(), start, new RandomStream(randomKey(seed, 'embedding', 'noise')));
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    if (epoch % 10 === 0) {
      context.progress({ done: epoch, total: epochs, unit: 'epochs' });
      await yieldTurn(context.signal);
    }
    umap.step();
  }
  context.progress({ done: epochs, total: epochs, unit: 'epochs' });
  return Float32Array.from(umap.getEmbedding().flat());
}

function placeStart(points: number[][], start: Float64Array, random: RandomStream): void {
  const extent = start.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const scale = extent === 0 ? 0 : START_EXTENT / extent;
  points.forEach((point, i) => {
    point[0] = scale * start[2 * i]! + START_NOISE * random.normal();
    point[1] = scale * start[2 * i + 1]! + START_NOISE * random.normal();
  });
}
