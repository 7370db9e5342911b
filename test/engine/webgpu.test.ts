// The WebGPU engine on a software device (SwiftShader, which comes with Chromium): one whole step of each method agrees with the CPU.
// In processes of their own: the Vulkan driver is chosen by the environment, once.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const LOADERS = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'];
const missing = [
  ...(existsSync(DRIVER) ? [] : ['SwiftShader (Debian: chromium)']),
  ...(LOADERS.some((path) => existsSync(path)) ? [] : ['the Vulkan loader (Debian: libvulkan1)']),
];
if (missing.length > 0) console.warn(`the WebGPU engine is not tested: ${missing.join(' and ')} not found`);

interface Comparison {
  readonly worst: number;
  readonly outputs: number;
}

describe.skipIf(missing.length > 0)('the WebGPU engine', () => {
  let folder = '';
  beforeAll(async () => {
    // Beside node_modules, so that the native packages are found.
    folder = mkdtempSync(join(process.cwd(), 'node_modules', '.webgpu-test-'));
    await build({
      entryPoints: ['test/engine/webgpu-worker.ts'],
      outfile: join(folder, 'worker.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node20',
      mainFields: ['module', 'main'],
      external: ['onnxruntime-node'],
      banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
      logLevel: 'error',
    });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (method: string, environment: Readonly<Record<string, string>>): string =>
    execFileSync(process.execPath, [join(folder, 'worker.mjs'), method], {
      encoding: 'utf8',
      cwd: tmpdir(),
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  for (const method of ['idfd', 'cidfd'])
    it(`takes a step of ${method} within 1e-4 of the CPU`, { timeout: 240_000 }, () => {
      const { worst, outputs } = JSON.parse(run(method, { VK_ICD_FILENAMES: DRIVER })) as Comparison;
      expect(outputs).toBeGreaterThan(30);
      expect(worst).toBeLessThan(1e-4);
    });

  it('is a clear error where there is no device', { timeout: 120_000 }, () => {
    expect(() => run('idfd', { VK_ICD_FILENAMES: '/nonexistent.json', VK_DRIVER_FILES: '/nonexistent.json' })).toThrow(
      /the engine webgpu finds no device on this machine/,
    );
  });
});
