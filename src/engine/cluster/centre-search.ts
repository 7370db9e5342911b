// Rows against many centres at once, as matrix products on ONNX Runtime's CPU provider: what k-means asks at every pass. In: rows, kept; out: for
// each block of rows the products, or the nearest centre of each group. It knows no k-means.
import { encodeModel, type OnnxGraph } from '../lower/onnx-model.ts';
import { Session, type TensorData } from '../runtime/session.ts';

export interface Rows {
  readonly count: number;
  readonly dimension: number;
  /** count × dimension, row-major. */
  readonly rows: Float32Array;
}

/** Numbers in a block of products: what stays in the processor's cache between the product and what is done with it. */
const BLOCK_PRODUCTS = 2 ** 19;

/**
 * Results do not depend on the number of threads: a product is summed in one order, whichever thread has it.
 * Memory: besides the rows, two blocks of at most 2²⁰ numbers (or of 16 rows, where there are more centres than that).
 */
export class CentreSearch {
  readonly #rows: Rows;
  readonly #signal: AbortSignal;
  readonly #products: Session;
  readonly #nearest: Session;

  private constructor(rows: Rows, signal: AbortSignal, products: Session, nearest: Session) {
    this.#rows = rows;
    this.#signal = signal;
    this.#products = products;
    this.#nearest = nearest;
  }

  /** `k`: centres in a group. Both methods throw the signal's reason once it is aborted, at the next block. */
  static async create(rows: Rows, k: number, threads: number, signal: AbortSignal): Promise<CentreSearch> {
    const session = (model: OnnxGraph): Promise<Session> =>
      Session.create(encodeModel(model), { provider: 'cpu', threads });
    return new CentreSearch(
      rows,
      signal,
      await session(productsModel(rows.dimension)),
      await session(nearestModel(rows.dimension, k)),
    );
  }

  /** Calls `visit` with x·c of each row with each of `centres` [m, dimension]: `products` is [rows, m], its first row is row `first`. */
  async products(centres: Float32Array, visit: (first: number, products: Float32Array) => void): Promise<void> {
    const m = centres.length / this.#rows.dimension;
    const feeds = { centres: { data: centres, shape: [m, this.#rows.dimension] } };
    await this.#blocks(this.#products, feeds, m, (first, data) => visit(first, data as Float32Array));
  }

  /**
   * Calls `visit` with the nearest centre of each row in each group of `centres` [groups · k, dimension], counted from the group's first:
   * `nearest` is [rows, groups]. Of equally near centres it is the first.
   */
  async nearest(centres: Float32Array, visit: (first: number, nearest: Int32Array) => void): Promise<void> {
    const { dimension } = this.#rows;
    const m = centres.length / dimension;
    // The nearest centre has the largest x·c − |c|²/2.
    const offsets = new Float32Array(m);
    for (let j = 0; j < m; j += 1) {
      let square = 0;
      for (let at = j * dimension; at < (j + 1) * dimension; at += 1) square += centres[at]! ** 2;
      offsets[j] = -square / 2;
    }
    const feeds = { centres: { data: centres, shape: [m, dimension] }, offsets: { data: offsets, shape: [m] } };
    await this.#blocks(this.#nearest, feeds, m, (first, data) => visit(first, data as Int32Array));
  }

  async close(): Promise<void> {
    await this.#products.close();
    await this.#nearest.close();
  }

  /** While a block is visited, the next is computed. */
  async #blocks(
    session: Session,
    feeds: Readonly<Record<string, TensorData>>,
    centres: number,
    visit: (first: number, result: Float32Array | Int32Array) => void,
  ): Promise<void> {
    const { count, dimension, rows } = this.#rows;
    const block = Math.min(count, Math.max(16, Math.floor(BLOCK_PRODUCTS / centres)));
    const compute = (first: number) => {
      const last = Math.min(first + block, count);
      const data = rows.subarray(first * dimension, last * dimension);
      return session.run({ ...feeds, rows: { data, shape: [last - first, dimension] } });
    };
    let next = compute(0);
    for (let first = 0; first < count; first += block) {
      const { result } = await next;
      this.#signal.throwIfAborted();
      if (first + block < count) next = compute(first + block);
      visit(first, result!.data);
    }
  }
}

const float = (name: string, ...shape: (number | string)[]) => ({ name, type: 'float32' as const, shape });

const productsModel = (dimension: number): OnnxGraph => ({
  name: 'products',
  inputs: [float('rows', 'rows', dimension), float('centres', 'centres', dimension)],
  outputs: [float('result', 'rows', 'centres')],
  nodes: [
    {
      op: 'FusedMatMul',
      domain: 'com.microsoft',
      inputs: ['rows', 'centres'],
      outputs: ['result'],
      attributes: { transA: 0, transB: 1 },
    },
  ],
  constants: [],
});

const nearestModel = (dimension: number, k: number): OnnxGraph => ({
  name: 'nearest',
  inputs: [float('rows', 'rows', dimension), float('centres', 'centres', dimension), float('offsets', 'centres')],
  outputs: [{ name: 'result', type: 'int32', shape: ['results'] }],
  nodes: [
    { op: 'Gemm', inputs: ['rows', 'centres', 'offsets'], outputs: ['scores'], attributes: { transB: 1 } },
    { op: 'Reshape', inputs: ['scores', 'byGroup'], outputs: ['grouped'] },
    { op: 'ArgMax', inputs: ['grouped'], outputs: ['largest'], attributes: { axis: 1, keepdims: 0 } },
    { op: 'Cast', inputs: ['largest'], outputs: ['result'], attributes: { to: 6 } },
  ],
  constants: [
    {
      name: 'byGroup',
      type: 'int64',
      shape: [2],
      data: new Uint8Array(BigInt64Array.of(-1n, BigInt(k)).buffer),
    },
  ],
});
