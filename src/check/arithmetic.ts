// Arithmetic on known numbers and quantities. Int with Int gives Int, also for `/`, which must then come out even; anything with Float
// gives Float. Quantities of one measure are added, subtracted and divided by each other, and multiplied and divided by numbers.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { BinaryOperator } from '../syntax/ast.ts';
import { errorDatum, single, type Datum } from './datum.ts';
import { impossibleArithmetic, mixedOperands, tooLarge, wrongOperand } from './type-problems.ts';

interface Operand {
  readonly datum: Datum;
  readonly span: Span;
}

const compute: Readonly<Record<BinaryOperator, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  // The sign of the divisor, as in mathematics: -1 % 3 is 2.
  '%': (a, b) => ((a % b) + b) % b,
};

type NumberType = 'Int' | 'Float' | 'Memory' | 'Duration';

/** The type of the result, undefined where the two do not go together. */
function resultType(operator: BinaryOperator, a: NumberType, b: NumberType): NumberType | undefined {
  const isNumber = (type: NumberType): boolean => type === 'Int' || type === 'Float';
  if (isNumber(a) && isNumber(b)) return a === 'Int' && b === 'Int' ? 'Int' : 'Float';
  switch (operator) {
    case '+':
    case '-':
    case '%':
      return a === b ? a : undefined;
    case '*':
      return isNumber(a) ? b : isNumber(b) ? a : undefined;
    case '/':
      return a === b ? 'Float' : isNumber(b) ? a : undefined;
  }
}

/** Whether a number is beyond what its type can hold. */
export const isTooLarge = (type: NumberType, value: number): boolean =>
  type === 'Int' ? !Number.isSafeInteger(value) : !Number.isFinite(value);

export function applyBinary(
  operator: BinaryOperator,
  left: Operand,
  right: Operand,
  at: Span,
  report: (problem: Diagnostic) => void,
): Datum {
  const [a, b] = [number(operator, left, report), number(operator, right, report)];
  if (a === undefined || b === undefined) return errorDatum;
  const type = resultType(operator, a.type, b.type);
  if (type === undefined) {
    report(mixedOperands(operator, a.type, b.type, at));
    return errorDatum;
  }
  if ((operator === '/' || operator === '%') && b.value === 0) {
    report(impossibleArithmetic('this divides by zero', right.span, 'The divisor is 0.'));
    return errorDatum;
  }
  const value = compute[operator](a.value, b.value);
  if (type === 'Int' && !Number.isInteger(value)) {
    report(
      impossibleArithmetic(
        `${a.value} / ${b.value} is not a whole number`,
        at,
        `Whole numbers divided give a whole number. Write ${b.value}.0 for a fraction.`,
      ),
    );
    return errorDatum;
  }
  if (isTooLarge(type, value)) {
    report(tooLarge(type, at));
    return errorDatum;
  }
  return { kind: 'value', type, value, origin: at };
}

export function negate(operand: Operand, at: Span, report: (problem: Diagnostic) => void): Datum {
  const value = number('-', operand, report);
  return value === undefined ? errorDatum : { kind: 'value', type: value.type, value: -value.value, origin: at };
}

function number(
  operator: string,
  { datum: given, span }: Operand,
  report: (problem: Diagnostic) => void,
): { readonly type: NumberType; readonly value: number } | undefined {
  const datum = single(given);
  if (datum.kind === 'error') return undefined;
  if (datum.kind === 'value' && datum.type !== 'String' && datum.type !== 'Bool')
    return { type: datum.type, value: Number(datum.value) };
  report(wrongOperand(operator, datum, span));
  return undefined;
}
