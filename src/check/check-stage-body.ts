// The body of a stage by itself, as no call has it: values are not known, and sizes only by their names. So a stage that nothing calls is
// checked too, and an editor can show what holds in every call. What depends on a value that is not known is passed over in silence.
import { GraphBuilder } from '../graph/graph-builder.ts';
import { substitute } from '../types/unify.ts';
import { resolveAnnotations } from './annotations.ts';
import { into, type Checking, type Situation } from './checking.ts';
import { anyOfType } from './any-of-type.ts';
import { CallDimensions } from './call-dimensions.ts';
import { errorDatum } from './datum.ts';
import { evaluateComposite } from './evaluate-composite.ts';
import { innerScope } from './scope.ts';
import { makeChecking } from './make-checking.ts';
import { matchStages } from './match-stages.ts';
import { namedSizes, type Signature } from './signature.ts';

/** Rounds and calls that are looked into at most. */
const mostCalls = 20_000;

/** Looks at the defaults of a stage, its annotations and its body, if it has one. */
export function checkStageBody(
  signature: Signature,
  shared: Pick<Checking, 'report' | 'record' | 'use' | 'offers' | 'moduleScope' | 'isStandard'>,
): void {
  let entered = 0;
  const checking = makeChecking({
    ...shared,
    graph: new GraphBuilder(),
    enter: () => (entered += 1) <= mostCalls,
  });
  const scope = innerScope(shared.moduleScope(signature.module));
  const situation: Situation = {
    scope,
    place: { path: signature.name, cells: [], around: undefined },
    prefix: '',
    annotations: {},
    inside: [signature.id],
  };
  const sizes = namedSizes(signature);
  for (const parameter of signature.parameters) {
    const { name, type, role, span, default: standard } = parameter;
    const given = standard === undefined ? undefined : checking.evaluate(standard, into(situation, '.default', type));
    if (role === 'stage' && given !== undefined && standard !== undefined)
      matchStages(given, parameter, signature, new CallDimensions(new Map(sizes)), standard.span, situation, checking);
    const datum = role === 'value' ? errorDatum : anyOfType(substitute(type, sizes), parameter, signature.module);
    scope.entries.set(name, { datum, span, what: 'parameter' });
  }
  for (const { name, span } of signature.dimensions)
    if (!scope.entries.has(name)) scope.entries.set(name, { datum: errorDatum, span, what: 'parameter' });
  resolveAnnotations(signature.annotations, checking.report, (expression) =>
    checking.evaluate(expression, into(situation, '.@')),
  );
  if (signature.body === undefined) return;
  const results = signature.results.map(({ name, type }) => ({ name, type: substitute(type, sizes) }));
  const made = { span: signature.span, text: `promised by \`${signature.name}\`` };
  evaluateComposite({ signature, body: signature.body, made, results, situation }, checking);
}
