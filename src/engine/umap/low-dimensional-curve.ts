// How UMAP turns a distance in the map into a similarity: 1 / (1 + a·d^(2b)), with a and b fitted to a step of `minimum` that falls off over
// `spread` (McInnes, Healy, Melville 2018, definition 11). In: those two; out: a and b.

export interface Curve {
  readonly a: number;
  readonly b: number;
}

const POINTS = 300;
const ROUNDS = 200;

/** Least squares over 300 distances in 0..3·spread, by Levenberg's damped Newton steps. */
export function fitCurve(minimum: number, spread: number): Curve {
  const distances = Array.from({ length: POINTS }, (_, i) => (3 * spread * i) / (POINTS - 1));
  const wanted = distances.map((d) => (d < minimum ? 1 : Math.exp(-(d - minimum) / spread)));
  const loss = ({ a, b }: Curve): number =>
    distances.reduce((sum, d, i) => sum + (1 / (1 + a * d ** (2 * b)) - wanted[i]!) ** 2, 0);

  let curve: Curve = { a: 1, b: 1 };
  let least = loss(curve);
  let damping = 1e-3;
  for (let round = 0; round < ROUNDS && damping < 1e12; round += 1) {
    const { a, b } = curve;
    let [aa, ab, bb, ra, rb] = [0, 0, 0, 0, 0];
    distances.forEach((d, i) => {
      if (d === 0) return;
      const power = d ** (2 * b);
      const value = 1 / (1 + a * power);
      const byA = -value * value * power;
      const byB = byA * a * 2 * Math.log(d);
      const rest = wanted[i]! - value;
      aa += byA * byA;
      ab += byA * byB;
      bb += byB * byB;
      ra += byA * rest;
      rb += byB * rest;
    });
    const [p, q] = [aa * (1 + damping), bb * (1 + damping)];
    const determinant = p * q - ab * ab;
    const next = { a: a + (q * ra - ab * rb) / determinant, b: b + (p * rb - ab * ra) / determinant };
    const reached = loss(next);
    if (reached < least) {
      curve = next;
      least = reached;
      damping /= 10;
    } else damping *= 10;
  }
  return curve;
}
