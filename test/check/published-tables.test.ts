// Published numbers in tables that are not of scores: the check knows their rows and columns where parameters say them.
import { expect, test } from 'vitest';
import { codesOf } from './compile-text.ts';

const codes = (path: string, output: string): readonly string[] =>
  codesOf(`import { glyphs } from "std/datasets"
import { idfd, embed_views } from "std/representation"
import { similarity_statistics, side_by_side } from "std/metrics"
pipeline p() {
  digits  = glyphs(count: 300)
  learned = idfd(digits.images, dimension: 32)
  views   = embed_views(learned.encoder, digits.images)
  whole = similarity_statistics(learned.features, digits.labels, views.first, views.second, columns: ["IDFD"])
  parts = similarity_statistics(
    learned.features,
    digits.labels,
    views.first,
    views.second,
    parts: [10, 22],
    columns: ["z_c", "z_n"],
  )
  beside = side_by_side([whole, parts])
  output pairs = ${output}
}
published "A paper, Table VII" for p { pairs${path}: 0.5 within 0.1 }`).filter((code) => code !== 'P203');

test.each([
  ['whole', '["Same"]["IDFD"]', []],
  ['whole', '["Same"]["z_n"]', ['P602']],
  ['whole', '["same"]["IDFD"]', ['P602']],
  ['parts', '["Augmented"]["z_n"]', []],
  ['beside', '["Different"]["IDFD"]', []],
  ['beside', '["Different"]["z_c"]', []],
  ['beside', '["Different"]["z"]', ['P602']],
])('%s%s', (output, path, expected) => {
  expect(codes(path, output)).toEqual(expected);
});

test('as many names as parts', () => {
  expect(
    codes(
      '["Same"]["similarity"]',
      'similarity_statistics(learned.features, digits.labels, views.first, views.second, parts: [10, 22])',
    ),
  ).toEqual(['P416']);
});
