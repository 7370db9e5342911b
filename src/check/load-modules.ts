// Loads a file and all that it imports through the given reader, depth first. Every import that cannot be followed is a diagnostic.
// Knows no stage and no type: what is in a module is for module-scope.ts.
import { posix } from 'node:path';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { SourceFile } from '../source/source-file.ts';
import { parseSource, type ParsedSource } from '../syntax/parse-source.ts';
import type { Import, StageDefinition } from '../syntax/ast.ts';
import { codePath, isCodePath } from './code-path.ts';
import { missingCode, notACodePath } from './code-problems.ts';
import { importCycle, missingFile, missingModule, notAModuleName } from './module-problems.ts';
import type { Module } from './module.ts';

export interface SourceReader {
  /** The text of a file, or undefined where there is none. */
  read(path: string): string | undefined;
  /** Names in a folder, for proposing the nearest module; optional. */
  list?(folder: string): readonly string[];
}

export interface Loaded {
  /** By key, imported ones before those that import them. */
  readonly modules: ReadonlyMap<string, Module>;
  readonly entry: Module | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export type Parse = (source: SourceFile) => Pick<ParsedSource, 'file' | 'diagnostics'>;

export interface Location {
  readonly key: string;
  readonly path: string;
  readonly isStandard: boolean;
}

const standardName = /^std\/[A-Za-z0-9_-]+$/;
/** Where the text of such a module lies in a checkout, of which the program at hand may be a build. */
const standardSource = /(^|\/)stdlib\/std\/[A-Za-z0-9_-]+\.pipe$/;

/** Where the text of an import leads, seen from the module with key `from`; undefined where it is no module name. */
export function locate(text: string, from: Module['key'], stdlib: string): Location | undefined {
  if (standardName.test(text)) return { key: text, path: posix.join(stdlib, `${text}.pipe`), isStandard: true };
  if (!/^\.\.?\//.test(text) || standardName.test(from)) return undefined;
  const path = posix.join(posix.dirname(from.replaceAll('\\', '/')), text);
  return { key: path, path, isStandard: false };
}

/** Loads `entry` and what it imports. `stdlib` is the folder that holds `std/`; `parse` may remember what it has parsed. */
export function loadModules(entry: string, reader: SourceReader, stdlib: string, parse: Parse = parseSource): Loaded {
  const text = reader.read(entry);
  if (text === undefined) {
    const neighbours = reader.list?.(posix.dirname(entry)) ?? [];
    return { modules: new Map(), entry: undefined, diagnostics: [missingFile(entry, neighbours)] };
  }
  const modules = new Map<string, Module>();
  const diagnostics: Diagnostic[] = [];
  /** The imports that led from the entry to the module being loaded. */
  const way: { readonly key: string; readonly through: Import }[] = [];
  const entryKey = posix.normalize(entry.replaceAll('\\', '/'));

  const follow = (syntax: Import, from: string): string | undefined => {
    if (syntax.path === undefined) return undefined;
    const location = locate(syntax.path.text, from, stdlib);
    if (location === undefined) {
      diagnostics.push(notAModuleName(syntax.path));
      return undefined;
    }
    const { key, path, isStandard } = location;
    const opened = way.findIndex((step) => step.key === key);
    if (opened !== -1 || key === entryKey) {
      diagnostics.push(importCycle(key, way.slice(opened + 1), syntax));
      return undefined;
    }
    if (modules.has(key)) return key;
    const found = reader.read(path);
    if (found === undefined) {
      diagnostics.push(missingModule(syntax.path, path, isStandard, reader.list?.(posix.dirname(path)) ?? []));
      return undefined;
    }
    way.push({ key, through: syntax });
    load(new SourceFile(key, found));
    way.pop();
    return key;
  };

  /** The code of a stage is only looked for: what is in it, its own process finds out. */
  const lookFor = ({ implementation }: StageDefinition, from: string): void => {
    if (implementation?.kind !== 'module' || implementation.path === undefined) return;
    const { path } = implementation;
    if (!isCodePath(path.text)) return void diagnostics.push(notACodePath(path));
    const place = codePath(path.text, from);
    if (reader.read(place) !== undefined) return;
    diagnostics.push(missingCode(path, place, reader.list?.(posix.dirname(place)) ?? []));
  };

  const load = (source: SourceFile): Module => {
    const { file, diagnostics: problems } = parse(source);
    diagnostics.push(...problems);
    for (const stage of file.stages) lookFor(stage, source.name);
    const imports = file.imports.map((syntax) => ({ syntax, module: follow(syntax, source.name) }));
    const isStandard = standardName.test(source.name) || standardSource.test(source.name.replaceAll('\\', '/'));
    const module = { key: source.name, isStandard, source, file, imports, hasSyntaxErrors: problems.length > 0 };
    modules.set(source.name, module);
    return module;
  };

  const loaded = load(new SourceFile(entry, text));
  return { modules, entry: loaded, diagnostics };
}
