// One text as the server knows it: tokens, tree, problems and what its names mean. In: a file and a reader of texts; out: plain data that every
// feature reads. Knows nothing of the protocol; what is remembered between two texts is for workspace.ts.
import type { Token } from '../../grammar/parse.ts';
import { recordMeanings, type Meanings } from '../check/meanings.ts';
import type { Module } from '../check/module.ts';
import { compile, type SourceReader } from '../compile.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { SourceFile } from '../source/source-file.ts';
import type { ParsedSource } from '../syntax/parse-source.ts';

/** How a text is parsed; it may remember. */
export type ParseText = (source: SourceFile) => ParsedSource;

export interface Analysis {
  /** Its path with forward slashes, or the URI of a document that is no file. What spans in it carry as `file`. */
  readonly file: string;
  readonly source: SourceFile;
  /** The words and signs, without comments. */
  readonly tokens: readonly Token[];
  readonly module: Module;
  /** Of this text and of what it imports. */
  readonly diagnostics: readonly Diagnostic[];
  readonly meanings: Meanings;
  /** This module and those that it imports, by key. */
  readonly modules: ReadonlyMap<string, Module>;
  /** The folder that holds `std/`. */
  readonly stdlib: string;
}

/** Undefined where there is no such file. */
export function analyse(file: string, reader: SourceReader, stdlib: string, parse: ParseText): Analysis | undefined {
  const { record, meanings } = recordMeanings(file);
  const { modules, diagnostics } = compile({ file, set: [], reader, stdlib, purpose: 'check', record, parse });
  const module = modules.get(file);
  if (module === undefined) return undefined;
  const { tokens } = parse(module.source);
  return { file, source: module.source, tokens, module, diagnostics, meanings: meanings(), modules, stdlib };
}
