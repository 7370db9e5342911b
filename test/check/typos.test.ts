// Typos on every line: each gives a problem on or near the line, or a program that is still right; never a throw, hardly ever a cascade.
import { describe, expect, test } from 'vitest';
import { compileText, projectText } from './compile-text.ts';

interface Typo {
  readonly what: string;
  readonly line: number;
  readonly text: string;
}

/** For the first word or sign of each line and every `every`-th of all: left out, doubled, a letter less, two letters swapped. */
function typos(text: string, every: number): readonly Typo[] {
  const lineOf = (index: number): number => text.slice(0, index).split('\n').length;
  const words = [...text.matchAll(/\/\/[^\n]*|"[^"\n]*"|[A-Za-z_]\w*|\d+(?:\.\d+)?|\.\.|\S/g)].filter(
    ([word]) => !word.startsWith('//'),
  );
  const chosen = words.filter(
    ({ index }, at) => at % every === 0 || at === 0 || lineOf(words[at - 1]!.index) < lineOf(index),
  );
  return chosen.flatMap(({ 0: word, index }) => {
    const before = text.slice(0, index);
    const after = text.slice(index + word.length);
    const line = lineOf(index);
    const variants: readonly (readonly [string, string])[] = [
      ['without', ''],
      ['doubled', `${word} ${word}`],
      ...(word.length > 2
        ? [
            ['a letter less', word[0]! + word.slice(2)] as const,
            ['swapped', word[0]! + word[2]! + word[1]! + word.slice(3)] as const,
          ]
        : []),
    ];
    return variants.map(([kind, variant]) => ({
      what: `${word} ${kind}, line ${line}`,
      line,
      text: before + variant + after,
    }));
  });
}

describe.each([
  ['pipelines/quickstart.pipe', 1],
  ['pipelines/stripe-mnist.pipe', 4],
] as const)('%s', (path, every) => {
  const program = projectText(path);
  const made = typos(program, every);
  // Of each result what is looked at: thousands of graphs are gigabytes.
  const results = made.map((typo) => {
    const { graph, diagnostics, sources } = compileText(typo.text);
    return { typo, hasGraph: graph !== undefined, diagnostics, sources };
  });

  test('every line with code has typos that are found', () => {
    const lines = new Set(made.map(({ line }) => line));
    const found = new Set(results.filter(({ diagnostics }) => diagnostics.length > 0).map(({ typo }) => typo.line));
    expect([...lines].filter((line) => !found.has(line))).toEqual([]);
  });

  test('without a problem there is a graph, with an error there is none', () => {
    for (const { hasGraph, diagnostics, typo } of results) {
      expect(!hasGraph, typo.what).toBe(diagnostics.some(({ severity }) => severity === 'error'));
    }
  });

  test('some label stands on the line or the next to it, but for brackets, whose ends may be far', () => {
    const far = results.filter(({ typo, diagnostics, sources }) => {
      if (diagnostics.length === 0 || /^[()[\]{}]/.test(typo.what)) return false;
      const labels = diagnostics.flatMap(({ primary, labels: others }) => [primary, ...others]);
      return !labels.some(
        ({ span }) =>
          span.file === 'main.pipe' && Math.abs(sources.get(span.file)!.position(span.start).line - typo.line) <= 1,
      );
    });
    // A parameter misnamed can be nearer to another name than to the one that is used.
    expect(far.map(({ typo }) => typo.what).slice(3)).toEqual([]);
  });

  test('a misspelt word is one message that names it, but for a parameter, an output or a pipeline, which others name too', () => {
    const misspelt = results.filter(
      ({ typo, diagnostics }) => /^[a-z_]+ swapped/i.test(typo.what) && diagnostics.length > 0,
    );
    const several = misspelt.filter(({ diagnostics }) => diagnostics.length > 1).map(({ typo }) => typo.what);
    const names = [...program.matchAll(/^(?:pipeline |  output |  )(\w+)(?:\(|:| =)/gm)].map(([, name]) => name!);
    expect(several.filter((what) => !names.includes(what.split(' ')[0]!))).toEqual([]);
  });

  test('one typo is one message in nine of ten cases, and at most ten', () => {
    const counts = results.map(({ diagnostics }) => diagnostics.length).filter((count) => count > 0);
    expect(counts.filter((count) => count === 1).length / counts.length).toBeGreaterThan(0.9);
    expect(Math.max(...counts)).toBeLessThanOrEqual(10);
  });
});

test('what has no members is one mistake, however many are asked of it, also where one was asked in passing', () => {
  const problems = (body: string): readonly string[] =>
    compileText(`pipeline p() {\n${body}\n}`).diagnostics.map(({ title }) => title);
  expect(problems('  x = [0]\n  output a = x.one\n  output b = x.two\n  output c = x.one')).toEqual([
    'this has no member `one`',
  ]);
  expect(problems('  x = [0]\n  y = [1]\n  output a = x.one\n  output b = y.two')).toEqual([
    'this has no member `one`',
    'this has no member `two`',
  ]);
  expect(problems('  x = [0]\n  output a = 1 ?? x.one\n  output b = x.two')).toContain('this has no member `one`');
  expect(problems('  x = { a: 1 }\n  output a = x.one\n  output b = x.two')).toHaveLength(2);
});
