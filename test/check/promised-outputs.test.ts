// What a stage with a body may promise: artifacts, values, and lists of both; and what is said where its body gives something else.
import { describe, expect, test } from 'vitest';
import { codesOf, graphOf } from './compile-text.ts';

const program = (promised: string, body: string, use = 'made.x'): string => `
import { glyphs } from "std/datasets"
import { idfd } from "std/representation"

stage making<N, H, W, C>(images: Images<N, H, W, C>, count: Int = 2, rate: Float? = none) -> { x: ${promised} } {
  other = idfd(images, epochs: 1)
  output x = ${body}
}
pipeline p() {
  made = making(glyphs(count: 200).images)
  output x = ${use}
}
`;

const valueOf = (text: string) => graphOf(text).outputs.find(({ name }) => name === 'x');

describe('outputs of a stage with a body', () => {
  test.each([
    ['Int', 'count * 2 + 0 * N', '[made.x, 1]'],
    ['Float', 'count', 'made.x / 2'],
    ['Float?', 'rate', 'made.x ?? 0.5'],
    ['[Int]<count>', '[1, 2]', 'made.x[1]'],
    ['one of "a", "b"', '"a"', '"{made.x}"'],
    ['[Features<N, 128>]', '[other.features, other.features]', 'made.x[0]'],
    ['[[Images<N, H, W, C>]<count>]', '[[images, images]]', 'made.x[0][1]'],
    ['Features<N, 128>?', 'none', 'made.x ?? idfd(glyphs(count: 200).images).features'],
    ['Features<N, 128>?', 'other.features', 'made.x'],
    ['[Encoder<H, W, C, 128>]', 'for n in [1, 2] { yield other.encoder }', 'made.x[0]'],
  ])('%s: %s', (promised, body, use) => {
    expect(codesOf(program(promised, body, use)).filter((code) => code !== 'P203')).toEqual([]);
  });

  test.each([
    ['Int', '0.5', 'P401'],
    ['Int in 1..5', 'count * 3', 'P407'],
    ['one of "a", "b"', '"c"', 'P408'],
    ['[Int]<3>', '[1, count]', 'P416'],
    ['[Int]', '[1, "two"]', 'P401'],
    ['[Features<N, 128>]', 'other.features', 'P401'],
    ['[Features<N, 128>]', '[other.features, images]', 'P401'],
    ['[Features<N, 128>]<3>', '[other.features]', 'P416'],
    ['Features<N, 128>', 'other', 'P403'],
    ['Features<N, 64>', 'other.features', 'P401'],
  ])('%s: %s is %s', (promised, body, code) => {
    expect(codesOf(program(promised, body)).filter((found) => found !== 'P203')).toEqual([code]);
  });

  test('a value is known to callers before anything runs', () => {
    expect(valueOf(program('Int', 'count * 5'))).toMatchObject({ value: { kind: 'value', value: 10 } });
  });

  test.each(['Int', '[Scores]', 'Page?'])('without a body %s is no output', (type) => {
    const text = `
import { glyphs } from "std/datasets"
stage made<N, H, W, C>(images: Images<N, H, W, C>) -> { x: ${type} } by command "true {images} {x}"
pipeline p() { output x = made(glyphs(count: 200).images) }
`;
    expect(codesOf(text)).toContain('P417');
  });
});
