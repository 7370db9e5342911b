// What arithmetic on dimensions comes to: a size, a linear form in its variables, or neither. Exact and pure.
// Equations between dimensions are solved where one unknown stands in them, and only linearly.
import type { Dimension, Origin } from './dimension.ts';
import { add, divide, isZero, multiply, negate, one, rational, toNumber, zero, type Rational } from './rational.ts';

/** `constant + Σ coefficient × variable`; no coefficient is 0. */
interface LinearForm {
  readonly kind: 'linear';
  readonly constant: Rational;
  readonly coefficients: ReadonlyMap<string, Rational>;
}

type Form =
  | LinearForm
  /** Two variables multiplied, or one divided by. */
  | { readonly kind: 'nonlinear' }
  | { readonly kind: 'unknown' }
  /** A division by zero. */
  | { readonly kind: 'undefined' };

const constant = (value: Rational): LinearForm => ({ kind: 'linear', constant: value, coefficients: new Map() });

function linearForm(dimension: Dimension): Form {
  switch (dimension.kind) {
    case 'known':
      return constant(rational(BigInt(dimension.value)));
    case 'variable':
      return { kind: 'linear', constant: zero, coefficients: new Map([[dimension.name, one]]) };
    case 'unknown':
      return { kind: 'unknown' };
    case 'arithmetic':
      return combine(dimension.operator, linearForm(dimension.left), linearForm(dimension.right));
  }
}

function combine(operator: '+' | '-' | '*' | '/', left: Form, right: Form): Form {
  for (const kind of ['undefined', 'unknown', 'nonlinear'] as const)
    if (left.kind === kind || right.kind === kind) return { kind };
  if (left.kind !== 'linear' || right.kind !== 'linear') return { kind: 'nonlinear' };
  switch (operator) {
    case '+':
      return sum(left, right);
    case '-':
      return sum(left, scale(right, rational(-1n)));
    case '*':
      if (right.coefficients.size === 0) return scale(left, right.constant);
      return left.coefficients.size === 0 ? scale(right, left.constant) : { kind: 'nonlinear' };
    case '/':
      if (right.coefficients.size > 0) return { kind: 'nonlinear' };
      return isZero(right.constant) ? { kind: 'undefined' } : scale(left, divide(one, right.constant));
  }
}

function sum(left: LinearForm, right: LinearForm): LinearForm {
  const coefficients = new Map(left.coefficients);
  for (const [name, coefficient] of right.coefficients)
    coefficients.set(name, add(coefficients.get(name) ?? zero, coefficient));
  return normal(add(left.constant, right.constant), coefficients);
}

function scale({ constant: base, coefficients }: LinearForm, factor: Rational): LinearForm {
  return normal(
    multiply(base, factor),
    [...coefficients].map(([name, coefficient]) => [name, multiply(coefficient, factor)] as const),
  );
}

function normal(base: Rational, coefficients: Iterable<readonly [string, Rational]>): LinearForm {
  const kept = [...coefficients].filter(([, coefficient]) => !isZero(coefficient));
  return { kind: 'linear', constant: base, coefficients: new Map(kept) };
}

/** A whole number above 0 that can be held exactly. */
const isSize = ({ numerator, denominator }: Rational): boolean =>
  denominator === 1n && numerator > 0n && numerator <= BigInt(Number.MAX_SAFE_INTEGER);

export type Evaluated =
  | { readonly kind: 'size'; readonly value: number }
  /** No whole number above 0; `value` is undefined for a division by zero. */
  | { readonly kind: 'impossible'; readonly value: number | undefined }
  /** Variables are left. */
  | { readonly kind: 'open' }
  | { readonly kind: 'unknown' };

/** What a dimension comes to, whose known variables have been replaced. */
export function evaluateDimension(dimension: Dimension): Evaluated {
  const form = linearForm(dimension);
  if (form.kind === 'undefined') return { kind: 'impossible', value: undefined };
  if (form.kind === 'unknown') return { kind: 'unknown' };
  if (form.kind === 'nonlinear' || form.coefficients.size > 0) return { kind: 'open' };
  const value = toNumber(form.constant);
  return isSize(form.constant) ? { kind: 'size', value } : { kind: 'impossible', value };
}

export type Solved =
  /** They are equal whatever their variables stand for. */
  | { readonly kind: 'equal' }
  | { readonly kind: 'solution'; readonly variable: string; readonly value: number }
  /** They are never equal: different numbers, or no whole number above 0 makes them so. */
  | { readonly kind: 'never' }
  /** More than one variable, or not linear in it. */
  | { readonly kind: 'open' };

/** Solves `left = right`, whose known variables have been replaced. What is unknown is equal to everything. */
export function solve(left: Dimension, right: Dimension): Solved {
  const [a, b] = [linearForm(left), linearForm(right)];
  if (a.kind === 'unknown' || b.kind === 'unknown') return { kind: 'equal' };
  if (a.kind === 'undefined' || b.kind === 'undefined') return { kind: 'never' };
  if (a.kind === 'nonlinear' || b.kind === 'nonlinear')
    return isSame(left, right) ? { kind: 'equal' } : { kind: 'open' };
  const difference = sum(a, scale(b, rational(-1n)));
  const [first, second] = difference.coefficients;
  if (first === undefined) return { kind: isZero(difference.constant) ? 'equal' : 'never' };
  if (second !== undefined) return { kind: 'open' };
  const [name, coefficient] = first;
  const value = divide(negate(difference.constant), coefficient);
  return isSize(value) ? { kind: 'solution', variable: name, value: toNumber(value) } : { kind: 'never' };
}

function isSame(left: Dimension, right: Dimension): boolean {
  if (left.kind === 'arithmetic' && right.kind === 'arithmetic')
    return left.operator === right.operator && isSame(left.left, right.left) && isSame(left.right, right.right);
  if (left.kind === 'known' && right.kind === 'known') return left.value === right.value;
  return left.kind === 'variable' && right.kind === 'variable' && left.name === right.name;
}

/** Whether an equation with this side can be solved for the variable once all others are known. */
export function isSolvableFor(variable: string, dimension: Dimension): boolean {
  return degree(variable, dimension) === 1;
}

/** Highest power of the variable; infinite where it is divided by. */
function degree(name: string, dimension: Dimension): number {
  if (dimension.kind === 'variable') return dimension.name === name ? 1 : 0;
  if (dimension.kind !== 'arithmetic') return 0;
  const [left, right] = [degree(name, dimension.left), degree(name, dimension.right)];
  if (dimension.operator === '*') return left + right;
  if (dimension.operator === '/') return right === 0 ? left : Infinity;
  return Math.max(left, right);
}

/** The place that the value of a dimension goes back to: that of its first known part. */
export function originOf(dimension: Dimension): Origin | undefined {
  if (dimension.kind === 'known') return dimension.origin;
  return dimension.kind === 'arithmetic' ? (originOf(dimension.left) ?? originOf(dimension.right)) : undefined;
}
