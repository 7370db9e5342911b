import { describe, expect, test } from 'vitest';
import { codesOf, compileText, graphOf } from './compile-text.ts';

const program = `
import { glyphs } from "std/datasets"

pipeline p(
  count: Int in 10..1000 = 100,
  rate: Float > 0 = 0.5,
  kind: one of "a", "b" = "a",
  title: String = "{kind}: {count} images",
  seed: Int = 3,
  seeds: [Int in 0..9] = [seed, seed + 1],
  names: [String] = [],
  fast: Bool = false,
  limit: Memory <= 8 GiB = 2 GiB,
  wait: Duration = 1.5 h,
  share: Float? = none,
) {
  output set = glyphs(count: count, seed: seed).images
  output all = ["{rate} {title} {seeds} {names} {fast} {limit} {wait} {share}"]
}
profile smoke for p { count: 20, seed: 5 }
`;

const values = (options: Parameters<typeof graphOf>[1]): Readonly<Record<string, unknown>> =>
  Object.fromEntries(graphOf(program, options).parameters.map(({ name, value }) => [name, value]));

describe('values', () => {
  test('defaults see earlier parameters; units are plain numbers; an absent optional is null', () => {
    expect(values({})).toEqual({
      count: 100,
      rate: 0.5,
      kind: 'a',
      title: 'a: 100 images',
      seed: 3,
      seeds: [3, 4],
      names: [],
      fast: false,
      limit: 2 * 2 ** 30,
      wait: 5400,
      share: null,
    });
  });

  test('a profile comes before defaults, --set before both', () => {
    expect(values({ profile: 'smoke' })).toMatchObject({ count: 20, seed: 5, seeds: [5, 6], title: 'a: 20 images' });
    expect(values({ profile: 'smoke', set: ['count=30'] })).toMatchObject({ count: 30, seed: 5 });
    const { parameters } = graphOf(program, { profile: 'smoke', set: ['count=30'] });
    expect(parameters.slice(0, 2).map(({ origin }) => origin)).toEqual(['set', 'default']);
    expect(parameters.find(({ name }) => name === 'seed')?.origin).toBe('profile');
  });

  test.each([
    ['rate=1', { rate: 1 }],
    ['rate=1e-3', { rate: 0.001 }],
    ['kind=b', { kind: 'b' }],
    ['kind="b"', { kind: 'b' }],
    ['title=Hello, world = 1', { title: 'Hello, world = 1' }],
    ['title="{count} of them"', { title: '100 of them' }],
    ['seeds=[1, 2 , 3]', { seeds: [1, 2, 3] }],
    ['seeds=[]', { seeds: [] }],
    ['seeds=1, 2', { seeds: [1, 2] }],
    ['seeds=3', { seeds: [3] }],
    ['names=[one, "two three"]', { names: ['one', 'two three'] }],
    ['fast=true', { fast: true }],
    ['limit=512 MiB', { limit: 2 ** 29 }],
    ['wait=2min', { wait: 120 }],
    ['share=0.25', { share: 0.25 }],
    ['share=none', { share: null }],
    ['seed=-4', { seed: -4, seeds: [-4, -3] }],
    [' count = 10 * 3 ', { count: 30 }],
  ])('--set %s', (set, expected) => {
    // A negative seed is out of the range of seeds, so those are given too.
    const more = set.startsWith('seed=') ? ['seeds=[0]'] : [];
    const { seeds: _, ...rest } = expected as { seeds?: unknown };
    expect(values({ set: [set, ...more] })).toMatchObject(more.length > 0 ? rest : expected);
  });

  test.each([
    ['count=9', 'P407'],
    ['count=1001', 'P407'],
    ['count=20.5', 'P401'],
    ['count=many', 'P201'],
    ['rate=0', 'P407'],
    ['kind=c', 'P408'],
    ['seeds=[1, 10]', 'P407'],
    ['seeds=1,10', 'P407'],
    ['seeds=1,,2', 'P004'],
    ['limit=9 GiB', 'P407'],
    ['limit=2 h', 'P401'],
    ['limit=3', 'P401'],
    ['nothing=3', 'P505'],
    ['count', 'P506'],
    ['=3', 'P506'],
    ['', 'P506'],
    ['count=', 'P506'],
    ['count=[', 'P004'],
    ['count=1 2', 'P004'],
    ['count=£', 'P001'],
  ])('--set %s is %s, at the text that was typed', (set, code) => {
    const { diagnostics, sources, graph } = compileText(program, { set: ['seed=1', set] });
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
    const place = diagnostics[0]!.primary.span;
    expect(place.file).toBe('--set');
    expect(sources.get('--set')!.position(place.start).line).toBe(2);
    expect(graph).toBeUndefined();
  });

  test.each([
    ['count=many', 'Int in 10..1000 is wanted here.'],
    ['fast=yes', 'Bool is wanted here.'],
    ['count=1e2', 'With a point or an exponent a number is Float. As Int it is written 100.'],
  ])('--set %s says what is wanted', (set, note) => {
    expect(compileText(program, { set: [set] }).diagnostics.map(({ notes }) => notes)).toEqual([[note]]);
  });

  test('a profile is checked also when it is not chosen', () => {
    expect(codesOf(`${program}profile bad for p { count: 1, colour: 2 }`)).toEqual(['P407', 'P505']);
  });

  test('a pipeline without a value for a parameter can be checked, not run', () => {
    const text = 'pipeline p(count: Int) { output x = count }';
    expect(codesOf(text)).toEqual(['P507']);
    expect(codesOf(text, { purpose: 'check' })).toEqual([]);
    expect(codesOf(text, { set: ['count=1'] })).toEqual([]);
    expect(codesOf(text, { set: ['cuont=1'] })).toEqual(['P505']);
    expect(codesOf(text, { set: ['seed=1'] })).toEqual(['P505', 'P507']);
  });
});

describe('choosing a pipeline', () => {
  const two = 'pipeline a() { output x = 1 }\npipeline b(n: Int = 2) { output y = n }\nprofile q for b { n: 3 }';

  test('by name', () => {
    expect(graphOf(two, { pipeline: 'b', profile: 'q' }).outputs[0]).toMatchObject({
      name: 'y',
      value: { kind: 'value', value: 3 },
    });
  });

  test('none chosen: an error that lists them, but only for a run', () => {
    expect(compileText(two).diagnostics[0]).toMatchObject({
      code: 'P502',
      notes: ['Choose one with --pipeline: `a`, `b`.'],
    });
    expect(codesOf(two, { purpose: 'check' })).toEqual([]);
  });

  test('errors in the other pipelines are found', () => {
    expect(codesOf('pipeline a() { output x = 1 }\npipeline b() { output y = z }', { pipeline: 'a' })).toEqual([
      'P201',
    ]);
  });

  test('the documentation of the file stands for a pipeline without one', () => {
    expect(graphOf(`/// About the file.\n\n${two}`, { pipeline: 'a' }).pipeline.doc).toBe('About the file.');
    expect(graphOf(`/// About the file.\n\n/// About a.\n${two}`, { pipeline: 'a' }).pipeline.doc).toBe('About a.');
  });
});

test('annotations: of the stage, over it those of the statement', () => {
  const graph = graphOf(`
    import { glyphs } from "std/datasets"
    import { idfd } from "std/representation"
    pipeline p() {
      digits = glyphs(count: 300)
      @retries(2)
      @timeout(90 min)
      @cache(off)
      plain = idfd(digits.images)
      @resources(gpu: 1, memory: 4 GiB)
      other = for s in [1] { yield idfd(digits.images, seed: s).features }
      output a = plain.features
      output b = other
    }`);
  expect(graph.steps.map(({ annotations }) => annotations)).toEqual([
    {},
    { memory: 2 * 2 ** 30, retries: 2, timeout: 5400, cache: false },
    { memory: 4 * 2 ** 30, gpu: 1 },
  ]);
});
