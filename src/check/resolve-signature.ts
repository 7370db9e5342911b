// A stage's declaration → its signature. Each declaration is resolved once, so its problems are reported once.
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Name, Parameter, StageDefinition } from '../syntax/ast.ts';
import { holdsArtifacts, type Type } from '../types/type.ts';
import { definedTwice } from './module-problems.ts';
import { resolveType } from './resolve-type.ts';
import type { Signature, SignatureParameter } from './signature.ts';

export function resolveSignature(
  stage: StageDefinition,
  module: string,
  report: (problem: Diagnostic) => void,
): Signature {
  for (const names of [
    [...stage.dimensions, ...stage.parameters.map(({ name }) => name)],
    stage.results.map(({ name }) => name),
  ])
    reportDuplicates(names, report);
  const sizes = stage.parameters
    .filter(({ type }) => type.kind === 'named' && type.name.text === 'Int')
    .map(({ name }) => name.text);
  const dimensions = new Set([...stage.dimensions.map(({ text }) => text), ...sizes]);
  const parameters = resolveParameters(stage.parameters, dimensions, report);
  const results = stage.results.map(({ name, type, span }) => ({
    name: name.text,
    type: resolveType(type, dimensions, report),
    span,
  }));
  const fixed = new Set([...sizes, ...parameters.flatMap(({ type }) => variablesOf(type))]);
  const isUnclear = stage.broken || parameters.some(({ type }) => holdsError(type));
  for (const { type, span } of results) {
    const free = variablesOf(type).find((name) => !fixed.has(name));
    if (free !== undefined && !isUnclear) report(freeDimension(free, span));
  }
  return {
    name: stage.name.text,
    id: `${module.replace(/\.pipe$/, '')}.${stage.name.text}`,
    module,
    doc: stage.doc,
    span: stage.name.span,
    dimensions: stage.dimensions.map(({ text }) => text),
    parameters,
    results,
    annotations: stage.annotations,
    body: stage.body,
    broken: stage.broken,
  };
}

/** The parameters of a stage or a pipeline with their types. */
export function resolveParameters(
  parameters: readonly Parameter[],
  dimensions: ReadonlySet<string>,
  report: (problem: Diagnostic) => void,
): readonly SignatureParameter[] {
  return parameters.map(({ name, type: syntax, default: standard, doc, span }) => {
    const type = resolveType(syntax, dimensions, report);
    const declared = { ...span, end: Math.max(name.span.end, syntax.span.end) };
    return {
      name: name.text,
      span: name.span,
      declared,
      type,
      role: holdsArtifacts(type) ? 'input' : 'value',
      default: standard,
      doc,
    };
  });
}

export function reportDuplicates(names: readonly Name[], report: (problem: Diagnostic) => void): void {
  const seen = new Map<string, Span>();
  for (const name of names) {
    const earlier = seen.get(name.text);
    if (earlier !== undefined) report(definedTwice(name, earlier));
    else seen.set(name.text, name.span);
  }
}

function holdsError(type: Type): boolean {
  return (
    type.kind === 'error' ||
    (type.kind === 'list' && holdsError(type.element)) ||
    (type.kind === 'optional' && holdsError(type.inner))
  );
}

function variablesOf(type: Type): readonly string[] {
  switch (type.kind) {
    case 'artifact':
      return type.dimensions.flatMap((dimension) => (dimension.kind === 'variable' ? [dimension.name] : []));
    case 'list':
      return variablesOf(type.element);
    case 'optional':
      return variablesOf(type.inner);
    case 'record':
      return type.fields.flatMap((field) => variablesOf(field.type));
    case 'scalar':
    case 'enumeration':
    case 'error':
      return [];
  }
}

function freeDimension(name: string, span: Span): Diagnostic {
  return diagnose(
    'P406',
    `nothing says what \`${name}\` is`,
    { span, text: `\`${name}\` stands only in results` },
    {
      notes: [
        'A dimension of a result must also stand in an input, or be an Int parameter: it is known before the stage runs.',
      ],
    },
  );
}
