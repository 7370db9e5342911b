// `??`: the first where it is there, else the second, for values and for artifacts.
import { expect, test } from 'vitest';
import { codesOf, graphOf } from './compile-text.ts';

const outputs = (body: string, set: readonly string[] = []): unknown =>
  Object.fromEntries(
    graphOf(`pipeline p(note: String? = none, rate: Float? = 0.5, other: Int? = none) {\n${body}\n}`, {
      set,
    }).outputs.map(({ name, value }) => [name, value.kind === 'value' ? value.value : value]),
  );

test('a value that is absent has another in its place, and only then', () => {
  const body =
    'output a = note ?? "none"\noutput b = rate ?? 1.0\noutput c = other ?? other ?? 2 + 1\noutput d = "{note ?? other ?? 7}"';
  expect(outputs(body)).toEqual({ a: 'none', b: 0.5, c: 3, d: '7' });
  expect(outputs(body, ['note=x', 'rate=none', 'other=4'])).toEqual({ a: 'x', b: 1, c: 4, d: 'x' });
});

const optional = (argument: string): string => `
import { glyphs, stripes } from "std/datasets"
stage either<N>(one: Images<N, 28, 28, 1>? = none, count: Int = 300) -> { images: Images<count, 28, 28, 1> } {
  drawn = stripes(count: count)
  output images = one ?? drawn.images
}
pipeline p() {
  digits = glyphs(count: 300)
  output images = either(${argument})
  output labels = digits.labels
}`;

test('an artifact that is not given has another in its place', () => {
  const from = (argument: string): unknown => {
    const [first] = graphOf(optional(argument)).outputs;
    return first?.value.kind === 'output' ? first.value.step : undefined;
  };
  expect(from('digits.images')).toBe('digits');
  expect(from('')).toBe('images.drawn');
});

test('what is not needed makes no step, and is checked and counted as used all the same', () => {
  const program = (right: string): string => `
import { glyphs, stripes } from "std/datasets"
pipeline p(count: Int? = 300) {
  digits = glyphs(count: count ?? ${right})
  output images = digits.images
}`;
  expect(graphOf(program('stripes(count: 100).labels')).steps.map(({ id }) => id)).toEqual(['digits']);
  expect(codesOf(program('stripes(count: 100).labels'))).toEqual([]);
  expect(codesOf(program('stripes(cuont: 100).labels'))).toContain('P302');
});
