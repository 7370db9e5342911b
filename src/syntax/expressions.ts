// Expressions and statements: CST → AST. Missing pieces become `error` expressions, about which later phases stay silent.
import type {
  ArgumentCstNode,
  BlockCstNode,
  CallArgumentsCstNode,
  ExpressionCstNode,
  FallbackCstNode,
  FieldCstNode,
  PostfixCstNode,
  PrimaryCstNode,
  ProductCstNode,
  RecordCstNode,
  StatementCstNode,
  SumCstNode,
  AnnotationCstNode,
} from '../../grammar/cst-types.ts';
import { parseExpression, type CstNode, type Token } from '../../grammar/parse.ts';
import { diagnose } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Annotation, Argument, BinaryOperator, Block, Expression, Field, Statement } from './ast.ts';
import { byPlace, join, tooLong } from './chains.ts';
import { first, isBroken, nameOf, spanOf, tokenSpan, written, type Reading } from './reading.ts';
import { readString } from './strings.ts';
import { syntaxDiagnostics } from './syntax-problems.ts';
import { parseQuantity } from './units.ts';

const missing = (span: Span): Expression => ({ kind: 'error', span });

export function readExpression(node: ExpressionCstNode | undefined, reading: Reading, parent: Span): Expression {
  if (node === undefined) return missing(parent);
  const loop = first(node.children.forExpression);
  if (loop !== undefined) {
    const span = spanOf(loop, reading);
    const variable = first(written(loop.children.Identifier));
    const list = readExpression(first(loop.children.expression), reading, span);
    const body = readBlock(first(loop.children.block), reading, span);
    if (variable === undefined) return missing(span);
    return { kind: 'for', variable: nameOf(variable, reading), list, body, span };
  }
  return readFallback(first(node.children.fallback), reading, spanOf(node, reading));
}

/** `a ?? b ?? c` from the left, which is the same as from the right. */
function readFallback(node: FallbackCstNode | undefined, reading: Reading, parent: Span): Expression {
  if (node === undefined) return missing(parent);
  const { Fallback, sum } = node.children;
  const signs = written(Fallback);
  if (tooLong(signs.length, parent, reading)) return missing(parent);
  const span = spanOf(node, reading);
  let left = readSum(first(sum), reading, span);
  for (const [index, sign] of signs.entries()) {
    const operand = sum[index + 1];
    const right = operand === undefined ? missing(tokenSpan(sign, reading)) : readSum(operand, reading, span);
    left = { kind: 'fallback', left, right, span: join(left.span, right.span) };
  }
  return left;
}

/** Folds `a + b - c` from the left. A node that recovery left with fewer operands than operators is an error. */
function readChain<N extends CstNode>(
  operands: readonly N[] | undefined,
  operators: readonly Token[],
  read: (node: N, reading: Reading) => Expression,
  reading: Reading,
  parent: Span,
): Expression {
  const [head, ...rest] = operands ?? [];
  if (head === undefined) return missing(parent);
  if (tooLong(operators.length, parent, reading)) return missing(parent);
  const signs = [...operators].sort(byPlace);
  let left = read(head, reading);
  for (const [index, sign] of signs.entries()) {
    const operand = rest[index];
    const right = operand === undefined ? missing(tokenSpan(sign, reading)) : read(operand, reading);
    left = { kind: 'binary', operator: sign.image as BinaryOperator, left, right, span: join(left.span, right.span) };
  }
  return left;
}

function readSum(node: SumCstNode | undefined, reading: Reading, parent: Span): Expression {
  if (node === undefined) return missing(parent);
  const { Plus, Minus, product } = node.children;
  return readChain(product, [...written(Plus), ...written(Minus)], readProduct, reading, spanOf(node, reading));
}

function readProduct(node: ProductCstNode, reading: Reading): Expression {
  const { Times, Divide, Remainder, negation } = node.children;
  const operators = [...written(Times), ...written(Divide), ...written(Remainder)];
  return readChain(
    negation,
    operators,
    (operand) => {
      const signs = written(operand.children.Minus);
      const span = spanOf(operand, reading);
      const of = readPostfix(first(operand.children.postfix), reading, span);
      // Two signs are as good as any even number, and as deep.
      const depth = signs.length === 0 ? 0 : signs.length % 2 === 0 ? 2 : 1;
      return Array.from({ length: depth }).reduce<Expression>((inner) => ({ kind: 'negation', of: inner, span }), of);
    },
    reading,
    spanOf(node, reading),
  );
}

function readPostfix(node: PostfixCstNode | undefined, reading: Reading, parent: Span): Expression {
  if (node === undefined) return missing(parent);
  let value = readPrimary(first(node.children.primary), reading, spanOf(node, reading));
  const suffixes = node.children.suffix ?? [];
  if (tooLong(suffixes.length, spanOf(node, reading), reading)) return missing(parent);
  for (const suffix of suffixes) {
    const span = join(value.span, spanOf(suffix, reading));
    const call = first(suffix.children.callArguments);
    const name = first(written(suffix.children.Identifier));
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
    const { tree, tokens, problems } = parseExpression(text);
    const inner: Reading = { ...reading, base, commentsOf: () => ({ before: [], after: undefined }) };
    const span = { file: reading.file, start: base, end: base + text.length };
    const found = syntaxDiagnostics(problems, tokens, reading.file);
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
    return readExpression(first(tree.children.expression), inner, span);
  };
}

function readPrimary(node: PrimaryCstNode | undefined, reading: Reading, parent: Span): Expression {
  if (node === undefined) return missing(parent);
  const span = spanOf(node, reading);
  const { children } = node;
  const number = first(written(children.Number));
  if (number !== undefined)
    return { kind: 'number', value: Number(number.image), isInteger: /^\d+$/.test(number.image), span };
  const quantity = first(written(children.Quantity));
  if (quantity !== undefined) return { kind: 'quantity', ...parseQuantity(quantity.image), span };
  const text = first(written(children.Text));
  if (text !== undefined) return { kind: 'string', parts: readString(text, reading, readEmbedded(reading)), span };
  if (children.True !== undefined) return { kind: 'boolean', value: true, span };
  if (children.False !== undefined) return { kind: 'boolean', value: false, span };
  if (children.None !== undefined) return { kind: 'none', span };
  const name = first(written(children.Identifier));
  if (name !== undefined) return { kind: 'name', name: name.image, span };
  const list = first(children.list);
  if (list !== undefined) {
    const items = (list.children.expression ?? []).map((item) => readExpression(item, reading, span));
    return { kind: 'list', items: isBroken(list) || reading.isDamaged(span) ? [...items, missing(span)] : items, span };
  }
  const record = first(children.record);
  if (record !== undefined)
    return isBroken(record) ? missing(span) : { kind: 'record', fields: readFields(record, reading), span };
  const inner = first(children.parenthesised);
  return inner === undefined ? missing(span) : readExpression(first(inner.children.expression), reading, span);
}

export function readFields(node: RecordCstNode | undefined, reading: Reading): readonly Field[] {
  return (node?.children.field ?? []).flatMap((field: FieldCstNode) => {
    const name = first(written(field.children.Label));
    if (name === undefined) return [];
    const span = spanOf(field, reading);
    const value = readExpression(first(field.children.expression), reading, span);
    return [{ name: nameOf(name, reading), value, span, comments: reading.commentsOf(span.start, span.end) }];
  });
}

function readArguments(node: CallArgumentsCstNode | undefined, reading: Reading): readonly Argument[] {
  return (node?.children.argument ?? []).map((argument: ArgumentCstNode) => {
    const span = spanOf(argument, reading);
    const name = first(written(argument.children.Label));
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
    const name = first(written(node.children.Identifier));
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
    statements: (node.children.statement ?? []).flatMap((statement) => readStatement(statement, reading)),
    span: spanOf(node, reading),
  };
}

function readStatement(node: StatementCstNode, reading: Reading): readonly Statement[] {
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
  const name = first(written(output?.children.Identifier ?? binding?.children.BindingName));
  if (named === undefined || name === undefined) return [];
  const value = readExpression(first(named.children.expression), reading, span);
  return [{ ...shared, kind: output === undefined ? 'binding' : 'output', name: nameOf(name, reading), value }];
}
