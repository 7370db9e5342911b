// Reads what architecture.test.ts compares: the table of folders in ARCHITECTURE.md, and the imports of every source file.
// Imports are found by TypeScript's own scanner, so that text in strings and comments is never taken for one.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** One row of the table: a folder (or one file), and what it may import besides itself. */
export interface Part {
  readonly path: string;
  readonly mayImport: readonly string[];
}

export interface SourceText {
  /** From the root of the checkout: `src/run/events.ts`. */
  readonly path: string;
  readonly text: string;
  /** Files of the checkout that it imports, types included. */
  readonly imports: readonly string[];
  /** Packages that it imports: `listr2`, `@tensorflow/tfjs-core`, `node:fs`. */
  readonly packages: readonly string[];
}

/**
 * Rows of the markdown table whose first header is "Folder" and that has a column "May import". A cell names paths in backticks;
 * one without any means: nothing. Throws where there is no such table.
 */
export function readParts(markdown: string): readonly Part[] {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => /^\|\s*Folder\s*\|/.test(line));
  if (start < 0) throw new Error('no table whose first column is "Folder"');
  const column = cells(lines[start]!).indexOf('May import');
  if (column < 0) throw new Error('the table of folders has no column "May import"');
  const rows: Part[] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    const row = cells(line);
    const path = quoted(row[0] ?? '')[0];
    if (path === undefined) throw new Error(`a row of the table of folders names no path: ${line}`);
    rows.push({ path: trimSlash(path), mayImport: quoted(row[column] ?? '').map(trimSlash) });
  }
  return rows;
}

const cells = (line: string): readonly string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const quoted = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
const trimSlash = (path: string): string => path.replace(/\/$/, '');

/** Every TypeScript file below these folders. */
export function readSources(root: string, folders: readonly string[]): readonly SourceText[] {
  const paths = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  return paths
    .filter((path) => path.endsWith('.ts') && statSync(join(root, path)).isFile())
    .sort()
    .map((path) => readSource(path, readFileSync(join(root, path), 'utf8')));
}

export function readSource(path: string, text: string): SourceText {
  const named = ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName);
  return {
    path,
    text,
    imports: named.filter((name) => name.startsWith('.')).map((name) => normalize(join(dirname(path), name))),
    packages: named.filter((name) => !name.startsWith('.')).map(packageName),
  };
}

const packageName = (specifier: string): string =>
  specifier.startsWith('@') ? specifier.split('/').slice(0, 2).join('/') : specifier.split('/')[0]!;

/** The row that a file falls under: the longest path that is the file or holds it. */
export function partOf(path: string, parts: readonly Part[]): Part | undefined {
  return parts
    .filter((part) => path === part.path || path.startsWith(`${part.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

/** Sentences, one for every import that the table does not allow. */
export function forbiddenImports(sources: readonly SourceText[], parts: readonly Part[]): readonly string[] {
  return sources.flatMap((source) => {
    const from = partOf(source.path, parts);
    if (from === undefined) return [`${source.path} is in no folder of the table`];
    return source.imports.flatMap((target) => {
      const to = partOf(target, parts);
      if (to === undefined)
        return target === 'package.json'
          ? []
          : [`${source.path} imports ${target}, which is in no folder of the table`];
      if (to === from || from.mayImport.includes(to.path)) return [];
      return [`${source.path} imports ${target}: ${from.path} may not import ${to.path}`];
    });
  });
}

/** Each cycle once, as the path that closes it: `a → b → a`. */
export function cycles(edges: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found = new Set<string>();
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): void => {
    const at = path.indexOf(node);
    if (at >= 0) {
      found.add([...path.slice(at), node].join(' → '));
      return;
    }
    if (finished.has(node)) return;
    path.push(node);
    for (const next of edges.get(node) ?? []) visit(next);
    path.pop();
    finished.add(node);
  };
  for (const node of edges.keys()) visit(node);
  return [...found];
}
