// Which rows may be the nearest to some rows, by products of matrices: the quick part of the search, in float32 or float64. In: rows; out: for each
// asked row the few that look nearest, and a bound below which no other can be. It ranks nothing.
import type { FeatureRows } from '../cluster/points.ts';
import { encodeModel, type OnnxGraph, type OnnxNode } from '../lower/onnx-model.ts';
import { Session, type TensorData } from '../runtime/session.ts';
import { centredRows } from './centred-rows.ts';

export interface Proposals {
  /** [rows asked, proposals], in no order. */
  readonly proposed: Int32Array;
  /** For each row asked: a row that is not proposed has at least this squared distance from it, as float64 sums it. NaN: nothing is known. */
  readonly beyond: Float64Array;
}

export interface Proposer {
  /** Rows that may be asked at once. */
  readonly atOnce: number;
  readonly propose: (rows: Int32Array) => Promise<Proposals>;
  close(): Promise<void>;
}

export interface ProposerOptions {
  /** Rows proposed for each, at most `among`. */
  readonly proposals: number;
  /** Only so many rows, the first, are proposed. */
  readonly among: number;
  readonly threads: number;
}

/** Bytes of distances held at once. */
const DISTANCES = 64 * 2 ** 20;
const MOST_QUERIES = 256;
/** Half the distance from 1 to the next float32, and to the next float64. */
const UNIT = { single: 2 ** -24, double: 2 ** -53 } as const;

/**
 * In float32, of the rows about their mean. A product of length D errs by at most γ‖x‖‖y‖ with γ = Du/(1 − Du), in whatever order it is summed [Higham 2002,
 * §3.1]; a few u more are for rounding x, y, ‖y‖² and the sums. What is compared errs on both sides, hence 4 and not 2.
 * Memory: a copy of the rows, and twice the distances of a block.
 */
export async function singleProposer(
  input: FeatureRows,
  { proposals, among, threads }: ProposerOptions,
): Promise<Proposer> {
  const { count, dimension } = input;
  const { rows, norms, scale } = centredRows(input);
  const longest = Math.sqrt(largest(norms));
  const roundings = (dimension + 16) * UNIT.single;
  const slope = ((4 * roundings) / (1 - roundings)) * longest;
  // The last term is more than products that underflow may lose.
  const offset = 32 * UNIT.single * longest ** 2 + 1e-36;
  const norm = { data: Float32Array.from(norms.subarray(0, among)), shape: [among] };
  return proposer(
    { count, dimension, data: rows },
    { proposals, among, threads },
    4,
    singleModel(proposals),
    { norm },
    (row, farthest) =>
      proposals === among ? Infinity : (norms[row]! + farthest - slope * Math.sqrt(norms[row]!) - offset) * scale ** 2,
  );
}

/** In float64, of the rows as they are: for rows that lie too near to each other for float32. Memory: the rows in float64, and twice the distances of a block. */
export async function doubleProposer(
  input: FeatureRows,
  { proposals, among, threads }: ProposerOptions,
): Promise<Proposer> {
  const { count, dimension, data } = input;
  let square = 0;
  for (let row = 0, at = 0; row < count; row += 1) {
    let own = 0;
    for (let d = 0; d < dimension; d += 1, at += 1) own += data[at]! ** 2;
    square = Math.max(square, own);
  }
  // As above, with ‖x‖‖y‖ at its largest; squared distances come back as float32.
  const margin = 8 * (dimension + 16) * UNIT.double * square;
  return proposer(input, { proposals, among, threads }, 8, doubleModel(proposals), {}, (_row, farthest) => {
    if (proposals === among) return Infinity;
    return Number.isFinite(farthest) ? farthest * (1 - 4 * UNIT.single) - margin : NaN;
  });
}

async function proposer(
  { dimension, data }: FeatureRows,
  { proposals, among, threads }: ProposerOptions,
  bytes: number,
  model: OnnxGraph,
  feeds: Readonly<Record<string, TensorData>>,
  bound: (row: number, farthest: number) => number,
): Promise<Proposer> {
  const session = await Session.create(encodeModel(model), { provider: 'cpu', threads });
  return {
    atOnce: Math.max(1, Math.min(MOST_QUERIES, Math.floor(DISTANCES / bytes / among))),
    async propose(rows) {
      const queries = new Float32Array(rows.length * dimension);
      rows.forEach((row, q) => queries.set(data.subarray(row * dimension, (row + 1) * dimension), q * dimension));
      const { values, proposed } = await session.run({
        ...feeds,
        queries: { data: queries, shape: [rows.length, dimension] },
        rows: { data: data.subarray(0, among * dimension), shape: [among, dimension] },
      });
      const beyond = Float64Array.from(rows, (row, q) =>
        bound(row, largest(values!.data.subarray(q * proposals, (q + 1) * proposals))),
      );
      return { proposed: proposed!.data as Int32Array, beyond };
    },
    close: () => session.close(),
  };
}

function largest(values: ArrayLike<number>): number {
  let most = -Infinity;
  for (let at = 0; at < values.length; at += 1) most = Math.max(most, values[at]!);
  return most;
}

const float = (name: string, ...shape: (number | string)[]) => ({ name, type: 'float32' as const, shape });
const int64 = (name: string, value: number) => ({
  ...{ name, type: 'int64' as const, shape: [1] },
  data: new Uint8Array(BigInt64Array.of(BigInt(value)).buffer),
});
const cast = (from: string, result: string, to: number): OnnxNode => ({
  ...{ op: 'Cast', inputs: [from], outputs: [result], attributes: { to } },
});
const [FLOAT, INT32, DOUBLE] = [1, 6, 11];

/** `result` [q, n] is `norm` [n] − 2 · `x` · `y`ᵀ. */
const distances = (x: string, y: string, norm: string, result: string): OnnxNode => ({
  ...{ op: 'Gemm', inputs: [x, y, norm], outputs: [result], attributes: { transB: 1, alpha: { float: -2 } } },
});
/** The smallest of `distance`, as `smallest`, and where they are, as `proposed`. */
const smallest = (distance: string, result: string): readonly OnnxNode[] => [
  {
    ...{ op: 'TopK', inputs: [distance, 'proposals'], outputs: [result, 'at'] },
    attributes: { axis: 1, largest: 0, sorted: 0 },
  },
  cast('at', 'proposed', INT32),
];
const outputs = (proposals: number): OnnxGraph['outputs'] => [
  float('values', 'q', proposals),
  { name: 'proposed', type: 'int32', shape: ['q', proposals] },
];

/** For `queries` [q, D] the `proposals` smallest of ‖y‖² − 2 x·y over the rows y of `rows` [n, D], whose squared lengths are `norm` [n]. */
const singleModel = (proposals: number): OnnxGraph => ({
  name: 'neighbours',
  inputs: [float('queries', 'q', 'D'), float('rows', 'n', 'D'), float('norm', 'n')],
  outputs: outputs(proposals),
  nodes: [distances('queries', 'rows', 'norm', 'distance'), ...smallest('distance', 'values')],
  constants: [int64('proposals', proposals)],
});

/** The same in float64, of ‖x − y‖², with lengths of its own. */
const doubleModel = (proposals: number): OnnxGraph => {
  const lengths = (of: string, result: string, keepdims: number): OnnxNode => ({
    ...{ op: 'ReduceSumSquare', inputs: [of, 'last'], outputs: [result], attributes: { keepdims } },
  });
  return {
    name: 'neighbours-float64',
    inputs: [float('queries', 'q', 'D'), float('rows', 'n', 'D')],
    outputs: outputs(proposals),
    nodes: [
      ...[cast('queries', 'x', DOUBLE), cast('rows', 'y', DOUBLE), lengths('x', 'xx', 1), lengths('y', 'yy', 0)],
      distances('x', 'y', 'yy', 'rest'),
      { op: 'Add', inputs: ['rest', 'xx'], outputs: ['distance'] },
      ...smallest('distance', 'found'),
      cast('found', 'values', FLOAT),
    ],
    constants: [int64('proposals', proposals), int64('last', 1)],
  };
};
