// Whether instance discrimination degenerates (docs/methods.md §3.6): numbers of each batch, to be averaged over an epoch.
import type { MemoryBank } from './memory-bank.ts';

/** Rows of a bank that are looked at, evenly spaced: a share of the mass needs no more. */
const LOOKED_AT = 4096;
/** The share of the rows whose backgrounds are most like an image's. */
const NEAREST = 0.25;

/** One branch: features of a batch, the bank, the temperature. */
export interface Branch {
  readonly features: Float32Array;
  readonly bank: MemoryBank;
  readonly temperature: number;
}

/**
 * For the first image of a batch, the share of the mass of its denominator, Σ α_ij exp(v_i·v̄_j/τ_x), that lies on the quarter of the rows that are most like it
 * in background: what is left for the others does not repel it.
 */
export function weightMass(kept: Branch, discard: Branch): number {
  const { rows } = kept.bank;
  const looked = Math.min(rows, LOOKED_AT);
  const seen = Array.from({ length: looked }, (_, at) => {
    const row = Math.floor((at * rows) / looked);
    const background = dot(discard, row) / discard.temperature;
    return { background, logit: background + dot(kept, row) / kept.temperature };
  });
  const most = seen.reduce((largest, { logit }) => Math.max(largest, logit), -Infinity);
  seen.sort((a, b) => b.background - a.background);
  let [near, all] = [0, 0];
  seen.forEach(({ logit }, rank) => {
    const mass = Math.exp(logit - most);
    all += mass;
    if (rank < NEAREST * looked) near += mass;
  });
  return near / all;
}

const dot = ({ features, bank: { data, dimension } }: Branch, row: number): number => {
  let sum = 0;
  for (let d = 0; d < dimension; d += 1) sum += features[d]! * data[row * dimension + d]!;
  return sum;
};

/** Mean similarity of two different images of a batch of unit-norm features: 1 where all have collapsed into one. */
export function meanSimilarity(features: Float32Array, dimension: number): number {
  const rows = features.length / dimension;
  const sum = new Float64Array(dimension);
  for (let at = 0; at < features.length; at += 1) sum[at % dimension]! += features[at]!;
  const square = sum.reduce((all, one) => all + one * one, 0);
  return (square - rows) / (rows * (rows - 1));
}
