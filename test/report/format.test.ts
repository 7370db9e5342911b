import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatMean,
  formatMeasure,
  formatPercent,
  formatScore,
  formatSeconds,
  formatTick,
  formatValue,
  joinNames,
  shortDigest,
} from '../../src/report/format.ts';

describe('formats', () => {
  it.each([
    [0.8834, '0.883'],
    [1, '1.000'],
    [-0.0471, '−0.047'],
    [-0.0001, '0.000'],
    [NaN, '–'],
  ])('score %d as %s', (value, text) => expect(formatScore(value)).toBe(text));

  it('gives a mean its deviation', () => {
    expect(formatMean(0.841, 0.0799)).toBe('0.841 ± 0.080');
    expect(formatMean(0.841, undefined)).toBe('0.841');
  });

  it.each([
    [0.97, '97 %'],
    [1, '100 %'],
    [0.9966, '99.7 %'],
    [0.99999, '99.9 %'],
    [0.0004, '0.1 %'],
    [0, '0 %'],
  ])('share %d as %s, never claiming all or nothing', (share, text) =>
    expect(formatPercent(share)).toBe(text.replace(' ', '\u2009')),
  );

  it.each([
    [0, '0.00 s'],
    [0.004, '< 0.01 s'],
    [0.42, '0.42 s'],
    [0.996, '1.0 s'],
    [59.97, '1 min 00 s'],
    [112, '1 min 52 s'],
    [3599.6, '1 h 00 min'],
    [7500, '2 h 05 min'],
  ])('%d seconds as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it('counts with commas', () =>
    expect([7, 999, 1000, 60000, 1234567].map(formatCount)).toEqual(['7', '999', '1,000', '60,000', '1,234,567']));

  it('writes ticks with the decimals of their step', () => {
    expect(formatTick(0.30000000000000004, 0.1)).toBe('0.3');
    expect(formatTick(-0.25, 0.05)).toBe('−0.25');
    expect(formatTick(20, 10)).toBe('20');
  });

  it('writes measures in three figures', () => {
    expect([4.5167, 123.4, 0.00312, 1.2e-7, -2.5, 0].map(formatMeasure)).toEqual([
      '4.52',
      '123',
      '0.00312',
      '1.20e-7',
      '−2.50',
      '0',
    ]);
  });

  it('writes values as a program would', () => {
    expect([null, 0.003, 'adam', true, [1, 'a']].map(formatValue)).toEqual([
      'none',
      '0.003',
      '"adam"',
      'true',
      '[1, "a"]',
    ]);
  });

  it('joins names and shortens digests', () => {
    expect([['A'], ['A', 'B'], ['A', 'B', 'C']].map(joinNames)).toEqual(['A', 'A and B', 'A, B and C']);
    expect(shortDigest('sha256:0123456789abcdef0123')).toBe('0123456789ab');
    expect(shortDigest('0123456789abcdef0123')).toBe('0123456789ab');
  });
});
