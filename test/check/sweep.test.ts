// `--set tau=0.1,0.2`: one graph for all combinations, in which nothing is done twice.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TypedGraph } from '../../src/graph/typed-graph.ts';
import { codesOf, compileText, graphOf } from './compile-text.ts';

const program = `
import { glyphs } from "std/datasets"
import { idfd } from "std/representation"
import { kmeans } from "std/clustering"
import { scores } from "std/metrics"
pipeline p(tau: Float > 0 = 0.5, k: Int = 10, backbone: one of "conv3", "conv4" = "conv3", title: String = "x", seeds: [Int] = [0], seed: Int? = none) {
  digits = glyphs(count: 300)
  each = for s in seeds {
    learned = idfd(digits.images, tau: tau, backbone: backbone, seed: s)
    yield scores(kmeans(learned.features, k: k, seed: s), digits.labels)
  }
  output each = each
  output note = "{title} {seed}"
}`;

const of = (...set: readonly string[]): TypedGraph => graphOf(program, { set });
const ids = (graph: TypedGraph): readonly string[] => graph.steps.map(({ id }) => id);

test('a step has the values that make a difference to it in its name, and is there once', () => {
  const graph = of('tau=0.1,0.2', 'k=10,20');
  expect(ids(graph)).toEqual(
    [
      ['digits', 'learned[s=0,tau=0.1]', 'each.clusters[s=0,tau=0.1,k=10]', 'each[s=0,tau=0.1,k=10]'],
      ['each.clusters[s=0,tau=0.1,k=20]', 'each[s=0,tau=0.1,k=20]'],
      ['learned[s=0,tau=0.2]', 'each.clusters[s=0,tau=0.2,k=10]', 'each[s=0,tau=0.2,k=10]'],
      ['each.clusters[s=0,tau=0.2,k=20]', 'each[s=0,tau=0.2,k=20]'],
    ].flat(),
  );
  expect(graph.outputs.map(({ name }) => name)).toEqual([
    'each[tau=0.1,k=10]',
    'note',
    'each[tau=0.1,k=20]',
    'each[tau=0.2,k=10]',
    'each[tau=0.2,k=20]',
  ]);
  expect(graph.parameters.slice(0, 3).map(({ value }) => value)).toEqual([[0.1, 0.2], [10, 20], 'conv3']);
});

test('each cell computes what a run with its values alone computes', () => {
  const plain = (graph: TypedGraph, id: string) => {
    const { stage, parameters } = graph.steps.find((step) => step.id === id)!;
    return { stage, parameters };
  };
  fc.assert(
    fc.property(
      fc.subarray([0.1, 0.2, 0.5, 1.5], { minLength: 2 }),
      fc.subarray([4, 10, 12], { minLength: 2 }),
      (taus, ks) => {
        const all = of(`tau=${taus.join(',')}`, `k=${ks.join(', ')}`, 'seeds=[0,1]');
        for (const tau of taus)
          for (const k of ks) {
            const one = of(`tau=${tau}`, `k=${k}`, 'seeds=[0,1]');
            for (const s of [0, 1]) {
              expect(plain(all, `learned[s=${s},tau=${tau}]`)).toEqual(plain(one, `learned[s=${s}]`));
              expect(plain(all, `each.clusters[s=${s},tau=${tau},k=${k}]`)).toEqual(
                plain(one, `each.clusters[s=${s}]`),
              );
            }
          }
        // Each step after all that it reads.
        const places = new Map(ids(all).map((id, at) => [id, at]));
        for (const [at, step] of all.steps.entries())
          for (const input of Object.values(step.inputs))
            if (input.kind === 'output') expect(places.get(input.step)).toBeLessThan(at);
      },
    ),
    { numRuns: 10 },
  );
});

test('words sweep an enumeration, quoted texts a text; a text, a list and one value do not', () => {
  expect(ids(of('backbone=conv3,conv4')).filter((id) => id.startsWith('learned'))).toEqual([
    'learned[s=0,backbone=conv3]',
    'learned[s=0,backbone=conv4]',
  ]);
  expect(of('title=a, b').outputs[1]!.value).toEqual({ kind: 'value', value: 'a, b none' });
  expect(of('title="a","b, c"').outputs.map(({ name }) => name)).toEqual(['each', 'note[title=a]', 'note[title=b_c]']);
  expect(ids(of('seeds=[0,1]'))).not.toContain('digits[seeds=0]');
  expect(ids(of('tau=0.1,0.1'))).toContain('learned[s=0]');
  expect(of('seed=1,none').outputs.map(({ name }) => name)).toEqual(['each', 'note[seed=1]', 'note[seed=none]']);
});

test('values that would be the same word in a name are told apart by index, and none is lost', () => {
  const { outputs } = of('title="a b","a_b","c",""');
  expect(outputs.slice(1).map(({ name, value }) => [name, value])).toEqual([
    ['note[title=#0]', { kind: 'value', value: 'a b none' }],
    ['note[title=#1]', { kind: 'value', value: 'a_b none' }],
    ['note[title=c]', { kind: 'value', value: 'c none' }],
    ['note[title=#3]', { kind: 'value', value: ' none' }],
  ]);
});

test('each value is checked, at its place', () => {
  const { diagnostics, sources } = compileText(program, { set: ['k=10', 'tau=0.1,-1,x'] });
  expect(
    diagnostics.map(({ code, primary: { span } }) => [code, sources.get(span.file)!.text.slice(span.start, span.end)]),
  ).toEqual([
    ['P407', '-1'],
    ['P201', 'x'],
  ]);
  expect(codesOf(program, { set: ['tau=0.1,,0.2'] })).toEqual(['P004']);
  const many = Array.from({ length: 40 }, (_, at) => at + 2).join(',');
  expect(codesOf(program, { set: [`seed=${many}`, `tau=${many}`] })).toEqual(['P506']);
});
