// x^p for one p and many x: most of the time of a layout goes here, and Math.pow takes several times as long. In: p; out: a function of positive x.
// x = 2^e · m with m in 1..2, so x^p = 2^(ep) · m^p: the first from a table, the second by Taylor's polynomial about the nearest of 1,024 points.

const BITS = 10;
const POINTS = 2 ** BITS;
const EXPONENTS = 2048;
const BIAS = 1023;

const value = new Float64Array(1);
const halves = new Uint32Array(value.buffer);
/** Of the two halves of a float64, the one with sign, exponent and the first 20 bits of the mantissa. */
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** Relative error at most 1e-11, for |p| ≤ 4 and normal x with a normal result. */
export function fastPower(exponent: number): (x: number) => number {
  const whole = Float64Array.from({ length: EXPONENTS }, (_, e) => 2 ** ((e - BIAS) * exponent));
  const middle = Float64Array.from({ length: POINTS }, (_, i) => 1 + (i + 0.5) / POINTS);
  const part = middle.map((m) => m ** exponent);
  const inverse = middle.map((m) => 1 / m);
  const first = exponent;
  const second = (exponent * (exponent - 1)) / 2;
  const third = (second * (exponent - 2)) / 3;
  return (x) => {
    value[0] = x;
    const high = halves[HIGH]!;
    const e = high >>> 20;
    const i = (high >>> (20 - BITS)) & (POINTS - 1);
    // The mantissa alone: the same bits with the exponent of 1.
    halves[HIGH] = (high & 0xfffff) | (BIAS << 20);
    const off = value[0] * inverse[i]! - 1;
    return whole[e]! * part[i]! * (1 + off * (first + off * (second + off * third)));
  };
}
