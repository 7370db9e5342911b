// The rows that noise-contrastive estimation draws (docs/methods.md §3.5), as counts by block of the bank, and its normaliser from a first batch.
import { foldIn, RandomStream, type RandomKey } from '../../random/random.ts';
import type { TensorData } from '../runtime/session.ts';
import { bankBlocks, type MemoryBank } from './memory-bank.ts';

/** The rows that one image draws, with replacement, among all: they depend on the key and its row alone. */
function* drawnRows(key: RandomKey, row: number, negatives: number, rows: number): Generator<number> {
  const random = new RandomStream(foldIn(key, row));
  for (let draw = 0; draw < negatives; draw += 1) yield random.integer(rows);
}

export class NoiseDraws {
  readonly #rows: number;
  readonly #negatives: number;
  readonly #blocks: readonly number[];
  readonly #counts: readonly Float32Array[];
  readonly #batch: number;

  constructor(rows: number, batch: number, negatives: number) {
    this.#rows = rows;
    this.#negatives = negatives;
    this.#batch = batch;
    this.#blocks = bankBlocks(rows);
    this.#counts = this.#blocks.map((length) => new Float32Array(batch * length));
  }

  /** `counts/0`, `counts/1`, …: how often each image of the batch draws each row. Written over by the next call. */
  inputs(key: RandomKey, rows: Int32Array): Record<string, TensorData> {
    const first = this.#blocks[0]!;
    for (const block of this.#counts) block.fill(0);
    rows.forEach((row, slot) => {
      for (const drawn of drawnRows(key, row, this.#negatives, this.#rows)) {
        // All blocks but the last have the length of the first.
        const block = Math.floor(drawn / first);
        const length = this.#blocks[block]!;
        this.#counts[block]![slot * length + (drawn - block * first)]! += 1;
      }
    });
    return Object.fromEntries(
      this.#counts.map((data, block) => [`counts/${block}`, { data, shape: [this.#batch, this.#blocks[block]!] }]),
    );
  }

  /** log Z: N times the mean of exp(v·v̄/τ) over the own and the drawn rows of a batch of features [B, d]. */
  logNormaliser(
    bank: MemoryBank,
    features: Float32Array,
    key: RandomKey,
    rows: Int32Array,
    temperature: number,
  ): number {
    const { dimension, data } = bank;
    const logits: number[] = [];
    rows.forEach((row, slot) => {
      for (const other of [row, ...drawnRows(key, row, this.#negatives, this.#rows)]) {
        let dot = 0;
        for (let d = 0; d < dimension; d += 1) dot += features[slot * dimension + d]! * data[other * dimension + d]!;
        logits.push(dot / temperature);
      }
    });
    const most = logits.reduce((largest, one) => Math.max(largest, one), -Infinity);
    const sum = logits.reduce((all, one) => all + Math.exp(one - most), 0);
    return Math.log(bank.rows) + most + Math.log(sum / logits.length);
  }
}
