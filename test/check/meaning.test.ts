import { describe, expect, test } from 'vitest';
import { codesOf, graphOf } from './compile-text.ts';

const imports = `
import { glyphs, stripes, concat_labels } from "std/datasets"
import { idfd, normalise } from "std/representation"
import { kmeans } from "std/clustering"
import { scores, similarity_histogram } from "std/metrics"
stage weaken<N, D>(features: Features<N, D>) -> { features: Features<N, D> } { output features = features }
stage keep<N, D>(features: UnitFeatures<N, D>) -> { features: UnitFeatures<N, D> } { output features = features }
pipeline p(k: Int = 10) {
  digits = glyphs(count: 300) lines = stripes(count: 300) learned = idfd(digits.images).features
  output own = scores(kmeans(learned, k: 10), digits.labels) output all = concat_labels([lines.labels, lines.labels])
  output same = similarity_histogram(keep(normalise(weaken(learned))), targets: digits.labels, backgrounds: lines.labels)
`;

describe('unit features', () => {
  const pairs = (of: string): string =>
    `${imports} output x = similarity_histogram(${of}, targets: digits.labels, backgrounds: lines.labels) output k = k }`;

  test.each([
    ['learned', []],
    ['normalise(learned)', []],
    ['keep(learned)', []],
    // What a body gives is what its signature promises, no more.
    ['weaken(learned)', ['P401']],
    ['normalise(weaken(learned))', []],
  ])('%s', (of, codes) => {
    expect(codesOf(pairs(of))).toEqual(codes);
  });

  test('are not promised of others, called or not', () => {
    const promise =
      'stage promise<N, D>(features: Features<N, D>) -> { features: UnitFeatures<N, D> } { output features = features }';
    expect(codesOf(`${promise}\n${pairs('learned')}`)).toEqual(['P401']);
    expect(codesOf(`${promise}\n${pairs('promise(learned)')}`)).toEqual(['P401']);
  });

  test('are an artifact of kind Features', () => {
    const { steps } = graphOf(pairs('normalise(learned)'));
    expect(steps.find(({ id }) => id === 'x.features')!.outputs).toEqual([
      { name: 'features', kind: 'Features', type: 'UnitFeatures<300, 128>' },
    ]);
  });
});

describe('classes', () => {
  const scored = (k: string, labels: string): string =>
    `${imports} output x = scores(kmeans(learned, k: ${k}), ${labels}) output k = k }`;
  test.each([
    ['10', 'digits.labels', []],
    ['4', 'lines.labels', []],
    ['k', 'lines.labels', ['P414']],
    ['9', 'digits.labels', ['P414']],
  ])('%s clusters, %s', (k, labels, codes) => {
    expect(codesOf(scored(k, labels))).toEqual(codes);
  });
  test('a number of classes that is not known is compared with nothing', () => {
    const text = `${imports.replace('pipeline p', 'stage hide<N>(labels: Labels<N>, other: Labels<N>) -> { labels: Labels<N> } { output labels = labels }\npipeline p')}
      output x = scores(kmeans(learned, k: 10), hide(digits.labels, lines.labels)) output k = k }`;
    expect(codesOf(text)).toEqual([]);
  });
  test('sets of labels of different classes are not one set', () => {
    expect(codesOf(`${imports} output x = concat_labels([digits.labels, lines.labels]) output k = k }`)).toEqual([
      'P402',
    ]);
  });
});

describe('labels', () => {
  const declared = (parameters: string, results: string): readonly string[] =>
    codesOf(`stage s<N>(${parameters}) -> { ${results} }\npipeline p() { output x = 1 }`);
  test.each([
    ['labels: Labels<N>, f: Features<N, 3>', 'clusters: Clusters<N, 3>', ['P413']],
    ['labels: [Labels<N>]?', 'log: TrainingLog', ['P413']],
    ['labels: Labels<N>', 'scores: Scores, page: Page', []],
    ['labels: Labels<N>, i: Images<N, 1, 1, 1>', 'i: Images<N, 1, 1, 1>, labels: Labels<N>', []],
    ['f: Features<N, 3>', 'clusters: Clusters<N, 3>', []],
  ])('%s → %s', (parameters, results, codes) => {
    expect(declared(parameters, results)).toEqual(codes);
  });
});
