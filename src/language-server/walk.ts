// Every piece of a kind in a file's tree, in order: the types, the annotations, the statements. In: a tree; out: its nodes.
import type { Annotation, Block, Expression, File, Statement, TypeExpression } from '../syntax/ast.ts';

export type NamedType = Extract<TypeExpression, { kind: 'named' }>;

export function* namedTypesIn(file: File): Generator<NamedType> {
  for (const { parameters, results } of file.stages)
    for (const { type } of [...parameters, ...results]) yield* namedIn(type);
  for (const { parameters } of file.pipelines) for (const { type } of parameters) yield* namedIn(type);
}

function* namedIn(type: TypeExpression): Generator<NamedType> {
  if (type.kind === 'named') yield type;
  else if (type.kind === 'list') yield* namedIn(type.element);
  else if (type.kind === 'optional') yield* namedIn(type.inner);
  else if (type.kind === 'stage') for (const field of [...type.takes, ...type.results]) yield* namedIn(field.type);
}

export function* annotationsIn(file: File): Generator<Annotation> {
  for (const { annotations } of file.stages) yield* annotations;
  for (const block of blocksIn(file)) for (const { annotations } of statementsIn(block)) yield* annotations;
}

/** The bodies of stages and pipelines. */
export function* blocksIn(file: File): Generator<Block> {
  for (const { body } of file.stages) if (body !== undefined) yield body;
  for (const { body } of file.pipelines) yield body;
}

/** The statements of a block and of the comprehensions in it. */
export function* statementsIn(block: Block): Generator<Statement> {
  for (const statement of block.statements) {
    yield statement;
    for (const inner of comprehensionsIn(statement.value)) yield* statementsIn(inner);
  }
}

function* comprehensionsIn(expression: Expression): Generator<Block> {
  switch (expression.kind) {
    case 'for':
      yield* comprehensionsIn(expression.list);
      yield expression.body;
      return;
    case 'list':
      for (const item of expression.items) yield* comprehensionsIn(item);
      return;
    case 'record':
      for (const { value } of expression.fields) yield* comprehensionsIn(value);
      return;
    case 'with':
      yield* comprehensionsIn(expression.of);
      for (const { value } of expression.fields) yield* comprehensionsIn(value);
      return;
    case 'call':
      yield* comprehensionsIn(expression.callee);
      for (const { value } of expression.arguments) yield* comprehensionsIn(value);
      return;
    case 'member':
    case 'negation':
      yield* comprehensionsIn(expression.of);
      return;
    case 'index':
      yield* comprehensionsIn(expression.of);
      yield* comprehensionsIn(expression.index);
      return;
    case 'binary':
    case 'fallback':
      yield* comprehensionsIn(expression.left);
      yield* comprehensionsIn(expression.right);
      return;
    case 'string':
    case 'number':
    case 'quantity':
    case 'boolean':
    case 'none':
    case 'name':
    case 'error':
      return;
  }
}
