// Stages that are given where a type of a stage is wanted → whether they may stand there, by the names in the type: each must take what it would be
// given, need nothing else, and give what is used. What its outputs say of the dimensions around it is said to the call. Nothing is called here: with
// its sizes known, each call in the body is checked for the stage that was given, as every call is.
import type { Span } from '../source/span.ts';
import { unknownDimension, variablesIn, type Dimension } from '../types/dimension.ts';
import { formatDimension } from '../types/format-type.ts';
import { holdsArtifacts, ownSizes, type StageType, type Type } from '../types/type.ts';
import { substitute, type Substitution } from '../types/unify.ts';
import { anyOfType } from './any-of-type.ts';
import { bindInput } from './bind-input.ts';
import { bindLengths } from './bind-length.ts';
import { CallDimensions } from './call-dimensions.ts';
import { quietly, type Checking, type Situation } from './checking.ts';
import { itemPlace } from './coerce-value.ts';
import { hasError, single, type Datum, type StageDatum } from './datum.ts';
import { nameMisfits } from './name-misfits.ts';
import { usesItself } from './name-problems.ts';
import { defaultInput, isSize, parameterValue, sizeOf } from './parameter-value.ts';
import { innerScope } from './scope.ts';
import { sizeNames, type Signature, type SignatureParameter } from './signature.ts';
import { stageDoesNotFit, type Misfit } from './stage-type-problems.ts';
import { wrongType, type Wanted } from './type-problems.ts';

/** What takes the stage. */
interface Taking {
  readonly stage: string;
  readonly parameter: SignatureParameter;
  /** Names that may stand as sizes in the type, from around it. */
  readonly sizes: readonly string[];
  /** What is known of them; more is found in outputs. */
  readonly dimensions: CallDimensions;
  readonly situation: Situation;
  readonly checking: Checking;
}

/** False where one does not fit, which has then been reported, here or before. `taker` is a stage, or a pipeline by its name, which has no sizes. */
export function matchStages(
  given: Datum,
  parameter: SignatureParameter,
  taker: Signature | string,
  dimensions: CallDimensions,
  at: Span,
  situation: Situation,
  checking: Checking,
): boolean {
  const stage = typeof taker === 'string' ? taker : taker.name;
  const sizes = typeof taker === 'string' ? [] : sizeNames(taker);
  const wanted = { what: `\`${parameter.name}\` of \`${stage}\``, at, declared: parameter.declared };
  return matchEach(given, parameter.type, wanted, { stage, parameter, sizes, dimensions, situation, checking });
}

function matchEach(given: Datum, type: Type, wanted: Wanted, taking: Taking): boolean {
  const datum = single(given);
  if (datum.kind === 'error' || type.kind === 'error') return false;
  if (type.kind === 'optional') return datum.kind === 'none' || matchEach(datum, type.inner, wanted, taking);
  if (type.kind === 'list' && datum.kind === 'list') {
    const what = `an item of ${wanted.what}`;
    const each = datum.items.map((item, index) =>
      matchEach(item, type.element, { ...wanted, what, at: itemPlace(datum.places, index, wanted.at) }, taking),
    );
    return !each.includes(false);
  }
  if (type.kind !== 'stage' || datum.kind !== 'stage') {
    if (!hasError(datum)) taking.checking.report(wrongType(type, datum, wanted));
    return false;
  }
  if (datum.signature.broken) return true;
  const byName = nameMisfits(datum, type);
  const { signature } = datum;
  // Nothing could call it, and looking into it would not end.
  if (byName.length === 0 && taking.situation.inside.includes(signature.id)) {
    taking.checking.report(usesItself(signature.name, wanted.at, signature.span));
    return false;
  }
  const misfits = byName.length > 0 ? byName : sizeMisfits(datum, type, wanted, taking);
  if (misfits.length > 0) taking.checking.report(stageDoesNotFit(datum, type, misfits, wanted));
  return misfits.length === 0;
}

/** What sizes say, as far as they are known. */
function sizeMisfits(stage: StageDatum, type: StageType, { at }: Wanted, taking: Taking): readonly Misfit[] {
  const { signature } = stage;
  if (!taking.checking.enter()) return [];
  const misfits: Misfit[] = [];
  const report: Checking['report'] = ({ title }) =>
    void misfits.push({ text: `${title[0]!.toUpperCase()}${title.slice(1)}.`, labels: [] });
  const perCall = new Map(ownSizes(type).map((name): [string, Dimension] => [name, { kind: 'unknown', name }]));
  const sizes = sizesOf(stage, type, perCall, at, taking, report);
  for (const { name, type: written } of type.results) {
    const wanted = substitute(written, perCall);
    const result = signature.results.find((candidate) => candidate.name === name);
    if (result === undefined || !holdsArtifacts(wanted)) continue;
    const late = lateSize(wanted, result.type, taking, (one) => [...perCall.values()].includes(sizes.get(one)!));
    if (late !== undefined) {
      const text = `\`${late.name}\` cannot be told before its calls: \`${name}\` of \`${signature.name}\` has ${late.from} there, which each call gives. Name it behind \`stage\`: \`stage<${late.name}>(…)\`.`;
      misfits.push({ text, labels: [{ span: result.span, text: `this has ${late.from}` }] });
      continue;
    }
    const made = anyOfType(substitute(result.type, sizes), { ...result, declared: result.span }, signature.module);
    const { stage: taker, parameter, dimensions } = taking;
    bindInput(made, wanted, dimensions, { stage: taker, parameter, sums: [], at, report });
  }
  return misfits;
}

/** What a stage's own sizes are when it is called with something of each type: numbers, or not known; those in `perCall` are so for each call. */
function sizesOf(
  stage: StageDatum,
  type: StageType,
  perCall: Substitution,
  at: Span,
  taking: Taking,
  report: Checking['report'],
): Substitution {
  const { signature, given } = stage;
  const checking = quietly(taking.checking);
  const situation = { ...taking.situation, inside: [...taking.situation.inside, signature.id] };
  const around = taking.sizes.map((name): [string, Dimension] => [
    name,
    taking.dimensions.substitution.get(name) ?? { kind: 'unknown', name },
  ]);
  const known = new Map([...around, ...perCall]);
  const taken = new Map(type.takes.map((field) => [field.name, field]));
  const thing = (name: string): Datum => {
    const field = taken.get(name)!;
    return anyOfType(substitute(field.type, known), field, signature.module);
  };
  const scope = innerScope(checking.moduleScope(signature.module));
  const sizes = new Map<string, Dimension>();
  for (const parameter of signature.parameters) {
    const { name, span, role } = parameter;
    if (role === 'input') continue;
    const held = taken.has(name)
      ? thing(name)
      : role === 'value'
        ? parameterValue(parameter, given.get(name), signature, scope, situation, checking).datum
        : (given.get(name)?.datum ?? defaultInput(parameter, scope, situation, checking));
    scope.entries.set(name, { datum: held, span, what: 'parameter' });
    if (isSize(parameter)) sizes.set(name, perCall.get(taken.has(name) ? name : '') ?? sizeOf(held));
  }
  const dimensions = new CallDimensions(sizes);
  const sums = signature.dimensions.filter(({ addsUp }) => addsUp).map(({ name }) => name);
  for (const parameter of signature.parameters) {
    const { name, role, type: wanted } = parameter;
    const isTaken = taken.has(name);
    const datum = role === 'input' ? (isTaken ? thing(name) : given.get(name)?.datum) : scope.entries.get(name)?.datum;
    if (datum === undefined) continue;
    // What is given already is held to its type in each call.
    const call = { stage: signature.name, parameter, sums, at, call: at, report: isTaken ? report : checking.report };
    bindLengths(datum, wanted, dimensions, call);
    if (role === 'input') bindInput(datum, wanted, dimensions, call);
  }
  dimensions.settle();
  for (const parameter of signature.parameters) {
    const datum = parameter.role === 'stage' ? scope.entries.get(parameter.name)?.datum : undefined;
    const told = taken.has(parameter.name) ? checking.derive({ report }) : checking;
    if (datum !== undefined && datum.kind !== 'error')
      matchStages(datum, parameter, signature, dimensions, at, situation, told);
  }
  dimensions.settle();
  return new Map(sizeNames(signature).map((name) => [name, dimensions.substitution.get(name) ?? unknownDimension]));
}

/** A size around the type that is not found yet, and would be found in an output of which it is known in each call only. */
function lateSize(
  wanted: Type,
  made: Type,
  taking: Taking,
  isPerCall: (name: string) => boolean,
): { readonly name: string; readonly from: string } | undefined {
  if (wanted.kind === 'optional') return lateSize(wanted.inner, made, taking, isPerCall);
  if (made.kind === 'optional') return lateSize(wanted, made.inner, taking, isPerCall);
  if (wanted.kind === 'list' && made.kind === 'list') return lateSize(wanted.element, made.element, taking, isPerCall);
  if (wanted.kind !== 'artifact' || made.kind !== 'artifact') return undefined;
  for (const [index, dimension] of wanted.dimensions.entries()) {
    const from = made.dimensions[index];
    const isOpen = dimension.kind === 'variable' && !taking.dimensions.substitution.has(dimension.name);
    if (isOpen && from !== undefined && variablesIn(from).some(isPerCall))
      return { name: dimension.name, from: formatDimension(from) };
  }
  return undefined;
}
