// Exact nearest neighbours by comparing all rows. In: rows of finite numbers; out: for each row its neighbours, itself first, and their distances; or for each
// row of one set its neighbours in another.
// Products of matrices propose a few more than are asked for, and the float64 distances of those rank them. Where a row that was not proposed might be
// among the nearest, float64 products propose; where that is so again, the row is compared with all. So the outcome is that of comparing all.
import { setImmediate } from 'node:timers/promises';
import type { FeatureRows } from '../cluster/points.ts';
import { doubleProposer, singleProposer, type Proposer } from './proposals.ts';
import { Ranker } from './ranking.ts';

export interface Neighbours {
  /** count × k row indices, nearest first; the row itself leads. Equal distances go by index. */
  readonly indices: Int32Array;
  /** Euclidean distances to them. */
  readonly distances: Float64Array;
}

export interface NeighbourOptions {
  /** Neighbours of a row, itself included where it is one of them; at most the number of rows. */
  readonly k: number;
  /** Nothing that comes out depends on it. */
  readonly threads: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (rowsDone: number) => void;
}

/** Proposals beyond k. Rounding mixes up few: more cost more to rank than the comparisons that they save. */
const SPARE = 8;
/** Rows between two looks at the signal, where each is compared with all. */
const TURN = 64;

/** Memory beside the rows: a copy of them in float32, or float64 where that is needed, 12 bytes a neighbour, and 130 MB. Stops between two blocks. */
export const nearestNeighbours = (input: FeatureRows, options: NeighbourOptions): Promise<Neighbours> =>
  search(input, 0, input.count, options);

/** For each of `queries` the nearest of `rows`, of the same length. Memory as above, and a copy of both. `k` is at most the number of `rows`. */
export function nearestAmong(queries: FeatureRows, rows: FeatureRows, options: NeighbourOptions): Promise<Neighbours> {
  const { dimension } = rows;
  if (queries.dimension !== dimension)
    throw new RangeError(`rows of length ${queries.dimension} are compared with rows of length ${dimension}`);
  const data = new Float32Array((rows.count + queries.count) * dimension);
  data.set(rows.data);
  data.set(queries.data, rows.count * dimension);
  return search({ count: rows.count + queries.count, dimension, data }, rows.count, rows.count, options);
}

/** Of the rows from `first` on, the neighbours among the first `among`. */
async function search(
  input: FeatureRows,
  first: number,
  among: number,
  { k, threads, signal, onProgress }: NeighbourOptions,
): Promise<Neighbours> {
  const count = input.count - first;
  if (!(k >= 1 && k <= among)) throw new RangeError(`${k} neighbours are asked for, of ${among} rows`);
  const proposals = Math.min(k + SPARE, among);
  const ranker = new Ranker(input, k, among);
  const found = { indices: new Int32Array(count * k), distances: new Float64Array(count * k) };
  let done = 0;

  let open = Int32Array.from({ length: count }, (_, at) => first + at);
  for (const make of [singleProposer, doubleProposer]) {
    if (open.length === 0) break;
    const proposer = await make(input, { proposals, among, threads });
    try {
      open = await settle(open, proposer);
    } finally {
      await proposer.close();
    }
  }
  for (const [at, row] of open.entries()) {
    if (at % TURN === 0) await turn();
    ranker.amongAll(row);
    note(row);
  }
  onProgress?.(count);
  return found;

  /** Notes the neighbours of each row of which the proposals are surely all that matter; returns the other rows. */
  async function settle(rows: Int32Array, { atOnce, propose }: Proposer): Promise<Int32Array<ArrayBuffer>> {
    const left: number[] = [];
    for (let from = 0; from < rows.length; from += atOnce) {
      await turn();
      const asked = rows.subarray(from, from + atOnce);
      const { proposed, beyond } = await propose(asked);
      asked.forEach((row, q) => {
        const { squares } = ranker.among(row, proposed.subarray(q * proposals, (q + 1) * proposals));
        if (squares[k - 1]! < beyond[q]!) note(row);
        else left.push(row);
      });
    }
    return Int32Array.from(left);
  }

  function note(row: number): void {
    const start = (row - first) * k;
    found.indices.set(ranker.rows, start);
    for (let at = 0; at < k; at += 1) found.distances[start + at] = Math.sqrt(ranker.squares[at]!);
    done += 1;
  }

  /** Messages leave, and an abort is heard. */
  async function turn(): Promise<void> {
    onProgress?.(done);
    await setImmediate();
    signal?.throwIfAborted();
  }
}
