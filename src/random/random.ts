// Counter-based random numbers: Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
// A number depends on its key and counter alone, never on how many were drawn before or on how many workers draw,
// so any part of a computation can be repeated on its own.

/** Two 32-bit words that name a stream. Make one with {@link randomKey}, derive others with {@link foldIn}. */
export interface RandomKey {
  readonly k0: number;
  readonly k1: number;
}

const PARITY = 0x1bd11bda;

/** One block of Threefry-2x32-20; writes two unsigned 32-bit words into `out`. */
export function threefry(k0: number, k1: number, c0: number, c1: number, out: Uint32Array): void {
  const k2 = k0 ^ k1 ^ PARITY;
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  // Rounds in groups of four with rotations 13 15 26 6 and 17 29 16 24, a key injection after each group.
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k1) | 0;
  x1 = (x1 + k2 + 1) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
  x0 = (x0 + k2) | 0;
  x1 = (x1 + k0 + 2) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  x0 = (x0 + k0) | 0;
  x1 = (x1 + k1 + 3) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 17) | (x1 >>> 15)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 29) | (x1 >>> 3)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 16) | (x1 >>> 16)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 24) | (x1 >>> 8)) ^ x0;
  x0 = (x0 + k1) | 0;
  x1 = (x1 + k2 + 4) | 0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 13) | (x1 >>> 19)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 15) | (x1 >>> 17)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 26) | (x1 >>> 6)) ^ x0;
  x0 = (x0 + x1) | 0;
  x1 = ((x1 << 6) | (x1 >>> 26)) ^ x0;
  out[0] = x0 + k2;
  out[1] = x1 + k0 + 5;
}

/** The stream named by a seed and a path of labels: `randomKey(0, 'idfd', 'shuffle')`. Any safe integer is a seed. */
export function randomKey(seed: number, ...path: readonly (string | number)[]): RandomKey {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`a seed is a whole number, not ${seed}`);
  let key: RandomKey = { k0: seed | 0, k1: Math.floor(seed / 2 ** 32) | 0 };
  for (const label of path) key = foldIn(key, label);
  return key;
}

/** A new key, independent of its parent and of its siblings with other labels. */
export function foldIn(key: RandomKey, label: string | number): RandomKey {
  const block = new Uint32Array(2);
  if (typeof label === 'number') {
    threefry(key.k0, key.k1, label | 0, (Math.floor(label / 2 ** 32) | 0) ^ 0x6e756d, block);
    return { k0: block[0]! | 0, k1: block[1]! | 0 };
  }
  let { k0, k1 } = key;
  threefry(k0, k1, label.length, 0x737472, block);
  for (const character of label) {
    k0 = block[0]! | 0;
    k1 = block[1]! | 0;
    threefry(k0, k1, character.codePointAt(0)!, 0x636861, block);
  }
  return { k0: block[0]! | 0, k1: block[1]! | 0 };
}

/** Draws one after the other from a key, starting at counter 0. */
export class RandomStream {
  readonly #key: RandomKey;
  readonly #block = new Uint32Array(2);
  #counter = 0;
  #left = 0;

  constructor(key: RandomKey) {
    this.#key = key;
  }

  /** 32 random bits, unsigned. */
  bits(): number {
    if (this.#left === 0) {
      threefry(this.#key.k0, this.#key.k1, this.#counter | 0, Math.floor(this.#counter / 2 ** 32), this.#block);
      this.#counter += 1;
      this.#left = 2;
    }
    this.#left -= 1;
    return this.#block[this.#left]!;
  }

  /** Uniform in [low, high), 32 bits of resolution. */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * (this.bits() / 2 ** 32);
  }

  /** Uniform whole number in 0..count-1, without bias. */
  integer(count: number): number {
    const limit = Math.floor(2 ** 32 / count) * count;
    let bits = this.bits();
    while (bits >= limit) bits = this.bits();
    return bits % count;
  }

  /** Standard normal (Box-Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log((this.bits() + 1) / 2 ** 32));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Uniformly random order of 0..count-1 (Fisher-Yates). */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i -= 1) {
      const j = this.integer(i + 1);
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }
}
