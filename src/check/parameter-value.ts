// What a parameter of a stage has in one call: what was given, or its default, held to its type. In: the call so far; out: the datum, and the value
// that a step holds. Knows no dimensions.
import type { Value } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import type { Expression } from '../syntax/ast.ts';
import { known, unknownDimension, type Dimension } from '../types/dimension.ts';
import { into, type Checking, type Situation } from './checking.ts';
import { coerceValue, toDatum } from './coerce-value.ts';
import { errorDatum, type Datum } from './datum.ts';
import type { Scope } from './scope.ts';
import type { Signature, SignatureParameter } from './signature.ts';

/** A parameter's datum with the place that it was given at; `at` is undefined for a default. */
export interface Given {
  readonly datum: Datum;
  readonly at: Span | undefined;
}

/** A value with what a step holds of it. */
interface Held {
  readonly datum: Datum;
  readonly value: Value | undefined;
}

/** Defaults that are written out, by the parameters that have them: the same in every call, and most of what a call is made of. */
const writtenDefaults = new WeakMap<SignatureParameter, Held>();

/** What a default is that is written out; undefined for one that is worked out. */
export function writtenValue(expression: Expression | undefined): Value | undefined {
  switch (expression?.kind) {
    case 'number':
    case 'quantity':
    case 'boolean':
      return expression.value;
    case 'none':
      return null;
    case 'string':
      return expression.parts.every(({ kind }) => kind === 'text')
        ? expression.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('')
        : undefined;
    default:
      return undefined;
  }
}

/** `given` is undefined where the default stands. */
export function parameterValue(
  parameter: SignatureParameter,
  given: Given | undefined,
  signature: Signature,
  scope: Scope,
  situation: Situation,
  checking: Checking,
): Held {
  const known = given === undefined ? writtenDefaults.get(parameter) : undefined;
  if (known !== undefined) return known;
  const held = heldValue(parameter, given, signature, scope, situation, checking);
  // One that does not fit is reported in every call.
  if (given === undefined && held.value !== undefined && writtenValue(parameter.default) !== undefined)
    writtenDefaults.set(parameter, held);
  return held;
}

function heldValue(
  parameter: SignatureParameter,
  given: Given | undefined,
  signature: Signature,
  scope: Scope,
  situation: Situation,
  checking: Checking,
): Held {
  const { type, name, declared, default: standard } = parameter;
  const at = given?.at ?? standard?.span ?? declared;
  const absent: Datum = type.kind === 'optional' ? { kind: 'none', origin: declared } : errorDatum;
  const datum =
    given?.datum ?? (standard === undefined ? absent : evaluateDefault(standard, scope, situation, checking));
  const value = coerceValue(
    datum,
    type,
    { what: `\`${name}\` of \`${signature.name}\``, at, declared },
    checking.report,
  );
  if (value === undefined) return { datum: errorDatum, value };
  const origin = datum.kind === 'value' || datum.kind === 'list' || datum.kind === 'none' ? datum.origin : at;
  return { datum: toDatum(value, type, origin), value };
}

export function defaultInput(
  parameter: SignatureParameter,
  scope: Scope,
  situation: Situation,
  checking: Checking,
): Datum {
  return parameter.default === undefined
    ? errorDatumFor(parameter)
    : evaluateDefault(parameter.default, scope, situation, checking);
}

/** A missing input has been reported, an optional one is `none`. */
function errorDatumFor(parameter: SignatureParameter): Datum {
  return parameter.type.kind === 'optional' ? { kind: 'none', origin: parameter.declared } : errorDatum;
}

/** A default sees the parameters before it. */
function evaluateDefault(standard: Expression, scope: Scope, situation: Situation, checking: Checking): Datum {
  return checking.evaluate(standard, into({ ...situation, scope }, '.default'));
}

/** An Int parameter may stand as a dimension in the types of the stage. */
export const isSize = ({ type }: SignatureParameter): boolean => type.kind === 'scalar' && type.name === 'Int';

export function sizeOf(datum: Datum): Dimension {
  const value = datum.kind === 'value' && typeof datum.value === 'number' ? datum : undefined;
  if (value === undefined) return unknownDimension;
  return known(Number(value.value), { span: value.origin, text: `${value.value} comes from here` });
}
