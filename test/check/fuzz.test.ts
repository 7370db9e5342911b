// Whatever the text: no throw, places within the text, messages that can be drawn.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnosticToJson } from '../../src/diagnostics/diagnostic-to-json.ts';
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostics.ts';
import { compileText, projectText, type Options } from './compile-text.ts';

function holds(text: string, options: Options = {}): void {
  const { graph, diagnostics, sources } = compileText(text, options);
  for (const diagnostic of diagnostics) {
    for (const { span } of [diagnostic.primary, ...diagnostic.labels, ...(diagnostic.fix?.edits ?? [])]) {
      const source = sources.get(span.file);
      expect(source, span.file).toBeDefined();
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.end).toBeGreaterThanOrEqual(span.start);
      expect(span.end).toBeLessThanOrEqual(source!.text.length);
    }
    JSON.stringify(diagnosticToJson(diagnostic, sources));
  }
  expect(graph === undefined).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  for (const width of [0, 40, 120]) {
    expect(renderDiagnostics(diagnostics, sources, { color: false, width })).not.toMatch(
      /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/,
    );
  }
}

const words = [
  ...'import from stage pipeline profile for in yield output true false none'.split(' '),
  ...'one of|x|y|glyphs|overlay|Int|Images|N|count|seed|H / 2|<N + M>|with|with { count: 3 }|N+'.split('|'),
  ...'{ } ( ) [ ] < > = : , . .. -> >= <= ? @ + - * / %'.split(' '),
  ...[
    '"text"',
    '"a {x} b"',
    '"open',
    "'other'",
    '3',
    '0.5',
    '8 GiB',
    '2 h',
    '\n',
    '\r\n',
    '\t',
    '// note\n',
    '/// doc\n',
    'é',
    '日本',
    '\u0000',
    '\u202E',
  ],
];

describe('never throws', () => {
  test('random texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => holds(text)),
      { numRuns: 150 },
    );
  });

  test('random words of the language', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 80 }), (soup) => holds(soup.join(' '))),
      { numRuns: 300 },
    );
  });

  test('random words in the body of a pipeline', () => {
    const body = fc.array(fc.constantFrom(...words), { maxLength: 40 });
    fc.assert(
      fc.property(body, (soup) =>
        holds(`import { glyphs, overlay } from "std/datasets"\npipeline p(count: Int = 3) {\n${soup.join(' ')}\n}`),
      ),
      { numRuns: 300 },
    );
  });

  test('edits of a real program', () => {
    const program = projectText('pipelines/stripe-mnist.pipe');
    const edit = fc.tuple(
      fc.nat(program.length),
      fc.nat(12),
      fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 })),
    );
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
        holds(
          edits.reduce((text, [at, length, insert]) => text.slice(0, at) + insert + text.slice(at + length), program),
        );
      }),
      { numRuns: 150 },
    );
  });

  test('random settings', () => {
    const set = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc
        .tuple(fc.constantFrom('count', 'seeds', 'kind', 'x'), fc.array(fc.constantFrom(...words), { maxLength: 8 }))
        .map(([name, soup]) => `${name}=${soup.join(' ')}`),
    );
    const text =
      'pipeline p(count: Int in 1..9 = 3, seeds: [Int] = [], kind: one of "a", "b" = "a") { output x = "{count}{seeds}{kind}" }';
    fc.assert(
      fc.property(fc.array(set, { maxLength: 4 }), (sets) => holds(text, { set: sets })),
      { numRuns: 300 },
    );
  });

  test.each([
    ['parentheses', '('.repeat(20_000)],
    ['closed parentheses', `pipeline p() { output x = ${'('.repeat(5_000)}1${')'.repeat(5_000)} }`],
    ['lists', `pipeline p() { output x = ${'['.repeat(3_000)}`],
    ['list types', `pipeline p(x: ${'['.repeat(3_000)}Int`],
    ['comprehensions', `pipeline p() { output x = ${'for x in '.repeat(3_000)}`],
    ['sums', `pipeline p() { output x = 1${' + 1'.repeat(20_000)} }`],
    ['negations', `pipeline p() { output x = ${'-'.repeat(20_000)}1 }`],
    ['members', `pipeline p() { output x = y${'.a'.repeat(20_000)} }`],
    ['calls', `pipeline p() { output x = y${'()'.repeat(20_000)} }`],
    ['a long name', `pipeline p() { output x = ${'y'.repeat(100_000)} }`],
    ['a long line', `pipeline p() { output x = "${'y'.repeat(100_000)}" + 1 }`],
    ['many statements', `pipeline p() {${' a = b'.repeat(3_000)} }`],
  ])('deep or long: %s', (_, text) => {
    holds(text);
  });
});
