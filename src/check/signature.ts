// What a stage takes and gives, with its types resolved: what a call is checked against.
import type { Span } from '../source/span.ts';
import type { Annotation, Block, Expression } from '../syntax/ast.ts';
import type { StepCommand, StepModule } from '../graph/typed-graph.ts';
import type { Dimension } from '../types/dimension.ts';
import type { Type } from '../types/type.ts';

export interface SignatureParameter {
  readonly name: string;
  /** Its name in the declaration. */
  readonly span: Span;
  /** `name: type`, without the default. */
  readonly declared: Span;
  readonly type: Type;
  /** A value is known at check time and becomes a parameter of the step; an input flows from another step; a stage is called in the body. */
  readonly role: 'value' | 'input' | 'stage';
  readonly default: Expression | undefined;
  readonly doc: string;
}

export interface SignatureResult {
  readonly name: string;
  readonly type: Type;
  /** `name: type`. */
  readonly span: Span;
  readonly doc: string;
}

/** The name of a result in its declaration. */
export const resultName = ({ name, span }: Pick<SignatureResult, 'name' | 'span'>): Span => ({
  ...span,
  end: span.start + name.length,
});

export interface DimensionParameter {
  readonly name: string;
  readonly span: Span;
  /** Over the items of a list input it is their sum. */
  readonly addsUp: boolean;
}

export interface Signature {
  readonly name: string;
  /** `std/representation.cidfd`. */
  readonly id: string;
  /** Key of the module that declares it. */
  readonly module: string;
  readonly doc: string;
  /** Its name in the declaration. */
  readonly span: Span;
  /** The variables in `<…>`, with their places. */
  readonly dimensions: readonly DimensionParameter[];
  readonly parameters: readonly SignatureParameter[];
  readonly results: readonly SignatureResult[];
  readonly annotations: readonly Annotation[];
  /** Undefined for a primitive stage. */
  readonly body: Block | undefined;
  /** How a primitive stage of the user's own is run. */
  readonly command: StepCommand | undefined;
  readonly code: StepModule | undefined;
  /** Part of the declaration was not understood: calls are not held against it. */
  readonly broken: boolean;
  /** What the type of a stage promises, and no declaration. */
  readonly isPromise?: true;
}

/** The names that may stand as sizes in its types: its variables, and its parameters that are known numbers. */
export const sizeNames = ({ dimensions, parameters }: Signature): readonly string[] => [
  ...dimensions.map(({ name }) => name),
  ...parameters.filter(({ role }) => role === 'value').map(({ name }) => name),
];

/** Each of them as a size of which only the name is known. */
export const namedSizes = (signature: Signature): Map<string, Dimension> =>
  new Map(sizeNames(signature).map((name) => [name, { kind: 'unknown', name }]));
