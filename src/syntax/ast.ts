// The abstract syntax tree: what the user wrote, without commas and brackets, each node with its place and its comments.
// Parsing never fails, so a node may be partial: a name may be missing, an expression may be `error`. Later phases stay silent about those.
import type { Span } from '../source/span.ts';

export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** A `//` or `///` comment; `text` is without the slashes. */
export interface Comment {
  readonly text: string;
  readonly doc: boolean;
  readonly span: Span;
}

/** Comments that belong to a node: on the lines before it, and behind it on its last line. */
export interface Comments {
  readonly before: readonly Comment[];
  readonly after: Comment | undefined;
}

interface Node {
  readonly span: Span;
}

interface Commented extends Node {
  readonly comments: Comments;
}

export interface File extends Node {
  /** The first `///` block, where a blank line parts it from what follows. */
  readonly doc: string;
  readonly imports: readonly Import[];
  readonly stages: readonly StageDefinition[];
  readonly pipelines: readonly PipelineDefinition[];
  readonly profiles: readonly ProfileDefinition[];
  readonly published: readonly PublishedDefinition[];
  /** Every comment in the file, in order; those attached to a node are among them. */
  readonly comments: readonly Comment[];
  /** Stretches that may have been misread because of syntax errors. */
  readonly damaged: readonly Span[];
  /** Names that the text seems to define, filled only where syntax errors may have hidden a definition. */
  readonly perhapsDefined: ReadonlySet<string>;
}

export interface Import extends Commented {
  readonly names: readonly Name[];
  /** Undefined where it is missing or malformed. */
  readonly path: Name | undefined;
}

export interface StageDefinition extends Commented {
  readonly name: Name;
  readonly doc: string;
  /** The dimension variables in `<…>`. */
  readonly dimensions: readonly DimensionVariable[];
  readonly parameters: readonly Parameter[];
  readonly results: readonly Result[];
  readonly annotations: readonly Annotation[];
  /** The statements of a composite stage; undefined for a primitive one. */
  readonly body: Block | undefined;
  /** What a primitive stage of the user's own is; undefined for one of the standard library. */
  readonly implementation: Implementation | undefined;
  /** Part of it was not understood, so it may have parameters that are not listed. */
  readonly broken: boolean;
}

/** `by command "python3 embed.py {images} {features}" reads "embed.py"`, or `by module "./embed.ts"`. */
export type Implementation = CommandImplementation | ModuleImplementation;

export interface CommandImplementation extends Node {
  readonly kind: 'command';
  /** In braces stands the name of a parameter or a result. */
  readonly parts: readonly StringPart[];
  /** Files beside the module. */
  readonly reads: readonly Name[];
}

export interface ModuleImplementation extends Node {
  readonly kind: 'module';
  /** Seen from the file of the program. Undefined where it was not understood. */
  readonly path: Name | undefined;
  /** Files beside the program. */
  readonly reads: readonly Name[];
}

export interface DimensionVariable extends Name {
  /** Written `N+`: over the items of a list it adds up, where others must agree. */
  readonly addsUp: boolean;
}

export interface PipelineDefinition extends Commented {
  readonly name: Name;
  readonly doc: string;
  readonly parameters: readonly Parameter[];
  readonly body: Block;
  readonly broken: boolean;
}

export interface ProfileDefinition extends Commented {
  readonly name: Name;
  readonly doc: string;
  readonly pipeline: Name;
  readonly values: readonly Field[];
}

/** `published "Table 2" for p under paper { scores.acc: 0.83 within 0.05 }`: what a paper says of outputs, and how near a run must come. */
export interface PublishedDefinition extends Commented {
  /** Where the numbers stand; its text is what the user wrote between the quotes. */
  readonly source: Name;
  readonly doc: string;
  readonly pipeline: Name;
  /** The numbers are of runs with the values of this profile. */
  readonly profile: Name | undefined;
  readonly targets: readonly Target[];
}

export interface Target extends Commented {
  readonly output: Name;
  /** The way into the output: a member, or the item of a list, or a row and then a column of a table. */
  readonly parts: readonly TargetPart[];
  readonly paper: number;
  readonly judgement: Judgement;
  /** Part of it was not understood. */
  readonly broken: boolean;
}

export type TargetPart = Node &
  ({ readonly kind: 'member'; readonly name: string } | { readonly kind: 'item'; readonly key: number | string });

/** How near: `within 0.05` of the paper's number, or a bound of its own. */
export interface Judgement extends Node {
  readonly kind: 'within' | 'at least' | 'at most';
  readonly value: number;
}

export interface Parameter extends Commented {
  readonly name: Name;
  readonly doc: string;
  readonly type: TypeExpression;
  readonly default: Expression | undefined;
}

export interface Result extends Commented {
  readonly name: Name;
  readonly doc: string;
  readonly type: TypeExpression;
}

export type TypeExpression = Node &
  (
    | {
        readonly kind: 'named';
        readonly name: Name;
        readonly dimensions: readonly DimensionExpression[];
        readonly refinement: Refinement | undefined;
      }
    /** `length` of `[Scores]<R>`. */
    | { readonly kind: 'list'; readonly element: TypeExpression; readonly length: DimensionExpression | undefined }
    | { readonly kind: 'enumeration'; readonly values: readonly Name[] }
    | { readonly kind: 'optional'; readonly inner: TypeExpression }
    | StageTypeExpression
    | { readonly kind: 'error' }
  );

/** `stage<N, D>(features: Features<N, D>, seed: Int) -> { clusters: Clusters<N> }`: what a stage is given, and what is used of what it gives. */
export interface StageTypeExpression extends Node {
  readonly kind: 'stage';
  /** The dimension variables of its own. */
  readonly dimensions: readonly DimensionVariable[];
  readonly takes: readonly Result[];
  readonly results: readonly Result[];
}

export type DimensionOperator = '+' | '-' | '*' | '/';

export type DimensionExpression = Node &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'name'; readonly name: string }
    | {
        readonly kind: 'binary';
        readonly operator: DimensionOperator;
        readonly left: DimensionExpression;
        readonly right: DimensionExpression;
      }
    /** What could not be understood; its problem has been reported. */
    | { readonly kind: 'error' }
  );

/** Bounds on a number, in the units that its type has. */
export interface Refinement extends Node {
  readonly low: Bound | undefined;
  readonly high: Bound | undefined;
}

export interface Bound {
  readonly value: number;
  /** Whether the bound itself is allowed. */
  readonly inclusive: boolean;
}

export interface Block extends Node {
  readonly statements: readonly Statement[];
}

export type Statement = Commented & {
  /** Part of it was not understood: its value is not to be trusted. */
  readonly broken: boolean;
  readonly annotations: readonly Annotation[];
  readonly value: Expression;
} & (
    | { readonly kind: 'binding'; readonly name: Name }
    | { readonly kind: 'output'; readonly name: Name }
    | { readonly kind: 'yield' }
  );

export interface Annotation extends Node {
  readonly name: Name;
  readonly arguments: readonly Argument[];
}

export interface Argument extends Commented {
  /** Undefined for a positional one. */
  readonly name: Name | undefined;
  readonly value: Expression;
}

export interface Field extends Commented {
  readonly name: Name;
  readonly value: Expression;
}

/** A piece of a string: text with its escapes resolved, or an expression that stood in braces. */
export type StringPart = Node &
  ({ readonly kind: 'text'; readonly text: string } | { readonly kind: 'expression'; readonly value: Expression });

export type BinaryOperator = '+' | '-' | '*' | '/' | '%';

export type Expression = Node &
  (
    | { readonly kind: 'number'; readonly value: number; readonly isInteger: boolean }
    | { readonly kind: 'quantity'; readonly value: number; readonly measure: 'Memory' | 'Duration' }
    | { readonly kind: 'string'; readonly parts: readonly StringPart[] }
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'none' }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'list'; readonly items: readonly Expression[] }
    | { readonly kind: 'record'; readonly fields: readonly Field[] }
    | CallExpression
    | { readonly kind: 'member'; readonly of: Expression; readonly name: Name }
    | { readonly kind: 'index'; readonly of: Expression; readonly index: Expression }
    /** `idfd with { epochs: 10 }`: the stage with some arguments given. */
    | { readonly kind: 'with'; readonly of: Expression; readonly fields: readonly Field[] }
    | { readonly kind: 'negation'; readonly of: Expression }
    | {
        readonly kind: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    /** `note ?? "none"`: the first where it is there, else the second. */
    | { readonly kind: 'fallback'; readonly left: Expression; readonly right: Expression }
    | ForExpression
    /** What could not be understood; its problem has been reported. */
    | { readonly kind: 'error' }
  );

export interface CallExpression extends Node {
  readonly kind: 'call';
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
  /** Part of the argument list was not understood. */
  readonly broken: boolean;
}

export interface ForExpression extends Node {
  readonly kind: 'for';
  readonly variable: Name;
  readonly list: Expression;
  readonly body: Block;
}
