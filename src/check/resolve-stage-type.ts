// `stage<N, D>(features: Features<N, D>, seed: Int) -> { clusters: Clusters<N> }` → the type. Its dimensions are those of the declaration around it, and
// those that it names behind `stage`, which each call finds anew.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Name, Result, StageTypeExpression, TypeExpression } from '../syntax/ast.ts';
import { type StageType, type StageTypeField, type Type } from '../types/type.ts';
import { reportDuplicates } from './module-problems.ts';
import type { Recorder } from './recorder.ts';
import { namedBehindStage, resultType } from './stage-type-problems.ts';

type Resolve = (
  syntax: TypeExpression,
  dimensions: ReadonlyMap<string, Span>,
  report: (problem: Diagnostic) => void,
  record: Recorder,
) => Type;

/** `resolve` is for the types within it. */
export function resolveStageType(
  syntax: StageTypeExpression,
  outer: ReadonlyMap<string, Span>,
  report: (problem: Diagnostic) => void,
  record: Recorder,
  resolve: Resolve,
): StageType {
  const { dimensions, takes, results } = syntax;
  const namesOf = (fields: readonly Result[]): readonly Name[] => fields.map(({ name }) => name);
  const isOuter = ({ text }: Name): boolean => outer.has(text);
  reportDuplicates([...outerNames(outer, dimensions.filter(isOuter)), ...dimensions, ...namesOf(takes)], report);
  reportDuplicates(namesOf(results), report);
  for (const { span, text } of dimensions) record.define({ what: 'dimension', span, name: text, stage: undefined });
  const sizes = takes.filter(({ type }) => type.kind === 'named' && type.name.text === 'Int').map(({ name }) => name);
  const names = new Map([...outer, ...[...sizes, ...dimensions].map(({ text, span }) => [text, span] as const)]);
  const told = (problem: Diagnostic): void => report(namedBehindStage(problem, syntax));
  const fieldsOf = (fields: readonly Result[], isOutput: boolean): readonly StageTypeField[] =>
    fields.map(({ name, type: written, doc, span }) => {
      const resolved = resolve(written, names, told, record);
      const type = isOutput ? resultType(name.text, resolved, written.span, report) : resolved;
      const field = { name: name.text, type, span: name.span, declared: span, doc };
      record.define({ what: 'field of a type', span: name.span, field, isOutput });
      return field;
    });
  return {
    kind: 'stage',
    dimensions: dimensions.map(({ text, span, addsUp }) => ({ name: text, span, addsUp })),
    takes: fieldsOf(takes, false),
    results: fieldsOf(results, true),
  };
}

/** What is around stands first, so that the type is what names it again. */
function outerNames(outer: ReadonlyMap<string, Span>, again: readonly Name[]): readonly Name[] {
  return again.map(({ text }) => ({ text, span: outer.get(text)! }));
}
