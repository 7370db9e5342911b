// What can be imported: the modules that are there, the stages of each, and the edit that imports one more.
import { posix } from 'node:path';
import type { TextEdit } from 'vscode-languageserver-types';
import { firstSentence, readReference } from '../reference/module-reference.ts';
import type { SourceReader } from '../compile.ts';
import type { Analysis } from './analysis.ts';
import { positionAt } from './places.ts';

export interface Importable {
  readonly name: string;
  readonly module: string;
  /** In a sentence. */
  readonly doc: string;
}

export interface Library {
  /** Those of the standard library. */
  readonly stages: () => readonly Importable[];
  readonly stagesOf: (module: string) => readonly Importable[];
  readonly modules: () => readonly string[];
  /** Names of the programs in a folder. */
  readonly programs: (folder: string) => readonly string[];
}

/** The standard library is read once, when it is first asked for. */
export function openLibrary(modules: () => readonly string[], reader: Required<SourceReader>, stdlib: string): Library {
  const stagesOf = (module: string): readonly Importable[] =>
    (readReference(module, reader, stdlib).reference?.stages ?? []).map(({ name, doc }) => ({
      ...{ name, module, doc: firstSentence(doc) },
    }));
  let standard: readonly Importable[] | undefined;
  return {
    stages: () => (standard ??= modules().flatMap(stagesOf)),
    stagesOf,
    modules,
    programs: (folder) => reader.list(folder),
  };
}

/** `"std/…"`, and the files beside this one as an import names them. */
export function modulePaths({ file }: Analysis, library: Library): readonly string[] {
  const beside = library
    .programs(posix.dirname(file))
    .filter((name) => name.endsWith('.pipe') && name !== posix.basename(file))
    .map((name) => `./${name}`);
  return [...library.modules(), ...beside];
}

/** The stages of a module as an import in this file names it. */
export function stagesOfModule(path: string, { file }: Analysis, library: Library): readonly Importable[] {
  if (path.startsWith('std/')) return library.stages().filter(({ module }) => module === path);
  return /^\.\.?\//.test(path) ? library.stagesOf(posix.join(posix.dirname(file), path)) : [];
}

/** Adds a name to the import of its module, or an import behind the others, or before everything. */
export function importEdit(name: string, path: string, { module, source, moved }: Analysis): TextEdit {
  const insert = (offset: number, newText: string): TextEdit => {
    const at = positionAt(moved(offset), source);
    return { range: { start: at, end: at }, newText };
  };
  const { imports, doc, comments } = module.file;
  const same = imports.find((one) => one.path?.text === path)?.names.at(-1);
  if (same !== undefined) return insert(same.span.end, `, ${name}`);
  const line = `import { ${name} } from ${JSON.stringify(path)}`;
  const last = imports.at(-1);
  if (last !== undefined) return insert(last.span.end, `\n${line}`);
  // Behind the documentation of the file, which is the first block of its comments.
  const end = doc === '' ? undefined : comments[doc.split('\n').length - 1]?.span.end;
  return end === undefined ? insert(0, `${line}\n\n`) : insert(end, `\n\n${line}`);
}
