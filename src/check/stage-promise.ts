// The type of a stage → a signature: what is known of a stage of this type, whichever it is. A body calls it as it would call a stage, and a stage that is
// given is seen through it: its other parameters and outputs are not there.
import type { Span } from '../source/span.ts';
import { holdsArtifacts, stageTypeIn, type StageType, type Type } from '../types/type.ts';
import { substitute } from '../types/unify.ts';
import type { Datum } from './datum.ts';
import { sizeNames, type Signature, type SignatureParameter, type SignatureResult } from './signature.ts';

/** The parameter or output whose type it is. */
export interface Promised {
  readonly name: string;
  /** Its name. */
  readonly span: Span;
  /** `name: type`. */
  readonly declared: Span;
  readonly doc: string;
}

export const roleOf = (type: Type): SignatureParameter['role'] =>
  stageTypeIn(type) !== undefined ? 'stage' : holdsArtifacts(type) ? 'input' : 'value';

export function promiseOf(type: StageType, { name, span, doc }: Promised, module: string): Signature {
  return {
    ...{ name, module, doc, span },
    id: `${module.replace(/\.pipe$/, '')}.${name}@${span.start}`,
    dimensions: type.dimensions,
    parameters: type.takes.map((field) => ({ ...field, role: roleOf(field.type), default: undefined })),
    results: type.results.map((field) => ({ ...field, span: field.declared })),
    ...{ annotations: [], body: undefined, command: undefined, code: undefined, broken: false, isPromise: true },
  };
}

/** Stages as the body that is given them may know them: by the type, whose dimensions are solved. What is no stage stays as it is. */
export function seenThrough(given: Datum, type: Type, promised: Promised, module: string): Datum {
  if (type.kind === 'optional') return seenThrough(given, type.inner, promised, module);
  if (type.kind === 'list' && given.kind === 'list')
    return { ...given, items: given.items.map((item) => seenThrough(item, type.element, promised, module)) };
  if (type.kind !== 'stage' || given.kind !== 'stage') return given;
  return { ...given, seenAs: promiseOf(type, promised, module) };
}

/** What is used of what a stage gives, with what each call finds anew left open. */
export function openResults(promise: Signature): readonly SignatureResult[] {
  const open = new Map(sizeNames(promise).map((name) => [name, { kind: 'unknown', name } as const]));
  return promise.results.map((result) => ({ ...result, type: substitute(result.type, open) }));
}
