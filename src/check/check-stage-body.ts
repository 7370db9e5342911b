// The body of a stage by itself, as no call has it: values are not known, and sizes only by their names. So a stage that nothing calls is
// checked too, and an editor can show what holds in every call. What depends on a value that is not known is passed over in silence.
import { GraphBuilder } from '../graph/graph-builder.ts';
import type { Dimension } from '../types/dimension.ts';
import type { Type } from '../types/type.ts';
import { substitute, type Substitution } from '../types/unify.ts';
import { resolveAnnotations } from './annotations.ts';
import { into, type Checking, type Situation } from './checking.ts';
import { errorDatum, type Datum } from './datum.ts';
import { evaluate } from './evaluate.ts';
import { evaluateBlock } from './evaluate-block.ts';
import { evaluateComposite } from './evaluate-composite.ts';
import { innerScope } from './scope.ts';
import type { Signature } from './signature.ts';

/** Rounds and calls that are looked into at most. */
const mostCalls = 20_000;

/** Looks at the defaults of a stage, its annotations and its body, if it has one. */
export function checkStageBody(
  signature: Signature,
  shared: Pick<Checking, 'report' | 'record' | 'use' | 'offers' | 'moduleScope' | 'isStandard'>,
): void {
  let entered = 0;
  const checking: Checking = {
    ...shared,
    graph: new GraphBuilder(),
    enter: () => (entered += 1) <= mostCalls,
    evaluate: (expression, situation) => evaluate(expression, situation, checking),
    evaluateBlock: (block, kind, situation) => evaluateBlock(block, kind, situation, checking),
  };
  const scope = innerScope(shared.moduleScope(signature.module));
  const situation: Situation = {
    scope,
    place: { path: signature.name, cells: [], around: undefined },
    prefix: '',
    annotations: {},
    inside: [signature.id],
  };
  const sizes = namedSizes(signature);
  for (const { name, type, role, span, declared, default: standard } of signature.parameters) {
    if (standard !== undefined) checking.evaluate(standard, into(situation, '.default', type));
    const datum = role === 'value' ? errorDatum : anyOf(substitute(type, sizes), declared);
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

/** Each variable, and each Int parameter, as a size of which only the name is known. */
function namedSizes({ dimensions, parameters }: Signature): Substitution {
  const names = [...dimensions, ...parameters.filter(({ role }) => role === 'value')].map(({ name }) => name);
  return new Map(names.map((name): [string, Dimension] => [name, { kind: 'unknown', name }]));
}

/** Something of an input's type; of a list one item stands for all. */
function anyOf(type: Type, declared: Signature['span']): Datum {
  switch (type.kind) {
    case 'artifact':
      return {
        kind: 'artifact',
        type,
        binding: { kind: 'output', step: '', output: '' },
        made: { span: declared, text: 'declared here' },
      };
    case 'list':
      return { kind: 'list', items: [anyOf(type.element, declared)], origin: declared, anyLength: true };
    case 'optional':
      return anyOf(type.inner, declared);
    case 'record':
    case 'scalar':
    case 'enumeration':
    case 'error':
      return errorDatum;
  }
}
