// A name → what it stands for here, noting that it is used.
import type { Span } from '../source/span.ts';
import { stageTypeIn } from '../types/type.ts';
import type { Checking, Situation } from './checking.ts';
import { errorDatum, type Datum } from './datum.ts';
import { unknownName, usedBeforeDefinition } from './name-problems.ts';
import { boundLater, find, namesInScope } from './scope.ts';

/** `isCallee`: a stage is wanted, so only stages are proposed. */
export function lookUp(
  name: string,
  span: Span,
  isCallee: boolean,
  { scope, wanted }: Situation,
  checking: Checking,
): Datum {
  const entry = find(name, scope);
  if (entry !== undefined) {
    const { datum } = entry;
    checking.use(entry.span);
    // A stage that is imported is defined in its own module.
    checking.record.use(span, entry.what === 'stage' && datum.kind === 'stage' ? datum.signature.span : entry.span);
    checking.record.value(span, datum);
    return datum;
  }
  const later = boundLater(name, scope);
  const isValue = wanted?.kind === 'enumeration' && wanted.values.includes(name);
  if (later !== undefined && !isValue) {
    checking.use(later);
    checking.record.use(span, later);
    checking.report(usedBeforeDefinition(name, span, later));
  } else if (!scope.perhapsDefined.has(name)) {
    const isStage = isCallee || (wanted !== undefined && stageTypeIn(wanted) !== undefined);
    const offers = isStage ? checking.offers(name, span) : [];
    checking.report(unknownName(name, span, namesInScope(scope), { isCallee: isStage, wanted, offers }));
  }
  return errorDatum;
}
