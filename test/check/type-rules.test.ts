// Holds the checker to "Type rules" of docs/language.md: for each rule something that is allowed and something that is not.
import { describe, expect, test } from 'vitest';
import { codesOf } from './compile-text.ts';

const IMPORTS = `import { glyphs, stripes, overlay, concat, mnist } from "std/datasets"
import { idfd, normalise } from "std/representation"
import { kmeans } from "std/clustering"
import { scores, mean_std, table } from "std/metrics"
`;

/** Codes of errors and warnings of a program, but for imports that it leaves unused. */
const codes = (text: string): readonly string[] => codesOf(IMPORTS + text).filter((code) => code !== 'P104');

const inParameter = (type: string, value: string): string => `pipeline p(x: ${type} = ${value}) { output y = "{x}" }`;
const inBody = (text: string): string => `pipeline p(none_yet: Int? = none) { ${text} output left = "{none_yet}" }`;

describe('what may stand where', () => {
  test.each<[string, string, readonly string[]]>([
    ['Float', '3', []],
    ['Int', '3.0', ['P401']],
    ['Memory', '3', ['P401']],
    ['Float in 0..1', '2', ['P407']],
    ['one of "a", "b"', '"b"', []],
    ['one of "a", "b"', '"c"', ['P408']],
    ['[Float]', '[1, 2.5]', []],
    ['[Int]', '[1, 2.5]', ['P401']],
    ['[String]', '[]', []],
    ['Int?', 'none', []],
    ['Int', 'none', ['P401']],
    ['[Int?]', '[1, none]', []],
  ])('for %s stands %s: %j', (type, value, expected) => {
    expect(codes(inParameter(type, value))).toEqual(expected);
  });

  test('what may be absent need not be given', () => {
    expect(codes('pipeline p(x: Int?) { output y = "{x}" }')).toEqual([]);
    expect(codes('pipeline p(x: Int) { output y = "{x}" }')).toEqual(['P507']);
  });

  test('a stage with several outputs, and a record, stand for nothing', () => {
    expect(codes(inBody('d = glyphs(count: 300) output x = kmeans(d, k: 3)'))).toEqual(['P403']);
    expect(codes(inBody('output x = kmeans({ a: 1 }, k: 3)'))).toEqual(['P401']);
    expect(codes(inBody('output x = [1, 2][2]'))).toEqual(['P410']);
  });

  test('features of unit length stand for features, and not the other way round', () => {
    const wants = (type: string): string => `stage wants<N, D>(f: ${type}<N, D>) -> { clusters: Clusters<N, 2> }
by command "x {f} {clusters}"
stage plain<N, H, W, C>(i: Images<N, H, W, C>) -> { features: Features<N, 4> } by command "x {i} {features}"
`;
    const given = (from: string): string =>
      inBody(`d = glyphs(count: 300) f = plain(d.images) output c = wants(${from})`);
    expect(codes(wants('Features') + given('normalise(f)'))).toEqual([]);
    expect(codes(wants('UnitFeatures') + given('normalise(f)'))).toEqual([]);
    expect(codes(wants('UnitFeatures') + given('f'))).toEqual(['P401']);
  });
});

describe('dimensions', () => {
  const declared = (inputs: string, sizes = 'N, M, H'): string =>
    `stage s<${sizes}>(${inputs}) -> { images: Images<N, H, H, 1> } by command "x {a} {b} {images}"\n`;
  const called = inBody('a = glyphs(count: 300) b = stripes(count: 200) output x = s(a.images, b.images)');

  test.each<[string, readonly string[]]>([
    ['a: Images<N, H, H, 1>, b: Images<M, H, H, 1>', []],
    ['a: Images<N, H, H, 1>, b: Images<N, H, H, 1>', ['P402']],
    ['a: Images<N, H, H, 1>, b: Images<M, 28, 28, 1>', []],
    ['a: Images<N, H, H, 1>, b: Images<M, 32, 32, 1>', ['P402']],
    ['a: Images<N, 2 * H, 2 * H, 1>, b: Images<M, H * 2, 28, 1>', []],
    ['a: Images<N, 3 * H, 28, 1>, b: Images<M, 28, 28, 1>', ['P412']],
    ['a: Images<N + M, H, H, 1>, b: Images<M, H, H, 1>', []],
    ['a: Images<N * M, H, H, 1>, b: Images<200, H, H, 1>', ['P406']],
  ])('with inputs %s: %j', (inputs, expected) => {
    const sizes = inputs.includes('M') ? 'N, M, H' : 'N, H';
    expect(codes(declared(inputs, sizes) + called)).toEqual(expected);
  });

  test('of a result must be fixed by the inputs, and come to a size', () => {
    const s = (result: string): string =>
      `stage s<N, H>(a: Images<N, H, H, 1>, k: Int = 3) -> { images: Images<${result}, H, H, 1> } by command "x {a} {k} {images}"\n`;
    const call = inBody('a = glyphs(count: 300) output x = s(a.images)');
    expect(codes(s('N / k') + call)).toEqual([]);
    expect(codes(s('N / 7') + call)).toEqual(['P412']);
    expect(codes(s('M') + call)).toContain('P406');
  });

  test('add up over a list where they are declared so', () => {
    const two = 'a = glyphs(count: 300) b = glyphs(count: 200) ';
    expect(
      codes(inBody(`${two} output x = overlay(concat([a.images, b.images]), stripes(count: 500).images)`)),
    ).toEqual([]);
    expect(
      codes(inBody(`${two} output x = overlay(concat([a.images, b.images]), stripes(count: 400).images)`)),
    ).toEqual(['P402']);
  });
});

describe('arithmetic', () => {
  test.each<[string, readonly string[]]>([
    ['7 / 2', ['P409']],
    ['7 / 2.0', []],
    ['1 / 0', ['P409']],
    ['5 % 0', ['P409']],
    ['2 * 4 GiB', []],
    ['4 GiB * 4 GiB', ['P409']],
    ['4 GiB + 1', ['P409']],
    ['1 h + 1 GiB', ['P409']],
    ['5 GiB % 2 GiB', []],
    ['3 h / 20 min', []],
    ['-(2 h)', []],
    ['"a" + 1', ['P409']],
    ['-true', ['P409']],
  ])('%s: %j', (expression, expected) => {
    expect(codes(inBody(`output x = ${expression}`))).toEqual(expected);
  });
});

describe('labels and splits', () => {
  const stage = (inputs: string, result: string): string =>
    `stage s<N>(${inputs}) -> { r: ${result} } by command "x {l} {r}"\n${inBody('output one = 1')}`;

  test.each<[string, string, readonly string[]]>([
    ['l: Labels<N>', 'Scores', []],
    ['l: Labels<N>', 'Images<N, 8, 8, 1>', []],
    ['l: Labels<N>', 'Features<N, 8>', ['P413']],
    ['l: [Labels<N>]', 'TrainingLog', ['P413']],
    ['l: Labels<N>', 'UnitFeatures<N, 8>', ['P413']],
  ])('from %s to %s: %j', (inputs, result, expected) => expect(codes(stage(inputs, result))).toEqual(expected));

  test('another number of clusters than of classes is a warning', () => {
    const scored = (k: number): string =>
      inBody(`d = glyphs(count: 300) f = idfd(d.images) output x = scores(kmeans(f.features, k: ${k}), d.labels)`);
    expect(codes(scored(10))).toEqual([]);
    expect(codes(scored(9))).toEqual(['P414']);
  });

  test('labels of one split do not go with rows of another', () => {
    const scored = (split: string): string =>
      inBody(`a = mnist(split: "train", count: 500) b = mnist(split: "${split}", count: 500)
      f = idfd(a.images) output x = scores(kmeans(f.features, k: 10), b.labels)`);
    expect(codes(scored('train'))).toEqual([]);
    expect(codes(scored('test'))).toEqual(['P415']);
  });
});

describe('optionals and stages as values', () => {
  test('what stands behind ?? is checked in any case', () => {
    expect(codes(inBody('output x = 1 ?? "a"'))).toEqual([]);
    expect(codes(inBody('output x = 1 ?? nowhere'))).toEqual(['P201']);
  });

  test('a stage is bound, listed, called and written, and goes nowhere else', () => {
    const used = 'm = [idfd, idfd with { tau: 0.2 }] d = glyphs(count: 300)';
    expect(
      codes(
        inBody(`${used} output x = for s in m { f = s(d.images) yield f.log } output n = for s in m { yield "{s}" }`),
      ),
    ).toEqual([]);
    expect(codes(inBody(`${used} output x = m`)).length).toBeGreaterThan(0);
    expect(
      codes(inBody(`d = glyphs(count: 300) output x = kmeans(idfd, k: 2) output y = d.images`)).length,
    ).toBeGreaterThan(0);
  });

  test('with holds values to their types, and gives each argument once', () => {
    const call = (fields: string, more = ''): string =>
      inBody(`d = glyphs(count: 300) m = idfd with { ${fields} } f = m(d.images${more}) output x = f.log`);
    expect(codes(call('tau: 0.2'))).toEqual([]);
    expect(codes(call('tau: "a"'))).toEqual(['P401']);
    expect(codes(call('tau: 0.2', ', tau: 0.3'))).toEqual(['P303']);
  });

  test('no stage calls itself', () => {
    expect(codes(`stage s(a: Int) -> { l: TrainingLog } { output l = s(a) }\n${inBody('output x = s(1)')}`)).toContain(
      'P207',
    );
  });
});

describe('published targets', () => {
  const program = (target: string, set = ''): string => `pipeline p(seeds: [Int] = [0, 1]${set}) {
  d = glyphs(count: 300)
  runs = for s in seeds { f = idfd(d.images, seed: s) yield scores(kmeans(f.features, k: 10), d.labels) }
  output runs = runs
  output share = 0.5
  output table = table([[mean_std(runs)]], rows: ["a"])
  output images = d.images
}
published "A" for p { ${target} }
`;
  test.each<[string, readonly string[]]>([
    ['share: 0.5 within 0.1', []],
    ['runs[1].acc: 0.5 within 0.1', []],
    ['runs[2].acc: 0.5 within 0.1', ['P602']],
    ['runs[0].f1: 0.5 within 0.1', ['P602']],
    ['table["a"]["NMI"]: 0.5 within 0.1', []],
    ['table["b"]["NMI"]: 0.5 within 0.1', ['P602']],
    ['images: 0.5 within 0.1', ['P602']],
    ['nothing: 0.5 within 0.1', ['P601']],
    ['share: 0.5 at least 0.6', ['P604']],
    ['share: 0.5 within 0.1, share: 0.5 within 0.2', ['P603']],
  ])('%s: %j', (target, expected) => expect(codes(program(target))).toEqual(expected));
});
