// A call of a stage → a step of the graph (primitive stage) or the steps of its body (composite stage).
import type { Binding, Value, ValueSource } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import type { CallExpression } from '../syntax/ast.ts';
import { unknownDimension, type Dimension, type Origin } from '../types/dimension.ts';
import { askedIn } from '../types/dimensions-of.ts';
import { formatType } from '../types/format-type.ts';
import { mayStandFor, type ArtifactType, type Type } from '../types/type.ts';
import { substitute, type Substitution } from '../types/unify.ts';
import { resolveAnnotations } from './annotations.ts';
import { bindInput } from './bind-input.ts';
import { bindLengths } from './bind-length.ts';
import { CallDimensions } from './call-dimensions.ts';
import { noImplementation } from './call-problems.ts';
import { into, type Checking, type Situation } from './checking.ts';
import { impossibleResult, otherClassCount, type ClassCount, type Fixer } from './dimension-problems.ts';
import { artifactIn, mixedSplits, originOf, resultOrigin, rowVariables, scoringNote } from './data-origin.ts';
import type { DataOrigin, DataPart } from './data-part.ts';
import { splitsDisagree, type SplitSide } from './split-problems.ts';
import { errorDatum, faceOf, single, stageLabel, type Datum, type StageDatum } from './datum.ts';
import { evaluateComposite } from './evaluate-composite.ts';
import { lookUp } from './look-up.ts';
import { matchArguments } from './match-arguments.ts';
import { notAStage, usesItself } from './name-problems.ts';
import { innerScope } from './scope.ts';
import { elsewhere } from './type-problems.ts';
import { defaultInput, isSize, parameterValue, sizeOf, type Given } from './parameter-value.ts';
import { matchStages } from './match-stages.ts';
import { promisedDatum } from './promised-datum.ts';
import { openResults, seenThrough } from './stage-promise.ts';
import { resultName, type Signature, type SignatureParameter } from './signature.ts';

export function evaluateCall(call: CallExpression, situation: Situation, checking: Checking): Datum {
  const { callee } = call;
  const stage =
    callee.kind === 'name'
      ? lookUp(callee.name, callee.span, true, situation, checking)
      : checking.evaluate(callee, into(situation, ''));
  if (stage.kind !== 'stage') {
    if (stage.kind !== 'error') checking.report(notAStage(stage, callee.span));
    for (const { value, name } of call.arguments)
      checking.evaluate(value, into(situation, name === undefined ? '' : `.${name.text}`));
    return errorDatum;
  }
  // Where the stage is named elsewhere, as in a list that a `for` goes through, that place belongs to every problem of the call.
  const { named } = stage;
  if (named === undefined) return seenCall(call, stage, situation, checking);
  const text = `here the stage is \`${stageLabel(stage)}\``;
  const report: Checking['report'] = (problem) =>
    checking.report({ ...problem, labels: [...problem.labels, ...elsewhere(named, text, problem.primary.span)] });
  return seenCall(call, stage, situation, { ...checking, report });
}

/** What a call gives as far as the type says through which the stage is seen: its outputs alone, held to what it promises of them. */
function seenCall(call: CallExpression, stage: StageDatum, situation: Situation, checking: Checking): Datum {
  const given = callStage(call, stage, situation, checking);
  const { seenAs } = stage;
  if (seenAs === undefined || given.kind !== 'result') return given;
  const { made } = given;
  return {
    ...{ kind: 'result', stage: seenAs.name, made },
    outputs: openResults(seenAs).map(({ name, type, span }) => {
      const datum = given.outputs.find((output) => output.name === name)?.datum ?? errorDatum;
      const wanted = { what: `the output \`${name}\` of \`${seenAs.name}\``, at: call.callee.span, declared: span };
      return {
        name,
        declared: resultName({ name, span }),
        datum: promisedDatum(datum, type, wanted, made, checking.report),
      };
    }),
  };
}

function callStage(call: CallExpression, stage: StageDatum, outer: Situation, checking: Checking): Datum {
  const { signature } = stage;
  if (outer.inside.includes(signature.id)) {
    checking.report(usesItself(signature.name, call.callee.span, signature.span));
    return errorDatum;
  }
  if (!checking.enter()) return errorDatum;
  const { parameterOf, rest, isUnsettled } = matchArguments(call, faceOf(stage), stage.given, checking.report);
  // Arguments are evaluated in the order in which they stand, so that steps are listed as they are written.
  const given = new Map<string, Given>(stage.given);
  for (const argument of call.arguments) {
    const parameter = parameterOf.get(argument);
    const datum = checking.evaluate(
      argument.value,
      into(outer, `.${parameter?.name ?? argument.name?.text ?? rest.indexOf(argument)}`, parameter?.type),
    );
    if (parameter === undefined) continue;
    given.set(parameter.name, { datum, at: argument.value.span });
    if (argument.name !== undefined) checking.record.use(argument.name.span, parameter.span);
  }
  // Defaults and the body belong to the stage: there it may not be called again.
  const situation = { ...outer, inside: [...outer.inside, signature.id] };
  const scope = innerScope(checking.moduleScope(signature.module));
  const values: Record<string, Value> = {};
  const sources: Record<string, ValueSource> = {};
  const unsettled: Given | undefined = isUnsettled ? { datum: errorDatum, at: undefined } : undefined;
  const sizes = new Map<string, Dimension>();
  const fixers = new Map<string, Fixer>();
  const lists: { readonly parameter: SignatureParameter; readonly given: Given }[] = [];
  const stages: { readonly parameter: SignatureParameter; readonly given: Given }[] = [];
  for (const parameter of signature.parameters) {
    if (parameter.role === 'stage') {
      const taken = given.get(parameter.name) ?? unsettled;
      const datum = taken?.datum ?? defaultInput(parameter, scope, situation, checking);
      stages.push({ parameter, given: { datum, at: taken?.at } });
      scope.entries.set(parameter.name, { datum, span: parameter.span, what: 'parameter' });
    }
    if (parameter.role !== 'value') continue;
    const { datum, value } = parameterValue(
      parameter,
      given.get(parameter.name) ?? unsettled,
      signature,
      scope,
      situation,
      checking,
    );
    scope.entries.set(parameter.name, { datum, span: parameter.span, what: 'parameter' });
    values[parameter.name] = value ?? null;
    sources[parameter.name] = {
      argument: given.get(parameter.name)?.at,
      origin: 'origin' in datum ? datum.origin : parameter.declared,
    };
    if (parameter.type.kind === 'list' || parameter.type.kind === 'optional')
      lists.push({ parameter, given: { datum, at: given.get(parameter.name)?.at } });
    if (!isSize(parameter)) continue;
    sizes.set(parameter.name, sizeOf(datum));
    fixers.set(parameter.name, {
      name: parameter.name,
      at: given.get(parameter.name)?.at,
      declared: parameter.declared,
    });
  }
  const dimensions = new CallDimensions(sizes, fixers);
  const addLengths = (parameter: SignatureParameter, datum: Datum, at: Span | undefined): void =>
    bindLengths(datum, parameter.type, dimensions, {
      ...{ stage: signature.name, parameter, at, call: call.span, report: checking.report },
    });
  for (const { parameter, given: list } of lists) addLengths(parameter, list.datum, list.at);
  const sums = signature.dimensions.filter(({ addsUp }) => addsUp).map(({ name }) => name);
  const inputs: Record<string, Binding> = {};
  const promised: Promised[] = [];
  for (const parameter of signature.parameters) {
    if (parameter.role !== 'input') continue;
    const input = given.get(parameter.name) ??
      unsettled ?? {
        datum: defaultInput(parameter, scope, situation, checking),
        at: undefined,
      };
    addLengths(parameter, input.datum, input.at);
    const binding = bindInput(input.datum, parameter.type, dimensions, {
      stage: signature.name,
      parameter,
      sums,
      at: input.at ?? call.span,
      report: checking.report,
    });
    promised.push({ parameter, datum: input.datum, at: input.at });
    if (binding !== undefined) inputs[parameter.name] = binding;
  }
  dimensions.settle();
  const fitting = new Set<SignatureParameter>();
  const unmatched = [...stages];
  while (unmatched.length > 0) {
    // One that is given what another makes comes behind it.
    const isReady = ({ parameter }: (typeof stages)[number]): boolean =>
      askedIn(parameter.type).every((name) => dimensions.substitution.has(name));
    const [next] = unmatched.splice(Math.max(0, unmatched.findIndex(isReady)), 1);
    const { parameter, given: own } = next!;
    addLengths(parameter, own.datum, own.at);
    const place = own.at ?? parameter.default?.span ?? parameter.declared;
    if (matchStages(own.datum, parameter, signature, dimensions, place, situation, checking)) fitting.add(parameter);
  }
  if (stages.length > 0) dimensions.settle();
  const fixed = closed(dimensions.substitution, signature);
  for (const { parameter, datum } of promised) {
    scope.entries.set(parameter.name, {
      datum: asDeclared(datum, parameter.type, fixed),
      span: parameter.span,
      what: 'parameter',
    });
  }
  for (const { parameter, given: own } of stages) {
    const type = substitute(parameter.type, fixed);
    const datum = fitting.has(parameter) ? seenThrough(own.datum, type, parameter, signature.module) : errorDatum;
    scope.entries.set(parameter.name, { datum, span: parameter.span, what: 'parameter' });
  }
  const made: Origin = { span: call.span, text: `made by \`${signature.name}\` here` };
  const own = resolveAnnotations(signature.annotations, checking.report, (expression) =>
    checking.evaluate(expression, into({ ...situation, scope }, '.@')),
  );
  const annotations = { ...own, ...situation.annotations };
  const types = resultTypes(call, signature, { substitution: fixed, fixers: dimensions.fixers }, checking);
  if (types === undefined) return errorDatum;
  if (signature.body !== undefined) {
    for (const { name, span } of signature.dimensions)
      if (!scope.entries.has(name))
        scope.entries.set(name, { datum: sizeDatum(fixed, name, span), span, what: 'parameter' });
    return evaluateComposite(
      {
        signature,
        body: signature.body,
        made,
        results: types,
        situation: { ...situation, scope, annotations },
      },
      checking,
    );
  }
  const isImplemented =
    checking.isStandard(signature.module) ||
    signature.isPromise === true ||
    signature.command !== undefined ||
    signature.code !== undefined;
  if (!isImplemented && !signature.broken) checking.report(noImplementation(signature, call.callee.span));
  warnOfClasses(promised, signature, checking);
  reportMixedSplits(promised, signature, checking);
  const origins = promised.map(({ parameter, datum }) => ({ type: parameter.type, datum }));
  const isScoring = signature.results.some(({ type }) => artifactIn(type)?.name === 'Scores');
  const note = isScoring ? scoringNote(origins) : undefined;
  const step = checking.graph.add(situation.place, {
    stage: signature.id,
    parameters: values,
    sources,
    inputs,
    outputs: types.map(({ name, type }) => ({
      name,
      kind: type.kind === 'artifact' ? type.name : '?',
      type: formatType(type),
    })),
    annotations,
    ...(signature.command === undefined ? {} : { command: signature.command }),
    ...(signature.code === undefined ? {} : { module: signature.code }),
    ...(note === undefined ? {} : { note }),
    span: call.span,
  });
  const outputs = types.map(({ name, type }, index) => ({
    name,
    declared: resultName(signature.results[index]!),
    datum: outputDatum(
      type,
      { kind: 'output', step: step.id, output: name },
      made,
      resultOrigin(signature, signature.results[index]!.type, origins, values, call.span),
    ),
  }));
  return signature.broken && outputs.length === 0
    ? errorDatum
    : { kind: 'result', stage: signature.name, outputs, made };
}

/** An input as it was given; `at` is undefined for a default. */
interface Promised {
  readonly parameter: SignatureParameter;
  readonly datum: Datum;
  readonly at: Span | undefined;
}

/** A clustering beside labels with another number of classes: allowed, and seldom meant. */
function warnOfClasses(inputs: readonly Promised[], { name: stage }: Signature, { report }: Checking): void {
  const of = (kind: ArtifactType['name']): ClassCount | undefined => {
    for (const { datum, at } of inputs) {
      const artifact = single(datum);
      const size =
        artifact.kind === 'artifact' && artifact.type.name === kind ? artifact.type.dimensions[1] : undefined;
      if (size?.kind === 'known' && at !== undefined) return { size, at };
    }
    return undefined;
  };
  const [clusters, labels] = [of('Clusters'), of('Labels')];
  if (clusters !== undefined && labels !== undefined && clusters.size.value !== labels.size.value)
    report(otherClassCount(stage, clusters, labels));
}

/** Labels beside rows of another split of the same set: equal in number, and of other images. */
function reportMixedSplits(inputs: readonly Promised[], { name: stage }: Signature, { report }: Checking): void {
  const isLabels = ({ parameter }: Promised): boolean => artifactIn(parameter.type)?.name === 'Labels';
  for (const labels of inputs.filter(isLabels)) {
    for (const other of inputs) {
      const variables = rowVariables(other.parameter.type);
      const belong = rowVariables(labels.parameter.type).some((name) => variables.includes(name));
      if (isLabels(other) || !belong || labels.at === undefined || other.at === undefined) continue;
      const mixed = mixedSplits(originOf(labels.datum), originOf(other.datum));
      if (mixed === undefined || !haveEqualRows(labels.datum, other.datum)) continue;
      const side = ({ parameter, at }: Promised, part: DataPart): SplitSide => ({
        name: parameter.name,
        at: at!,
        part,
      });
      report(splitsDisagree(stage, side(labels, mixed.one), side(other, mixed.other)));
      return;
    }
  }
}

/** Where their number differs, that has been reported. */
function haveEqualRows(one: Datum, other: Datum): boolean {
  const rows = [one, other].map((datum) => {
    const artifact = single(datum);
    const size = artifact.kind === 'artifact' ? artifact.type.dimensions[0] : undefined;
    return size?.kind === 'known' ? size.value : undefined;
  });
  return rows[0] === undefined || rows[1] === undefined || rows[0] === rows[1];
}

/** The types of the results with their dimensions as numbers; undefined where one comes to no size, which is reported. */
function resultTypes(
  call: CallExpression,
  { name: stage, results }: Signature,
  { substitution, fixers }: Pick<CallDimensions, 'substitution' | 'fixers'>,
  { report }: Checking,
): readonly { readonly name: string; readonly type: Type }[] | undefined {
  let isPossible = true;
  const types = results.map(({ name, type, span }) => {
    const made = substitute(type, substitution);
    if (made.kind !== 'artifact' || type.kind !== 'artifact') return { name, type: made };
    for (const [index, dimension] of made.dimensions.entries()) {
      const wanted = type.dimensions[index];
      if (dimension.kind !== 'arithmetic' || wanted?.kind !== 'arithmetic') continue;
      // The same size in several results is one mistake.
      if (isPossible)
        report(impossibleResult({ stage, name, wanted, substitution, fixers, at: call.callee.span, declared: span }));
      isPossible = false;
    }
    return { name, type: made };
  });
  return isPossible ? types : undefined;
}

/** What a body sees of an input: what the signature promises, also where the argument breaks the promise (which has been reported). */
function asDeclared(given: Datum, type: Type, substitution: Substitution): Datum {
  const datum = single(given);
  if (datum.kind === 'list' && type.kind === 'list') {
    return { ...datum, items: datum.items.map((item) => asDeclared(item, type.element, substitution)) };
  }
  if (type.kind === 'optional') return datum.kind === 'none' ? datum : asDeclared(datum, type.inner, substitution);
  const declared = substitute(type, substitution);
  if (datum.kind !== 'artifact' || declared.kind !== 'artifact' || !mayStandFor(datum.type, declared))
    return errorDatum;
  // What the declaration leaves open is as it was given.
  const dimensions = declared.dimensions.map((dimension, index) => {
    const actual = datum.type.dimensions[index];
    return dimension.kind === 'unknown' && actual?.kind === 'known' ? actual : dimension;
  });
  return { ...datum, type: { ...declared, dimensions } };
}

function outputDatum(type: Type, binding: Binding, made: Origin, data: DataOrigin | undefined): Datum {
  return type.kind === 'artifact' ? { kind: 'artifact', type, binding, made, data } : errorDatum;
}

/** A dimension as the Int that a body may compute with. */
function sizeDatum(substitution: Substitution, name: string, declared: Span): Datum {
  const size = substitution.get(name);
  if (size?.kind !== 'known') return errorDatum;
  return { kind: 'value', type: 'Int', value: size.value, origin: size.origin?.span ?? declared };
}

/** Variables that nothing fixed (a missing or wrong argument) are unknown, so that no later call complains about them. */
function closed(substitution: Substitution, signature: Signature): Substitution {
  const all = new Map(substitution);
  for (const { name } of signature.dimensions) if (!all.has(name)) all.set(name, unknownDimension);
  return all;
}
