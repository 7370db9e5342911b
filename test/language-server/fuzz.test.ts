// Whatever the text and wherever the cursor: no feature throws, every place is within its text, every edit can be applied.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Range } from 'vscode-languageserver-types';
import { SourceFile } from '../../src/source/source-file.ts';
import { offsetOf } from '../../src/language-server/at.ts';
import { codeActions } from '../../src/language-server/code-actions.ts';
import { codeLenses } from '../../src/language-server/code-lens.ts';
import { completion } from '../../src/language-server/completion.ts';
import { definition } from '../../src/language-server/definition.ts';
import { diagnostics } from '../../src/language-server/diagnostics.ts';
import { documentSymbols } from '../../src/language-server/document-symbols.ts';
import { formatting } from '../../src/language-server/formatting.ts';
import { hover } from '../../src/language-server/hover.ts';
import { inlayHints } from '../../src/language-server/inlay-hints.ts';
import { openLibrary } from '../../src/language-server/library.ts';
import { offsetAt, positionAt } from '../../src/language-server/places.ts';
import { references } from '../../src/language-server/references.ts';
import { prepareRename, rename } from '../../src/language-server/rename.ts';
import { semanticTokens } from '../../src/language-server/semantic-tokens.ts';
import { signatureHelp } from '../../src/language-server/signature-help.ts';
import { Workspace } from '../../src/language-server/workspace.ts';
import { projectText } from '../check/compile-text.ts';

const stdlib = join(import.meta.dirname, '../../stdlib');
const disk = new Map<string, string | undefined>();
const read = (path: string): string | undefined => {
  if (!disk.has(path)) {
    try {
      disk.set(path, readFileSync(path, 'utf8'));
    } catch {
      disk.set(path, undefined);
    }
  }
  return disk.get(path);
};
const list = (): readonly string[] =>
  ['clustering', 'datasets', 'metrics', 'representation', 'visual'].map((name) => `${name}.pipe`);
const workspace = new Workspace({ read, list, programsUnder: () => [] }, stdlib);
const library = openLibrary(() => workspace.standardModules(), { read, list }, stdlib);

/** Asks everything at some places of a text. */
function holds(text: string, places: readonly number[]): void {
  workspace.setText('/main.pipe', text);
  const analysis = workspace.analysis('/main.pipe')!;
  const { source } = analysis;
  const check = ({ start, end }: Range): void => {
    const [from, to] = [offsetAt(start, source), offsetAt(end, source)];
    expect(from).toBeLessThanOrEqual(to);
    expect(source.lineStarts[start.line]! + start.character).toBe(from);
  };
  for (const { range } of diagnostics(analysis)) check(range);
  for (const { range, selectionRange } of documentSymbols(analysis)) {
    check(range);
    check(selectionRange);
  }
  for (const { range } of [...formatting(analysis), ...codeLenses(analysis)]) check(range);
  const all = { start: 0, end: text.length };
  inlayHints(analysis, all);
  codeActions(analysis, all);
  const { data } = semanticTokens(analysis);
  // Tokens are in order and none lies over another: a length is never more than the way to the next on its line.
  for (let at = 5; at < data.length; at += 5)
    if (data[at] === 0) expect(data[at + 1]).toBeGreaterThanOrEqual(data[at - 3]!);
  for (const place of places) {
    const offset = text.length === 0 ? 0 : place % (text.length + 1);
    const found = hover(analysis, offset);
    if (found?.range !== undefined) check(found.range);
    for (const { additionalTextEdits = [] } of completion(analysis, offset, library))
      for (const { range } of additionalTextEdits) check(range);
    signatureHelp(analysis, offset);
    definition(analysis, offset);
    references(analysis, offset, [analysis], true);
    if (prepareRename(analysis, offset) === undefined) continue;
    rename({
      ...{ analysis, offset, name: 'renamed', programs: [analysis] },
      imagine: (path, texts) => workspace.imagine(path, texts),
    });
  }
}

const words = [
  ...'import from stage pipeline profile for in yield output with'.split(' '),
  ...'one of|by command "a {x}"|by module "./a.ts"|x ?? y|x|y|glyphs|overlay|Int|Images|N|count|<N + M>|with { count: 3 }|@retries|@'.split(
    '|',
  ),
  ...'stage(|stage<N>(|m: stage(x: Int) -> { y: Scores } = idfd'.split('|'),
  ...'{ } ( ) [ ] < > = : , . .. -> ? + - * /'.split(' '),
  ...['"text"', '"a {x} b"', '"open', '"{', '3', '8 GiB', '\n', '\r\n', '// note\n', '/// doc\n', 'é', '\u0000'],
];
const places = fc.array(fc.nat(100_000), { minLength: 4, maxLength: 8 });

describe('never throws', () => {
  test('random texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), places, (text, at) => holds(text, at)),
      { numRuns: 60 },
    );
  });

  test('random words', () => {
    const soup = fc.array(fc.constantFrom(...words), { maxLength: 60 });
    fc.assert(
      fc.property(soup, places, (text, at) => holds(text.join(' '), at)),
      { numRuns: 150 },
    );
  });

  test('random words in a body', () => {
    const soup = fc.array(fc.constantFrom(...words), { maxLength: 30 });
    fc.assert(
      fc.property(soup, places, (text, at) =>
        holds(`import { glyphs, overlay } from "std/datasets"\npipeline p(count: Int = 3) {\n${text.join(' ')}\n}`, at),
      ),
      { numRuns: 150 },
    );
  });

  const taking = `${/```pipe\n([^`]*?stage compared<[\s\S]*?)```/.exec(projectText('docs/language.md'))![1]!}`;
  test.each([
    ['a real program', projectText('pipelines/stripe-mnist.pipe')],
    ['a program whose stages take stages', taking],
  ])('edits of %s, at every kind of place', (_, program) => {
    const edit = fc.tuple(
      fc.nat(program.length),
      fc.nat(30),
      fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 6 })),
    );
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), places, (edits, at) => {
        const text = edits.reduce(
          (done, [from, length, insert]) => done.slice(0, from) + insert + done.slice(from + length),
          program,
        );
        holds(text, [...at, ...edits.map(([from, , insert]) => from + insert.length)]);
      }),
      { numRuns: 60 },
    );
  });

  test('a program cut off anywhere, with the cursor at its end', () => {
    const program = projectText('pipelines/quickstart.pipe');
    fc.assert(
      fc.property(fc.nat(program.length), (length) => holds(program.slice(0, length), [length])),
      { numRuns: 60 },
    );
  });

  test('a long text between a change and its check', () => {
    const long = Array.from({ length: 6 }, (_, n) =>
      projectText('pipelines/stripe-mnist.pipe').replace('stripe_mnist', `p${n}`),
    ).join('');
    workspace.setText('/long.pipe', long);
    workspace.analysis('/long.pipe');
    const edit = fc.tuple(fc.nat(long.length), fc.nat(200), fc.constantFrom(...words));
    fc.assert(
      fc.property(edit, places, ([from, length, insert], at) => {
        const text = long.slice(0, from) + insert + long.slice(from + length);
        workspace.setText('/long.pipe', text);
        const shown = workspace.meanwhile('/long.pipe')!;
        const later = new SourceFile('/long.pipe', text);
        const check = ({ start, end }: Range): void => {
          expect(offsetAt(start, later)).toBeLessThanOrEqual(offsetAt(end, later));
          expect(later.lineStarts[start.line]! + start.character).toBe(offsetAt(start, later));
        };
        for (const place of at) {
          const found = hover(shown, offsetOf(positionAt(place % (text.length + 1), later), shown));
          if (found?.range !== undefined) check(found.range);
          completion(workspace.whileTyping('/long.pipe')!, place % (text.length + 1), library);
        }
        for (const { range } of codeLenses(shown)) check(range);
        for (const value of semanticTokens(shown).data) expect(value).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 40 },
    );
  });
});
