import { describe, expect, test } from 'vitest';
import { codesOf, compileText, graphOf } from './compile-text.ts';

const program = (body: string): string => `
import { glyphs, stripes }     from "std/datasets"
import { idfd, cidfd }         from "std/representation"
import { kmeans }              from "std/clustering"
import { scores, mean_std, table } from "std/metrics"

stage grouped<N, H, W, C>(images: Images<N, H, W, C>, seed: Int = 0) -> { features: Features<N, 128> } {
  output features = idfd(images, seed: seed).features
}

pipeline compare(seeds: [Int] = [0, 1]) {
  digits  = glyphs(count: 300)
  lines   = stripes(count: 300)
  discard = idfd(lines.images, backbone: "conv3")
  ${body}
  output used = [scores(kmeans(discard.features, k: 4), lines.labels)]
  output size = "{seeds}"
  output more = grouped(digits.images)
  output c    = cidfd(digits.images, discard: discard.encoder).features
  output t    = table([[mean_std([scores(kmeans(discard.features, k: 4), digits.labels)])]], rows: [""])
}`;

const each = (methods: string, call = 'method(digits.images, seed: seed)'): string =>
  program(`each = for method in ${methods} { yield for seed in seeds { learned = ${call} yield learned.features } }
  output each = each`);

const ids = (text: string): readonly string[] =>
  graphOf(text)
    .steps.map(({ id }) => id)
    .filter((id) => id.startsWith('learned'));

describe('stages as values', () => {
  test('a comprehension over stages: each round calls its own, and the step is named after it', () => {
    const text = each('[idfd, cidfd with { discard: discard.encoder }, grouped]');
    expect(ids(text)).toEqual([
      'learned[method=idfd,seed=0]',
      'learned[method=idfd,seed=1]',
      'learned[method=cidfd,seed=0]',
      'learned[method=cidfd,seed=1]',
      'learned.features[method=grouped,seed=0]',
      'learned.features[method=grouped,seed=1]',
    ]);
    const { steps } = graphOf(text);
    expect(steps.find(({ id }) => id === 'learned[method=cidfd,seed=1]')).toMatchObject({
      stage: 'std/representation.cidfd',
      parameters: { seed: 1 },
      inputs: { discard: { kind: 'output', step: 'discard', output: 'encoder' } },
    });
  });

  test('of two with the same name the cells say what tells them apart', () => {
    expect(ids(each('[idfd, idfd with { tau: 0.2, epochs: 3 }]'))).toEqual(
      ['idfd', 'idfd.tau-0.2.epochs-3'].flatMap((method) =>
        [0, 1].map((seed) => `learned[method=${method},seed=${seed}]`),
      ),
    );
  });

  test('a stage given its values by name is the same step as the call that gives them', () => {
    const [one, two] = [
      each('[idfd with { tau: 0.2 }]'),
      each('[idfd]', 'method(digits.images, seed: seed, tau: 0.2)'),
    ].map((text) => graphOf(text).steps.find(({ id }) => id.startsWith('learned')));
    // Where the values were written differs, and decides nothing.
    const places = { span: undefined, sources: undefined };
    expect({ ...one, ...places }).toEqual({ ...two, ...places });
  });

  test('in a string it is its name and values; in a binding it can be called', () => {
    const { outputs, steps } = graphOf(
      program(
        'method = idfd with { tau: 0.2, epochs: 3 } output name = "{method}, {idfd}" output x = method(digits.images).features',
      ),
    );
    expect(outputs[0]!.value).toEqual({ kind: 'value', value: 'idfd with tau 0.2, epochs 3, idfd' });
    expect(steps.some(({ id, parameters }) => id === 'x' && parameters['tau'] === 0.2)).toBe(true);
  });

  test('a problem of a call points at the place where the stage was named', () => {
    const { diagnostics, sources } = compileText(each('[idfd, cidfd]'));
    expect(
      diagnostics.map(({ code, labels }) => [
        code,
        ...labels.map(({ span }) => sources.get(span.file)!.text.slice(span.start, span.end)),
      ]),
    ).toEqual([['P301', 'discard: Encoder<H, W, C, E>', 'cidfd']]);
  });

  test.each([
    ['[idfd with { tua: 0.2 }]', undefined, 'P302'],
    ['[idfd with { tau: -1.0 }]', undefined, 'P407'],
    ['[idfd with { tau: "x" }]', undefined, 'P401'],
    ['[idfd with { tau: 0.2 } with { tau: 0.3 }]', undefined, 'P303'],
    ['[idfd with { seed: 4 }]', undefined, 'P303'],
    ['[digits with { seed: 4 }]', undefined, 'P205'],
    ['[idfd with { images: digits.images }]', 'method(digits.images)', 'P401'],
    ['[3]', undefined, 'P205'],
    ['[idfd]', 'method + 1', 'P409'],
    ['[idfd]', 'method.features', 'P204'],
    ['[idfd with { epochs: kmeans }]', undefined, 'P206'],
  ])('%s %s: %s alone', (methods, call, code) => {
    expect(codesOf(each(methods, call))).toEqual([code]);
  });
});

describe('reductions', () => {
  test('a paper’s table is one comprehension', () => {
    const text = program(`methods = [idfd, cidfd with { discard: discard.encoder }]
      rows = for method in methods {
        runs = for seed in seeds {
          learned = method(digits.images, seed: seed)
          yield scores(kmeans(learned.features, k: 10, seed: seed), digits.labels)
        }
        yield [mean_std(runs)]
      }
      names = for method in methods { yield "{method}" }
      output paper = table(rows, rows: names)`);
    const paper = graphOf(text).steps.find(({ id }) => id === 'paper')!;
    expect(paper.parameters).toEqual({ rows: ['idfd', 'cidfd'], columns: [''], measures: ['acc', 'nmi', 'ari'] });
    expect(paper.inputs['scores']).toEqual({
      kind: 'list',
      items: ['idfd', 'cidfd'].map((method) => ({
        kind: 'list',
        items: [{ kind: 'output', step: `rows[0][method=${method}]`, output: 'scores' }],
      })),
    });
  });
});

describe('dimensions that add up over a list', () => {
  const concat = (parts: string, rest = ''): string => `
    import { glyphs, stripes, concat } from "std/datasets"
    stage all<N+, M>(parts: [Labels<N>], of: Labels<N>?, size: Labels<M>?) -> { labels: Labels<N> } { output labels = stripes(count: N).labels }
    pipeline p(n: Int = 30) { a = glyphs(count: n) b = glyphs(count: 12) c = stripes(count: n, size: 32) d = stripes(count: 42)
      output x = concat(${parts}).images ${rest} output rest = [a.images, b.images] output c = c.labels output d = d.labels
      output y = all([a.labels]) }`;
  test('give their sum', () => {
    expect(graphOf(concat('[a.images, b.images, a.images]')).outputs[0]!.type).toBe('Images<72, 28, 28, 1>');
    expect(graphOf(concat('for s in [1, 2] { yield glyphs(count: s, seed: s).images }')).outputs[0]!.type).toBe(
      'Images<3, 28, 28, 1>',
    );
  });
  test('and the other dimensions must agree', () => {
    expect(codesOf(concat('[a.images, c.images]'))).toEqual(['P402']);
  });
  test('another input with the sum is held to it', () => {
    expect(codesOf(concat('[a.images]', 'output z = all([a.labels, b.labels], of: d.labels)'))).toEqual([]);
    expect(codesOf(concat('[a.images]', 'output z = all([a.labels, a.labels], of: d.labels)'))).toEqual(['P402']);
  });
});
