// `--engine` on the real command line: an engine that is not there is an error with the command that adds it, before any step runs; one that is
// there trains.
import { describe, expect, it } from 'vitest';
import { isInPackage } from '../../src/engine/runtime/provider-faults.ts';
import { missingForSoftwareDevice, withoutDevice, withSoftwareDevice } from '../engine/software-device.ts';
import { eventsOf, program, runPipe, temporaryFolder } from './run-pipe.ts';

/** One step of training. */
const TRAINING = `import { glyphs } from "std/datasets"
import { idfd } from "std/representation"

pipeline small() {
  output features = idfd(glyphs(count: 16).images, backbone: "conv3", dimension: 8, epochs: 1).features
}
`;

const DRAWING = `import { glyphs } from "std/datasets"

pipeline drawn() {
  output images = glyphs(count: 16).images
}
`;

const train = (engine: string, env: Readonly<Record<string, string>> = {}, text = TRAINING) =>
  runPipe(['run', program(text), '--json', '--engine', engine, '--cache', temporaryFolder()], { env });

describe('pipe run --engine', () => {
  it.skipIf(isInPackage('libonnxruntime_providers_cuda.so')).each([
    ['cuda', /CUDA 12 and cuDNN 9\. To add it: npm rebuild onnxruntime-node --ignore-scripts=false/],
    ['tfjs-gpu', /Node\.js 22 or earlier\. To add it: npm rebuild @tensorflow\/tfjs-node-gpu --ignore-scripts=false/],
    ['webgpu', /finds no device on this machine\n {2}It needs a GPU and its driver/],
  ])('%s that is not there is an error that says what is missing', async (engine, message) => {
    const finished = await train(engine, withoutDevice);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toMatch(message);
    expect(eventsOf(finished)).toEqual([expect.objectContaining({ event: 'finished', status: 'failed' })]);
  });

  it('is not asked for by a run that trains nothing', async () => {
    const finished = await train('cuda', {}, DRAWING);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
  });

  it('reference trains', async () => {
    const events = eventsOf(await train('reference'));
    expect(events[0]).toMatchObject({ event: 'planned', engine: 'reference' });
    expect(events.at(-1)).toMatchObject({ event: 'finished', status: 'ok' });
  });

  it.skipIf(missingForSoftwareDevice.length > 0)(
    'webgpu trains on a software device, and warns of it; auto never takes one',
    { timeout: 120_000 },
    async () => {
      const events = eventsOf(await train('webgpu', withSoftwareDevice));
      expect(events).toContainEqual(
        expect.objectContaining({
          ...{ event: 'log', level: 'warning' },
          message: expect.stringContaining('software device here (SwiftShader)') as string,
        }),
      );
      expect(events.at(-1)).toMatchObject({ event: 'finished', status: 'ok' });
      const auto = eventsOf(await train('auto', withSoftwareDevice));
      // Where a real GPU is here, another driver than this one shows it.
      expect(auto[0]).toMatchObject({ event: 'planned', engine: 'cpu' });
    },
  );

  it('auto names the engine that it takes in the plan, without trying any', async () => {
    const path = program(TRAINING);
    const plan = await runPipe(['plan', path, '--json', '--cache', temporaryFolder()]);
    expect(plan.code).toBe(0);
    expect(JSON.parse(plan.stdout)).toMatchObject({ engine: 'cpu' });
  });
});

describe('pipe bench train-step --engine', () => {
  it('says what is missing too', async () => {
    const finished = await runPipe(['bench', 'train-step', '--engine', 'tfjs-gpu', '--batch', '2', '--bank', '4']);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toMatch(/^error: the native library of the engine tfjs-gpu is not installed\n/);
  });
});
