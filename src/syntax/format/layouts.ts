// How each rule of the grammar is laid out: CST → document. A layout gets all parts of its node, tokens and nodes in their order, and decides
// only what stands between them: no token can be lost, and a part that a rule gains later is printed without a change here. The table is
// total: a rule without a layout is a type error.
import type { CstNode, RuleName } from '../../../grammar/parse.ts';
import { blankLine, comma, concat, group, indent, line, newline, type Doc } from './document.ts';
import { angled, bracketed, items } from './lists.ts';
import { firstToken, isComma, isNames, isToken, lastToken, nameOf, partsOf, soleBracket, type Part } from './parts.ts';
import {
  atEnd,
  hasBlankBefore,
  ownLines,
  pieceOf,
  sequence,
  spaced,
  tight,
  tokenDoc,
  tokenText,
  type Layout,
  type Piece,
  type Printing,
} from './printing.ts';
import type { FileTrivia } from './trivia.ts';

/** The longest line, in columns. */
export const lineWidth = 100;

/** The document of a whole file. `tree` comes from a text without syntax errors. */
export function layOutFile(tree: CstNode, trivia: FileTrivia): Doc {
  const print: Printing = {
    trivia,
    doc: (part) => (isToken(part) ? tokenDoc(part, trivia) : layouts[part.name as RuleName](partsOf(part), print)),
  };
  return concat(...(partsOf(tree).length === 0 ? [] : [print.doc(tree)]), ...atEnd(trivia));
}

const layouts: { readonly [rule in RuleName]: Layout } = {
  file: definitions,
  loneExpression: tight,
  importDefinition: (parts, print) => sequence(withNames(parts, print, 'LeftBrace', bracketed(' ')), () => ' '),
  nameList: (parts, print) => concat(...items(parts, print, comma)),
  dimensionVariables: (parts, print) => concat(...items(parts, print, comma)),
  dimensionVariable: tight,
  stageDefinition,
  implementation,
  pipelineDefinition: spaced('parameters'),
  profileDefinition: spaced(),
  publishedDefinition: spaced(),
  targets: bracketed(' '),
  target: spaced('targetPart', 'Colon'),
  targetPart: tight,
  figure: tight,
  parameters: bracketed(''),
  parameter: spaced('Colon'),
  results: bracketed(' '),
  result: spaced('Colon'),
  type: spaced('Question'),
  listType: tight,
  enumeration: ([oneOf, ...values], print) =>
    group(concat(print.doc(oneOf!), ' ', indent(concat(...items(values, print))))),
  stageType: (parts, print) =>
    sequence(withNames(parts, print, 'Less', angled), ({ name }) => (/^(Less|takes)$/.test(name) ? '' : ' ')),
  takes: bracketed(''),
  namedType: ([name, ...dimensions], print) =>
    concat(print.doc(name!), dimensions.length === 0 ? '' : angled(dimensions, print)),
  dimension: spaced(),
  dimensionProduct: spaced(),
  dimensionAtom: tight,
  refinement: (parts, print) =>
    sequence(
      parts.map((part) => pieceOf(part, print)),
      (piece, previous) => (piece.name === 'Range' || previous.name === 'Range' ? '' : ' '),
    ),
  bound: tight,
  block,
  statement: (parts, print) =>
    sequence(
      parts.map((part) => pieceOf(part, print)),
      (_, previous) => (previous.name === 'annotation' ? newline : ' '),
    ),
  binding: spaced(),
  outputStatement: spaced(),
  yieldStatement: spaced(),
  annotation: tight,
  callArguments,
  argument: spaced('Colon'),
  expression: row,
  forExpression: spaced(),
  operand,
  suffix: (parts, print) => (nameOf(parts[0]!) === 'With' ? spaced()(parts, print) : tight(parts, print)),
  list: bracketed(''),
  record: bracketed(' '),
  field: spaced('Colon'),
  parenthesised: tight,
};

/** Definitions with an empty line between; rows of imports, and of profiles, as the user parted them. */
function definitions(parts: readonly Part[], print: Printing): Doc {
  return concat(
    ...parts.map((part, index) => {
      const previous = parts[index - 1];
      if (previous === undefined) return print.doc(part);
      const isRow = /^(import|profile)Definition$/.test(nameOf(part)) && nameOf(part) === nameOf(previous);
      return concat(isRow && !hasBlankBefore(part, print) ? newline : blankLine, print.doc(part));
    }),
  );
}

/** The parts of a node as pieces, with the bracket `open`, the names in it and the closing bracket as one. */
function withNames(parts: readonly Part[], print: Printing, open: string, layout: Layout): readonly Piece[] {
  const start = parts.findIndex((part) => nameOf(part) === open);
  const pieces = (some: readonly Part[]): readonly Piece[] => some.map((part) => pieceOf(part, print));
  if (start < 0 || !isNames(parts[start + 1]!)) return pieces(parts);
  const names = parts.slice(start, start + 3);
  const piece: Piece = {
    name: open,
    doc: layout(names, print),
    first: print.trivia.of(firstToken(names[0]!)),
    last: print.trivia.of(lastToken(names.at(-1)!)),
  };
  return [...pieces(parts.slice(0, start)), piece, ...pieces(parts.slice(start + 3))];
}

function stageDefinition(parts: readonly Part[], print: Printing): Doc {
  return sequence(withNames(parts, print, 'Less', angled), ({ name }, previous) => {
    if (name === 'Less' || name === 'parameters') return '';
    if (name === 'implementation') return newline;
    // A body behind annotations begins on a line of its own, so that it does not look like theirs.
    return name === 'annotation' || previous.name === 'annotation' ? newline : ' ';
  });
}

/** `by command "…"` or `by module "…"`, and the files that it reads on the next line where they do not fit. */
function implementation([by, text, reads, ...files]: readonly Part[], print: Printing): Doc {
  const list = reads === undefined ? [] : [print.doc(reads), ' ', indent(concat(...items(files, print)))];
  const behind = reads === undefined ? '' : concat(line(), group(concat(...list)));
  return group(concat(print.doc(by!), ' ', indent(concat(print.doc(text!), behind))));
}

/** A value with its signs and with what is asked of it: a member, a call, an item stick to it, `with { … }` does not. */
function operand(parts: readonly Part[], print: Printing): Doc {
  const value = parts.findIndex((part) => nameOf(part) !== 'Minus');
  const asked = parts.slice(value);
  if (asked.length === 1) return tight(parts, print);
  return concat(
    ...parts.slice(0, value).map(print.doc),
    sequence(
      asked.map((part) => ({ ...pieceOf(part, print), name: nameOf(firstToken(part)) })),
      ({ name }) => (name === 'With' ? ' ' : ''),
    ),
  );
}

function block(parts: readonly Part[], print: Printing): Doc {
  const [open, ...statements] = parts;
  const close = statements.pop();
  if (open === undefined || close === undefined || !isToken(close)) return tight(parts, print);
  const rows = statements.map((statement, index) =>
    concat(index === 0 ? '' : hasBlankBefore(statement, print) ? blankLine : newline, print.doc(statement)),
  );
  const left = ownLines(print.trivia.of(close).before, rows.length > 0);
  const content = [...rows, ...left];
  const inside = content.length === 0 ? '' : concat(indent(concat(newline, ...content)), newline);
  return concat(print.doc(open), inside, tokenText(close, print.trivia));
}

/** A call with one list or record and nothing else breaks within that: `mean([`. */
function callArguments(parts: readonly Part[], print: Printing): Doc {
  const [open, argument, ...rest] = parts;
  const close = rest.at(-1);
  if (open !== undefined && argument !== undefined && close !== undefined && isToken(close)) {
    const inner = isToken(argument) ? [] : partsOf(argument);
    const { trivia } = print;
    const isPlain =
      (rest.length === 1 || (rest.length === 2 && isComma(rest[0]!))) &&
      inner.length > 0 &&
      soleBracket(inner.at(-1)!) !== undefined &&
      [...inner, ...rest].every((part) => trivia.of(firstToken(part)).before.length === 0) &&
      [open, ...inner, ...rest.slice(0, -1)].every((part) => trivia.of(lastToken(part)).behind === undefined);
    if (isPlain) return concat(print.doc(open), print.doc(argument), print.doc(close));
  }
  return bracketed('')(parts, print);
}

/** Signs by how they bind, from the loosest to the tightest. */
const levels = [/^Fallback$/, /^(Plus|Minus)$/, /^(Times|Divide|Remainder)$/];

/** Operands with signs between; too long for a line, each further operand of the loosest sign has a line of its own, and so on within them. */
function row(parts: readonly Part[], print: Printing, level = 0): Doc {
  const signs = levels[level];
  if (signs === undefined || parts.length === 1) return tight(parts, print);
  const places = parts.flatMap((part, index) => (signs.test(nameOf(part)) ? [index] : []));
  const inner = (from: number, to: number | undefined): Doc => row(parts.slice(from, to), print, level + 1);
  if (places.length === 0) return inner(0, undefined);
  const further = places.map((place, index) =>
    concat(' ', print.doc(parts[place]!), line(), inner(place + 1, places[index + 1])),
  );
  return group(concat(inner(0, places[0]), indent(concat(...further))));
}
