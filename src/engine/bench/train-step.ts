// Times one IDFD training step, the one that bench/peers/pytorch_step.py times in PyTorch: forward, instance discrimination against a bank,
// decorrelation, backward, SGD with momentum, bank update; with an augmentation also the views, from numbers drawn anew for each step.
import { foldIn, randomKey, RandomStream } from '../../random/random.ts';
import { fitRecipe } from '../augment/recipe.ts';
import { affineRecipe, recipes, type RecipeName } from '../augment/recipes.ts';
import { backbones } from '../nn/backbones.ts';
import type { BackboneName } from '../nn/backbone-names.ts';
import { initialise } from '../nn/initialise.ts';
import { sgd } from '../optim/optimizer.ts';
import { compileStep, writableState } from '../runtime/compile.ts';
import type { TensorData } from '../runtime/session.ts';
import type { StepCache } from '../runtime/stored-session.ts';
import { gatherViews } from '../train/gather-views.ts';
import { gatherImages, type ImageSet } from '../train/image-set.ts';
import { instanceStep } from '../train/instance-step.ts';
import { bankInputs, normaliseRowsInPlace, updateBank, type MemoryBank } from '../train/memory-bank.ts';

export interface TrainStepBench {
  readonly model: BackboneName | 'resnet18';
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly bank: number;
  readonly dim: number;
  readonly threads: number;
  readonly engine: string;
  /** `none`: every step has the same batch, as it is. */
  readonly augmentation: 'none' | 'affine' | RecipeName;
  readonly steps: number;
  readonly warmup: number;
  /** Path prefix of a profile by kernel, if one is wanted. */
  readonly profile?: string;
}

/** Field names as PyTorch's script prints them, with the time to compile, the recipe, and the time between steps. */
export interface TrainStepTiming extends Omit<TrainStepBench, 'profile' | 'warmup' | 'steps' | 'dim'> {
  /** With the loading of ONNX Runtime, and with the storing of the compiled step where a cache is given. */
  readonly compile_ms: number;
  /** Median over the steps. */
  readonly step_ms: number;
  /** Of it, what passes between the end of one computation and the start of the next: the host draws numbers, gathers images, updates the bank. */
  readonly idle_ms: number;
  readonly images_per_s: number;
  /** Largest resident memory of the process, MiB. */
  readonly peak_mib: number;
}

const AFFINE = affineRecipe({ crop: [0.5, 1], rotation: 10, brightness: 0.4, contrast: 0.4 });

const viewsKey = randomKey(0, 'views');

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** The step, compiled, and how long that took, in milliseconds. */
async function compileBench(options: TrainStepBench, cache: StepCache | undefined) {
  const { model, batch, size, channels, bank: rows, dim, threads, engine } = options;
  const image = [size, size, channels] as const;
  // The name that PyTorch's script has for it.
  const encoder = backbones[model === 'resnet18' ? 'resnet18_cifar' : model](dim)(image);
  const { augmentation: recipe } = options;
  const augmentation = recipe === 'none' ? undefined : fitRecipe(recipe === 'affine' ? AFFINE : recipes[recipe], image);
  const { step, signature, state } = instanceStep({
    encoder,
    image,
    batch,
    rows,
    temperature: 1,
    decorrelationTemperature: 2,
    decorrelationWeight: 1,
    optimizer: sgd(0.9, 5e-4),
    ...(augmentation === undefined ? {} : { augmentation }),
  });
  const start = performance.now();
  const compiled = await compileStep(step, signature, {
    name: 'bench',
    engine,
    threads,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(cache === undefined ? {} : { cache }),
  });
  return { compiled, compileMs: round(performance.now() - start, 1), encoder, augmentation, state };
}

/** Milliseconds that it takes to compile the step, and nothing else. */
export async function benchCompile(options: TrainStepBench, cache: StepCache): Promise<number> {
  const { compiled, compileMs } = await compileBench(options, cache);
  await compiled.close();
  return compileMs;
}

export async function benchTrainStep(options: TrainStepBench, cache?: StepCache): Promise<TrainStepTiming> {
  const { model, batch, size, channels, bank: rows, dim, threads, engine, steps, warmup } = options;
  const image = [size, size, channels] as const;
  const { compiled, compileMs, encoder, augmentation, state } = await compileBench(options, cache);
  try {
    const random = new RandomStream(randomKey(0, 'bench'));
    const values = initialise(encoder.variables, randomKey(0, 'variables'));
    let current: Record<string, TensorData> = Object.fromEntries(
      Object.entries(state).map(([name, { shape }]) => [
        name,
        { data: values[name] ?? new Float32Array(shape.reduce((all, one) => all * one, 1)), shape },
      ]),
    );
    let next = writableState(current, compiled);
    const bank: MemoryBank = {
      rows,
      dimension: dim,
      data: new Float32Array(rows * dim),
    };
    // Uniform rows take no time to draw, and the step takes as long.
    for (let i = 0; i < bank.data.length; i += 1) bank.data[i] = random.uniform(-1, 1);
    normaliseRowsInPlace(bank.data, dim);
    const targets = Int32Array.from({ length: batch }, (_, i) => i % rows);
    const pictures: ImageSet = {
      ...{ count: batch, height: size, width: size, channels },
      data: Uint8Array.from({ length: batch * size * size * channels }, () => random.integer(256)),
    };
    const rates = Object.fromEntries(
      Object.entries({ learningRate: 0.03, correction1: 1, correction2: 1 }).map(([name, value]) => [
        name,
        { data: Float32Array.of(value), shape: [] },
      ]),
    );
    const pixels = new Float32Array(pictures.data.length);
    const order = Int32Array.from({ length: batch }, (_, slot) => slot);
    gatherImages(pixels, pictures, order);
    const read: Record<string, TensorData> = { images: { data: pixels, shape: [batch, ...image] } };
    const times: number[] = [];
    const pauses: number[] = [];
    for (let taken = 0; taken < warmup + steps; taken += 1) {
      const start = performance.now();
      if (augmentation !== undefined) {
        gatherViews(pixels, pictures, order, augmentation.operations, foldIn(viewsKey, taken));
        if (augmentation.numbers > 0)
          read.numbers = {
            data: augmentation.draw(foldIn(viewsKey, taken), targets),
            shape: [batch, augmentation.numbers],
          };
      }
      const inputs = { ...current, ...read, ...rates, ...bankInputs(bank, 'bank', 'own', targets) };
      const begun = performance.now();
      const outputs = await compiled.run(inputs, next);
      const ended = performance.now();
      [current, next] = [next, current];
      updateBank(bank, targets, outputs.features!.data as Float32Array, 0.5);
      if (taken < warmup) continue;
      times.push(performance.now() - start);
      pauses.push(times.at(-1)! - (ended - begun));
    }
    const median = middle(times);
    return {
      engine,
      model,
      batch,
      size,
      channels,
      bank: rows,
      threads,
      augmentation: options.augmentation,
      compile_ms: compileMs,
      step_ms: round(median, 2),
      idle_ms: round(middle(pauses), 3),
      images_per_s: round((batch / median) * 1000, 1),
      peak_mib: round(process.resourceUsage().maxRSS / 1024, 1),
    };
  } finally {
    await compiled.close();
  }
}
