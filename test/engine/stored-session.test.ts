// A compiled step that comes from the cache computes to the last bit what a fresh one computes, and one that is of no use is made again.
import { createHash } from 'node:crypto';
import { rmSync, mkdtempSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backbones } from '../../src/engine/nn/backbones.ts';
import { adam } from '../../src/engine/optim/optimizer.ts';
import { stepKey } from '../../src/engine/runtime/compile-onnx.ts';
import { compileStep, writableState } from '../../src/engine/runtime/compile.ts';
import type { CompiledStep } from '../../src/engine/runtime/engine.ts';
import type { TensorData } from '../../src/engine/runtime/session.ts';
import type { StepCache } from '../../src/engine/runtime/stored-session.ts';
import { neg } from '../../src/engine/tensor.ts';
import { trace } from '../../src/engine/trace/backend.ts';
import { wholeSteps, type WholeStep } from './whole-steps.ts';
import { instanceStep } from '../../src/engine/train/instance-step.ts';
import { randomInputs } from './difference.ts';

/** In memory; files of a moment on the disk, for ONNX Runtime writes nowhere else. */
function memoryCache(): StepCache & { readonly stored: Map<string, Uint8Array>; readonly log: string[] } {
  const stored = new Map<string, Uint8Array>();
  const log: string[] = [];
  return {
    stored,
    log,
    async read(key) {
      log.push(stored.has(key) ? 'hit' : 'miss');
      return stored.get(key);
    },
    async write(key, content) {
      stored.set(key, content);
    },
    async reject(key, why) {
      stored.delete(key);
      log.push(`rejected: ${why}`);
    },
    async captured(make) {
      const folder = mkdtempSync(join(tmpdir(), 'pipe-captured-'));
      try {
        await make(join(folder, 'model'));
        return await readFile(join(folder, 'model'));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}

const compile = (step: Pick<WholeStep, 'step' | 'signature'>, threads: number, cache?: StepCache) =>
  compileStep(step.step, step.signature, { name: 'step', engine: 'cpu', threads, ...(cache && { cache }) });

/** Digests of all outputs of each of three steps, the state carried on and written where the step says that it may be. */
async function threeSteps(compiled: CompiledStep, { state, inputs }: WholeStep): Promise<readonly object[]> {
  const digest = ({ data }: TensorData): string =>
    createHash('sha256')
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      .digest('hex');
  const copy = ({ data, shape }: TensorData): TensorData => ({ data: data.slice(), shape });
  let current: Record<string, TensorData> = Object.fromEntries(
    Object.keys(state).map((name) => [name, copy(inputs[name]!)]),
  );
  let next = writableState(current, compiled);
  const seen: object[] = [];
  for (let taken = 0; taken < 3; taken += 1) {
    const outputs = await compiled.run({ ...inputs, ...current }, next);
    seen.push(Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, digest(tensor)])));
    [current, next] = [next, current];
  }
  await compiled.close();
  return seen;
}

/** Wide enough for blocked convolutions, and with a bank in two blocks. */
function wide(): WholeStep {
  const encoder = backbones.small_cnn(16)([16, 16, 3]);
  const made = instanceStep({
    ...{ encoder, image: [16, 16, 3], batch: 4, rows: 5000, optimizer: adam(5e-4) },
    ...{ temperature: 0.5, decorrelationTemperature: 2, decorrelationWeight: 1 },
  });
  const inputs = randomInputs(made.signature);
  for (const [name, { data }] of Object.entries(inputs))
    if (name.startsWith('moment2/') || name.endsWith('variance'))
      data.forEach((value, i) => (data[i] = Math.abs(value)));
  return { ...made, inputs };
}

describe('a step from the cache', () => {
  it.for(['cidfd, small_cnn', 'idfd with views, narrow ResNet', 'wide'])(
    'gives the bytes of a fresh one on one and two threads: %s',
    async (name) => {
      const step = name === 'wide' ? wide() : wholeSteps[name]!();
      const cache = memoryCache();
      for (const threads of [1, 2]) {
        const fresh = await threeSteps(await compile(step, threads), step);
        expect(await threeSteps(await compile(step, threads, cache), step)).toEqual(fresh);
        expect(await threeSteps(await compile(step, threads, cache), step)).toEqual(fresh);
      }
      // One entry serves any number of threads.
      expect(cache.log).toEqual(['miss', 'hit', 'hit', 'hit']);
    },
  );

  it('takes the same state in place as a fresh one', async () => {
    const [step, cache] = [wholeSteps['idfd, small_cnn']!(), memoryCache()];
    const compiled = [await compile(step, 1, cache), await compile(step, 1, cache)];
    expect(cache.log).toEqual(['miss', 'hit']);
    expect(compiled[1]!.inPlace).toEqual(compiled[0]!.inPlace);
    expect(compiled[0]!.inPlace.size).toBeGreaterThan(5);
    for (const one of compiled) await one.close();
  });

  it.for([
    ['no head', new TextEncoder().encode('nonsense')],
    ['no model', new TextEncoder().encode('[]\nnonsense')],
    ['nothing', new Uint8Array()],
  ] as const)('is made again where what was stored has %s', async ([, content]) => {
    const [step, cache] = [wholeSteps['idfd, small_cnn']!(), memoryCache()];
    const fresh = await threeSteps(await compile(step, 1, cache), step);
    for (const key of cache.stored.keys()) cache.stored.set(key, content);
    expect(await threeSteps(await compile(step, 1, cache), step)).toEqual(fresh);
    expect(cache.log).toEqual(['miss', 'hit', expect.stringMatching(/^rejected: ./)]);
    expect(await threeSteps(await compile(step, 1, cache), step)).toEqual(fresh);
    expect(cache.log.at(-1)).toBe('hit');
  });

  it('is compiled all the same where nothing can be stored', async () => {
    const step = wholeSteps['idfd, small_cnn']!();
    const cache: StepCache = {
      ...memoryCache(),
      captured: (make) =>
        make('/nonexistent/folder/model').then(
          () => writeFile('/nonexistent/folder/model', '').then(() => undefined),
          () => undefined,
        ),
    };
    expect(await threeSteps(await compile(step, 1, cache), step)).toEqual(
      await threeSteps(await compile(step, 1), step),
    );
  });
});

describe('the key of a step', () => {
  const recorded = trace(({ x }) => ({ y: neg(x!) }), { x: { shape: [1], dtype: 'float32' } });
  const longer = trace(({ x }) => ({ y: neg(x!) }), { x: { shape: [2], dtype: 'float32' } });

  it('changes with each of its parts', () => {
    const keys = [
      stepKey(recorded, 'name', 16, 'code', '1.30.0'),
      stepKey(longer, 'name', 16, 'code', '1.30.0'),
      stepKey(recorded, 'other', 16, 'code', '1.30.0'),
      stepKey(recorded, 'name', 8, 'code', '1.30.0'),
      stepKey(recorded, 'name', undefined, 'code', '1.30.0'),
      stepKey(recorded, 'name', 16, 'newer', '1.30.0'),
      stepKey(recorded, 'name', 16, 'code', '1.31.0'),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(stepKey(recorded, 'name', 16, 'code', '1.30.0')).toBe(keys[0]);
  });
});
