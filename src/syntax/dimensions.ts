// Dimensions of a type, such as `H / 2`: CST → AST. Missing pieces become `error`, about which later phases stay silent.
import type { DimensionAtomCstNode, DimensionCstNode, DimensionProductCstNode } from '../../grammar/cst-types.ts';
import type { Token } from '../../grammar/parse.ts';
import type { Span } from '../source/span.ts';
import type { DimensionExpression, DimensionOperator } from './ast.ts';
import { byPlace, join, tooLong } from './chains.ts';
import { first, firstWritten, spanOf, tokenSpan, written, type Reading } from './reading.ts';

export function readDimension(
  node: DimensionCstNode | undefined,
  reading: Reading,
  parent?: Span,
): DimensionExpression {
  if (node === undefined) return { kind: 'error', span: parent ?? { file: reading.file, start: 0, end: 0 } };
  const { Plus, Minus, dimensionProduct } = node.children;
  return fold(dimensionProduct, [...written(Plus), ...written(Minus)], readProduct, reading, spanOf(node, reading));
}

function readProduct(node: DimensionProductCstNode, reading: Reading): DimensionExpression {
  const { Times, Divide, dimensionAtom } = node.children;
  return fold(dimensionAtom, [...written(Times), ...written(Divide)], readAtom, reading, spanOf(node, reading));
}

function readAtom(node: DimensionAtomCstNode, reading: Reading): DimensionExpression {
  const span = spanOf(node, reading);
  const number = firstWritten(node.children.Number);
  if (number !== undefined) return { kind: 'number', value: Number(number.image), span };
  const name = firstWritten(node.children.Identifier);
  if (name !== undefined) return { kind: 'name', name: name.image, span };
  return readDimension(first(node.children.dimension), reading, span);
}

/** `a + b - c` from the left. */
function fold<N>(
  operands: readonly N[] | undefined,
  operators: readonly Token[],
  read: (node: N, reading: Reading) => DimensionExpression,
  reading: Reading,
  span: Span,
): DimensionExpression {
  const [head, ...rest] = operands ?? [];
  if (head === undefined || tooLong(operators.length, span, reading)) return { kind: 'error', span };
  return [...operators].sort(byPlace).reduce<DimensionExpression>(
    (left, sign, index) => {
      const operand = rest[index];
      const right: DimensionExpression =
        operand === undefined ? { kind: 'error', span: tokenSpan(sign, reading) } : read(operand, reading);
      const operator = sign.image as DimensionOperator;
      return { kind: 'binary', operator, left, right, span: join(left.span, right.span) };
    },
    read(head, reading),
  );
}
