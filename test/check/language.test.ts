import { describe, expect, test } from 'vitest';
import type { Value } from '../../src/graph/typed-graph.ts';
import { codesOf, compileText, graphOf } from './compile-text.ts';

function valueOf(expression: string, parameters = ''): Value | undefined {
  const output = graphOf(`pipeline p(${parameters}) { output x = ${expression} }`).outputs[0]?.value;
  return output?.kind === 'value' ? output.value : undefined;
}

describe('expressions', () => {
  test.each<[string, Value]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 3 - 2', 5],
    ['12 / 4 / 3', 1],
    ['7 / 2.0', 3.5],
    ['-7 % 3', 2],
    ['--2', 2],
    ['- -2 - -1', 3],
    ['1e3', 1000],
    ['[1, 2 + 3,]', [1, 5]],
    ['[[1], []][0][0]', 1],
    ['"a{1 + 1}b"', 'a2b'],
    [String.raw`"\{\}\"\\\n\t"`, '{}"\\\n\t'],
    ['"{[1, 2]} {true}"', '1, 2 true'],
    ['true', true],
    ['none', null],
    ['{ a: 1, b: [2] }.b', [2]],
    ['for s in [1, 2, 3] { t = s * s yield t }', [1, 4, 9]],
    ['(for s in [1, 2] { yield { a: s } }).a', [1, 2]],
    ['8 GiB', 8 * 2 ** 30],
    ['"the end" // a comment', 'the end'],
    ['2 * 4 GiB + 512 MiB', 8.5 * 2 ** 30],
    ['1 h + 30 min', 5400],
    ['3 h / 90 min', 2],
    ['3 h / 2', 5400],
    ['"{2 * 4 GiB}, {1 h + 30 min}, {[1 GB, 1500 ms]}"', '8 GiB, 90 min, 1 GB, 1500 ms'],
  ])('%s', (expression, value) => {
    expect(valueOf(`${expression}\n`)).toEqual(value);
  });

  test('an empty list is gone through once for its problems, and yields nothing', () => {
    expect(valueOf('for s in [] { yield s }')).toEqual([]);
    expect(codesOf('pipeline p() { output x = for s in [] { yield s + y } }')).toEqual(['P201']);
  });
});

describe('numbers', () => {
  test.each([
    ['9007199254740992', 'Whole numbers are exact up to 2^53 - 1.'],
    ['9007199254740991 + 1', 'Whole numbers are exact up to 2^53 - 1.'],
    ['1e400', 'A Float goes up to about 1.8e308.'],
    ['1e308 * 10', 'A Float goes up to about 1.8e308.'],
  ])('%s is too large', (expression, note) => {
    const { diagnostics } = compileText(`pipeline p() { output x = ${expression} }`);
    expect(diagnostics.map(({ code, notes }) => [code, ...notes])).toEqual([['P409', note]]);
  });
});

describe('independent problems are all found, and none twice', () => {
  test('one in each statement', () => {
    const text = `
      import { glyphs } from "std/datasets"
      pipeline p() {
        a = glyphs(cuont: 3)
        b = 3 +
        c = glyphs(count: -1)
        output d = e
        output f = a.image
        output g = b + c
      }`;
    // What depends on a wrong thing is silent: `b` is not known, so adding to it is no second problem.
    expect(codesOf(text)).toEqual(['P302', 'P004', 'P407', 'P201', 'P204', 'P409']);
  });

  test('a misspelt argument leaves its parameter unknown, so that its default is held against nothing', () => {
    const text = `
      import { glyphs, stripes, overlay } from "std/datasets"
      pipeline p() {
        output target = overlay(glyphs(coutn: 500).images, stripes(count: 500).images)
      }`;
    expect(codesOf(text)).toEqual(['P302']);
    expect(codesOf(text.replace('coutn: 500', 'count: 400'))).toEqual(['P402']);
  });

  test('the rounds of a comprehension find a problem once', () => {
    expect(codesOf('pipeline p() { output x = for s in [1, 2, 3] { yield s + nothing } }')).toEqual(['P201']);
  });

  test('a problem in one round only is found', () => {
    expect(codesOf('pipeline p() { output x = for s in [1, 0] { yield 1 / s } }')).toEqual(['P409']);
  });

  test('warnings wait until there are no errors, so that a misspelt use is not also an unused definition', () => {
    const text = (use: string): string => `pipeline p() { first = 1 second = 2 output x = ${use} }`;
    expect(codesOf(text('second'))).toEqual(['P203']);
    expect(codesOf(text('secnod'))).toEqual(['P201']);
  });
});

describe('modules', () => {
  const overlay = 'import { overlay } from "std/datasets"\n';
  const stage = (name: string): string =>
    `${overlay}stage ${name}<N>(images: Images<N, 28, 28, 1>) -> { images: Images<N, 28, 28, 1> } { output images = overlay(images, images) }`;
  const main = `import { glyphs } from "std/datasets"
    import { twice } from "./lib/twice.pipe"
    pipeline p() { output x = twice(glyphs(count: 20).images) }`;

  test('a file of one’s own is imported by its path, seen from the importing file', () => {
    const files = {
      'lib/twice.pipe':
        'import { other } from "./deep/other.pipe"\nstage twice<N>(images: Images<N, 28, 28, 1>) -> { images: Images<N, 28, 28, 1> } { output images = other(images) }',
      'lib/deep/other.pipe': stage('other'),
    };
    expect(graphOf(main, { files }).steps.map(({ id }) => id)).toEqual(['x.images', 'x.images.images'].toSorted());
  });

  test('a problem in an imported file is shown there', () => {
    const { diagnostics } = compileText(main, {
      files: { 'lib/twice.pipe': stage('twice').replace('overlay(images', 'overlay(image') },
    });
    expect(diagnostics.map(({ code, primary }) => [code, primary.span.file])).toEqual([['P201', 'lib/twice.pipe']]);
  });

  test('a module that imports itself', () => {
    expect(codesOf('import { p } from "./main.pipe"\npipeline q() { output x = 1 }')).toEqual(['P102']);
  });

  test('an imported name that its broken module seems to have is not reported', () => {
    const { diagnostics } = compileText(main, {
      files: { 'lib/twice.pipe': 'stage twice<N>(images Images<N, 28, 28, 1>) -> { }' },
    });
    expect(new Set(diagnostics.map(({ primary }) => primary.span.file))).toEqual(new Set(['lib/twice.pipe']));
  });

  test('no windows path, no absolute path, no way out of std', () => {
    for (const path of ['std/../x', 'C:\\x.pipe', '/etc/passwd', 'std/', '']) {
      expect(codesOf(`import { a } from "${path.replaceAll('\\', '\\\\')}"\npipeline q() { output x = 1 }`)).toEqual([
        'P101',
      ]);
    }
  });
});

describe('dimensions', () => {
  const clash = `
    import { glyphs, stripes, overlay } from "std/datasets"
    pipeline p(n: Int = 30) {
      a = glyphs(count: n)
      b = stripes(count: 40)
      output x = overlay(a.images, b.images)
    }`;

  test('a clash names both arguments, both roots and both declarations', () => {
    const { diagnostics, sources } = compileText(clash);
    expect(diagnostics).toHaveLength(1);
    const { primary, labels } = diagnostics[0]!;
    const shown = [primary, ...labels].map(({ span }) => sources.get(span.file)!.text.slice(span.start, span.end));
    expect(shown).toEqual([
      'b.images',
      'a.images',
      '30',
      '40',
      'front: Images<N, H, W, C>',
      'behind: Images<N, H, W, C>',
    ]);
  });

  test('with --set the root is what was typed', () => {
    const { diagnostics, sources } = compileText(clash, { set: ['n=50'] });
    const files = diagnostics[0]!.labels.map(({ span }) => span.file);
    expect(files).toContain('--set');
    expect(sources.has('--set')).toBe(true);
    expect(compileText(clash, { set: ['n=40'] }).diagnostics).toEqual([]);
  });
});

describe('arithmetic on dimensions', () => {
  const stages = `
    import { glyphs, stripes } from "std/datasets"
    stage half<N, H, W, C>(images: Images<N, H, W, C>) -> { images: Images<N, H / 2, W / 2, C> } {
      output images = stripes(count: N, size: H / 2).images
    }
    stage beside<N, M, H, W, C>(a: Images<N, H, W, C>, b: Images<M, 2 * H, 2 * W, C>) -> { images: Images<N + M, H, W, C> } {
      output images = stripes(count: N + M, size: H).images
    }
    stage difference<N, M>(all: Labels<N + M>, some: Labels<M>) -> { rest: Labels<N> } {
      output rest = stripes(count: N).labels
    }`;
  const typeOf = (expression: string): string | undefined =>
    graphOf(`${stages}\npipeline p(n: Int = 30) { output x = ${expression} }`).outputs[0]?.type;

  test.each([
    ['half(glyphs(count: n).images)', 'Images<30, 14, 14, 1>'],
    ['half(half(stripes(count: n, size: 36).images))', 'Images<30, 9, 9, 1>'],
    ['beside(half(glyphs(count: n).images), glyphs(count: 12).images)', 'Images<42, 14, 14, 1>'],
    ['difference(glyphs(count: 100).labels, glyphs(count: n).labels)', 'Labels<70, 4>'],
  ])('%s', (expression, type) => {
    expect(typeOf(expression)).toBe(type);
  });

  test('an equation with two unknowns waits for the input that fixes one of them', () => {
    const text = stages.replace(
      'all: Labels<N + M>, some: Labels<M>',
      'all: Labels<N + M>, some: Labels<M>, n: Labels<N>',
    );
    const of = (n: number): readonly string[] =>
      codesOf(`${text}\npipeline p() { a = glyphs(count: 100) b = glyphs(count: 30) c = glyphs(count: ${n})
        d = half(a.images) e = beside(d, b.images)
        output x = difference(a.labels, b.labels, c.labels) output e = e }`);
    expect(of(70)).toEqual([]);
    expect(of(71)).toEqual(['P402']);
  });

  test('what is wrong once is reported once: a body is not held against sizes that are none', () => {
    expect(codesOf(`${stages}\npipeline p() { output x = half(half(half(stripes(size: 36).images))) }`)).toEqual([
      'P412',
    ]);
  });
});

describe('annotations', () => {
  const annotated = (annotation: string): string => `
    import { glyphs } from "std/datasets"
    pipeline p(tries: Int = 2, limit: Duration = 30 min, share: Memory = 1 GiB) {
      ${annotation}
      digits = glyphs(count: 30)
      output x = digits.images
      output y = "{tries} {limit} {share}"
    }`;
  test('take what is computed from parameters', () => {
    const { steps } = graphOf(annotated('@retries(tries) @timeout(2 * limit) @resources(memory: share * 3)'));
    expect(steps[0]!.annotations).toEqual({ retries: 2, timeout: 3600, memory: 3 * 2 ** 30 });
  });
  test('of the wrong kind, or not defined, are one problem', () => {
    expect(codesOf(annotated('@retries(limit)'))).toEqual(['P511']);
    expect(codesOf(annotated('@retries(tires)'))).toEqual(['P201']);
  });
});
