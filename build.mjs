// Bundles the command line and the processes and threads that it starts into dist/ (one ES module each, shared code split off), so that `pipe check`
// starts in a fraction of a second, and copies the standard library beside them. Native packages stay outside.
// Every file is written by rename, chunks before the entries, so that a process that runs from dist/ never reads half a build.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import typescript from 'typescript';

const STALE_AFTER_MS = 10 * 60 * 1000;

/** Writes a whole file or none; leaves a file alone that already holds these bytes. */
async function replaceFile(path, bytes) {
  const present = await readFile(path).catch(() => undefined);
  if (present?.equals(bytes)) return;
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, bytes);
  await rename(temporary, path);
}

async function filesUnder(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Of the engine's sources and of the versions of all packages: compiled steps that one build has stored are none to another. */
async function engineCode() {
  const hash = createHash('sha256');
  for (const path of [...(await filesUnder('src/engine')), 'package-lock.json'].sort())
    hash.update(`${path.replaceAll('\\', '/')}\0`).update(await readFile(path));
  return hash.digest('hex');
}

/** The types of "pipe/stage": the contract and what it names, each declaration by itself. */
async function contractTypes() {
  const sources = {
    'stage.d.ts': 'define-stage',
    'stage-error.d.ts': 'stage-error',
    'artifact.d.ts': '../artifacts/artifact',
  };
  const texts = [];
  for (const [name, path] of Object.entries(sources)) {
    const source = await readFile(`src/stage/${path}.ts`, 'utf8');
    const { outputText } = typescript.transpileDeclaration(source, { reportDiagnostics: true });
    texts.push([name, outputText.replaceAll(/'(?:\.\.\/artifacts|\.)\/([\w-]+)\.ts'/g, "'./$1.js'")]);
  }
  return texts;
}

/** A module of the sources, bundled by itself and loaded. */
async function importSource(path) {
  const { outputFiles } = await build({
    ...{ entryPoints: [path], write: false, bundle: true, format: 'esm', platform: 'node', target: 'node20' },
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

const result = await build({
  entryPoints: {
    cli: 'src/cli/main.ts',
    'stage-worker': 'src/stage-worker.ts',
    'engine-probe': 'src/engine-probe.ts',
    'decode-worker': 'src/decode/decode-worker.ts',
    stage: 'src/stage/define-stage.ts',
  },
  outdir: 'dist',
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  define: { ENGINE_CODE: JSON.stringify(await engineCode()) },
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: 'linked',
  legalComments: 'none',
  // TensorFlow.js is bundled from its ES modules: its main entry leaves the gradients out.
  mainFields: ['module', 'main'],
  external: [
    'esbuild',
    'onnxruntime-node',
    'sharp',
    '@tensorflow/tfjs-node-gpu',
    '@cwasm/jpeg-turbo',
    '@cwasm/lodepng',
  ],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});

const written = new Map(result.outputFiles.map((file) => [relative('.', file.path), Buffer.from(file.contents)]));
for (const [path, text] of await contractTypes()) written.set(join('dist', path), Buffer.from(text));
const { parsedPath, writeParsedModule } = await importSource('src/syntax/parsed-module.ts');
for (const path of await filesUnder('stdlib')) {
  const bytes = await readFile(path);
  written.set(join('dist', path), bytes);
  const name = relative('stdlib', path)
    .replaceAll('\\', '/')
    .replace(/\.pipe$/, '');
  written.set(join('dist', parsedPath(path)), Buffer.from(writeParsedModule(name, bytes.toString('utf8'))));
}
const isEntry = (path) => dirname(path) === 'dist';
for (const [path, bytes] of written) if (!isEntry(path)) await replaceFile(path, bytes);
for (const [path, bytes] of written) if (isEntry(path)) await replaceFile(path, bytes);
await chmod('dist/cli.js', 0o755);

// What an earlier build left: source files at once; chunks later, for a process that started from them may still load one.
for (const path of await filesUnder('dist')) {
  if (written.has(path)) continue;
  const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
  if (!path.includes('chunks') || age > STALE_AFTER_MS) await rm(path, { force: true });
}
