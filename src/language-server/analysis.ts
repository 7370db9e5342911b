// One text as the server knows it: tokens, tree, problems and what its names mean. In: a file and a reader of texts; out: plain data that every
// feature reads. Knows nothing of the protocol; what is remembered between two texts is for workspace.ts.
import { tokenEnd, tokenize, type Token } from '../../grammar/parse.ts';
import { recordMeanings, type Meanings } from '../check/meanings.ts';
import type { Module } from '../check/module.ts';
import { compile, type SourceReader } from '../compile.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Span } from '../source/span.ts';
import type { ParsedSource } from '../syntax/parse-source.ts';
import { MovedSource } from './moved-source.ts';

/** How a text is parsed; it may remember. */
export type ParseText = (source: SourceFile) => ParsedSource;

export interface Analysis {
  /** Its path with forward slashes, or the URI of a document that is no file. What spans in it carry as `file`. */
  readonly file: string;
  readonly source: SourceFile;
  /** The words and signs, without comments. */
  readonly tokens: readonly Token[];
  readonly comments: readonly Extent[];
  readonly module: Module;
  /** Of this text and of what it imports. */
  readonly diagnostics: readonly Diagnostic[];
  readonly meanings: Meanings;
  /** This module and those that it imports, by key. */
  readonly modules: ReadonlyMap<string, Module>;
  /** The folder that holds `std/`. */
  readonly stdlib: string;
  /** Where in the text what the tree and the meanings have start at an offset does: elsewhere only while they are of an earlier text. */
  readonly moved: (offset: number) => number;
}

type Extent = Pick<Span, 'start' | 'end'>;

/** Undefined where there is no such file. */
export function analyse(file: string, reader: SourceReader, stdlib: string, parse: ParseText): Analysis | undefined {
  const { record, meanings } = recordMeanings(file);
  const { modules, diagnostics } = compile({ file, set: [], reader, stdlib, purpose: 'check', record, parse });
  const module = modules.get(file);
  if (module === undefined) return undefined;
  const { tokens } = parse(module.source);
  const comments = module.file.comments.map(({ span }) => span);
  const moved = (offset: number): number => offset;
  return {
    ...{ file, source: module.source, tokens, comments, module, diagnostics, modules, stdlib, moved },
    meanings: meanings(),
  };
}

/**
 * A later text with the tree and the meanings of an earlier one, for what is asked while someone types: the tokens are those that stand there,
 * and the names those that were in force before the last keys. It costs a fraction of an analysis.
 */
export function carried(earlier: Analysis, source: SourceFile): Analysis {
  const { tokens, comments } = tokenize(source.text);
  const before = new MovedSource(earlier.source, source);
  const moved = (offset: number): number => before.startOf(offset);
  const scopes = new Map([...earlier.meanings.scopes].map(([block, scope]) => [moved(block), scope]));
  return {
    ...earlier,
    ...{ source, tokens, moved },
    comments: comments.map((token) => ({ start: token.startOffset, end: tokenEnd(token) })),
    meanings: { ...earlier.meanings, scopes },
  };
}

/** What is known of an earlier text, at the places that it has in a later one. Nothing in it costs time. */
export function meanwhile(earlier: Analysis, later: SourceFile): Analysis {
  const source = new MovedSource(earlier.source, later);
  const module = { ...earlier.module, source };
  return { ...earlier, source, module, modules: new Map(earlier.modules).set(earlier.file, module) };
}
