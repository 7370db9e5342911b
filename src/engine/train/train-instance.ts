// The training of IDFD and cIDFD around the loop: views and, for cIDFD, the frozen encoder's features before a step, banks updated after it.
import { foldIn, randomKey } from '../../random/random.ts';
import { normalisationOf, normalised } from '../augment/normalisation.ts';
import { fitRecipe, type Recipe } from '../augment/recipe.ts';
import { backbones } from '../nn/backbones.ts';
import type { BackboneName } from '../nn/backbone-names.ts';
import type { HeadName } from '../nn/head-names.ts';
import { initialise, type Values } from '../nn/initialise.ts';
import type { Module } from '../nn/module.ts';
import type { NetworkDescription } from '../nn/network-description.ts';
import { adam, sgd } from '../optim/optimizer.ts';
import type { RateOptions } from '../optim/schedule.ts';
import { compileStep } from '../runtime/compile.ts';
import type { CompiledStep } from '../runtime/engine.ts';
import type { TensorData } from '../runtime/session.ts';
import type { Step, StepSignature } from '../runtime/step.ts';
import type { FrozenEncoder } from './frozen-encoder.ts';
import { gatherViews } from './gather-views.ts';
import { gatherImages, type ImageSet } from './image-set.ts';
import { meanSimilarity, weightMass } from './instance-monitor.ts';
import { instanceStep, METRICS, type DecorrelationForm } from './instance-step.ts';
import { bankInputs, centredBank, randomBank, updateBank, type MemoryBank } from './memory-bank.ts';
import { startingTensors } from './module-state.ts';
import { NoiseDraws } from './noise-draws.ts';
import { epochMeans, trainingLoop, type TrainingHooks, type TrainingSnapshot } from './training-loop.ts';

export interface InstanceTrainingOptions {
  readonly backbone: BackboneName;
  /** `linear` where it is not given. */
  readonly head?: HeadName;
  readonly dimension: number;
  readonly epochs: number;
  /** Images a step; an incomplete last batch is dropped. */
  readonly batch: number;
  readonly temperature: number;
  readonly decorrelationTemperature: number;
  readonly decorrelationWeight: number;
  readonly decorrelationForm?: DecorrelationForm;
  /** Rows drawn for each image where the instance loss is noise-contrastive. */
  readonly negatives?: number;
  readonly bankMomentum: number;
  readonly bankStart: 'centred' | 'random';
  readonly optimizer: 'adam' | 'sgd';
  readonly weightDecay: number;
  readonly rate: Omit<RateOptions, 'steps'>;
  readonly augmentation: Recipe;
  readonly seed: number;
}

export interface TrainedEncoder {
  readonly encoder: Module;
  readonly description: NetworkDescription;
  readonly values: Values;
  /** The memory bank [N, d], which IDFD clusters: unit-norm rows, but for a random start's rows that were never drawn. */
  readonly features: Float32Array;
  readonly series: Readonly<Record<string, readonly number[]>>;
}

const SGD_MOMENTUM = 0.9;

export async function trainInstance(
  images: ImageSet,
  options: InstanceTrainingOptions,
  discard: { readonly encoder: FrozenEncoder; readonly temperature: number } | undefined,
  hooks: TrainingHooks,
): Promise<TrainedEncoder> {
  const image = [images.height, images.width, images.channels] as const;
  const batch = Math.min(options.batch, images.count);
  const normalisation = normalisationOf(options.augmentation.normalisation, images);
  const encoder = normalised(
    backbones[options.backbone](options.dimension, options.head === undefined ? {} : { head: options.head })(image),
    normalisation,
    image,
  );
  const augmentation = fitRecipe(options.augmentation, image, normalisation);
  const key = randomKey(options.seed, 'instance');
  const { step, signature, state } = instanceStep({
    encoder,
    image,
    batch,
    rows: images.count,
    temperature: options.temperature,
    decorrelationTemperature: options.decorrelationTemperature,
    decorrelationWeight: options.decorrelationWeight,
    ...(options.decorrelationForm === undefined ? {} : { decorrelationForm: options.decorrelationForm }),
    ...(options.negatives === undefined ? {} : { negatives: options.negatives }),
    // The frozen encoder has to see the view that the step sees, so there the views are made before it.
    ...(discard === undefined
      ? { augmentation }
      : { discard: { dimension: discard.encoder.dimension, temperature: discard.temperature } }),
    optimizer: options.optimizer === 'adam' ? adam(options.weightDecay) : sgd(SGD_MOMENTUM, options.weightDecay),
  });
  const { engine, threads, cache } = hooks;
  const compile = (name: string, one: Step, inputs: StepSignature): Promise<CompiledStep> =>
    compileStep(one, inputs, { name, engine, threads, ...(cache === undefined ? {} : { cache }) });
  const compiled = await compile('instance-step', step, signature);
  let views: CompiledStep | undefined;
  try {
    if (discard !== undefined)
      views = await compile('views', (inputs) => ({ images: augmentation.apply(inputs) }), {
        images: signature.images!,
        ...augmentation.signature(batch),
      });
    const start = hooks.resume ?? (await startState());
    const bank: MemoryBank = { rows: images.count, dimension: options.dimension, data: start.tensors.bank! };
    const discardBank: MemoryBank | undefined =
      discard === undefined
        ? undefined
        : { rows: images.count, dimension: discard.encoder.dimension, data: start.tensors.discard_bank! };
    const plain = new Float32Array(batch * image[0] * image[1] * image[2]);
    let discardFeatures: Float32Array | undefined;
    const draws = options.negatives === undefined ? undefined : new NoiseDraws(images.count, batch, options.negatives);
    const logNormaliser = start.tensors.log_normaliser;
    const { state: trained, series } = await trainingLoop(
      {
        ...{ count: images.count, batch, epochs: options.epochs, key, rate: options.rate, compiled, state, start },
        kept: {
          bank: bank.data,
          ...(discardBank === undefined ? {} : { discard_bank: discardBank.data }),
          ...(logNormaliser === undefined ? {} : { log_normaliser: logNormaliser }),
        },
        async inputs({ epoch, rows }, current) {
          const viewKey = foldIn(foldIn(key, 'views'), epoch);
          gatherViews(plain, images, rows, augmentation.operations, viewKey);
          const source: Record<string, TensorData> = { images: { data: plain, shape: [batch, ...image] } };
          if (augmentation.numbers > 0)
            source.numbers = {
              data: augmentation.draw(viewKey, rows),
              shape: [batch, augmentation.numbers],
            };
          const seen = views === undefined ? source : await views.run(source);
          discardFeatures = await discard?.encoder.embed(seen.images!.data as Float32Array);
          const drawn = foldIn(foldIn(key, 'negatives'), epoch);
          // Not a number until the first batch has been seen.
          if (draws !== undefined && Number.isNaN(logNormaliser![0])) {
            const features = await firstFeatures(source, current);
            logNormaliser![0] = draws.logNormaliser(bank, features, drawn, rows, options.temperature);
          }
          return {
            ...seen,
            ...bankInputs(bank, 'bank', 'own', rows),
            ...(draws === undefined
              ? {}
              : { ...draws.inputs(drawn, rows), log_normaliser: { data: logNormaliser!, shape: [] } }),
            ...(discardFeatures === undefined || discardBank === undefined
              ? {}
              : {
                  discard_features: { data: discardFeatures, shape: [batch, discardBank.dimension] },
                  ...bankInputs(discardBank, 'discard_bank', 'discard_own', rows),
                }),
          };
        },
        taken(outputs, { rows }) {
          const features = outputs.features!.data as Float32Array;
          const monitored = {
            similarity: meanSimilarity(features, options.dimension),
            ...(discardBank === undefined
              ? {}
              : {
                  weight_mass: weightMass(
                    { features, bank, temperature: options.temperature },
                    { features: discardFeatures!, bank: discardBank, temperature: discard!.temperature },
                  ),
                }),
          };
          updateBank(bank, rows, features, options.bankMomentum);
          if (discardBank !== undefined) updateBank(discardBank, rows, discardFeatures!, options.bankMomentum);
          return { ...Object.fromEntries(METRICS.map((metric) => [metric, outputs[metric]!.data[0]!])), ...monitored };
        },
        epochOf: epochMeans,
      },
      hooks,
    );
    return {
      encoder,
      description: {
        ...{ backbone: options.backbone, head: options.head ?? 'linear', parts: [options.dimension] },
        ...{ predictor: false, normalisation: normalisation ?? null },
      },
      values: Object.fromEntries(Object.keys(encoder.variables).map((name) => [name, trained[name]!])),
      features: bank.data,
      series,
    };
  } finally {
    await views?.close();
    await compiled.close();
  }

  /** Fresh weights, zero moments, and the banks that the options ask for. */
  async function startState(): Promise<TrainingSnapshot> {
    const values = initialise(encoder.variables, foldIn(key, 'variables'));
    const tensors = startingTensors(state, values);
    if (options.bankStart === 'random')
      tensors.bank = randomBank(images.count, options.dimension, foldIn(key, 'bank')).data;
    else tensors.bank = centredBank(await untrainedFeatures(values), options.dimension).data;
    if (discard !== undefined)
      tensors.discard_bank = await inBatches(discard.encoder.dimension, (views) => discard.encoder.embed(views));
    if (options.negatives !== undefined) tensors.log_normaliser = Float32Array.of(NaN);
    return { step: 0, tensors, series: {}, sums: {} };
  }

  /** Features of the views of a batch, as the step is going to see them. */
  async function firstFeatures(
    source: Readonly<Record<string, TensorData>>,
    current: Readonly<Record<string, TensorData>>,
  ): Promise<Float32Array> {
    const names = Object.keys(encoder.variables);
    const forward = await compile(
      'first-features',
      (inputs) => ({ features: encoder.apply(inputs, augmentation.apply(inputs), 'train').output }),
      {
        ...Object.fromEntries(
          names.map((name) => [name, { shape: encoder.variables[name]!.shape, dtype: 'float32' as const }]),
        ),
        images: { shape: [batch, ...image], dtype: 'float32' },
        ...augmentation.signature(batch),
      },
    );
    try {
      const weights = Object.fromEntries(names.map((name) => [name, current[name]!]));
      return (await forward.run({ ...weights, ...source })).features!.data as Float32Array;
    } finally {
      await forward.close();
    }
  }

  /** Features of the plain images by the untrained network, each batch with its own statistics. */
  async function untrainedFeatures(values: Values): Promise<Float32Array> {
    const names = Object.keys(encoder.variables);
    const forward = await compile(
      'untrained-features',
      (inputs) => ({ features: encoder.apply(inputs, inputs.images!, 'train').output }),
      {
        ...Object.fromEntries(
          names.map((name) => [name, { shape: encoder.variables[name]!.shape, dtype: 'float32' as const }]),
        ),
        images: { shape: [batch, ...image], dtype: 'float32' },
      },
    );
    try {
      const weights = Object.fromEntries(
        names.map((name) => [name, { data: values[name]!, shape: encoder.variables[name]!.shape }]),
      );
      return await inBatches(
        options.dimension,
        async (views) =>
          (await forward.run({ ...weights, images: { data: views, shape: [batch, ...image] } })).features!
            .data as Float32Array,
      );
    } finally {
      await forward.close();
    }
  }

  /** Applies a function of one whole batch of plain images to all; the last batch is filled up with the first images. */
  async function inBatches(
    dimension: number,
    embed: (views: Float32Array) => Promise<Float32Array>,
  ): Promise<Float32Array> {
    const result = new Float32Array(images.count * dimension);
    const views = new Float32Array(batch * image[0] * image[1] * image[2]);
    for (let first = 0; first < images.count; first += batch) {
      hooks.signal.throwIfAborted();
      gatherImages(
        views,
        images,
        Int32Array.from({ length: batch }, (_, slot) => (first + slot) % images.count),
      );
      const features = await embed(views);
      result.set(features.subarray(0, Math.min(batch, images.count - first) * dimension), first * dimension);
    }
    return result;
  }
}
