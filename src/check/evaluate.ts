// An expression → what it is at check time. Total: every problem is reported and gives an error datum, about which later uses are silent.
import type { Span } from '../source/span.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Expression, Name, StringPart } from '../syntax/ast.ts';
import { formatQuantity } from '../syntax/units.ts';
import { applyBinary, isTooLarge, negate } from './arithmetic.ts';
import { into, type Checking, type Situation } from './checking.ts';
import { errorDatum, hasError, lengthOf, single, stageLabel, toValue, type Datum } from './datum.ts';
import { noSuchMember } from './name-problems.ts';
import { lookUp } from './look-up.ts';
import { definedTwice } from './module-problems.ts';
import { indexOutOfRange, tooLarge, wrongType } from './type-problems.ts';
import { evaluateCall } from './evaluate-call.ts';
import { evaluateFor } from './evaluate-for.ts';
import { evaluateWith } from './evaluate-with.ts';

export function evaluate(expression: Expression, situation: Situation, checking: Checking): Datum {
  const { span } = expression;
  switch (expression.kind) {
    case 'error':
      return errorDatum;
    case 'number':
      return evaluateNumber(expression.isInteger ? 'Int' : 'Float', expression.value, span, checking);
    case 'quantity':
      return { kind: 'value', type: expression.measure, value: expression.value, origin: span };
    case 'boolean':
      return { kind: 'value', type: 'Bool', value: expression.value, origin: span };
    case 'none':
      return { kind: 'none', origin: span };
    case 'string':
      return evaluateString(expression.parts, expression, situation, checking);
    case 'name': {
      const datum = lookUp(expression.name, span, false, situation, checking);
      // The place of the name itself, not of a binding or variable that holds the stage.
      return datum.kind === 'stage' ? { ...datum, named: datum.named ?? span } : datum;
    }
    case 'with':
      return evaluateWith(expression, situation, checking);
    case 'list': {
      const element = situation.wanted?.kind === 'list' ? situation.wanted.element : undefined;
      return {
        kind: 'list',
        items: expression.items.map((item, index) => checking.evaluate(item, into(situation, `[${index}]`, element))),
        origin: span,
        places: expression.items.map((item) => item.span),
      };
    }
    case 'record': {
      const seen = new Map<string, Name>();
      const fields = expression.fields.map(({ name, value }) => {
        const earlier = seen.get(name.text);
        if (earlier !== undefined) checking.report(definedTwice(name, earlier.span));
        seen.set(name.text, name);
        const datum = checking.evaluate(value, into(situation, `.${name.text}`));
        checking.record.define({ what: 'field', span: name.span });
        checking.record.value(name.span, datum);
        return { name: name.text, span: name.span, datum };
      });
      return { kind: 'record', fields, origin: span };
    }
    case 'call':
      return evaluateCall(expression, situation, checking);
    case 'member':
      return member(checking.evaluate(expression.of, into(situation, '')), expression, checking);
    case 'index':
      return evaluateIndex(expression, situation, checking);
    case 'negation':
      return negate(
        { datum: checking.evaluate(expression.of, into(situation, '')), span: expression.of.span },
        span,
        checking.report,
      );
    case 'binary': {
      const [left, right] = [expression.left, expression.right].map((side) => ({
        datum: checking.evaluate(side, into(situation, '')),
        span: side.span,
      }));
      return applyBinary(expression.operator, left!, right!, span, checking.report);
    }
    case 'fallback': {
      const left = single(checking.evaluate(expression.left, into(situation, '')));
      if (left.kind !== 'none') look(expression.right, situation, checking);
      return left.kind === 'none' ? checking.evaluate(expression.right, into(situation, '')) : left;
    }
    case 'for':
      return evaluateFor(expression, situation, checking);
  }
}

/** An expression that is not needed this time: its names are used and have their meanings, and it makes no step. */
function look(expression: Expression, situation: Situation, checking: Checking): void {
  checking.derive({ graph: new GraphBuilder() }).evaluate(expression, into(situation, ''));
}

function evaluateNumber(type: 'Int' | 'Float', value: number, span: Span, checking: Checking): Datum {
  if (!isTooLarge(type, value)) return { kind: 'value', type, value, origin: span };
  checking.report(tooLarge(type, span));
  return errorDatum;
}

function evaluateString(
  parts: readonly StringPart[],
  { span }: Expression,
  situation: Situation,
  checking: Checking,
): Datum {
  let text = '';
  let failed = false;
  for (const part of parts) {
    if (part.kind === 'text') {
      text += part.text;
      continue;
    }
    const datum = single(checking.evaluate(part.value, into(situation, '')));
    if (datum.kind === 'stage') {
      text += stageLabel(datum);
      continue;
    }
    const value = toValue(datum);
    if (value === undefined) {
      failed = true;
      if (!hasError(datum))
        checking.report(
          wrongType({ kind: 'scalar', name: 'String', range: undefined }, datum, {
            what: 'what stands in the braces of a string',
            at: part.value.span,
            declared: part.value.span,
          }),
        );
    }
    text += written(datum);
  }
  return failed ? errorDatum : { kind: 'value', type: 'String', value: text, origin: span };
}

/** A value as it stands in a text: lists with commas, quantities with their units. */
function written(datum: Datum): string {
  if (datum.kind === 'list') return datum.items.map((item) => written(single(item))).join(', ');
  if (datum.kind === 'none') return 'none';
  if (datum.kind !== 'value') return String(toValue(datum));
  const { type, value } = datum;
  return (type === 'Memory' || type === 'Duration') && value !== 0
    ? formatQuantity(Number(value), type)
    : String(value);
}

type MemberExpression = Extract<Expression, { kind: 'member' }>;

/** What each listener has been told of. */
const told = new WeakMap<Checking['report'], WeakSet<Datum>>();

function isNews(datum: Datum, listener: Checking['report']): boolean {
  const known = told.get(listener) ?? new WeakSet();
  told.set(listener, known);
  if (known.has(datum)) return false;
  known.add(datum);
  return true;
}

/** `.name` of a result, a record, or of every item of a list. */
function member(of: Datum, expression: MemberExpression, checking: Checking): Datum {
  const { name, span } = expression;
  if (of.kind === 'error') return errorDatum;
  if (of.kind === 'list') {
    // What the name holds is the list, not what it is of each item.
    const quiet: Checking = { ...checking, record: { ...checking.record, value: () => undefined } };
    const list: Datum = {
      ...lengthOf(of),
      kind: 'list',
      items: of.items.map((item) => member(item, expression, quiet)),
      origin: span,
    };
    checking.record.value(name.span, list);
    return list;
  }
  const members = of.kind === 'result' ? of.outputs : of.kind === 'record' ? of.fields : [];
  const found = members.find((candidate) => candidate.name === name.text);
  if (found !== undefined) {
    checking.record.use(name.span, 'declared' in found ? found.declared : found.span);
    checking.record.value(name.span, found.datum);
    return found.datum;
  }
  const only = single(of);
  if (only.kind !== 'result' && only !== of && only.kind !== 'artifact') return member(only, expression, checking);
  // One that has no members at all is one mistake, however many are asked of it.
  if (members.length === 0 && !isNews(of, checking.report)) return errorDatum;
  checking.report(
    noSuchMember(
      name,
      of,
      members.map((candidate) => candidate.name),
    ),
  );
  return errorDatum;
}

function evaluateIndex(
  expression: Extract<Expression, { kind: 'index' }>,
  situation: Situation,
  checking: Checking,
): Datum {
  const list = single(checking.evaluate(expression.of, into(situation, '')));
  const index = single(checking.evaluate(expression.index, into(situation, '')));
  if (list.kind === 'error' || index.kind === 'error') return errorDatum;
  if (list.kind !== 'list') {
    checking.report(
      wrongType({ kind: 'list', element: { kind: 'error' } }, list, {
        what: 'what an index is taken of',
        at: expression.of.span,
        declared: expression.of.span,
      }),
    );
    return errorDatum;
  }
  if (index.kind !== 'value' || index.type !== 'Int') {
    checking.report(
      wrongType({ kind: 'scalar', name: 'Int', range: undefined }, index, {
        what: 'an index',
        at: expression.index.span,
        declared: expression.index.span,
      }),
    );
    return errorDatum;
  }
  const item = list.items[list.anyLength === true && Number(index.value) >= 0 ? 0 : Number(index.value)];
  if (item !== undefined) return item;
  checking.report(indexOutOfRange(Number(index.value), list.items.length, expression.index.span));
  return errorDatum;
}
