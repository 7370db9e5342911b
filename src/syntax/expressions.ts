// Expressions and statements: CST → AST. Missing pieces become `error` expressions, about which later phases stay silent.
import type {
  ArgumentCstNode,
  BlockCstNode,
  CallArgumentsCstNode,
  ExpressionCstNode,
  FieldCstNode,
  OperandCstNode,
  RecordCstNode,
  StatementCstNode,
  AnnotationCstNode,
} from '../../grammar/cst-types.ts';
import { parseExpression, type Token } from '../../grammar/parse.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Annotation, Argument, BinaryOperator, Block, Expression, Field, Statement } from './ast.ts';
import { byPlace, join, tooLong } from './chains.ts';
import {
  first,
  firstWritten,
  isBroken,
  nameOf,
  readOnce,
  spanOf,
  tokenSpan,
  written,
  type Reading,
} from './reading.ts';
import { readString } from './strings.ts';
import { syntaxDiagnostics } from './syntax-problems.ts';
import { parseQuantity } from './units.ts';

const missing = (span: Span): Expression => ({ kind: 'error', span });

export function readExpression(node: ExpressionCstNode | undefined, reading: Reading, parent: Span): Expression {
  if (node === undefined) return missing(parent);
  const loop = first(node.children.forExpression);
  if (loop !== undefined) {
    const span = spanOf(loop, reading);
    const variable = firstWritten(loop.children.Identifier);
    const list = readExpression(first(loop.children.expression), reading, span);
    const body = readBlock(first(loop.children.block), reading, span);
    if (variable === undefined) return missing(span);
    return { kind: 'for', variable: nameOf(variable, reading), list, body, span };
  }
  return readRow(node, reading);
}

/** From the loosest to the tightest. */
const levels: readonly ReadonlySet<string>[] = [new Set(['??']), new Set(['+', '-']), new Set(['*', '/', '%'])];

/** Operands with the signs between them. A row that recovery left with fewer operands than signs is an error. */
function readRow(node: ExpressionCstNode, reading: Reading): Expression {
  const { operand: operands, ...signs } = node.children;
  if (operands === undefined) return missing(spanOf(node, reading));
  const operators = operatorsOf(signs);
  if (operators.length === 0) return readOperand(operands[0], reading, spanOf(node, reading));
  return readLevel({ operands, operators, first: 0, last: operators.length }, 0, reading);
}

function operatorsOf({
  Fallback,
  Plus,
  Minus,
  Times,
  Divide,
  Remainder,
}: ExpressionCstNode['children']): readonly Token[] {
  const found = [Fallback, Plus, Minus, Times, Divide, Remainder].filter((tokens) => tokens !== undefined);
  return found.length === 0 ? [] : [...written(found.flat())].sort(byPlace);
}

/** A part of a row: operator `n` stands behind operand `n`. */
interface Row {
  readonly operands: readonly OperandCstNode[];
  readonly operators: readonly Token[];
  /** Of its operands. */
  readonly first: number;
  readonly last: number;
}

/** Folds `a + b * c - d` from the left, at this level of binding and those above it. */
function readLevel(row: Row, level: number, reading: Reading): Expression {
  const { operands, operators, first: start, last } = row;
  const before = operators[start - 1];
  const operand = operands[start];
  const span = operand === undefined ? tokenSpan(before!, reading) : spanOf(operand, reading);
  const signs = levels[level];
  if (signs === undefined || start === last) return readOperand(operand, reading, span);
  const parting = operators.flatMap(({ image }, index) =>
    index >= start && index < last && signs.has(image) ? [index] : [],
  );
  const whole = join(span, operands[last] === undefined ? span : spanOf(operands[last], reading));
  if (tooLong(parting.length, whole, reading)) return missing(whole);
  const part = (from: number, to: number): Expression =>
    readLevel({ ...row, first: from, last: to }, level + 1, reading);
  let left = part(start, parting[0] ?? last);
  for (const [index, at] of parting.entries()) {
    const right = part(at + 1, parting[index + 1] ?? last);
    const both = { left, right, span: join(left.span, right.span) };
    const operator = operators[at]!.image;
    left =
      operator === '??'
        ? { kind: 'fallback', ...both }
        : { kind: 'binary', operator: operator as BinaryOperator, ...both };
  }
  return left;
}

function readOperand(node: OperandCstNode | undefined, reading: Reading, parent: Span): Expression {
  if (node === undefined) return missing(parent);
  const value = readAsked(node, reading);
  const signs = written(node.children.Minus).length;
  if (signs === 0) return value;
  const span = spanOf(node, reading);
  const once: Expression = { kind: 'negation', of: value, span };
  // Two signs are as good as any even number, and as deep.
  return signs % 2 === 0 ? { kind: 'negation', of: once, span } : once;
}

/** A value with its members, calls and items. */
function readAsked(node: OperandCstNode, reading: Reading): Expression {
  let value = readPrimary(node, reading);
  const { suffix: suffixes } = node.children;
  if (suffixes === undefined) return value;
  const whole = spanOf(node, reading);
  if (tooLong(suffixes.length, whole, reading)) return missing(whole);
  for (const suffix of suffixes) {
    const span = join(value.span, spanOf(suffix, reading));
    const call = first(suffix.children.callArguments);
    const name = firstWritten(suffix.children.Identifier);
    const index = first(suffix.children.expression);
    const record = first(suffix.children.record);
    if (call !== undefined) {
      value = {
        kind: 'call',
        callee: value,
        arguments: readArguments(call, reading),
        broken: isBroken(call) || reading.isDamaged(span),
        span,
      };
    } else if (record !== undefined) {
      value = isBroken(record) ? missing(span) : { kind: 'with', of: value, fields: readFields(record, reading), span };
    } else if (name !== undefined) {
      value = { kind: 'member', of: value, name: nameOf(name, reading), span };
    } else if (index !== undefined) {
      value = { kind: 'index', of: value, index: readExpression(index, reading, span), span };
    } else {
      value = missing(span);
    }
  }
  return value;
}

/** A string's braces hold an expression of their own; its problems are reported at its place in the file. */
export function readEmbedded(reading: Reading): (text: string, base: number) => Expression {
  return (text, base) => {
    const parsed = parseExpression(text);
    const inner: Reading = { ...reading, base, commentsOf: () => ({ before: [], after: undefined }) };
    const span = { file: reading.file, start: base, end: base + text.length };
    const found = syntaxDiagnostics(parsed.problems, parsed, reading.file);
    if (found[0] !== undefined) {
      const { title, primary } = found[0];
      const place = { file: reading.file, start: primary.span.start + base, end: primary.span.end + base };
      reading.report(
        diagnose(
          'P003',
          `in a string: ${title}`,
          { span: place, text: primary.text },
          { notes: ['Write `\\{` for a brace itself.'] },
        ),
      );
      return missing(span);
    }
    return readExpression(first(parsed.tree.children.expression), inner, span);
  };
}

/** The value of an operand itself. */
function readPrimary(node: OperandCstNode, reading: Reading): Expression {
  const { children } = node;
  const name = firstWritten(children.Identifier);
  if (name !== undefined) return { kind: 'name', name: name.image, span: tokenSpan(name, reading) };
  const number = firstWritten(children.Number);
  if (number !== undefined) {
    const isInteger = /^\d+$/.test(number.image);
    return { kind: 'number', value: Number(number.image), isInteger, span: tokenSpan(number, reading) };
  }
  const text = firstWritten(children.Text);
  if (text !== undefined)
    return { kind: 'string', parts: readString(text, reading, readEmbedded(reading)), span: tokenSpan(text, reading) };
  const quantity = firstWritten(children.Quantity);
  if (quantity !== undefined)
    return { kind: 'quantity', ...parseQuantity(quantity.image), span: tokenSpan(quantity, reading) };
  const list = first(children.list);
  if (list !== undefined) {
    const span = spanOf(list, reading);
    const items = (list.children.expression ?? []).map((item) => readExpression(item, reading, span));
    return { kind: 'list', items: isBroken(list) || reading.isDamaged(span) ? [...items, missing(span)] : items, span };
  }
  const record = first(children.record);
  if (record !== undefined) {
    const span = spanOf(record, reading);
    return isBroken(record) ? missing(span) : { kind: 'record', fields: readFields(record, reading), span };
  }
  const inner = first(children.parenthesised);
  if (inner !== undefined) return readExpression(first(inner.children.expression), reading, spanOf(inner, reading));
  const word = first(children.True ?? children.False ?? children.None);
  if (word === undefined) return missing(spanOf(node, reading));
  const span = tokenSpan(word, reading);
  return children.None === undefined
    ? { kind: 'boolean', value: children.True !== undefined, span }
    : { kind: 'none', span };
}

export function readFields(node: RecordCstNode | undefined, reading: Reading): readonly Field[] {
  return (node?.children.field ?? []).flatMap((field: FieldCstNode) => {
    const name = firstWritten(field.children.Label);
    if (name === undefined) return [];
    const span = spanOf(field, reading);
    const value = readExpression(first(field.children.expression), reading, span);
    return [{ name: nameOf(name, reading), value, span, comments: reading.commentsOf(span.start, span.end) }];
  });
}

function readArguments(node: CallArgumentsCstNode | undefined, reading: Reading): readonly Argument[] {
  return (node?.children.argument ?? []).map((argument: ArgumentCstNode) => {
    const span = spanOf(argument, reading);
    const name = firstWritten(argument.children.Label);
    return {
      name: name === undefined ? undefined : nameOf(name, reading),
      value: readExpression(first(argument.children.expression), reading, span),
      span,
      comments: reading.commentsOf(span.start, span.end),
    };
  });
}

export function readAnnotations(
  nodes: readonly AnnotationCstNode[] | undefined,
  reading: Reading,
): readonly Annotation[] {
  return (nodes ?? []).flatMap((node) => {
    const name = firstWritten(node.children.Identifier);
    if (name === undefined) return [];
    return [
      {
        name: nameOf(name, reading),
        arguments: readArguments(first(node.children.callArguments), reading),
        span: spanOf(node, reading),
      },
    ];
  });
}

export function readBlock(node: BlockCstNode | undefined, reading: Reading, parent: Span): Block {
  if (node === undefined) return { statements: [], span: parent };
  return {
    statements: (node.children.statement ?? []).flatMap((statement) => readOnce(statement, reading, readStatement)),
    span: spanOf(node, reading),
  };
}

export function readStatement(node: StatementCstNode, reading: Reading): readonly Statement[] {
  const span = spanOf(node, reading);
  const shared = {
    span,
    annotations: readAnnotations(node.children.annotation, reading),
    broken: node.recoveredNode === true || reading.isDamaged(span),
    comments: reading.commentsOf(span.start, span.end),
  };
  const result = first(node.children.yieldStatement);
  if (result !== undefined)
    return [{ ...shared, kind: 'yield', value: readExpression(first(result.children.expression), reading, span) }];
  const output = first(node.children.outputStatement);
  const binding = first(node.children.binding);
  const named = output ?? binding;
  const name = firstWritten(output?.children.Identifier ?? binding?.children.BindingName);
  if (named === undefined || name === undefined) return [];
  const value = readExpression(first(named.children.expression), reading, span);
  return [{ ...shared, kind: output === undefined ? 'binding' : 'output', name: nameOf(name, reading), value }];
}
