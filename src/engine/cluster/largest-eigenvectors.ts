// Eigenvectors of the largest eigenvalues of a sparse symmetric matrix whose spectrum lies in −1..1. A block of vectors at once, so that eigenvalues that
// occur several times, as 1 does in a graph of several parts, come as often as they occur: subspace iteration, filtered by Chebyshev polynomials
// (Zhou, Saad, Tiago, Chelikowsky 2006). The small dense problem in it is ml-matrix's.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { RandomStream } from '../../random/random.ts';
import type { SparseMatrix } from './affinity.ts';

export interface EigenOptions {
  readonly count: number;
  /** Largest length of S·v − λ·v that is taken. */
  readonly tolerance: number;
  readonly random: RandomStream;
  /** Between two rounds. */
  readonly onRound: (round: number) => Promise<void>;
}

export interface Eigenvectors {
  /** Largest first. */
  readonly values: Float64Array;
  /** size × count, row-major. */
  readonly vectors: Float64Array;
  /** Largest length of S·v − λ·v. */
  readonly residual: number;
}

const DEGREE = 12;
const MOST_ROUNDS = 200;

export async function largestEigenvectors(matrix: SparseMatrix, options: EigenOptions): Promise<Eigenvectors> {
  const { count, tolerance, random } = options;
  const { size } = matrix;
  // Vectors beyond those that are asked for: the filter tells those apart the better, the farther the last of the block lies from them.
  const width = Math.min(size, count + Math.max(8, Math.ceil(count / 2)));
  let block: Float64Array = Float64Array.from({ length: size * width }, () => random.normal());
  let bound = 0;
  for (let round = 1; ; round += 1) {
    await options.onRound(round);
    if (round > 1) block = filtered(matrix, block, width, bound);
    orthonormalise(block, width, random);
    const { values, vectors, images } = ritz(matrix, block, width);
    block = vectors;
    const residual = largestResidual(block, images, values, width, count);
    if (residual <= tolerance || round === MOST_ROUNDS || width === size) {
      const kept = Float64Array.from(
        { length: size * count },
        (_, at) => block[Math.floor(at / count) * width + (at % count)]!,
      );
      return { values: Float64Array.from(values.slice(0, count)), vectors: kept, residual };
    }
    bound = Math.min(0.999_999, Math.max(-0.9, values[width - 1]!));
  }
}

/** matrix · block, both size × width. */
function product({ size, starts, columns, values }: SparseMatrix, block: Float64Array, width: number): Float64Array {
  const result = new Float64Array(block.length);
  for (let row = 0; row < size; row += 1) {
    const to = row * width;
    for (let at = starts[row]!; at < starts[row + 1]!; at += 1) {
      const from = columns[at]! * width;
      const value = values[at]!;
      for (let v = 0; v < width; v += 1) result[to + v]! += value * block[from + v]!;
    }
  }
  return result;
}

/** The Chebyshev polynomial that is at most 1 on −1..bound and grows fast above it, of the matrix, times the block. */
function filtered(matrix: SparseMatrix, block: Float64Array, width: number, bound: number): Float64Array {
  const [centre, half] = [(bound - 1) / 2, (bound + 1) / 2];
  const shifted = (x: Float64Array): Float64Array => {
    const y = product(matrix, x, width);
    for (let at = 0; at < y.length; at += 1) y[at] = (y[at]! - centre * x[at]!) / half;
    return y;
  };
  let [before, now] = [block, shifted(block)];
  for (let degree = 2; degree <= DEGREE; degree += 1) {
    const next = shifted(now);
    for (let at = 0; at < next.length; at += 1) next[at] = 2 * next[at]! - before[at]!;
    [before, now] = [now, next];
  }
  return now;
}

/** Gram-Schmidt, twice, in place; a column that vanishes is drawn anew. */
function orthonormalise(block: Float64Array, width: number, random: RandomStream): void {
  const size = block.length / width;
  for (let v = 0; v < width; v += 1) {
    let length = scaled(block, width, v);
    for (let pass = 0; pass < 2; pass += 1) {
      const along = new Float64Array(v);
      for (let row = 0; row < size; row += 1) {
        const at = row * width;
        for (let u = 0; u < v; u += 1) along[u]! += block[at + u]! * block[at + v]!;
      }
      for (let row = 0; row < size; row += 1) {
        const at = row * width;
        for (let u = 0; u < v; u += 1) block[at + v]! -= along[u]! * block[at + u]!;
      }
      length = scaled(block, width, v);
      if (length < 1e-8) {
        for (let row = 0; row < size; row += 1) block[row * width + v] = random.normal();
        scaled(block, width, v);
        pass = -1;
      }
    }
  }
}

/** Scales column `v` to length 1, and gives the length that it had. */
function scaled(block: Float64Array, width: number, v: number): number {
  let square = 0;
  for (let at = v; at < block.length; at += width) square += block[at]! ** 2;
  const length = Math.sqrt(square);
  if (length > 0) for (let at = v; at < block.length; at += width) block[at]! /= length;
  return length;
}

/** The best eigenvectors within the span of orthonormal columns, largest eigenvalue first, and their images under the matrix. */
function ritz(matrix: SparseMatrix, block: Float64Array, width: number) {
  const moved = product(matrix, block, width);
  const small = Matrix.zeros(width, width);
  const size = block.length / width;
  const entries = new Float64Array(width * width);
  for (let row = 0, at = 0; row < size; row += 1, at += width)
    for (let u = 0; u < width; u += 1) {
      const left = block[at + u]!;
      for (let v = 0; v < width; v += 1) entries[u * width + v]! += left * moved[at + v]!;
    }
  for (let u = 0; u < width; u += 1)
    for (let v = 0; v < width; v += 1) small.set(u, v, (entries[u * width + v]! + entries[v * width + u]!) / 2);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(small, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, at) => at).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!);
  const rotation = Float64Array.from({ length: width * width }, (_, at) =>
    eigenvectorMatrix.get(Math.floor(at / width), order[at % width]!),
  );
  return {
    values: order.map((at) => realEigenvalues[at]!),
    vectors: rotated(block, rotation, width),
    images: rotated(moved, rotation, width),
  };
}

function rotated(block: Float64Array, rotation: Float64Array, width: number): Float64Array {
  const result = new Float64Array(block.length);
  for (let at = 0; at < block.length; at += width)
    for (let u = 0; u < width; u += 1) {
      const value = block[at + u]!;
      for (let v = 0; v < width; v += 1) result[at + v]! += value * rotation[u * width + v]!;
    }
  return result;
}

function largestResidual(
  vectors: Float64Array,
  images: Float64Array,
  values: readonly number[],
  width: number,
  count: number,
): number {
  const squares = new Float64Array(count);
  for (let at = 0; at < vectors.length; at += width)
    for (let v = 0; v < count; v += 1) squares[v]! += (images[at + v]! - values[v]! * vectors[at + v]!) ** 2;
  return Math.sqrt(squares.reduce((most, one) => Math.max(most, one), 0));
}
