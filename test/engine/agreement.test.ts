// Every engine computes what the eager reference computes, within 1e-4 of the largest magnitude in each tensor: each lowering, each loss and its
// gradient, each primitive of an augmentation, one whole step of each method. CUDA and tfjs-gpu run where they are, and skip where not.
// WebGPU runs on a software device, and skips only where that is not installed: one that is and gives no device is a failure.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runEagerly } from '../../src/engine/runtime/eager.ts';
import { ENGINE_NAMES, type EngineName } from '../../src/engine/runtime/engine.ts';
import { agreementCases, type Results } from './agreement-cases.ts';
import { largestDifference } from './difference.ts';
import { differentiable, goldens, lossStep } from './loss-cases.ts';
import { missingForSoftwareDevice, withSoftwareDevice } from './software-device.ts';

const WITHIN = 1e-4;

interface Computed {
  /** Why the engine is not there. */
  readonly absent?: string;
  /** Of each case, or what went wrong. */
  readonly results: ReadonlyMap<string, Results | string>;
}

const compared = ENGINE_NAMES.filter((name) => name !== 'reference');
const reference = new Map<string, Results>();
const computed = new Map<EngineName, Promise<Computed>>();
let folder = '';

beforeAll(async () => {
  // Beside node_modules, so that the native packages are found.
  folder = mkdtempSync(join(process.cwd(), 'node_modules', '.agreement-test-'));
  await build({
    entryPoints: ['test/engine/agreement-worker.ts'],
    outfile: join(folder, 'worker.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    external: ['onnxruntime-node', '@tensorflow/tfjs-node-gpu'],
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    logLevel: 'error',
  });
  for (const engine of compared) computed.set(engine, compute(engine));
  for (const [name, make] of Object.entries(agreementCases)) {
    const { step, signature, inputs } = make();
    reference.set(name, await runEagerly(step, signature, inputs));
  }
  await Promise.all(computed.values());
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Needs hardware of its own. */
const mayBeAbsent = (engine: EngineName): boolean => engine === 'cuda' || engine === 'tfjs-gpu';

function compute(engine: EngineName): Promise<Computed> {
  if (engine === 'webgpu' && missingForSoftwareDevice.length > 0)
    return Promise.resolve({ absent: `${missingForSoftwareDevice.join(' and ')} not found`, results: new Map() });
  const file = join(folder, `${engine}.json`);
  const env = { ...process.env, ...(engine === 'webgpu' ? withSoftwareDevice : {}) };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(folder, 'worker.mjs'), engine, file], { env }, (failure, stdout, stderr) => {
      if (failure === null) resolve({ results: decode(readFileSync(file, 'utf8')) });
      else if (failure.code === 3 && mayBeAbsent(engine)) resolve({ absent: stdout, results: new Map() });
      else reject(new Error(`the worker on ${engine} failed: ${stdout}${stderr}`, { cause: failure }));
    });
  });
}

function decode(text: string): Computed['results'] {
  type Encoded = Record<string, string | Record<string, { shape: number[]; data: string }>>;
  return new Map(
    Object.entries(JSON.parse(text) as Encoded).map(([name, outputs]) => [
      name,
      typeof outputs === 'string'
        ? outputs
        : Object.fromEntries(
            Object.entries(outputs).map(([output, { shape, data }]) => {
              const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
              return [output, { shape, data: new Float32Array(bytes.buffer) }];
            }),
          ),
    ]),
  );
}

/** What an engine gave for a case; throws what went wrong. */
function resultOf(results: Computed['results'], name: string): Results {
  const result = results.get(name);
  if (result === undefined || typeof result === 'string') throw new Error(`${name}: ${result ?? 'not computed'}`);
  return result;
}

/** How far an engine is from the reference in a case, or what went wrong. */
function difference(results: Computed['results'], name: string): number | string {
  const result = results.get(name);
  return result === undefined || typeof result === 'string'
    ? (result ?? 'not computed')
    : largestDifference(reference.get(name)!, result);
}

describe.each(compared)('%s', (engine) => {
  /** The results, or a skip that says why there are none. */
  const resultsOn = async (context: { skip(note: string): never }): Promise<Computed['results']> => {
    const { absent, results } = await computed.get(engine)!;
    if (absent !== undefined) context.skip(absent);
    return results;
  };

  it.for(['kernel', 'golden', 'loss', 'views', 'step'])(
    'agrees with the reference: every %s',
    async (kind, context) => {
      const results = await resultsOn(context);
      const names = Object.keys(agreementCases).filter((name) => name.startsWith(`${kind} `));
      expect(names.length).toBeGreaterThan(2);
      const apart = names.map((name) => [name, difference(results, name)] as const);
      expect(apart.filter(([, by]) => typeof by === 'string' || by >= WITHIN)).toEqual([]);
    },
  );

  it('gives the losses that were worked out apart', async (context) => {
    const results = await resultsOn(context);
    for (const { name, value } of goldens)
      expect.soft(resultOf(results, `golden ${name}`).loss!.data[0], name).toBeCloseTo(value, 5);
  });

  it.for(Object.keys(differentiable))('gives the gradient that finite differences give: %s', async (name, context) => {
    const results = await resultsOn(context);
    const { inputs } = agreementCases[`loss ${name}`]!();
    const { step, signature } = lossStep(name);
    const gradient = resultOf(results, `loss ${name}`).gradient!.data;
    const at = async (data: Float32Array): Promise<number> =>
      (await runEagerly(step, signature, { x: { ...inputs.x!, data } })).loss!.data[0]!;
    const by = 1e-2;
    for (let i = 0; i < gradient.length; i += 1) {
      const moved = (delta: number): Float32Array =>
        inputs.x!.data.map((value, k) => (k === i ? value + delta : value)) as Float32Array;
      const slope = ((await at(moved(by))) - (await at(moved(-by)))) / (2 * by);
      expect(Math.abs(gradient[i]! - slope)).toBeLessThan(2e-3 * Math.max(1, Math.abs(slope)));
    }
  });
});

it('has a case for every loss there is', async () => {
  const files = readdirSync('src/engine/loss').map((file) => file.replace(/\.ts$/, ''));
  const losses: string[] = [];
  for (const file of files) {
    const exported = (await import(`../../src/engine/loss/${file}.ts`)) as Record<string, unknown>;
    losses.push(...Object.keys(exported).filter((name) => /Loss$/.test(name)));
  }
  expect(losses.length).toBeGreaterThanOrEqual(files.length);
  expect([...new Set(Object.keys(differentiable).map((name) => name.split(',')[0]))].sort()).toEqual(losses.sort());
});
