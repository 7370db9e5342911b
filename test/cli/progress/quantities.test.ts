import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clip,
  formatBytes,
  formatCountdown,
  formatLoss,
  formatRate,
  formatSeconds,
  plural,
} from '../../../src/cli/progress/quantities.ts';
import { textWidth } from '../../../src/diagnostics/display-width.ts';

describe('quantities', () => {
  it.each([
    [0, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [125, '2 min 05 s'],
    [3599.6, '1 h 00 min'],
    [4320, '1 h 12 min'],
  ])('%d seconds are %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it.each([
    [0, '0:00'],
    [47.2, '0:48'],
    [725, '12:05'],
    [4350, '1:12:30'],
    [-3, '0:00'],
  ])('%d seconds left are %s', (seconds, text) => expect(formatCountdown(seconds)).toBe(text));

  it.each([
    [1702.3, '1,702'],
    [3.14, '3.1'],
    [1234567, '1,234,567'],
  ])('a rate of %d is %s', (rate, text) => expect(formatRate(rate)).toBe(text));

  it.each([
    [9.21034, '9.210'],
    [0.01234567, '0.01235'],
    [0, '0.000'],
    [0.00001, '1.00e-5'],
    [Number.NaN, 'NaN'],
  ])('a loss of %d is %s', (loss, text) => expect(formatLoss(loss)).toBe(text));

  it.each([
    [512, '512 B'],
    [1536, '1.5 KiB'],
    [3.2 * 2 ** 30, '3.2 GiB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it('counts in words', () => {
    expect(plural(1, 'step')).toBe('1 step');
    expect(plural(0, 'step')).toBe('0 steps');
  });

  it('clips to the width, never beyond, and leaves what fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.nat(40), (text, width) => {
        const clipped = clip(text, width);
        expect(textWidth(clipped)).toBeLessThanOrEqual(width);
        if (textWidth(text) <= width) expect(clipped).toBe(text);
      }),
    );
  });
});
