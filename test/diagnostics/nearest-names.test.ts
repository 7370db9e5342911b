import { expect, test } from 'vitest';
import { nearestFiles } from '../../src/diagnostics/nearest-names.ts';

test.each([
  ['nope.pipe', ['bom.pipe', 'empty.pipe'], []],
  ['brids.pipe', ['bom.pipe', 'birds.pipe'], ['birds.pipe']],
  ['birds.pip', ['bird.pipe', 'birds.pipe'], ['birds.pipe', 'bird.pipe']],
  ['./a/birds.pipe', ['./a/bird.pipe', './a/seeds.pipe'], ['./a/bird.pipe']],
  ['std/visula', ['std/metrics', 'std/visual'], ['std/visual']],
])('near to %s: by the name alone', (path, candidates, near) => {
  expect(nearestFiles(path, candidates)).toEqual(near);
});
