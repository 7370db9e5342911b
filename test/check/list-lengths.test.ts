// Lengths in list types: what they are held against, and what is left alone. The messages are golden (P416).
import { describe, expect, test } from 'vitest';
import { codesOf, graphOf } from './compile-text.ts';

const stage = `
stage paired<R, N, H, W, C>(
  names: [String]<R>,
  sets: [Images<N, H, W, C>]<R>,
  weights: [Float]<R> = [],
  pair: [Int]<2>? = none,
) -> { images: Images<N, H, W, C> } {
  output images = sets[R - 1]
}
`;
const program = (call: string, more = ''): string => `
import { glyphs } from "std/datasets"
${stage}${more}
pipeline p(names: [String] = ["a", "b"]) {
  a = glyphs(count: 200).images
  b = glyphs(count: 200, seed: 1).images
  output x = ${call}
  output y = [a, b]
  output z = names
}
`;

describe('lengths of lists', () => {
  test.each([
    'paired(["a", "b"], [a, b])',
    'paired(names, [a, b])',
    'paired(names, sets: for s in [a, b] { yield s })',
    'paired(["a"], [b], weights: [0.5], pair: [1, 2])',
    'paired(["a"], [b], weights: [])',
    '(paired with { names: ["a", "b"] })(sets: [a, b])',
  ])('%s fits', (call) => {
    expect(codesOf(program(call))).toEqual([]);
  });

  test.each([
    'paired(["a", "b"], [a])',
    'paired(names, [a, b, a])',
    'paired(names, sets: for s in [a, b, a] { yield s })',
    'paired(["a"], [b], weights: [0.5, 0.5])',
    'paired(["a"], [b], pair: [1])',
    'paired([], [a])',
    '(paired with { names: ["a", "b"] })(sets: [a])',
  ])('%s does not', (call) => {
    expect(codesOf(program(call))).toEqual(['P416']);
  });

  test('one mistake is reported once, however many lists follow', () => {
    expect(codesOf(program('paired(["a"], [a, b], weights: [1.0, 2.0, 3.0])'))).toEqual(['P416']);
  });

  test('an item that is not known leaves the length open', () => {
    expect(codesOf(program('paired(["a", nothing, "c"], [a, b])'))).toEqual(['P201']);
  });

  test('a length is an Int in the body', () => {
    const graph = graphOf(program('paired(names, [a, b])'));
    expect(graph.outputs[0]?.value).toEqual({ kind: 'output', step: 'b', output: 'images' });
  });

  test('a list input of a body by itself may have any length, also gone through and member by member', () => {
    const inside = `
stage twice<R, N, H, W, C>(sets: [Images<N, H, W, C>]<R>) -> { images: Images<N, H, W, C> } {
  each = for s in sets { yield { image: s } }
  output images = paired(["a", "b"], each.image)
}`;
    expect(codesOf(program('twice([a, b])', inside))).toEqual([]);
    expect(codesOf(program('twice([a])', inside))).toEqual(['P416']);
  });

  test('a length is solved for and computed with like any dimension', () => {
    const halves = `
stage halves<R>(all: [Int]<2 * R>, half: [Int]<R>) -> { scores: Scores } by command "true {all} {half} {scores}"`;
    const codes = (call: string): readonly string[] =>
      codesOf(`${halves}\npipeline q() { output s = halves(${call}) }`);
    expect(codes('[1, 2, 3, 4], [1, 2]')).toEqual([]);
    expect(codes('[1, 2, 3, 4], [1]')).toEqual(['P416']);
    expect(codes('[1, 2, 3], [1]')).toEqual(['P416']);
  });

  test('a length that nothing gives is no dimension', () => {
    expect(
      codesOf(program('a', 'stage odd(all: [Int]<Q>) -> { scores: Scores } by command "true {all} {scores}"')),
    ).toEqual(['P406']);
  });
});
