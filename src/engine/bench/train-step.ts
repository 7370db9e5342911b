// Times one IDFD training step, the one that bench/peers/pytorch_step.py times in PyTorch: forward, instance discrimination against a bank,
// decorrelation, backward, SGD with momentum, bank update.
import { randomKey, RandomStream } from '../../random/random.ts';
import { backbones, type BackboneName } from '../nn/backbones.ts';
import { initialise } from '../nn/initialise.ts';
import { sgd } from '../optim/optimizer.ts';
import { compileStep, writableState } from '../runtime/compile.ts';
import type { TensorData } from '../runtime/session.ts';
import { instanceStep } from '../train/instance-step.ts';
import { bankInputs, normaliseRowsInPlace, updateBank, type MemoryBank } from '../train/memory-bank.ts';

export interface TrainStepBench {
  readonly model: BackboneName;
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly bank: number;
  readonly dim: number;
  readonly threads: number;
  readonly engine: string;
  readonly steps: number;
  readonly warmup: number;
  /** Path prefix of a profile by kernel, if one is wanted. */
  readonly profile?: string;
}

/** Field names as PyTorch's script prints them, with the time to compile. */
export interface TrainStepTiming extends Omit<TrainStepBench, 'profile' | 'warmup' | 'steps' | 'dim'> {
  readonly compile_ms: number;
  /** Median over the steps. */
  readonly step_ms: number;
  readonly images_per_s: number;
}

export async function benchTrainStep(options: TrainStepBench): Promise<TrainStepTiming> {
  const { model, batch, size, channels, bank: rows, dim, threads, engine, steps, warmup } = options;
  const image = [size, size, channels] as const;
  const encoder = backbones[model](dim)(image);
  const { step, signature, state } = instanceStep({
    encoder,
    image,
    batch,
    rows,
    temperature: 1,
    decorrelationTemperature: 2,
    decorrelationWeight: 1,
    optimizer: sgd(0.9, 5e-4),
  });
  const compileStart = performance.now();
  const compiled = await compileStep(step, signature, {
    name: 'bench',
    engine,
    threads,
    ...(options.profile === undefined ? {} : { profile: options.profile }),
  });
  const compile = performance.now() - compileStart;
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
      data: Float32Array.from({ length: rows * dim }, () => random.normal()),
    };
    normaliseRowsInPlace(bank.data, dim);
    const targets = Int32Array.from({ length: batch }, (_, i) => i % rows);
    const fixed: Record<string, TensorData> = {
      images: {
        data: Float32Array.from({ length: batch * size * size * channels }, () => random.normal()),
        shape: [batch, ...image],
      },
      learningRate: { data: Float32Array.of(0.03), shape: [] },
      correction1: { data: Float32Array.of(1), shape: [] },
      correction2: { data: Float32Array.of(1), shape: [] },
    };
    const times: number[] = [];
    for (let taken = 0; taken < warmup + steps; taken += 1) {
      const start = performance.now();
      const outputs = await compiled.run({ ...current, ...fixed, ...bankInputs(bank, 'bank', 'own', targets) }, next);
      [current, next] = [next, current];
      updateBank(bank, targets, outputs.features!.data as Float32Array, 0.5);
      if (taken >= warmup) times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    const median = (times[(times.length - 1) >> 1]! + times[times.length >> 1]!) / 2;
    const round = (value: number, digits: number): number => Number(value.toFixed(digits));
    return {
      engine,
      model,
      batch,
      size,
      channels,
      bank: rows,
      threads,
      compile_ms: round(compile, 1),
      step_ms: round(median, 2),
      images_per_s: round((batch / median) * 1000, 1),
    };
  } finally {
    await compiled.close();
  }
}
