// Bundles the worker and the runner with the test stages into a temporary folder, once for each test file that needs them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

export interface BuiltPrograms {
  readonly folder: string;
  readonly worker: string;
  readonly runner: string;
  remove(): void;
}

export async function builtPrograms(): Promise<BuiltPrograms> {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-test-'));
  await build({
    entryPoints: {
      worker: join(import.meta.dirname, 'worker-with-test-stages.ts'),
      runner: join(import.meta.dirname, 'runner-with-test-stages.ts'),
    },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Packages with native files stay outside, as in build.mjs, and parts that load them are split off: no test stage comes there.
    splitting: true,
    external: ['onnxruntime-node', 'sharp', '@tensorflow/tfjs-node-gpu', '@cwasm/jpeg-turbo', '@cwasm/lodepng'],
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return {
    folder,
    worker: join(folder, 'worker.mjs'),
    runner: join(folder, 'runner.mjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
