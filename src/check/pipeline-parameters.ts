// The parameters of a pipeline as they stand in a run: `--set` before profile before default, each checked against its declaration.
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { TypedGraph, Value } from '../graph/typed-graph.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Expression, Field, PipelineDefinition } from '../syntax/ast.ts';
import { formatType } from '../types/format-type.ts';
import { anyOfType } from './any-of-type.ts';
import { bindLengths } from './bind-length.ts';
import { CallDimensions } from './call-dimensions.ts';
import type { Checking, Situation } from './checking.ts';
import { into } from './checking.ts';
import { coerceValue, toDatum } from './coerce-value.ts';
import { errorDatum, type Datum } from './datum.ts';
import { matchStages } from './match-stages.ts';
import { noValue, notAPipelineParameter, setTwice, unknownParameter } from './pipeline-problems.ts';
import { settingExpression, type Setting } from './settings.ts';
import type { SignatureParameter } from './signature.ts';
import { seenThrough } from './stage-promise.ts';
import { stageValue } from './stage-text.ts';
import { artifactInSetting } from './stage-type-problems.ts';

export interface ParameterSources {
  readonly pipeline: PipelineDefinition;
  readonly parameters: readonly SignatureParameter[];
  /** The values of the chosen profile. */
  readonly profile: readonly Field[];
  readonly settings: readonly Setting[];
  readonly settingsSource: SourceFile;
  /** Whether every parameter must have a value: so for a run, not for a check. */
  readonly complete: boolean;
}

/** Defines the parameters in the situation's scope, and gives them as the graph holds them. */
export function definePipelineParameters(
  sources: ParameterSources,
  situation: Situation,
  checking: Checking,
): TypedGraph['parameters'] {
  const { pipeline, parameters, settingsSource } = sources;
  const { report } = checking;
  const profile = byName(sources.profile, sources, checking);
  const settings = byName(sources.settings, sources, checking);
  const quiet = checking.derive({ report: () => undefined });
  return parameters.map((parameter) => {
    const { name, type, declared, default: standard, span } = parameter;
    const setting = settings.get(name);
    const field = profile.get(name);
    const expression =
      setting === undefined ? (field?.value ?? standard) : settingExpression(setting, settingsSource, type, report);
    const origin = setting !== undefined ? 'set' : field !== undefined ? 'profile' : 'default';
    let datum: Datum = errorDatum;
    let value: Value | undefined;
    // An overridden default still uses the names in it; whether it fits is for a run that takes it.
    if (expression !== standard && standard !== undefined) quiet.evaluate(standard, into(situation, name, type));
    if (parameter.role === 'input') report(notAPipelineParameter(parameter, formatType(type)));
    else if (parameter.role === 'stage' && expression !== undefined)
      ({ datum, value } = stageParameter(parameter, expression, sources, situation, checking));
    else if (expression !== undefined) {
      const given = checking.evaluate(expression, into(situation, name, type));
      value = coerceValue(given, type, { what: `\`${name}\``, at: expression.span, declared }, report);
      bindLengths(given, type, new CallDimensions(), {
        ...{ stage: pipeline.name.text, parameter, at: expression.span, call: expression.span, report },
      });
      if (value !== undefined) datum = toDatum(value, type, 'origin' in given ? given.origin : expression.span);
    } else if (type.kind === 'optional') {
      value = null;
      datum = { kind: 'none', origin: declared };
    } else if (!sources.complete) {
      // Whatever it is, its calls can be checked.
      if (parameter.role === 'stage') datum = anyOfType(type, parameter, pipeline.name.span.file);
    } else if (type.kind !== 'error' && !isMisnamed(name, sources)) report(noValue(parameter, pipeline));
    checking.record.define({ what: 'parameter', span, parameter, stage: undefined });
    checking.record.value(span, datum);
    if (!situation.scope.entries.has(name)) situation.scope.entries.set(name, { datum, span, what: 'parameter' });
    return { name, type: formatType(type), value: value ?? null, origin, at: expression?.span };
  });
}

/** A stage, or several, seen through the type; its value is its text. */
function stageParameter(
  parameter: SignatureParameter,
  expression: Expression,
  { pipeline }: ParameterSources,
  situation: Situation,
  checking: Checking,
): { readonly datum: Datum; readonly value: Value | undefined } {
  const { name, type, declared } = parameter;
  const { report } = checking;
  const given = checking.evaluate(expression, into(situation, name, type));
  const at = expression.span;
  const dimensions = new CallDimensions();
  const isFitting = matchStages(given, parameter, pipeline.name.text, dimensions, at, situation, checking);
  bindLengths(given, type, dimensions, { stage: pipeline.name.text, parameter, at, call: at, report });
  if (!isFitting) return { datum: errorDatum, value: undefined };
  let isKnown = true;
  const value = stageValue(given, (stage, { argument, at: place }) => {
    isKnown = false;
    report(artifactInSetting(stage, argument, place, { what: `\`${name}\``, at, declared }));
  });
  if (!isKnown) return { datum: errorDatum, value: undefined };
  return { datum: seenThrough(given, type, parameter, pipeline.name.span.file), value };
}

/** Whether a value was given under a name that is none, but near to this parameter's: one mistake, not two. */
function isMisnamed(name: string, { settings, profile, parameters }: ParameterSources): boolean {
  return [...settings, ...profile].some(
    (value) =>
      !parameters.some((parameter) => parameter.name === value.name.text) &&
      nearestNames(value.name.text, [name]).length > 0,
  );
}

/** Values by parameter, after reporting unknown and repeated names. */
function byName<T extends Field | Setting>(
  values: readonly T[],
  { pipeline, parameters }: ParameterSources,
  { report, record }: Checking,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  for (const value of values) {
    const { name } = value;
    const earlier = found.get(name.text);
    const parameter = parameters.find((candidate) => candidate.name === name.text);
    if (parameter !== undefined) record.use(name.span, parameter.span);
    if (earlier !== undefined) report(setTwice(name, earlier.name.span));
    else if (parameter !== undefined) found.set(name.text, value);
    else if (!pipeline.broken) report(unknownParameter(name, pipeline, parameters));
  }
  return found;
}
