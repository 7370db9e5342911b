// `idfd with { tau: 0.2 }` → the stage with some of its arguments given. Values are held to their types here; inputs are in each call,
// where the dimensions are known.
import type { Expression } from '../syntax/ast.ts';
import { argumentTwice, unknownArgument } from './call-problems.ts';
import { CallDimensions } from './call-dimensions.ts';
import { into, type Checking, type Situation } from './checking.ts';
import { coerceValue, toDatum } from './coerce-value.ts';
import { errorDatum, faceOf, type Datum, type StageDatum } from './datum.ts';
import { matchStages } from './match-stages.ts';
import { notAStage } from './name-problems.ts';
import { namedSizes } from './signature.ts';

type WithExpression = Extract<Expression, { kind: 'with' }>;

export function evaluateWith({ of, fields }: WithExpression, situation: Situation, checking: Checking): Datum {
  const stage = checking.evaluate(of, into(situation, ''));
  const signature = stage.kind === 'stage' ? faceOf(stage) : undefined;
  if (stage.kind !== 'stage' && stage.kind !== 'error') checking.report(notAStage(stage, of.span));
  const given = new Map<string, { readonly datum: Datum; readonly at: typeof of.span }>(
    stage.kind === 'stage' ? stage.given : [],
  );
  const named = new Set(fields.map(({ name }) => name.text));
  for (const { name, value, span } of fields) {
    const parameter = signature?.parameters.find((candidate) => candidate.name === name.text);
    const datum = checking.evaluate(value, into(situation, `.${name.text}`, parameter?.type));
    if (signature === undefined) continue;
    if (parameter === undefined) {
      if (!signature.broken) checking.report(unknownArgument(name, signature, named));
      continue;
    }
    checking.record.use(name.span, parameter.span);
    const earlier = given.get(name.text);
    if (earlier !== undefined) {
      checking.report(argumentTwice(name.text, span, earlier.at));
      continue;
    }
    const { type, declared } = parameter;
    const what = { what: `\`${name.text}\` of \`${signature.name}\``, at: value.span, declared };
    const coerced = parameter.role === 'value' ? coerceValue(datum, type, what, checking.report) : undefined;
    const fits = (): boolean =>
      matchStages(
        datum,
        parameter,
        signature,
        new CallDimensions(namedSizes(signature)),
        value.span,
        situation,
        checking,
      );
    const kept =
      parameter.role !== 'value'
        ? parameter.role === 'input' || fits()
          ? datum
          : errorDatum
        : coerced === undefined
          ? errorDatum
          : toDatum(coerced, type, 'origin' in datum ? datum.origin : value.span);
    given.set(name.text, { datum: kept, at: value.span });
  }
  return stage.kind === 'stage' ? ({ ...stage, given } satisfies StageDatum) : errorDatum;
}
