import { expect, test } from 'vitest';
import { graphOf } from './compile-text.ts';

const imports = `
import { glyphs, stripes, overlay } from "std/datasets"
import { idfd } from "std/representation"
import { kmeans } from "std/clustering"
import { scores, mean_std } from "std/metrics"
`;

const ids = (body: string, set: readonly string[] = []): readonly string[] =>
  graphOf(
    `${imports}pipeline p(n: Int = 40, seeds: [Int] = [0, 1]) { ${body} output size = "{n} {seeds}" }\n${unused}`,
    { set },
  ).steps.map(({ id }) => id);

// Every import is used somewhere, so that no warning hides what a test is about.
const unused = `stage all<N, H, W, C>(a: Images<N, H, W, C>) -> { x: Images<N, H, W, C> } { output x = overlay(a, a) }`;

test('a step has the name of its binding', () => {
  expect(ids('a = glyphs(count: n) output x = a.images')).toEqual(['a']);
});

test('a call in a call is named after the way to it', () => {
  expect(ids('t = overlay(glyphs(count: n).images, stripes(count: n).images) output x = t')).toEqual([
    't.front',
    't.behind',
    't',
  ]);
});

test('an item of a list has its index', () => {
  expect(
    ids(
      'a = glyphs(count: n) f = [glyphs(count: n).images, glyphs(count: n, seed: 1).images] output x = f output y = a.images',
    ),
  ).toEqual(['a', 'f[0]', 'f[1]']);
});

test('a step of an output has the name of the output, also where a binding has it too', () => {
  expect(ids('output x = glyphs(count: n).images')).toEqual(['x']);
  expect(ids('x = glyphs(count: n) output x = overlay(x.images, x.images)')).toEqual(['x', 'output.x']);
});

test('a cell of a comprehension stands in brackets', () => {
  expect(ids('each = for s in seeds { a = glyphs(count: n, seed: s) yield a.images } output x = each')).toEqual([
    'a[s=0]',
    'a[s=1]',
  ]);
  expect(ids('each = for s in seeds { yield glyphs(count: n, seed: s).images } output x = each')).toEqual([
    'each[s=0]',
    'each[s=1]',
  ]);
});

test('the fields of a yield are parts of the comprehension', () => {
  expect(
    ids(
      'each = for s in seeds { yield { a: glyphs(count: n, seed: s), b: s } } output x = each.a.images output y = each.b',
    ),
  ).toEqual(['each.a[s=0]', 'each.a[s=1]']);
});

test('cells nest', () => {
  expect(
    ids(
      'each = for s in seeds { inner = for t in [5, 6] { yield glyphs(count: n, seed: s * 10 + t).images } yield inner } output x = each',
    ),
  ).toEqual(['inner[s=0,t=5]', 'inner[s=0,t=6]', 'inner[s=1,t=5]', 'inner[s=1,t=6]']);
});

test('two comprehensions may bind the same name; the same value twice is numbered', () => {
  expect(
    ids(`a = for s in [0] { g = glyphs(count: n, seed: s) yield g.images }
         b = for s in [0] { g = glyphs(count: n, seed: s) yield g.images } output x = a output y = b`),
  ).toEqual(['g[s=0]', 'b.g[s=0]']);
  expect(ids('a = for s in [7, 7] { yield glyphs(count: n, seed: s).images } output x = a')).toEqual([
    'a[s=7]',
    'a[s=7]#2',
  ]);
});

test('strings name cells where they are short and plain, else the index does', () => {
  expect(
    ids(
      'a = for w in ["one", "two words"] { g = glyphs(count: n) yield { g: g.images, w: w } } output x = a.g output y = a.w',
    ),
  ).toEqual(['g[w=one]', 'g[w=#1]']);
});

test('what no output needs is left out', () => {
  expect(ids('a = glyphs(count: n) b = glyphs(count: n, seed: 9) output x = a.images')).toEqual(['a']);
});

test('the steps of a composite stage are named after its call', () => {
  const graph = graphOf(`${imports}
    stage baseline<N, H, W, C>(images: Images<N, H, W, C>, labels: Labels<N>, k: Int = 10) -> { scores: Scores, clusters: Clusters<N, k> } {
      learned = idfd(images, epochs: 1)
      groups = kmeans(learned.features, k: k)
      output clusters = groups
      output scores = scores(groups, labels)
    }
    pipeline p() {
      digits = glyphs(count: 50)
      plain = baseline(digits.images, digits.labels)
      all = for k in [3, 4] { yield baseline(digits.images, digits.labels, k: k).scores }
      output scores = plain.scores
      output mean = mean_std(all)
      output behind = overlay(digits.images, stripes(count: 50).images)
    }`);
  expect(graph.steps.map(({ id }) => id)).toEqual([
    'digits',
    'plain.learned',
    'plain.groups',
    'plain.scores',
    'all.learned[k=3]',
    'all.groups[k=3]',
    'all.scores[k=3]',
    'all.learned[k=4]',
    'all.groups[k=4]',
    'all.scores[k=4]',
    'mean',
    'behind.behind',
    'behind',
  ]);
  expect(graph.steps.find(({ id }) => id === 'all.groups[k=4]')?.outputs[0]?.type).toBe('Clusters<50, 4>');
});
