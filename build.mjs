// Bundles the command line and the stage worker into dist/ (one ES module each, shared code split off), so that `pipe check`
// starts in a fraction of a second, and copies the standard library beside them. Native packages stay outside.
import { build } from 'esbuild';
import { chmod, cp, rm } from 'node:fs/promises';

await rm('dist', { recursive: true, force: true });
await build({
  entryPoints: { cli: 'src/cli/main.ts', 'stage-worker': 'src/stage-worker.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  chunkNames: 'chunks/[name]-[hash]',
  sourcemap: 'linked',
  legalComments: 'none',
  external: ['onnxruntime-node', 'sharp', '@tensorflow/*'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
await cp('stdlib', 'dist/stdlib', { recursive: true });
await chmod('dist/cli.js', 0o755);
