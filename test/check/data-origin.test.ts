// Which data rows stand for, and what an encoder has seen: carried through every stage, and used where labels meet rows.
import { expect, test } from 'vitest';
import { codesOf, graphOf } from './compile-text.ts';

const program = (body: string, rest = ''): string => `
import { mnist, overlay, stripes, glyphs, concat, concat_labels } from "std/datasets"
import { idfd, cidfd, embed, normalise } from "std/representation"
import { kmeans } from "std/clustering"
import { linear_evaluation, scores, similarity_histogram, mean_std } from "std/metrics"
${rest}
pipeline p() {
  train = mnist(split: "train", count: 1000)
  test  = mnist(split: "test", count: 1000)
  lines = stripes(count: 1000)
${body}
}
`;
const codes = (body: string, rest = ''): readonly string[] =>
  codesOf(program(body, rest)).filter((code) => !/P104|P203/.test(code));
const noteOf = (body: string, step: string, rest = ''): string | undefined =>
  graphOf(program(body, rest)).steps.find(({ id }) => id === step)?.note;

const clustered = (images: string, labels: string, features = 'learned.features'): string => `
  learned  = idfd(${images}, epochs: 1)
  clusters = kmeans(${features}, k: 10)
  output s = scores(clusters, ${labels})`;

test.each([
  ['of the same split', clustered('train.images', 'train.labels'), []],
  ['of another split', clustered('train.images', 'test.labels'), ['P415']],
  ['of another split, behind an overlay', clustered('overlay(train.images, lines.images)', 'test.labels'), ['P415']],
  ['of what lies behind', clustered('overlay(train.images, lines.images)', 'lines.labels'), ['P414']],
  [
    'of the rows that an encoder is asked about',
    clustered('train.images', 'test.labels', 'embed(learned.encoder, test.images)'),
    [],
  ],
  [
    'of what the encoder has seen, for other rows',
    clustered('train.images', 'train.labels', 'embed(learned.encoder, test.images)'),
    ['P415'],
  ],
  [
    'of both splits in the same order',
    clustered('concat([train.images, test.images])', 'concat_labels([train.labels, test.labels])'),
    [],
  ],
  [
    'of both splits in another order',
    clustered('concat([train.images, test.images])', 'concat_labels([test.labels, train.labels])'),
    ['P415'],
  ],
  ['through a stage of ones own', clustered('both(train.images, lines.images)', 'test.labels'), ['P415']],
])('labels %s', (_, body, expected) => {
  const own = `stage both<N, H, W, C>(a: Images<N, H, W, C>, b: Images<N, H, W, C>) -> { images: Images<N, H, W, C> } {
  output images = overlay(a, b)
}`;
  expect(codes(body, own)).toEqual(expected);
});

test('a number of rows that differs is said once', () => {
  expect(codes(clustered('mnist(split: "test", count: 500).images', 'train.labels'))).toEqual(['P402']);
});

test('a step that scores says what its encoder has seen', () => {
  const seen =
    'scored on the images that its encoder was trained on (mnist, train), without their labels: transductive';
  expect(noteOf(clustered('train.images', 'train.labels'), 's')).toBe(seen);
  expect(noteOf(clustered('overlay(train.images, lines.images)', 'train.labels'), 's')).toBe(seen);
  const inductive = clustered('train.images', 'test.labels', 'embed(learned.encoder, test.images)');
  expect(noteOf(inductive, 's')).toBe('scored on mnist, test; its encoder was trained on mnist, train');
  expect(noteOf(clustered('train.images', 'train.labels'), 'clusters')).toBeUndefined();
});

test('a classifier says which labels it learned, and which are scored', () => {
  const evaluated = (learnedOn: string, scoredOn: string, encoder = 'train.images'): string => `
  learned = idfd(${encoder}, epochs: 1)
  output s = linear_evaluation(
    embed(learned.encoder, ${learnedOn}.images),
    ${learnedOn}.labels,
    embed(learned.encoder, ${scoredOn}.images),
    ${scoredOn}.labels,
  )`;
  expect(noteOf(evaluated('train', 'test'), 's')).toBe(
    'scored on mnist, test, by a classifier that learned the labels of mnist, train; its encoder was trained on mnist, train',
  );
  expect(noteOf(evaluated('train', 'test', 'test.images'), 's')).toBe(
    'scored on mnist, test, by a classifier that learned the labels of mnist, train; its encoder was trained on the scored images, without their labels',
  );
  expect(noteOf(evaluated('train', 'train', 'lines.images'), 's')).toBe(
    'scored on mnist, train, by a classifier that learned the same labels of mnist, train',
  );
  expect(codes(evaluated('train', 'test').replace('train.labels', 'test.labels'))).toEqual(['P415']);
  // Ten classes and four.
  expect(codes(evaluated('train', 'lines'))).toEqual(['P402']);
});

test('draws of a set without splits are told apart by their parameters', () => {
  const scored = (trained: string): string => `
  digits   = glyphs(count: 1000, seed: 1)
  learned  = idfd(${trained}, epochs: 1)
  clusters = kmeans(embed(learned.encoder, digits.images), k: 10)
  output s = scores(clusters, digits.labels)`;
  expect(noteOf(scored('digits.images'), 's')).toMatch(
    /^scored on the images that its encoder was trained on \(glyphs\)/,
  );
  expect(noteOf(scored('glyphs(count: 1000, seed: 2).images'), 's')).toBe(
    'scored on glyphs; its encoder was trained on glyphs, other draws',
  );
  expect(noteOf(scored('lines.images'), 's')).toBeUndefined();
});
