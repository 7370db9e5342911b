// A stage as a parameter: what fits its type, what the body knows of it, and that nothing else comes of it than of the call written out.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Step, TypedGraph } from '../../src/graph/typed-graph.ts';
import { codesOf, compileText, graphOf, type Options } from './compile-text.ts';

const IMPORTS = `import { glyphs, stripes } from "std/datasets"
import { idfd, npid, cidfd, normalise } from "std/representation"
import { kmeans, spectral } from "std/clustering"
import { scores, mean_std } from "std/metrics"
`;

const METHOD = 'stage(images: Images<N, H, W, C>, seed: Int) -> { features: Features<N, D> }';

const LEARN = `stage learn<N, H, W, C, D>(images: Images<N, H, W, C>, method: ${METHOD}, seed: Int = 0) -> { features: Features<N, D>, size: Int } {
  output features = method(images, seed: seed)
  output size = D
}
`;

/** Codes of errors and warnings of a program, but for imports that it leaves unused. */
const codes = (text: string, options: Options = {}): readonly string[] =>
  codesOf(IMPORTS + text, options).filter((code) => code !== 'P104');

/** Why the one stage that does not fit does not. */
const reasons = (text: string): readonly string[] => {
  const problems = compileText(IMPORTS + text).diagnostics.filter(({ severity }) => severity === 'error');
  expect(problems.map(({ code }) => code)).toEqual(['P418']);
  return problems[0]!.notes.slice(0, -1);
};

const inPipeline = (body: string): string => `pipeline p() { digits = glyphs(count: 300) ${body} }`;
const learned = (method: string): string =>
  LEARN + inPipeline(`got = learn(digits.images, method: ${method}) output f = got.features output size = got.size`);

/** Steps without where they are written. */
const plain = ({ steps }: TypedGraph): readonly Partial<Step>[] =>
  steps.map(({ stage, parameters, outputs, inputs }) => ({ stage, parameters, outputs, inputs }));

describe('a stage fits a type', () => {
  const OWN = `stage own<N, H, W, C>(seed: Float, epochs: Int = 1, images: Images<N, H, W, C>) -> { log: TrainingLog, features: UnitFeatures<N, 8> } {
  made = idfd(images, epochs: epochs, dimension: 8)
  output features = normalise(made.features)
  output log = made.log
}
`;
  test.each([
    ['as it is', 'idfd'],
    ['with values of its own', 'idfd with { epochs: 3, tau: 0.3 }'],
    ['that needs more, where that is given', 'cidfd with { discard: idfd(digits.images).encoder }'],
    ['in another order, which takes and gives more than is asked', 'own'],
  ])('%s', (_, method) => {
    expect(codes(OWN + learned(method))).toEqual([]);
  });

  test('where it has no body of its own, by a command', () => {
    const own = `stage mine<N, H, W, C>(images: Images<N, H, W, C>, seed: Int) -> { features: Features<N, 9> }
by command "x {images} {seed} {features}"
`;
    const graph = graphOf(IMPORTS + own + learned('mine'));
    expect(graph.steps.map(({ stage }) => stage)).toEqual(['std/datasets.glyphs', 'main.mine']);
    expect(graph.outputs[1]!.value).toEqual({ kind: 'value', value: 9 });
  });
});

describe('a stage does not fit', () => {
  const stage = (text: string): string =>
    `stage other${text} { output features = idfd(images, dimension: 8).features }\n`;
  test.each<[string, string, string, RegExp]>([
    [
      'that lacks a parameter',
      '<N, H, W, C>(images: Images<N, H, W, C>) -> { features: Features<N, 8> }',
      'other',
      /no parameter `seed`/,
    ],
    ['that needs another', '', 'cidfd', /also needs `discard`/],
    [
      'that takes another type',
      '<N, H, W, C>(images: Images<N, H, W, C>, seed: String) -> { features: Features<N, 8> }',
      'other',
      /`seed` of `other` takes String, and would be given Int/,
    ],
    [
      'that takes one artifact where a list would be given',
      '<N, H, W, C>(images: Images<N, H, W, C>, seed: [Int]) -> { features: Features<N, 8> }',
      'other',
      /takes \[Int\]/,
    ],
    ['that lacks an output', '', 'spectral with { features: digits.images }', /no output `features`/],
    ['whose argument is given already', '', 'idfd with { seed: 3 }', /given by `with`, and would be given again/],
    [
      'of pictures of another size',
      '<N, C>(images: Images<N, 32, 32, C>, seed: Int) -> { features: Features<N, 8> }',
      'other',
      /must have H = 32, but has 28/,
    ],
  ])('%s', (_, declared, method, reason) => {
    const own = declared === '' ? '' : stage(declared);
    expect(reasons(own + learned(method)).join('\n')).toMatch(reason);
  });

  test('where its output is not of unit length and that is wanted, and fits the other way round', () => {
    const wants = (
      type: string,
    ): string => `stage wants<N, H, W, C, D>(images: Images<N, H, W, C>, m: stage(images: Images<N, H, W, C>) -> { features: ${type}<N, D> }) -> { features: ${type}<N, D> } { output features = m(images) }
stage loose<N, H, W, C>(images: Images<N, H, W, C>) -> { features: Features<N, 128> } { output features = idfd(images).features }
`;
    expect(codes(wants('Features') + inPipeline('output f = wants(digits.images, m: idfd)'))).toEqual([]);
    expect(codes(wants('UnitFeatures') + inPipeline('output f = wants(digits.images, m: loose)'))).toEqual(['P418']);
  });

  test('where an output would tell a size that its calls tell anew', () => {
    const late = (k: string, own: string): string =>
      `stage late<N, D${own === '' ? ', K' : ''}>(features: Features<N, D>, m: stage${own}(features: Features<N, D>, k: Int) -> { clusters: Clusters<N, ${k}> }) -> { clusters: Clusters<N, 5> } { output clusters = m(features, k: 5) }\n`;
    const call = inPipeline('output c = late(idfd(digits.images).features, m: kmeans)');
    expect(reasons(late('K', '') + call)[0]).toMatch(/`K` cannot be told before its calls/);
    expect(codes(late('K', '<K>') + call)).toEqual([]);
    expect(codes(late('k', '') + call)).toEqual([]);
  });
});

describe('a body', () => {
  const body = (text: string): string =>
    `stage s<N, H, W, C, D>(images: Images<N, H, W, C>, m: ${METHOD}) -> { features: Features<N, D> } { ${text} }\n${inPipeline('output x = 1')}`;
  test.each<[string, readonly string[]]>([
    ['output features = m(images, seed: 3)', []],
    ['output features = m(images, 3)', []],
    ['n = m with { seed: 3 } output features = n(images)', []],
    ['each = for k in [1, 2] { yield m(images, seed: k) } output features = each[0]', []],
    ['output features = m(images)', ['P301']],
    ['output features = m(images, seed: 3, epochs: 3)', ['P302']],
    ['output features = m(images, seed: "x")', ['P401']],
    ['output features = m(images, seed: 3).log', ['P204']],
    ['n = m with { tau: 0.2 } output features = n(images, seed: 1)', ['P302']],
    ['output features = m', ['P401']],
  ])('is checked without any stage: %s', (text, expected) => {
    expect(codes(body(text)).filter((code) => code !== 'P203')).toEqual(expected);
  });

  test('knows of a stage what the type says, also where more is there', () => {
    const text = `stage s<N, H, W, C, D>(images: Images<N, H, W, C>, m: ${METHOD}) -> { log: TrainingLog } { output log = m(images, seed: 1).log }\n`;
    expect(codes(text + inPipeline('output x = s(digits.images, m: idfd)'))).toEqual(['P204']);
  });

  test('gives a stage on, through another type', () => {
    const outer = `stage outer<N, H, W, C, D>(images: Images<N, H, W, C>, m: ${METHOD}) -> { features: Features<N, D>, size: Int } {
  inner = learn(images, method: m, seed: 7)
  output features = inner.features
  output size = inner.size
}\n`;
    const graph = graphOf(
      IMPORTS +
        LEARN +
        outer +
        inPipeline(
          'got = outer(digits.images, m: idfd with { dimension: 16 }) output f = got.features output size = got.size',
        ),
    );
    expect(graph.outputs[1]!.value).toEqual({ kind: 'value', value: 16 });
    expect(graph.steps[1]).toMatchObject({ id: 'got.inner.features', parameters: { dimension: 16, seed: 7 } });
  });

  test('finds a size by one stage for another, in whatever order they are declared', () => {
    const text = `stage both<N, H, W, C, D, K>(images: Images<N, H, W, C>, group: stage(features: Features<N, D>) -> { clusters: Clusters<N, K> }, learn: stage(images: Images<N, H, W, C>) -> { features: Features<N, D> }) -> { clusters: Clusters<N, K>, sizes: [Int] } {
  output clusters = group(learn(images))
  output sizes = [D, K]
}\n`;
    const call =
      'got = both(digits.images, group: kmeans with { k: 7 }, learn: idfd with { dimension: 24 }) output c = got.clusters output sizes = got.sizes';
    expect(graphOf(IMPORTS + text + inPipeline(call)).outputs[1]!.value).toEqual({ kind: 'value', value: [24, 7] });
  });

  test('is held to what the type promises of each call', () => {
    const text = `stage five<N, D>(features: Features<N, D>, m: stage(features: Features<N, D>, k: Int) -> { clusters: Clusters<N, 5> }) -> { clusters: Clusters<N, 5> } { output clusters = m(features, k: 6) }\n`;
    expect(codes(text + inPipeline('output c = five(idfd(digits.images).features, m: kmeans)'))).toEqual(['P401']);
  });

  test('goes through several stages, and leaves one out that may be absent', () => {
    const text = `stage all<N, H, W, C, R>(images: Images<N, H, W, C>, ms: [stage<D>(images: Images<N, H, W, C>) -> { features: Features<N, D> }]<R>, last: stage<D>(images: Images<N, H, W, C>) -> { features: Features<N, D> }?) -> { names: [String], count: Int, last: String } {
  output names = for m in ms { learned = m(images) yield "{m}" }
  output count = R
  output last = "{last}"
}\n`;
    const graph = graphOf(
      IMPORTS +
        text +
        inPipeline(
          'got = all(digits.images, ms: [idfd, npid with { tau: 0.2 }]) output names = got.names output count = got.count output last = got.last',
        ),
    );
    expect(graph.outputs.map(({ value }) => value)).toEqual(
      [['idfd', 'npid with tau 0.2'], 2, 'none'].map((value) => ({ kind: 'value', value })),
    );
    expect(codes(text + inPipeline('output x = all(digits.images, ms: idfd).names'))).toEqual(['P401']);
  });
});

test('a call through a type is the call written out: the same steps, whatever is given where', () => {
  const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
    tau: fc.constantFrom('0.1', '0.2', '0.07'),
    epochs: fc.constantFrom('1', '2'),
    backbone: fc.constantFrom('"conv3"', '"conv4"'),
  };
  const given = fc.record(values, { requiredKeys: [] });
  fc.assert(
    fc.property(
      fc.constantFrom('idfd', 'npid'),
      given,
      fc.boolean(),
      fc.integer({ min: 0, max: 9 }),
      (stage, fields, isChosen, seed) => {
        const rest = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
        const withFields = rest.length === 0 ? stage : `${stage} with { ${rest.join(', ')} }`;
        const call = `output f = learn(digits.images, method: ${isChosen ? 'chosen' : withFields}, seed: ${seed}).features`;
        const parameters = isChosen ? `chosen: ${METHOD.replace('stage(', 'stage<N, H, W, C, D>(')} = kept` : '';
        const kept = `stage kept<N, H, W, C>(images: Images<N, H, W, C>, seed: Int) -> { features: Features<N, 128> } { output features = idfd(images).features }\n`;
        const text = `${IMPORTS}${LEARN}${kept}pipeline p(${parameters}) { digits = glyphs(count: 300) ${call} }`;
        const through = graphOf(text, isChosen ? { set: [`chosen=${withFields}`] } : {});
        const direct = graphOf(
          `${IMPORTS}pipeline p() { digits = glyphs(count: 300) output f = ${stage}(digits.images, ${['seed: ' + String(seed), ...rest].join(', ')}).features }`,
        );
        const named = (graph: TypedGraph): unknown =>
          plain(graph).map((step) => ({ ...step, inputs: Object.keys(step.inputs!) }));
        expect(named(through)).toEqual(named(direct));
      },
    ),
    { numRuns: 25 },
  );
});

describe('a pipeline', () => {
  const PARAMETER = `method: ${METHOD.replace('stage(', 'stage<N, H, W, C, D>(')}`;
  const program = (standard: string, rest = ''): string => `import { glyphs } from "std/datasets"
import { idfd, npid } from "std/representation"
import { kmeans } from "std/clustering"
import { scores } from "std/metrics"
${LEARN}
stage own<N, H, W, C>(images: Images<N, H, W, C>, seed: Int, backbone: one of "conv3", "conv4" = "conv3", epochs: Int = 2, parts: [Int] = [1], limit: Memory = 1 GiB) -> { features: Features<N, 128> } {
  output features = idfd(images, seed: seed, epochs: epochs, backbone: backbone).features
}
pipeline p(${PARAMETER}${standard}) {
  digits = glyphs(count: 300)
  learned = learn(digits.images, method: method)
  output scores = scores(kmeans(learned.features, k: 10), digits.labels)
}
${rest}`;
  const valueOf = (text: string, options: Options = {}): unknown => graphOf(text, options).parameters[0]!.value;

  test('says which stage it has by one text for each, however that is written', () => {
    const text = program(' = own');
    const set = (value: string): unknown => valueOf(text, { set: [`method=${value}`] });
    expect(valueOf(text)).toBe('own');
    expect(set('npid')).toBe('npid');
    expect(set('own with { epochs: 1 + 2, backbone: "conv4" }')).toBe('own with { backbone: "conv4", epochs: 3 }');
    expect(set('own with { backbone: "conv4" } with { epochs: 3 }')).toBe('own with { backbone: "conv4", epochs: 3 }');
    expect(set('own with { epochs: 2, backbone: "conv3" }')).toBe('own');
    expect(set('(own with { limit: 2048 MiB, parts: [1, 2] })')).toBe('own with { parts: [1, 2], limit: 2 GiB }');
  });

  test('takes its text again, as the same stage', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('conv3', 'conv4'),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }),
        (backbone, epochs, parts) => {
          const text = program(' = idfd');
          const first = graphOf(text, {
            set: [`method=own with { epochs: ${epochs}, parts: [${parts.join(',')}], backbone: "${backbone}" }`],
          });
          const again = graphOf(text, { set: [`method=${String(first.parameters[0]!.value)}`] });
          expect(again.parameters[0]!.value).toEqual(first.parameters[0]!.value);
          expect(plain(again)).toEqual(plain(first));
        },
      ),
      { numRuns: 10 },
    );
  });

  test('takes it from a profile, and sweeps several', () => {
    const text = program(' = own', 'profile quick for p { method: idfd with { epochs: 1 } }');
    expect(valueOf(text, { profile: 'quick' })).toBe('idfd with { epochs: 1 }');
    const swept = graphOf(text, { set: ['method=own, idfd with { epochs: 1, tau: 0.2 }'] });
    expect(swept.parameters[0]!.value).toEqual(['own', 'idfd with { epochs: 1, tau: 0.2 }']);
    expect(swept.outputs.map(({ name }) => name)).toEqual([
      'scores[method=own]',
      'scores[method=idfd_with_epochs_1_tau_0.2]',
    ]);
    expect(swept.steps.filter(({ stage }) => stage.endsWith('glyphs'))).toHaveLength(1);
  });

  test('is checked for any stage where none is given, and cannot run', () => {
    expect(codesOf(program(''), { purpose: 'check' })).toEqual([]);
    expect(codesOf(program(''))).toEqual(['P507']);
    const wrong = program('').replace('learn(digits.images, method: method)', 'method(digits.images, sed: 1)');
    expect(codesOf(wrong, { purpose: 'check' })).toContain('P302');
  });

  test('compares published numbers with runs of the same stage', () => {
    const text = program(
      ' = own',
      'profile quick for p { method: own with { epochs: 1 } }\npublished "T" for p under quick { scores.acc: 0.5 within 0.1 }',
    );
    expect(graphOf(text).published![0]!.conditions).toEqual([{ parameter: 'method', value: 'own with { epochs: 1 }' }]);
  });

  test.each<[string, readonly string[]]>([
    ['method=kmeans', ['P418']],
    ['method=3', ['P401']],
    ['method=idfd()', ['P301', 'P401']],
    ['method=idfb', ['P201']],
    ['method=idfd with { epoch: 3 }', ['P302']],
    ['method=idfd with { epochs: "x" }', ['P401']],
    ['method=idfd with', ['P004']],
    ['method=own,kmeans', ['P418']],
    ['method=', ['P506']],
  ])('refuses --set %s: %j', (set, expected) => {
    expect([...new Set(codesOf(program(' = own'), { set: [set] }))]).toEqual(expected);
  });

  test('an import that could be chosen is not unused', () => {
    const more = `import { cidfd, normalise } from "std/representation"\n${program(' = own')}`;
    expect(compileText(more).diagnostics.map(({ title }) => title)).toEqual(['`normalise` is imported but not used']);
  });
});

test('a stage is not given within itself, also where nothing calls it', () => {
  const text = `stage size<N, H, W, C, D>(images: Images<N, H, W, C>, m: ${METHOD}) -> { size: Int } { output size = D }
stage a<N, H, W, C>(images: Images<N, H, W, C>, seed: Int) -> { features: Features<N, 128>, size: Int } {
  output features = idfd(images, seed: seed).features
  output size = size(images, m: a)
}
`;
  expect(codes(text + inPipeline('output size = a(digits.images, seed: 1).size'))).toEqual(['P207']);
});

test('stages that are given to each other end, whatever they do', () => {
  const names = ['s0', 's1', 's2'];
  const TYPE = 'stage(f: Features<N, D>) -> { f: Features<N, D> }';
  const name = fc.constantFrom(...names, 'm', 'normal');
  const chosen = fc.oneof(
    name,
    fc.tuple(fc.constantFrom(...names), name).map(([of, given]) => `${of} with { m: ${given} }`),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(...names), name)
      .map(([a, b, c]) => `${a} with { m: ${b} with { m: ${c} } }`),
  );
  const body = fc.tuple(chosen, chosen).map(([one, other]) => `once = (${one})(f) output f = (${other})(once)`);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...names, 'normal'), body), { minLength: 3, maxLength: 3 }),
      chosen,
      (stages, last) => {
        const text = `${IMPORTS}stage normal<N, D>(f: Features<N, D>) -> { f: Features<N, D> } { output f = normalise(f) }
${stages.map(([standard, inner], index) => `stage ${names[index]!}<N, D>(f: Features<N, D>, m: ${TYPE} = ${standard}) -> { f: Features<N, D> } { ${inner} }`).join('\n')}
pipeline p() { output f = (${last.replaceAll(/\bm(?=[ }]|$)(?!:)/g, 'normal')})(idfd(glyphs(count: 300).images).features) }`;
        const { diagnostics, graph } = compileText(text);
        const found = new Set(diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code));
        // Either it is a program, or it says which stage would never end; nothing else can be wrong with it.
        expect([...found].filter((code) => code !== 'P207')).toEqual([]);
        expect(graph !== undefined || found.has('P207')).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});
