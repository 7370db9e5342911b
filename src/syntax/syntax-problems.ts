// Problems of the text itself as diagnostics (P001 to P005), at most one for each statement, item or definition.
import { tokenEnd, type SyntaxProblem, type Token } from '../../grammar/parse.ts';
import { diagnose, type Diagnostic, type Fix, type Label } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import { isParted, regionOf, regionStarts, statementStarts, type Words } from './damage.ts';
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

type Unexpected = Extract<SyntaxProblem, { kind: 'unexpected' }>;

function characters(text: string, span: Span): Diagnostic {
  const shown = [...text].slice(0, 8).join('');
  const title =
    [...text].length === 1
      ? `the character \`${shown}\` has no meaning here`
      : `the characters \`${shown}\` have no meaning here`;
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

function describe({ found: token, rules }: Unexpected): string {
  if (token === undefined) return rules[0] === 'loneExpression' ? 'it ends here' : 'the file ends';
  if (token.image.startsWith('"')) return 'found a string';
  return `found \`${token.image}\``;
}

function unexpected(problem: Unexpected, { text, tokens }: Words, file: string): Diagnostic {
  const { expected, found, previous } = problem;
  const at = { file, start: problem.start, end: problem.end };
  const onSameLine = found !== undefined && previous !== undefined && !isParted(text, previous, found);
  const isUnit = !problem.rules.includes('target') && previous?.tokenType.name === 'Number';
  if (found !== undefined && onSameLine && isName(found) && isUnit) {
    return unknownUnit(found.image, at);
  }
  const after = previous && { file, start: tokenEnd(previous), end: tokenEnd(previous) };
  const open = openBracket(tokens, problem.start);
  const closes = open !== undefined && expected.includes(`\`${openers[open.image]}\``);
  const slip = found && slipOf(problem, found, at, onSameLine, tokens);
  const meant = found && misspelt(problem, found);
  const comma = expected.startsWith('`,`') && found !== undefined && startsItem(found) && after;
  const fix: Fix | undefined =
    meant !== undefined
      ? { title: `write \`${meant}\``, edits: [{ span: at, text: meant }] }
      : (slip?.fix ?? (comma ? { title: 'insert a comma', edits: [{ span: comma, text: ',' }] } : undefined));
  return diagnose('P004', `expected ${expected}, but ${describe(problem)}`, placeOf(problem, onSameLine, at, after), {
    labels: closes ? [{ span: tokenSpan(open, file), text: `\`${open.image}\` was opened here` }] : [],
    suggestion: meant,
    notes: meant === undefined ? (slip?.notes ?? []) : [],
    fix,
  });
}

/** The word of the language that a name stands for where that word could have stood. */
function misspelt({ expected, rules, previous }: Unexpected, found: Token): string | undefined {
  if (!isName(found)) return undefined;
  const words = [...expected.matchAll(/`([a-z]+)`/g)].map(([, word]) => word!);
  const isBehindType = rules.at(-1) === 'parameters' && previous?.tokenType.name === 'Identifier';
  return nearestNames(found.image, isBehindType ? [...words, 'in'] : words)[0];
}

/** What is missing at the end of a line is missing there, not at the start of the next; but what begins a line wrongly is wrong itself. */
function placeOf(
  { expected, found, previous }: Unexpected,
  onSameLine: boolean,
  at: Span,
  after: Span | undefined,
): Label {
  const isComplete =
    found !== undefined && (/^([,([{]|->)$/.test(previous?.image ?? ',') || /^(a binding|`import`)/.test(expected));
  if (after === undefined || onSameLine || isComplete) return { span: at, text: `expected ${expected}` };
  return { span: after, text: `expected ${expected} after this` };
}

function unknownUnit(unit: string, at: Span): Diagnostic {
  const suggestion = nearestNames(unit, units.keys())[0];
  return diagnose(
    'P005',
    `\`${unit}\` is not a unit`,
    { span: at, text: 'not a unit' },
    {
      suggestion,
      notes: [`Units of memory are B, KiB, MiB, GiB, TiB, kB, MB, GB, TB; of time ms, s, min, h, d.`],
      fix:
        suggestion === undefined
          ? undefined
          : { title: `write \`${suggestion}\``, edits: [{ span: at, text: suggestion }] },
    },
  );
}

/** What is said about mistakes that everybody makes. */
function slipOf(
  { expected, rules }: Unexpected,
  found: Token,
  at: Span,
  onSameLine: boolean,
  tokens: readonly Token[],
): { readonly notes: readonly string[]; readonly fix?: Fix } | undefined {
  const kind = found.tokenType.name;
  const next = tokens[tokens.indexOf(found) + 1]?.image;
  if (found.image === '/' && next === '*') return { notes: ['A comment starts with `//` and ends with its line.'] };
  if (onSameLine && isName(found) && next === 'in') return { notes: ['A list is made with `for x in xs { … }`.'] };
  if (found.image === '=' && rules.at(-1) === 'takes')
    return { notes: ['The type of a stage has no defaults: what a call leaves out is as the stage has it.'] };
  if (found.image === '=' && /^`,` or `[)}]`/.test(expected)) {
    return {
      notes: ['A name stands before its value with `:` between them.'],
      fix: { title: 'write `:`', edits: [{ span: at, text: ':' }] },
    };
  }
  if (/^a binding/.test(expected) && kind === 'Label') return { notes: ['A binding is written with `=`: `name = …`.'] };
  if (/^a binding/.test(expected) && kind === 'Identifier')
    return { notes: ['A statement gives a value a name: `name = …`.'] };
  if (rules.at(-1) === 'file' && isStatement(found)) {
    return { notes: ['Statements stand in the braces of a pipeline. Perhaps a `}` closes it too early.'] };
  }
  const isKeyword = /^[a-z]+$/.test(found.image) && !isName(found);
  if (isKeyword && onSameLine && /^(a name|a value|`,`)/.test(expected))
    return { notes: [`\`${found.image}\` is a word of the language, so nothing else can have this name.`] };
  return undefined;
}

const isName = (token: Token): boolean => /^(Identifier|BindingName|Label)$/.test(token.tokenType.name);

const isStatement = (token: Token | undefined): boolean =>
  /^(BindingName|Output|Yield|RightBrace)$/.test(token?.tokenType.name ?? '');

const startsItem = (token: Token): boolean =>
  isName(token) || /^(ClosedText|Number|Quantity|LeftBracket)$/.test(token.tokenType.name);

const tokenSpan = (token: Token, file: string): Span => ({ file, start: token.startOffset, end: tokenEnd(token) });

function toDiagnostic(problem: SyntaxProblem, words: Words, file: string): Diagnostic {
  const span = { file, start: problem.start, end: problem.end };
  switch (problem.kind) {
    case 'characters':
      return characters(problem.text, span);
    case 'unexpected':
      return unexpected(problem, words, file);
    case 'depth':
      return diagnose(
        'P004',
        'this is nested too deeply',
        { span, text: `more than ${problem.most} levels` },
        { notes: ['Give parts of it names.'] },
      );
  }
}

/** Whether a statement stands outside only because an earlier problem of its definition took an opening brace away. */
function isLeftOver(problem: SyntaxProblem, problems: readonly SyntaxProblem[], tokens: readonly Token[]): boolean {
  if (problem.kind !== 'unexpected' || problem.rules.at(-1) !== 'file' || !isStatement(problem.found)) return false;
  const definition = tokens.findLast(
    ({ startOffset, tokenType }) =>
      startOffset < problem.start && /^(Import|Stage|Pipeline|Profile|Published)$/.test(tokenType.name),
  );
  return problems.some(({ start }) => start >= (definition?.startOffset ?? 0) && start < problem.start);
}

/** Turns what the parser met into diagnostics, in order of place. */
export function syntaxDiagnostics(
  problems: readonly SyntaxProblem[],
  words: Words,
  file: string,
): readonly Diagnostic[] {
  return problems
    .filter((problem) => !isLeftOver(problem, problems, words.tokens))
    .map((problem) => toDiagnostic(problem, words, file))
    .sort((a, b) => a.primary.span.start - b.primary.span.start);
}

/**
 * The first problem of each region, in order of place: the others are likely its consequences. A character without a meaning goes first,
 * because it parts a word in two. A problem in the head of a statement also stands for those in the items behind it.
 */
export function firstOfEachRegion(problems: readonly Diagnostic[], words: Words): readonly Diagnostic[] {
  if (problems.length === 0) return [];
  const starts = regionStarts(words);
  const statements = statementStarts(words);
  const found = new Map<number, Diagnostic>();
  const inOrder = [...problems].sort((a, b) => a.primary.span.start - b.primary.span.start);
  for (const problem of inOrder) {
    const region = starts[regionOf(problem.primary.span, starts)] ?? -1;
    const earlier = found.get(region);
    if (earlier === undefined || (problem.code === 'P001' && earlier.code !== 'P001')) found.set(region, problem);
  }
  return [...found].flatMap(([region, problem]) => {
    const head = statements[regionOf(problem.primary.span, statements)] ?? -1;
    return head !== region && found.has(head) ? [] : [problem];
  });
}
