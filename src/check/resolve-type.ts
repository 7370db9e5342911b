// Type expressions → types. A dimension name is a variable of the stage or one of its Int parameters.
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import type { DimensionExpression, Refinement, TypeExpression } from '../syntax/ast.ts';
import { arithmetic, known, unknownDimension, variable, type Dimension } from '../types/dimension.ts';
import { formatType } from '../types/format-type.ts';
import {
  artifactDimensions,
  errorType,
  isArtifactKind,
  optionalDimensions,
  unitFeatures,
  type Range,
  type ScalarName,
  type Type,
} from '../types/type.ts';
import type { Recorder } from './recorder.ts';
import { resolveStageType } from './resolve-stage-type.ts';

const scalars = ['Int', 'Float', 'Bool', 'String', 'Memory', 'Duration'] as const satisfies readonly ScalarName[];
/** Every name of a type. */
export const typeNames: readonly string[] = [...scalars, ...Object.keys(artifactDimensions), unitFeatures];
const isScalarName = (name: string): name is ScalarName => (scalars as readonly string[]).includes(name);

/** The names that may stand as dimensions, with their places: variables and Int parameters. */
export type DimensionNames = ReadonlyMap<string, Span>;

export function resolveType(
  syntax: TypeExpression,
  dimensions: DimensionNames,
  report: (problem: Diagnostic) => void,
  record: Recorder,
): Type {
  switch (syntax.kind) {
    case 'error':
      return errorType;
    case 'list':
      return {
        kind: 'list',
        element: resolveType(syntax.element, dimensions, report, record),
        ...(syntax.length === undefined ? {} : { length: resolveDimension(syntax.length, dimensions, report, record) }),
      };
    case 'optional':
      return { kind: 'optional', inner: resolveType(syntax.inner, dimensions, report, record) };
    case 'enumeration':
      return { kind: 'enumeration', values: syntax.values.map((value) => value.text) };
    case 'stage':
      return resolveStageType(syntax, dimensions, report, record, resolveType);
    case 'named':
      return resolveNamed(syntax, dimensions, report, record);
  }
}

function resolveNamed(
  syntax: Extract<TypeExpression, { kind: 'named' }>,
  dimensions: DimensionNames,
  report: (problem: Diagnostic) => void,
  record: Recorder,
): Type {
  const { name } = syntax;
  if (isScalarName(name.text)) {
    if (syntax.dimensions.length > 0) report(wrongCount(syntax, `${name.text} has no dimensions`));
    return {
      kind: 'scalar',
      name: name.text,
      range: syntax.refinement === undefined ? undefined : resolveRange(syntax.refinement, name.text, report),
    };
  }
  const kind = name.text === unitFeatures ? 'Features' : name.text;
  if (!isArtifactKind(kind)) {
    const suggestion = nearestNames(name.text, typeNames)[0];
    report(
      diagnose(
        'P404',
        `there is no type \`${name.text}\``,
        { span: name.span, text: 'not a type' },
        {
          suggestion,
          notes: suggestion === undefined ? [`The types are ${typeNames.join(', ')}.`] : [],
          fix:
            suggestion === undefined
              ? undefined
              : { title: `write \`${suggestion}\``, edits: [{ span: name.span, text: suggestion }] },
        },
      ),
    );
    return errorType;
  }
  if (syntax.refinement !== undefined) report(notANumber(syntax.refinement, name.text));
  const expected = artifactDimensions[kind];
  const least = expected.length - (optionalDimensions[kind] ?? 0);
  const unit = name.text === unitFeatures ? { unit: true } : {};
  const full = formatType({ kind: 'artifact', name: kind, dimensions: expected.map(variable), ...unit });
  const given = syntax.dimensions.map((dimension) => resolveDimension(dimension, dimensions, report, record));
  const isCountRight = given.length >= least && given.length <= expected.length;
  if (!isCountRight) {
    const count = least === expected.length ? String(least) : `${least} or ${expected.length}`;
    report(wrongCount(syntax, `${name.text} has ${expected.length === 0 ? 'no dimensions' : `${count}: \`${full}\``}`));
  }
  return {
    kind: 'artifact',
    name: kind,
    dimensions: expected.map((_, index) => (isCountRight ? given[index] : undefined) ?? unknownDimension),
    ...unit,
  };
}

function resolveDimension(
  syntax: DimensionExpression,
  dimensions: DimensionNames,
  report: (problem: Diagnostic) => void,
  record: Recorder,
): Dimension {
  if (syntax.kind === 'error') return unknownDimension;
  if (syntax.kind === 'binary') {
    const [left, right] = [syntax.left, syntax.right].map((side) => resolveDimension(side, dimensions, report, record));
    return arithmetic(syntax.operator, left!, right!);
  }
  if (syntax.kind === 'number') {
    if (Number.isSafeInteger(syntax.value) && syntax.value > 0)
      return known(syntax.value, { span: syntax.span, text: `it is always ${syntax.value}` });
    report(diagnose('P405', 'a dimension is a whole number above 0', { span: syntax.span, text: 'not a size' }));
    return unknownDimension;
  }
  const declared = dimensions.get(syntax.name);
  if (declared !== undefined) {
    record.use(syntax.span, declared);
    return variable(syntax.name);
  }
  const suggestion = nearestNames(syntax.name, dimensions.keys())[0];
  report(
    diagnose(
      'P406',
      `there is no dimension \`${syntax.name}\``,
      { span: syntax.span, text: 'not defined' },
      {
        suggestion,
        notes: [
          'A dimension is a number, a name listed in `<…>` behind the name of the stage, or one of its Int parameters.',
        ],
      },
    ),
  );
  return unknownDimension;
}

function resolveRange(syntax: Refinement, name: ScalarName, report: (problem: Diagnostic) => void): Range | undefined {
  if (name === 'Bool' || name === 'String') {
    report(notANumber(syntax, name));
    return undefined;
  }
  const { low, high, span } = syntax;
  if (low !== undefined && high !== undefined && low.value > high.value) {
    report(diagnose('P411', 'no number is in this range', { span, text: `${low.value} is above ${high.value}` }));
    return undefined;
  }
  return { low, high, span };
}

function notANumber(syntax: Refinement, name: string): Diagnostic {
  return diagnose('P411', `${name} cannot have a range`, { span: syntax.span, text: 'only numbers can' });
}

function wrongCount(syntax: Extract<TypeExpression, { kind: 'named' }>, reason: string): Diagnostic {
  const count = syntax.dimensions.length;
  return diagnose(
    'P405',
    `this type has the wrong number of dimensions`,
    { span: syntax.span, text: count === 0 ? 'none are given' : `${count} given` },
    { notes: [`${reason}.`] },
  );
}
