// What must start at once loads nothing heavy: the promise of ARCHITECTURE.md, tried on the real program.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { program, runPipe, temporaryFolder } from './run-pipe.ts';

const HEAVY = /onnxruntime|@tensorflow|sharp|@cwasm/;

/** Notes every CommonJS module and every native library that this process and its children load. */
const HOOK = `
const Module = require('node:module');
const { appendFileSync } = require('node:fs');
const note = (name) => appendFileSync(process.env.LOADED, name + '\\n');
const load = Module._load;
Module._load = function (name, ...rest) { note(String(name)); return load.call(this, name, ...rest); };
const open = process.dlopen;
process.dlopen = function (module, path, ...rest) { note(path); return open.call(this, module, path, ...rest); };
`;

async function loadedBy(argumentList: readonly string[]): Promise<readonly string[]> {
  const folder = temporaryFolder();
  const [hook, log] = [join(folder, 'hook.cjs'), join(folder, 'loaded')];
  writeFileSync(hook, HOOK);
  writeFileSync(log, '');
  const finished = await runPipe(argumentList, { env: { NODE_OPTIONS: `--require ${hook}`, LOADED: log } });
  expect(finished.code).toBe(0);
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((name) => HEAVY.test(name));
}

const TRAINING = `import { glyphs } from "std/datasets"
import { idfd } from "std/representation"

pipeline learned() {
  output features = idfd(glyphs(count: 16).images, epochs: 1).features
}
`;

describe('what is loaded', () => {
  const file =
    'import { stripes } from "std/datasets"\n\npipeline p() {\n  output images = stripes(count: 10).images\n}\n';

  it('is nothing heavy for check, plan and a run in which everything is reused', async () => {
    const [path, store] = [program(file), temporaryFolder()];
    expect(await loadedBy(['check', path])).toEqual([]);
    expect(await loadedBy(['plan', path, '--cache', store])).toEqual([]);
    await runPipe(['run', path, '--cache', store]);
    expect(await loadedBy(['run', path, '--cache', store])).toEqual([]);
    // A plan of training says on which engine, and tries none.
    expect(await loadedBy(['plan', program(TRAINING), '--cache', store])).toEqual([]);
  });

  it('is nothing heavy for fmt, explain, graph and docs', async () => {
    const [path, store] = [program(file), temporaryFolder()];
    expect(await loadedBy(['fmt', '--check', path])).toEqual([]);
    expect(await loadedBy(['explain', path, 'images', '--cache', store])).toEqual([]);
    expect(await loadedBy(['graph', path, '--format', 'svg'])).toEqual([]);
    expect(await loadedBy(['docs', 'kmeans'])).toEqual([]);
  });

  it('is seen by this test where it is something', async () => {
    expect((await loadedBy(['doctor', '--cache', temporaryFolder()])).length).toBeGreaterThan(0);
  });
});
