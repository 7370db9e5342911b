// What is at an offset: the definition there, the import whose path it is, the places that a name stands for.
import type { Location, Position } from 'vscode-languageserver-types';
import type { Module } from '../check/module.ts';
import { useAt } from '../check/meanings.ts';
import type { Definition } from '../check/recorder.ts';
import type { Span } from '../source/span.ts';
import type { Import } from '../syntax/ast.ts';
import type { Analysis } from './analysis.ts';
import { contains, modulePath, offsetAt, rangeOf, uriOf } from './places.ts';
import { MovedSource } from './moved-source.ts';

/** The definition whose name is at this offset. */
export function definitionIn({ file, meanings }: Analysis, offset: number): Definition | undefined {
  for (const definition of meanings.definitions.values())
    if (definition.span.file === file && contains(definition.span, offset)) return definition;
  return undefined;
}

/** The import whose path is at this offset, with the module that it names. */
export function importAt(
  { module, modules }: Analysis,
  offset: number,
): { readonly syntax: Import; readonly module: Module | undefined } | undefined {
  const found = module.imports.find(({ syntax }) => syntax.path !== undefined && contains(syntax.path.span, offset));
  return found && { syntax: found.syntax, module: found.module === undefined ? undefined : modules.get(found.module) };
}

/** Where what the name at this offset stands for is defined, with the place of the name. */
export function namedAt(
  analysis: Analysis,
  offset: number,
): { readonly at: Span; readonly definitions: readonly Span[] } | undefined {
  const use = useAt(analysis.meanings, offset);
  if (use !== undefined) return use;
  const definition = definitionIn(analysis, offset);
  return definition && { at: definition.span, definitions: [definition.span] };
}

/** A span of this text or of one that it imports; undefined for a text that it does not know. */
export function locationOf(span: Span, { modules, stdlib }: Analysis): Location | undefined {
  const module = modules.get(span.file);
  if (module === undefined) return undefined;
  return { uri: uriOf(modulePath(span.file, stdlib)), range: rangeOf(span, module.source) };
}

/** The offset of a position in the document, in the text that is known of it. */
export function offsetOf(position: Position, { source }: Analysis): number {
  return source instanceof MovedSource
    ? source.earlierOf(offsetAt(position, source.later))
    : offsetAt(position, source);
}
