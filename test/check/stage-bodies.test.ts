// The body of a stage is checked by itself, also where nothing calls it, with what holds in every call.
import { describe, expect, test } from 'vitest';
import { codesOf, compileText } from './compile-text.ts';

const imports = `import { glyphs, overlay } from "std/datasets"
import { idfd } from "std/representation"
import { kmeans } from "std/clustering"
`;
const pipeline = 'pipeline p() { output x = glyphs(count: 300).images output y = 1 }';

describe('a stage that nothing calls', () => {
  test.each([
    ['a name that is not there', 'output clusters = kmeans(missing, k: k)', ['P201']],
    ['an argument that is not there', 'output clusters = kmeans(idfd(images, epoch: 3).features, k: k)', ['P302']],
    ['a type that does not fit', 'output clusters = kmeans(images, k: k)', ['P401']],
    ['an output that is missing', 'output other = images', ['P204', 'P204']],
    [
      'sizes that cannot be equal',
      'output clusters = kmeans(idfd(overlay(images, glyphs(count: 3).images)).features, k: k)',
      [],
    ],
    ['nothing wrong', 'output clusters = kmeans(idfd(images).features, k: k)', []],
    [
      'a value that only a call knows',
      'size = 2 * k / 3 output clusters = kmeans(idfd(images, epochs: size).features, k: k)',
      [],
    ],
  ])('%s', (_, body, codes) => {
    const stage = `stage grouped<N, H, W, C>(images: Images<N, H, W, C>, k: Int) -> { clusters: Clusters<N, k> } { ${body} }`;
    expect(codesOf(`${imports}${stage}\n${pipeline}`).filter((code) => code !== 'P104')).toEqual(codes);
  });

  test('sizes are called by their names', () => {
    const stage = 'stage s<N, D>(features: Features<N, D>) -> { labels: Labels<N> } { output labels = features }';
    const [problem] = compileText(`${stage}\n${pipeline.replace('glyphs(count: 300).images', '2')}`).diagnostics;
    expect(problem?.title).toBe('the output `labels` must be Labels<N>, but this is Features<N, D>');
  });
});

test('a problem of a body that a call finds as well is told once', () => {
  const stage = 'stage s(count: Int) -> { images: Images<count, 28, 28, 1> } { output images = missing }';
  expect(codesOf(`${stage}\npipeline p() { output x = s(3) output y = s(4) }`)).toEqual(['P201']);
});
