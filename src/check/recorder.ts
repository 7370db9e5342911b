// What a check tells of the names in the text, beside its problems: what each stands for, what it holds, and which names are in force where.
// The rules of names stay where they are; this only listens. What is told is kept by meanings.ts, and by nobody in a run.
import type { TypedGraph } from '../graph/typed-graph.ts';
import type { Span } from '../source/span.ts';
import type { PipelineDefinition, ProfileDefinition } from '../syntax/ast.ts';
import type { StageTypeField } from '../types/type.ts';
import type { Datum } from './datum.ts';
import type { Scope } from './scope.ts';
import { resultName, type Signature, type SignatureParameter, type SignatureResult } from './signature.ts';

/** What a name is defined as. `span` is the name itself in its definition. */
export type Definition = { readonly span: Span } & (
  | { readonly what: 'stage'; readonly signature: Signature }
  /** `stage` is undefined for a parameter of a pipeline. */
  | { readonly what: 'parameter'; readonly parameter: SignatureParameter; readonly stage: Signature | undefined }
  | { readonly what: 'result'; readonly result: SignatureResult; readonly stage: Signature }
  /** `stage` is undefined for a dimension of a type of a stage. */
  | { readonly what: 'dimension'; readonly name: string; readonly stage: Signature | undefined }
  /** What a stage of a type is given, or what is used of what it gives. */
  | { readonly what: 'field of a type'; readonly field: StageTypeField; readonly isOutput: boolean }
  | { readonly what: 'pipeline'; readonly pipeline: PipelineDefinition }
  | { readonly what: 'profile'; readonly profile: ProfileDefinition }
  | { readonly what: 'binding' | 'output' | 'variable' | 'field' }
);

export interface Recorder {
  readonly define: (definition: Definition) => void;
  /** The name at `at` stands for what is defined at `definition`. Where rounds of a `for` differ, it is told several. */
  readonly use: (at: Span, definition: Span) => void;
  /** What the name at this place holds. A place that is looked at again, in another round or call, is told again. */
  readonly value: (at: Span, datum: Datum) => void;
  /** The names in force in a block; its entries are complete when the check is. */
  readonly scope: (block: Span, scope: Scope) => void;
  /** The graph of a pipeline with one set of values. */
  readonly graph: (pipeline: PipelineDefinition, graph: TypedGraph) => void;
  /** The stages that each module has by name. */
  readonly modules: (scopeOf: (module: string) => Scope) => void;
}

const nothing = (): void => undefined;

export const noRecorder: Recorder = {
  ...{ define: nothing, use: nothing, value: nothing, scope: nothing, graph: nothing, modules: nothing },
};

/** Tells of a stage and all that its declaration names. */
export function recordSignature(signature: Signature, record: Recorder): void {
  record.define({ what: 'stage', span: signature.span, signature });
  for (const parameter of signature.parameters)
    record.define({ what: 'parameter', span: parameter.span, parameter, stage: signature });
  for (const result of signature.results)
    record.define({ what: 'result', span: resultName(result), result, stage: signature });
  for (const { name, span } of signature.dimensions) record.define({ what: 'dimension', span, name, stage: signature });
}
