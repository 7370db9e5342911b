// Exact nearest neighbours by comparing all rows. In: rows of finite numbers; out: for each row its neighbours, itself first, and their distances.
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
  /** Neighbours of a row, itself included; at most the number of rows. */
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
export async function nearestNeighbours(input: FeatureRows, options: NeighbourOptions): Promise<Neighbours> {
  const { count } = input;
  const { k, threads, signal, onProgress } = options;
  if (!(k >= 1 && k <= count)) throw new RangeError(`${k} neighbours are asked for, of ${count} rows`);
  const proposals = Math.min(k + SPARE, count);
  const ranker = new Ranker(input, k);
  const found = { indices: new Int32Array(count * k), distances: new Float64Array(count * k) };
  let done = 0;

  let open = Int32Array.from({ length: count }, (_, row) => row);
  for (const make of [singleProposer, doubleProposer]) {
    if (open.length === 0) break;
    const proposer = await make(input, proposals, threads);
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
    for (let first = 0; first < rows.length; first += atOnce) {
      await turn();
      const asked = rows.subarray(first, first + atOnce);
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
    found.indices.set(ranker.rows, row * k);
    for (let at = 0; at < k; at += 1) found.distances[row * k + at] = Math.sqrt(ranker.squares[at]!);
    done += 1;
  }

  /** Messages leave, and an abort is heard. */
  async function turn(): Promise<void> {
    onProgress?.(done);
    await setImmediate();
    signal?.throwIfAborted();
  }
}
