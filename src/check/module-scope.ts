// The names of a module: its own stages and those it imports. Order in the file does not matter.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import type { Module } from './module.ts';
import { definedTwice, notExported } from './module-problems.ts';
import { recordSignature, type Recorder } from './recorder.ts';
import { resolveSignature } from './resolve-signature.ts';
import type { Signature } from './signature.ts';

export interface ModuleName {
  /** Where the name enters the module: its definition, or its place in an import. */
  readonly span: Span;
  readonly imported: boolean;
  /** Undefined where the import could not be followed. */
  readonly signature: Signature | undefined;
}

export type ModuleScope = ReadonlyMap<string, ModuleName>;

/** Scopes of all modules. `modules` holds imported ones before those that import them. */
export function moduleScopes(
  modules: ReadonlyMap<string, Module>,
  report: (problem: Diagnostic) => void,
  record: Recorder,
): ReadonlyMap<string, ModuleScope> {
  const scopes = new Map<string, ModuleScope>();
  for (const module of modules.values()) scopes.set(module.key, moduleScope(module, modules, scopes, report, record));
  return scopes;
}

function moduleScope(
  module: Module,
  modules: ReadonlyMap<string, Module>,
  scopes: ReadonlyMap<string, ModuleScope>,
  report: (problem: Diagnostic) => void,
  record: Recorder,
): ModuleScope {
  const scope = new Map<string, ModuleName>();
  const define = (name: string, entry: ModuleName): void => {
    const earlier = scope.get(name);
    if (earlier === undefined) scope.set(name, entry);
    else report(definedTwice({ text: name, span: entry.span }, earlier.span));
  };
  /** What misspelt imports most likely meant: their uses are no further problem. */
  const meant = new Map<string, Span>();
  for (const { syntax, module: key } of module.imports) {
    const exported = key === undefined ? undefined : ownStages(scopes.get(key));
    const isHidden = (name: string): boolean =>
      key !== undefined && modules.get(key)?.file.perhapsDefined.has(name) === true;
    for (const name of syntax.names) {
      const signature = exported?.get(name.text);
      if (exported !== undefined && key !== undefined && signature === undefined && !isHidden(name.text)) {
        const names = [...exported.keys()];
        const suggestion = nearestNames(name.text, names)[0];
        report(notExported(name, key, names, suggestion));
        if (suggestion !== undefined) meant.set(suggestion, name.span);
      }
      if (signature !== undefined) record.use(name.span, signature.span);
      define(name.text, { span: name.span, imported: true, signature });
    }
  }
  for (const stage of module.file.stages) {
    const signature = resolveSignature(stage, module.key, report, record);
    recordSignature(signature, record);
    define(stage.name.text, { span: stage.name.span, imported: false, signature });
  }
  for (const [name, span] of meant) {
    if (!scope.has(name)) scope.set(name, { span, imported: true, signature: undefined });
  }
  return scope;
}

function ownStages(scope: ModuleScope | undefined): ReadonlyMap<string, Signature> {
  const own = new Map<string, Signature>();
  for (const [name, entry] of scope ?? [])
    if (!entry.imported && entry.signature !== undefined) own.set(name, entry.signature);
  return own;
}
