// An expression that is asked about, not part of a program: what it would come to where certain names are in force. Reports nothing, makes
// no step, tells no recorder.
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Expression } from '../syntax/ast.ts';
import type { Checking } from './checking.ts';
import type { Datum } from './datum.ts';
import { makeChecking } from './make-checking.ts';
import { noRecorder } from './recorder.ts';
import type { Scope } from './scope.ts';

/** Calls and rounds looked into: enough for an expression, few enough to answer at once. */
const mostCalls = 200;

export function evaluateQuietly(expression: Expression, scope: Scope, moduleScope: Checking['moduleScope']): Datum {
  let entered = 0;
  const checking = makeChecking({
    enter: () => (entered += 1) <= mostCalls,
    report: () => undefined,
    use: () => undefined,
    record: noRecorder,
    offers: () => [],
    graph: new GraphBuilder(),
    moduleScope,
    isStandard: () => true,
  });
  const place = { path: '', cells: [], around: undefined };
  return checking.evaluate(expression, { scope, place, prefix: '', annotations: {}, inside: [] });
}
