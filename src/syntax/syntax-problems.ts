// Problems of the text itself as diagnostics (P001 to P005), at most one for each statement, item or definition.
import { tokenEnd, type SyntaxProblem, type Token } from '../../grammar/parse.ts';
import { diagnose, type Diagnostic, type Fix, type Label } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import { units } from './units.ts';

const openers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The bracket that is open where a problem was met: the one that a missing closing bracket would have closed. */
function openBracket(tokens: readonly Token[], before: number): Token | undefined {
  const open: Token[] = [];
  for (const token of tokens) {
    if (token.startOffset >= before) break;
    if (openers[token.image] !== undefined) open.push(token);
    else if (openers[open.at(-1)?.image ?? ''] === token.image) open.pop();
  }
  return open.at(-1);
}

function characters(text: string, span: Span): Diagnostic {
  const shown = [...text].slice(0, 8).join('');
  const title = [...text].length === 1 ? `the character \`${shown}\` has no meaning here` : `the characters \`${shown}\` have no meaning here`;
  const hints: Readonly<Record<string, string>> = {
    '#': 'A comment starts with `//`.',
    ';': 'Nothing is needed at the end of a line.',
    '&': 'A program describes data flow; it has no logical operators.',
    '|': 'A program describes data flow; it has no logical operators.',
    '!': 'A program describes data flow; it has no logical operators.',
    '"': 'A string must close on the line on which it starts.',
  };
  const hint = hints[shown[0] ?? ''];
  const fix: Fix | undefined = shown === ';' ? { title: 'remove it', edits: [{ span, text: '' }] } : undefined;
  return diagnose('P001', title, { span, text: 'not understood' }, { notes: hint === undefined ? [] : [hint], fix });
}

function describe(token: Token | undefined): string {
  if (token === undefined) return 'the file ends';
  if (token.image.startsWith('"')) return 'found a string';
  return `found \`${token.image}\``;
}

function unexpected(problem: Extract<SyntaxProblem, { kind: 'unexpected' }>, tokens: readonly Token[], file: string): Diagnostic {
  const { expected, found, previous } = problem;
  const at = { file, start: problem.start, end: problem.end };
  const sameLine = found !== undefined && previous !== undefined && found.startLine === previous.endLine;
  if (found !== undefined && sameLine && previous.tokenType.name === 'Number' && found.tokenType.name === 'Identifier') {
    const suggestion = nearestNames(found.image, units.keys())[0];
    return diagnose('P005', `\`${found.image}\` is not a unit`, { span: at, text: 'not a unit' }, {
      suggestion,
      notes: [`Units of memory are B, KiB, MiB, GiB, TiB, kB, MB, GB, TB; of time ms, s, min, h, d.`],
      fix: suggestion === undefined ? undefined : { title: `write \`${suggestion}\``, edits: [{ span: at, text: suggestion }] },
    });
  }
  // What is missing at the end of a line is missing there, not at the start of the next.
  const after = previous === undefined ? undefined : { file, start: tokenEnd(previous), end: tokenEnd(previous) };
  const primary: Label = sameLine || after === undefined ? { span: at, text: `expected ${expected}` } : { span: after, text: `expected ${expected} after this` };
  const open = openBracket(tokens, problem.start);
  const closes = open !== undefined && expected.includes(`\`${openers[open.image]}\``);
  const labels: Label[] = closes && open !== undefined ? [{ span: { file, start: open.startOffset, end: tokenEnd(open) }, text: `\`${open.image}\` was opened here` }] : [];
  const keyword = found !== undefined && /^(a name|a binding)/.test(expected) && /^[A-Z]/.test(found.tokenType.name) && /^[a-z]+$/.test(found.image) && found.tokenType.name !== 'Identifier';
  const startsItem = found !== undefined && /^(Identifier|ClosedText|Number|Quantity|LeftBracket)$/.test(found.tokenType.name);
  const comma = expected.startsWith('`,`') && startsItem && after !== undefined;
  return diagnose('P004', `expected ${expected}, but ${describe(found)}`, primary, {
    labels,
    notes: keyword ? [`\`${found.image}\` is a word of the language, so nothing else can have this name.`] : [],
    fix: comma ? { title: 'insert a comma', edits: [{ span: after, text: ',' }] } : undefined,
  });
}

/** Whether a new statement, definition or item begins with this token, so that a problem behind it is independent of those before. */
function beginsRegion(token: Token, previous: Token | undefined, next: Token | undefined): boolean {
  if (previous !== undefined && token.startLine === previous.endLine) return false;
  if (/^(Import|Stage|Pipeline|Profile|Output|Yield|At)$/.test(token.tokenType.name)) return true;
  return token.tokenType.name === 'Identifier' && (next?.image === '=' || next?.image === ':');
}

/** Turns what the parser met into diagnostics, the first of each region, in order. `lexical` are those found in strings. */
export function syntaxDiagnostics(problems: readonly SyntaxProblem[], tokens: readonly Token[], file: string, lexical: readonly Diagnostic[]): readonly Diagnostic[] {
  const regions = tokens.filter((token, index) => beginsRegion(token, tokens[index - 1], tokens[index + 1])).map((token) => token.startOffset);
  const all = [
    ...lexical,
    ...problems.map((problem) =>
      problem.kind === 'characters' ? characters(problem.text, { file, start: problem.start, end: problem.end }) : unexpected(problem, tokens, file),
    ),
  ].sort((a, b) => a.primary.span.start - b.primary.span.start);
  const seen = new Set<number>();
  return all.filter((diagnostic) => {
    // An empty place stands behind a token, and belongs to that token's region.
    const { start, end } = diagnostic.primary.span;
    const region = regions.findLastIndex((offset) => (start === end ? offset < start : offset <= start));
    if (seen.has(region)) return false;
    seen.add(region);
    return true;
  });
}
