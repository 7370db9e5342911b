// Compiles a program given as text against the real standard library, for tests.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type Compiled, type CompileRequest } from '../../src/compile.ts';
import type { TypedGraph } from '../../src/graph/typed-graph.ts';
import { parseSource, type ParsedSource } from '../../src/syntax/parse-source.ts';
import type { SourceFile } from '../../src/source/source-file.ts';

const root = join(import.meta.dirname, '../..');
const cache = new Map<string, string | undefined>();

function readReal(path: string): string | undefined {
  if (!cache.has(path)) {
    try {
      cache.set(path, readFileSync(join(root, path), 'utf8'));
    } catch {
      cache.set(path, undefined);
    }
  }
  return cache.get(path);
}

const parsed = new Map<string, { readonly text: string; readonly result: ParsedSource }>();

/** Modules of the standard library are parsed once. */
function parseOnce(source: SourceFile): ParsedSource {
  if (!source.name.startsWith('std/')) return parseSource(source);
  const known = parsed.get(source.name);
  if (known?.text === source.text) return known.result;
  const result = parseSource(source);
  parsed.set(source.name, { text: source.text, result });
  return result;
}

export type Options = Partial<Omit<CompileRequest, 'reader' | 'stdlib'>> & {
  /** Files by path, before those on disk. */
  readonly files?: Readonly<Record<string, string>>;
};

/** The program is `main.pipe`. */
export function compileText(text: string, { files = {}, ...options }: Options = {}): Compiled {
  const own: Readonly<Record<string, string>> = { 'main.pipe': text, ...files };
  const read = (path: string): string | undefined => own[path] ?? readReal(path);
  return compile({ file: 'main.pipe', set: [], parse: parseOnce, ...options, reader: { read }, stdlib: 'stdlib' });
}

/** Of a program that must be right. */
export function graphOf(text: string, options: Options = {}): TypedGraph {
  const { graph, diagnostics } = compileText(text, options);
  if (graph === undefined) throw new Error(diagnostics.map(({ code, title }) => `${code} ${title}`).join('\n'));
  return graph;
}

/** Codes of what was found, in order. */
export function codesOf(text: string, options: Options = {}): readonly string[] {
  return compileText(text, options).diagnostics.map(({ code }) => code);
}

/** A text in the project, such as `pipelines/quickstart.pipe`. */
export function projectText(path: string): string {
  const text = readReal(path);
  if (text === undefined) throw new Error(`there is no ${path}`);
  return text;
}
