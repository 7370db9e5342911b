import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fastPower } from '../../../src/engine/umap/fast-power.ts';

test('is x^p to eleven digits', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -4, max: 4, noNaN: true }),
      fc.double({ min: -60, max: 60, noNaN: true }),
      (exponent, logarithm) => {
        const x = 2 ** logarithm;
        expect(Math.abs(fastPower(exponent)(x) / x ** exponent - 1)).toBeLessThan(1e-11);
      },
    ),
    { numRuns: 2000 },
  );
});

test('is exact enough at the ends of its pieces', () => {
  const power = fastPower(0.8950608779109733);
  for (const x of [1, 2, 4, 0.5, 1 + 2 ** -52, 2 - 2 ** -52, 1 + 2 ** -10, 1 + 2 ** -10 - 2 ** -52, 1e-300, 1e300])
    expect(Math.abs(power(x) / x ** 0.8950608779109733 - 1)).toBeLessThan(1e-11);
});
