// Definitions, parameters and types: CST → AST.
import type {
  BoundCstNode,
  DimensionVariablesCstNode,
  ImplementationCstNode,
  ImportDefinitionCstNode,
  ParametersCstNode,
  PipelineDefinitionCstNode,
  ProfileDefinitionCstNode,
  RefinementCstNode,
  ResultsCstNode,
  StageDefinitionCstNode,
  StageTypeCstNode,
  TakesCstNode,
  TypeCstNode,
} from '../../grammar/cst-types.ts';
import type { CstNode, Token } from '../../grammar/parse.ts';
import type { Span } from '../source/span.ts';
import type {
  Comments,
  Implementation,
  Import,
  Name,
  Parameter,
  PipelineDefinition,
  ProfileDefinition,
  Refinement,
  Result,
  StageDefinition,
  TypeExpression,
} from './ast.ts';
import { docOf } from './comments.ts';
import { readDimension } from './dimensions.ts';
import { readAnnotations, readBlock, readEmbedded, readExpression, readFields } from './expressions.ts';
import { first, firstWritten, isBroken, nameOf, spanOf, tokenSpan, written, type Reading } from './reading.ts';
import { plainText, readString } from './strings.ts';
import { parseQuantity } from './units.ts';

/** A Reading that can also find documentation. */
export interface DefinitionReading extends Reading {
  readonly lineOf: (offset: number) => number;
}

export function surroundings(
  node: CstNode,
  reading: DefinitionReading,
): { readonly span: Span; readonly comments: Comments; readonly doc: string } {
  const span = spanOf(node, reading);
  const comments = reading.commentsOf(span.start, span.end);
  return { span, comments, doc: docOf(comments, span.start, reading.lineOf) };
}

/** A definition without its body, whose statements stand for themselves. */
function headOf(span: Span, block: readonly CstNode[] | undefined, reading: Reading): Span {
  const body = first(block);
  return body === undefined ? span : { ...span, end: Math.max(span.start, spanOf(body, reading).start) };
}

export const noEmbedded = (_: string, base: number): { kind: 'error'; span: Span } => ({
  kind: 'error',
  span: { file: '', start: base, end: base },
});

export function readImport(node: ImportDefinitionCstNode, reading: DefinitionReading): Import {
  const { span, comments } = surroundings(node, reading);
  const token = firstWritten(node.children.Text);
  const text = token === undefined ? undefined : plainText(readString(token, reading, noEmbedded), reading);
  const names = written(first(node.children.nameList)?.children.Identifier).map((name) => nameOf(name, reading));
  const path =
    token === undefined || text === undefined || token.tokenType.name === 'OpenText'
      ? undefined
      : { text, span: tokenSpan(token, reading) };
  return { names, path, span, comments };
}

export function readStage(node: StageDefinitionCstNode, reading: DefinitionReading): StageDefinition | undefined {
  const name = firstWritten(node.children.Identifier);
  if (name === undefined) return undefined;
  const around = surroundings(node, reading);
  const { parameters, results, annotation, block, implementation, dimensionVariables } = node.children;
  return {
    ...around,
    name: nameOf(name, reading),
    dimensions: readVariables(first(dimensionVariables), reading),
    parameters: readParameters(first(parameters), reading),
    results: readResults(first(results), reading),
    annotations: readAnnotations(annotation, reading),
    body: block === undefined ? undefined : readBlock(first(block), reading, around.span),
    implementation: readImplementation(first(implementation), reading),
    broken:
      isBroken(node) ||
      isBroken(first(parameters)) ||
      isBroken(first(results)) ||
      (implementation !== undefined && isBroken(first(implementation))) ||
      (first(parameters)?.children.parameter ?? []).some(isBroken) ||
      reading.isDamaged(headOf(around.span, block, reading)),
  };
}

function readVariables(node: DimensionVariablesCstNode | undefined, reading: Reading): StageDefinition['dimensions'] {
  return (node?.children.dimensionVariable ?? []).flatMap((variable) => {
    const [token] = written(variable.children.Identifier);
    const addsUp = written(variable.children.Plus).length > 0;
    return token === undefined ? [] : [{ ...nameOf(token, reading), addsUp }];
  });
}

function readImplementation(node: ImplementationCstNode | undefined, reading: Reading): Implementation | undefined {
  const [text, ...files] = written(node?.children.Text);
  if (node === undefined || text === undefined) return undefined;
  const named = (token: Token): Name | undefined => {
    const plain = plainText(readString(token, reading, noEmbedded), reading);
    return plain === undefined ? undefined : { text: plain, span: tokenSpan(token, reading) };
  };
  const reads = files.map((token) => named(token) ?? { text: '', span: tokenSpan(token, reading) });
  const span = spanOf(node, reading);
  if (node.children.ByModule !== undefined) {
    return { kind: 'module', path: text.tokenType.name === 'OpenText' ? undefined : named(text), reads, span };
  }
  return { kind: 'command', parts: readString(text, reading, readEmbedded(reading)), reads, span };
}

export function readPipeline(
  node: PipelineDefinitionCstNode,
  reading: DefinitionReading,
): PipelineDefinition | undefined {
  const name = firstWritten(node.children.Identifier);
  if (name === undefined) return undefined;
  const around = surroundings(node, reading);
  const { parameters, block } = node.children;
  return {
    ...around,
    name: nameOf(name, reading),
    parameters: readParameters(first(parameters), reading),
    body: readBlock(first(block), reading, around.span),
    broken:
      isBroken(node) ||
      isBroken(first(parameters)) ||
      isBroken(first(block)) ||
      (first(parameters)?.children.parameter ?? []).some(isBroken) ||
      reading.isDamaged(headOf(around.span, block, reading)),
  };
}

export function readProfile(node: ProfileDefinitionCstNode, reading: DefinitionReading): ProfileDefinition | undefined {
  const [name, pipeline] = written(node.children.Identifier);
  if (name === undefined || pipeline === undefined) return undefined;
  return {
    ...surroundings(node, reading),
    name: nameOf(name, reading),
    pipeline: nameOf(pipeline, reading),
    values: readFields(first(node.children.record), reading),
  };
}

function readParameters(node: ParametersCstNode | undefined, reading: DefinitionReading): readonly Parameter[] {
  return (node?.children.parameter ?? []).flatMap((parameter) => {
    const name = firstWritten(parameter.children.Label);
    if (name === undefined) return [];
    const around = surroundings(parameter, reading);
    const { type, expression, Equals } = parameter.children;
    return [
      {
        ...around,
        name: nameOf(name, reading),
        type: reading.isDamaged(around.span)
          ? { kind: 'error' as const, span: around.span }
          : readType(first(type), reading, around.span),
        default: Equals === undefined ? undefined : readExpression(first(expression), reading, around.span),
      },
    ];
  });
}

function readResults(node: ResultsCstNode | TakesCstNode | undefined, reading: DefinitionReading): readonly Result[] {
  return (node?.children.result ?? []).flatMap((result) => {
    const name = firstWritten(result.children.Label);
    if (name === undefined) return [];
    const around = surroundings(result, reading);
    return [
      { ...around, name: nameOf(name, reading), type: readType(first(result.children.type), reading, around.span) },
    ];
  });
}

function readType(node: TypeCstNode | undefined, reading: DefinitionReading, parent: Span): TypeExpression {
  if (node === undefined) return { kind: 'error', span: parent };
  const span = spanOf(node, reading);
  const inner = readPlainType(node, reading, span);
  return written(node.children.Question).length === 0 || inner.kind === 'error'
    ? inner
    : { kind: 'optional', inner, span };
}

function readPlainType(node: TypeCstNode, reading: DefinitionReading, span: Span): TypeExpression {
  const list = first(node.children.listType);
  if (list !== undefined) {
    const length = first(list.children.dimension);
    return {
      kind: 'list',
      element: readType(first(list.children.type), reading, span),
      length: length === undefined ? undefined : readDimension(length, reading),
      span,
    };
  }
  const enumeration = first(node.children.enumeration);
  if (enumeration !== undefined) {
    const values = written(enumeration.children.Text).map((token): Name => ({
      text: plainText(readString(token, reading, noEmbedded), reading) ?? '',
      span: tokenSpan(token, reading),
    }));
    return isBroken(enumeration) ? { kind: 'error', span } : { kind: 'enumeration', values, span };
  }
  const stage = first(node.children.stageType);
  if (stage !== undefined) return readStageType(stage, reading, span);
  const named = first(node.children.namedType);
  const name = firstWritten(named?.children.Identifier);
  if (named === undefined || name === undefined || isBroken(named)) return { kind: 'error', span };
  const refinement = first(node.children.refinement);
  return {
    kind: 'named',
    name: nameOf(name, reading),
    dimensions: (named.children.dimension ?? []).map((dimension) => readDimension(dimension, reading)),
    refinement: refinement === undefined ? undefined : readRefinement(refinement, reading),
    span: isBroken(node) ? span : spanOf(named, reading),
  };
}

function readStageType(node: StageTypeCstNode, reading: DefinitionReading, span: Span): TypeExpression {
  const [takes, results] = [first(node.children.takes), first(node.children.results)];
  const isWhole = ![node, takes, results].some((part) => part === undefined || isBroken(part));
  if (!isWhole) return { kind: 'error', span };
  return {
    kind: 'stage',
    dimensions: readVariables(first(node.children.dimensionVariables), reading),
    takes: readResults(takes, reading),
    results: readResults(results, reading),
    span: spanOf(node, reading),
  };
}

function readBound(node: BoundCstNode | undefined): number | undefined {
  const number = firstWritten(node?.children.Number);
  const quantity = firstWritten(node?.children.Quantity);
  const value =
    number === undefined
      ? quantity === undefined
        ? undefined
        : parseQuantity(quantity.image).value
      : Number(number.image);
  return value === undefined || node?.children.Minus === undefined ? value : -value;
}

function readRefinement(node: RefinementCstNode, reading: Reading): Refinement | undefined {
  const span = spanOf(node, reading);
  const [one, other] = (node.children.bound ?? []).map(readBound);
  if (one === undefined || isBroken(node)) return undefined;
  const { Greater, AtLeast, Less, In } = node.children;
  if (In !== undefined) {
    return other === undefined
      ? undefined
      : { low: { value: one, inclusive: true }, high: { value: other, inclusive: true }, span };
  }
  if (Greater !== undefined || AtLeast !== undefined)
    return { low: { value: one, inclusive: Greater === undefined }, high: undefined, span };
  return { low: undefined, high: { value: one, inclusive: Less === undefined }, span };
}
