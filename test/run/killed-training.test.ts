// Training that is killed (SIGKILL) at any step and continued ends with the bytes of training that nobody disturbed: encoder, features (the memory
// bank) and log. The real worker process and the real stages, with a checkpoint at every step, killed again and again.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeArtifact } from '../../src/artifacts/codec.ts';
import { readSafetensors } from '../../src/artifacts/safetensors.ts';
import { loadCheckpoint } from '../../src/cache/checkpoint.ts';
import { digestOf, type Digest } from '../../src/cache/digest.ts';
import { backbones } from '../../src/engine/nn/backbones.ts';
import { initialise } from '../../src/engine/nn/initialise.ts';
import { exportEncoder } from '../../src/engine/train/export-encoder.ts';
import { realFileSystem } from '../../src/platform/real-file-system.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';
import type { Task, TaskEvent } from '../../src/stage/task.ts';
import { distribution } from '../distribution.ts';
import { graphOf } from '../check/compile-text.ts';

const SIZE = 12;
const COUNT = 40;
const EPOCHS = 8;
const STEPS = 40;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pipe-killed-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shared = `backbone: "conv3", dimension: 8, epochs: ${EPOCHS}, batch: 8, warmup: 2, seed: 3`;
const program = (call: string): string => `import { glyphs } from "std/datasets"
import { idfd, cidfd } from "std/representation"
import { momentum_contrast, self_label } from "std/contrast"

pipeline trained() {
  images = glyphs(count: ${COUNT}).images
  discard = idfd(images, ${shared}).encoder
  output encoder = ${call}.encoder
}
`;

const methods = {
  idfd: `idfd(images, augmentation: "moco2", normalisation: "images", ${shared})`,
  npid: `idfd(images, instance: "noise_contrastive", negatives: 20, ${shared})`,
  cidfd: `cidfd(images, discard: discard, ${shared})`,
  momentum_contrast: `momentum_contrast(images, categories: 3, norm_splits: 2, queue: 32, ${shared})`,
  self_label: `self_label(images, momentum_contrast(images, categories: 3, norm_splits: 2, queue: 32, ${shared}).encoder, k: 3, threshold: 0.5, epochs: ${EPOCHS}, batch: 8)`,
} as const;

type Method = keyof typeof methods;

function input(name: string, kind: string, bytes: Uint8Array): { kind: string; path: string; digest: Digest } {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return { kind, path, digest: digestOf(bytes) };
}

/** The task of the last training step of the method's program, over small images, in a folder of its own. */
function taskOf(method: Method, place: string): Task {
  const steps = graphOf(program(methods[method])).steps;
  const { stage, parameters, outputs } = steps
    .filter((step) => step.stage.endsWith(`.${method === 'npid' ? 'idfd' : method}`))
    .at(-1)!;
  const random = new RandomStream(randomKey(1));
  const data = Uint8Array.from({ length: COUNT * SIZE * SIZE }, () => random.integer(256));
  const images = { count: COUNT, height: SIZE, width: SIZE, channels: 1, data };
  const frozen = backbones.conv3(6)([SIZE, SIZE, 1]);
  const onnx = exportEncoder(frozen, [SIZE, SIZE, 1], initialise(frozen.variables, randomKey(3)), 'test', {
    ...{ backbone: 'conv3', head: 'linear', parts: [6], predictor: false, normalisation: null },
  });
  const encoder = { onnx, height: SIZE, width: SIZE, channels: 1, dimension: 6 };
  const outputFolder = join(place, 'out');
  mkdirSync(outputFolder, { recursive: true });
  return {
    ...{ format: 1, step: method, stage, parameters, threads: 2, engine: 'cpu' },
    inputs: {
      images: input('images', 'Images', encodeArtifact('Images', images)),
      ...(method === 'cidfd' ? { discard: input('discard', 'Encoder', encodeArtifact('Encoder', encoder)) } : {}),
      ...(method === 'self_label' ? { encoder: input('encoder', 'Encoder', encodeArtifact('Encoder', encoder)) } : {}),
    },
    outputs: outputs.map(({ name, kind, type }) => ({ name, kind, type })),
    command: null,
    module: null,
    ...{ dataFolder: null, downloadFolder: join(place, 'downloads'), compiledFolder: join(place, 'compiled') },
    ...{ outputFolder, provenance: null },
    ...{ checkpoint: join(place, 'checkpoint', 'state'), checkpointEvery: 0, supervised: false },
  };
}

/** Where a new checkpoint has the name, this changes. */
function version(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}

/**
 * Runs the task in a process. Killed once so many checkpoints were written since its start and so many milliseconds more have passed; undefined: never.
 * Gives what it made, or the number of steps in the checkpoint that a killed process left.
 */
async function work(task: Task, place: string, kill?: { readonly after: number; readonly wait: number }) {
  const file = join(place, 'task.json');
  writeFileSync(file, JSON.stringify(task));
  const child = spawn(process.execPath, [distribution().worker, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  const exit = new Promise<boolean>((resolve) => child.on('close', (_, signal) => resolve(signal === 'SIGKILL')));
  let ended = false;
  void exit.then(() => (ended = true));
  if (kill !== undefined) {
    let seen = 0;
    for (let last = version(task.checkpoint); !ended && seen < kill.after;) {
      await sleep(1);
      const now = version(task.checkpoint);
      if (now !== last) seen += 1;
      last = now;
    }
    await sleep(kill.wait);
    child.kill('SIGKILL');
  }
  if (await exit) {
    const state = await loadCheckpoint(realFileSystem, task.checkpoint);
    const { metadata } = readSafetensors(state!.content);
    return { killedAt: (JSON.parse(metadata.state!) as { step: number }).step };
  }
  const end = JSON.parse(text.trimEnd().split('\n').at(-1)!) as TaskEvent;
  if (end.event !== 'done') throw new Error(`the worker ended with ${text}`);
  return { outputs: Object.fromEntries(end.outputs.map((output) => [output.name, readFileSync(output.file)])) };
}

describe.each(Object.keys(methods) as Method[])('%s', (method) => {
  it('ends with the same bytes wherever it was killed', { timeout: 600_000 }, async () => {
    const quiet = mkdtempSync(join(folder, 'quiet-'));
    const { outputs } = await work(taskOf(method, quiet), quiet);
    expect(Object.keys(outputs!)).toEqual(
      method === 'momentum_contrast' || method === 'self_label' ? ['encoder', 'log'] : ['encoder', 'features', 'log'],
    );
    const reached = new Set<number>();
    const kill = fc.record({ after: fc.integer({ min: 1, max: 20 }), wait: fc.integer({ min: 0, max: 12 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(kill, { minLength: 1, maxLength: 2 }), async (kills) => {
        const place = mkdtempSync(join(folder, 'killed-'));
        const task = taskOf(method, place);
        for (const each of kills) {
          const { killedAt } = await work(task, place, each);
          // It was quicker than the kill.
          if (killedAt === undefined) break;
          reached.add(killedAt);
        }
        expect((await work(task, place)).outputs).toEqual(outputs);
      }),
      // The first is the same each time: killed early, then again in the middle.
      {
        numRuns: 2,
        examples: [
          [
            [
              { after: 2, wait: 3 },
              { after: 12, wait: 0 },
            ],
          ],
        ],
      },
    );
    // The kills came in the middle of training, at more than one step.
    expect([...reached].filter((step) => step > 0 && step < STEPS).length).toBeGreaterThan(1);
  });
});
