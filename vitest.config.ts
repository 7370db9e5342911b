import { defineConfig } from 'vitest/config';

export default defineConfig({
  // What build.mjs puts there: without it nothing compiled is stored.
  define: { ENGINE_CODE: JSON.stringify('the sources') },
  // As in build.mjs: TensorFlow.js from its ES modules, so that its gradients are there.
  resolve: {
    alias: [{ find: /^@tensorflow\/(tfjs-core|tfjs-backend-cpu)$/, replacement: '@tensorflow/$1/dist/index.js' }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    server: { deps: { inline: [/@tensorflow/] } },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
