// Types of the language. Value types are known at check time and become parameters of steps; artifact types flow between steps.
import type { ArtifactKind } from '../artifacts/artifact.ts';
import type { Span } from '../source/span.ts';
import type { Dimension } from './dimension.ts';

export type ScalarName = 'Int' | 'Float' | 'Bool' | 'String' | 'Memory' | 'Duration';

export interface Bound {
  readonly value: number;
  /** Whether the bound itself is allowed. */
  readonly inclusive: boolean;
}

/** The numbers that a refined type allows. */
export interface Range {
  readonly low: Bound | undefined;
  readonly high: Bound | undefined;
  /** Where it is written. */
  readonly span: Span;
}

export interface ArtifactType {
  readonly kind: 'artifact';
  readonly name: ArtifactKind;
  readonly dimensions: readonly Dimension[];
  /** `UnitFeatures`: features whose every row has length 1. They may stand wherever features may. */
  readonly unit?: boolean;
}

/** What a stage of a type is given, or what is used of what it gives. */
export interface StageTypeField {
  readonly name: string;
  readonly type: Type;
  /** Its name in the type. */
  readonly span: Span;
  /** `name: type`. */
  readonly declared: Span;
  readonly doc: string;
}

/** A stage that can be called with `takes`, and whose outputs have `results` among them. */
export interface StageType {
  readonly kind: 'stage';
  /** Dimensions that each call finds anew. All others are those of the declaration that the type stands in. */
  readonly dimensions: readonly { readonly name: string; readonly span: Span; readonly addsUp: boolean }[];
  readonly takes: readonly StageTypeField[];
  readonly results: readonly StageTypeField[];
}

export type Type =
  | { readonly kind: 'scalar'; readonly name: ScalarName; readonly range: Range | undefined }
  | { readonly kind: 'enumeration'; readonly values: readonly string[] }
  | ArtifactType
  /** `length` is how many items it has, where the declaration says that: `[Scores]<R>`. */
  | { readonly kind: 'list'; readonly element: Type; readonly length?: Dimension }
  | { readonly kind: 'optional'; readonly inner: Type }
  | { readonly kind: 'record'; readonly fields: readonly { readonly name: string; readonly type: Type }[] }
  | StageType
  /** Not known because of a problem already reported, or the element of an empty list: fits everything. */
  | { readonly kind: 'error' };

export const errorType: Type = { kind: 'error' };

export const scalar = (name: ScalarName): Type => ({ kind: 'scalar', name, range: undefined });

/** The dimensions of each artifact type, in order, by the letters that papers give them. */
export const artifactDimensions = {
  Images: ['N', 'H', 'W', 'C'],
  Labels: ['N', 'K'],
  Encoder: ['H', 'W', 'C', 'D'],
  Features: ['N', 'D'],
  Clusters: ['N', 'K'],
  Scores: [],
  TrainingLog: [],
  Similarities: [],
  Embedding: ['N'],
  Table: [],
  Manifest: [],
  Page: [],
} as const satisfies Readonly<Record<ArtifactKind, readonly string[]>>;

/** Dimensions that may be left out, from the end: the number of classes is not always known before a run. */
export const optionalDimensions: Readonly<Partial<Record<ArtifactKind, number>>> = { Labels: 1 };

/** The name by which a kind of artifact goes where more is known of it. */
export const unitFeatures = 'UnitFeatures';

export const typeName = ({ name, unit }: ArtifactType): string => (unit === true ? unitFeatures : name);

/** Whether an artifact of one type may stand where another is wanted, as far as their dimensions allow. */
export function mayStandFor(given: ArtifactType, wanted: ArtifactType): boolean {
  return given.name === wanted.name && (wanted.unit !== true || given.unit === true);
}

export function isArtifactKind(name: string): name is ArtifactKind {
  return Object.hasOwn(artifactDimensions, name);
}

/** Whether a value of this type flows between steps instead of being known at check time. */
export function holdsArtifacts(type: Type): boolean {
  switch (type.kind) {
    case 'artifact':
      return true;
    case 'list':
      return holdsArtifacts(type.element);
    case 'optional':
      return holdsArtifacts(type.inner);
    case 'record':
      return type.fields.some((field) => holdsArtifacts(field.type));
    case 'stage':
    case 'scalar':
    case 'enumeration':
    case 'error':
      return false;
  }
}

/** The type of a stage in a type: itself, of the items of a list, or of what may be left out. */
export function stageTypeIn(type: Type): StageType | undefined {
  switch (type.kind) {
    case 'stage':
      return type;
    case 'list':
      return stageTypeIn(type.element);
    case 'optional':
      return stageTypeIn(type.inner);
    case 'artifact':
    case 'record':
    case 'scalar':
    case 'enumeration':
    case 'error':
      return undefined;
  }
}

/** Names that mean something of its own in the type of a stage: its dimensions, and the whole numbers that it is given. */
export function ownSizes({ dimensions, takes }: StageType): readonly string[] {
  return [...dimensions, ...takes.filter(({ type }) => type.kind === 'scalar' && type.name === 'Int')].map(
    ({ name }) => name,
  );
}
