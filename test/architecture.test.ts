// Holds the code to ARCHITECTURE.md: who may import whom, no cycles, one importer for each large library, files that say what they are.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cycles, forbiddenImports, partOf, readParts, readSource, readSources } from './architecture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const parts = readParts(readFileSync(`${root}/ARCHITECTURE.md`, 'utf8'));
const sources = readSources(root, ['grammar', 'src']);

/** The only places that may import a package; a folder stands for all below it. */
const IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  chevrotain: ['grammar'],
  'railroad-diagrams': ['grammar/railroad.ts'],
  listr2: ['src/cli/progress/live.ts'],
  commander: ['src/cli'],
  'vscode-languageserver': ['src/language-server/server.ts'],
  'vscode-languageclient': ['grammar/vscode'],
  vscode: ['grammar/vscode'],
  '@tensorflow/tfjs-core': ['src/engine/tensor.ts'],
  '@tensorflow/tfjs-backend-cpu': ['src/engine/runtime/eager.ts'],
  '@tensorflow/tfjs-node-gpu': ['src/engine/runtime/tfjs-gpu.ts'],
  'onnxruntime-node': ['src/engine/runtime/session.ts'],
  'umap-js': ['src/stages'],
  'linear-sum-assignment': ['src/stages', 'src/report/model'],
  '@dagrejs/dagre': ['src/report/layered-layout.ts'],
  esbuild: ['src/stage/bundle-module.ts'],
  sharp: ['src/report/model', 'src/stages', 'src/decode'],
  '@cwasm/jpeg-turbo': ['src/decode'],
  '@cwasm/lodepng': ['src/decode'],
  'tar-stream': ['src/stages/data/extract-files.ts'],
  // An independent implementation to test ours against, never a part of the product.
  'ml-kmeans': [],
};
const LONGEST_UNEXPLAINED = 400;

describe('the table of folders in ARCHITECTURE.md', () => {
  it('names every folder that has source files, and no other', () => {
    const used = new Set(sources.map(({ path }) => partOf(path, parts)?.path ?? path));
    expect([...used].sort()).toEqual(parts.map(({ path }) => path).sort());
  });

  it('allows every import there is', () => {
    expect(forbiddenImports(sources, parts)).toEqual([]);
  });

  it('allows no import that nobody makes', () => {
    const made = new Set(
      sources.flatMap(({ path, imports }) =>
        imports.map((target) => `${partOf(path, parts)?.path} → ${partOf(target, parts)?.path}`),
      ),
    );
    const unused = parts
      .flatMap(({ path, mayImport }) => mayImport.map((to) => `${path} → ${to}`))
      .filter((edge) => !made.has(edge));
    expect(unused).toEqual([]);
  });

  it('goes one way', () => {
    expect(cycles(new Map(parts.map(({ path, mayImport }) => [path, mayImport])))).toEqual([]);
  });
});

describe('source files', () => {
  it('import each other without a cycle', () => {
    expect(cycles(new Map(sources.map(({ path, imports }) => [path, imports])))).toEqual([]);
  });

  it.each(Object.entries(IMPORTERS))('import %s only where its place is', (name, places) => {
    const importers = sources.filter(({ packages }) => packages.includes(name)).map(({ path }) => path);
    const elsewhere = importers.filter(
      (path) => !places.some((place) => path === place || path.startsWith(`${place}/`)),
    );
    expect(elsewhere).toEqual([]);
  });

  it('say in a header what they are', () => {
    const silent = sources.filter(({ text }) => !/^(#!.*\n)?\/[/*]/.test(text)).map(({ path }) => path);
    expect(silent).toEqual([]);
  });

  it('carry the name of what they hold, none of a drawer', () => {
    const drawers = sources.filter(({ path }) =>
      /(^|-)(utils?|helpers?|common|misc|shared)(-|\.|$)/.test(basename(path)),
    );
    expect(drawers.map(({ path }) => path)).toEqual([]);
  });

  it('are short, or say in their header why they are long (or that they are generated)', () => {
    const unexplained = sources.filter(({ text }) => {
      const header = /^(?:#!.*\n)?((?:\/\/.*\n|\/\*[\s\S]*?\*\/)+)/.exec(text)?.[1] ?? '';
      return text.split('\n').length > LONGEST_UNEXPLAINED && !/\b(long(er)?|generated)\b/i.test(header);
    });
    expect(unexplained.map(({ path }) => path)).toEqual([]);
  });
});

describe('these checks themselves', () => {
  const table = [
    '| Folder | Holds | May import |',
    '|---|---|---|',
    '| `a/` | x | – |',
    '| `b/` | x | `a/` |',
    '| `b/one.ts` | x | |',
  ].join('\n');
  const rows = readParts(table);

  it('read the table', () => {
    expect(rows).toEqual([
      { path: 'a', mayImport: [] },
      { path: 'b', mayImport: ['a'] },
      { path: 'b/one.ts', mayImport: [] },
    ]);
    expect(partOf('b/one.ts', rows)?.path).toBe('b/one.ts');
    expect(partOf('b/two.ts', rows)?.path).toBe('b');
  });

  it('see static, type, dynamic and re-exporting imports, and none in strings or comments', () => {
    const text = [
      "import { x } from './x.ts';",
      "import type { T } from '../t.ts';",
      "export { y } from './y.ts';",
      "const lazy = () => import('@tensorflow/tfjs-core/dist/z.js');",
      "// import './comment.ts'",
      'const s = "import \'./string.ts\'";',
    ].join('\n');
    const source = readSource('src/a/b.ts', text);
    expect(source.imports).toEqual(['src/a/x.ts', 'src/t.ts', 'src/a/y.ts']);
    expect(source.packages).toEqual(['@tensorflow/tfjs-core']);
  });

  it('find an import against the table, and one out of it', () => {
    const bad = [readSource('a/x.ts', "import '../b/y.ts';"), readSource('c/z.ts', '')];
    expect(forbiddenImports(bad, rows)).toEqual([
      'a/x.ts imports b/y.ts: a may not import b',
      'c/z.ts is in no folder of the table',
    ]);
  });

  it('find the path that closes a cycle', () => {
    expect(
      cycles(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['b']],
        ]),
      ),
    ).toEqual(['b → c → b']);
  });
});
