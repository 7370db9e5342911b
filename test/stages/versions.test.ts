// A key holds a stage's version, and nobody else notices that its body changed. So what a body gives on small inputs is written down
// beside its version. Where a line changes, raise the version in src/stages/registry.ts, then `npx vitest run test/stages/versions.test.ts -u`.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ArtifactKind, ArtifactValues, Features } from '../../src/artifacts/artifact.ts';
import { encodeArtifact } from '../../src/artifacts/codec.ts';
import { fitRecipe, type Augmentation } from '../../src/engine/augment/recipe.ts';
import { affineRecipe, recipes } from '../../src/engine/augment/recipes.ts';
import { backbones } from '../../src/engine/nn/backbones.ts';
import type { BackboneName } from '../../src/engine/nn/backbone-names.ts';
import { adam } from '../../src/engine/optim/optimizer.ts';
import { stepModel } from '../../src/engine/runtime/compile-onnx.ts';
import type { Tensor } from '../../src/engine/tensor.ts';
import { instanceStep } from '../../src/engine/train/instance-step.ts';
import { randomKey, RandomStream } from '../../src/random/random.ts';
import { registry } from '../../src/stages/registry.ts';
import {
  contrastWholeStep,
  headWholeStep,
  linearWholeStep,
  selfLabelWholeStep,
  type ContrastCase,
} from '../engine/whole-steps.ts';
import { runStage } from './run-stage.ts';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

async function outputsOf(
  name: string,
  parameters: Readonly<Record<string, unknown>>,
  inputs: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  return (await runStage(await registry.get(name)!.load(), { parameters, inputs })).outputs;
}

async function digestsOf(name: string, outputs: Readonly<Record<string, unknown>>): Promise<string> {
  const stage = await registry.get(name)!.load();
  const each = Object.entries(stage.outputs).map(
    ([output, kind]) => `${output} ${digest(encodeArtifact(kind, outputs[output] as ArtifactValues[ArtifactKind]))}`,
  );
  return `${name} version ${registry.get(name)!.version}: ${each.join(', ')}`;
}

/** The models of a training step, in blocks of 16 and in patches: what is computed, whatever the machine. */
function trainingStep(
  backbone: BackboneName,
  more: {
    readonly discard?: { readonly dimension: number; readonly temperature: number };
    readonly augmentation?: Augmentation;
  },
) {
  const { step, signature } = instanceStep({
    ...{ encoder: backbones[backbone](8)([8, 8, 1]), image: [8, 8, 1], batch: 4, rows: 20, optimizer: adam(1e-4) },
    ...{ temperature: 1, decorrelationTemperature: 2, decorrelationWeight: 1 },
    ...more,
  });
  return [16, undefined].map((block) => digest(stepModel(step, signature, 'step', block).model)).join(' ');
}

/** The same of momentum contrast. */
function contrastModel(more: ContrastCase): string {
  const { step, signature } = contrastWholeStep(adam(1e-4), more);
  return digest(stepModel(step, signature, 'step', undefined).model);
}

/** The same of an equipartition head. */
const headModel = (): string => {
  const { step, signature } = headWholeStep(adam(1e-4));
  return digest(stepModel(step, signature, 'step', undefined).model);
};

function unitRows({ count, dimension, data }: Features): Features {
  const norms = Array.from({ length: count }, (_, row) =>
    Math.sqrt(data.subarray(row * dimension, (row + 1) * dimension).reduce((sum, value) => sum + value * value, 0)),
  );
  return { count, dimension, data: data.map((value, at) => value / norms[Math.floor(at / dimension)]!) };
}

test('what the stages give, by version', async () => {
  const glyphs = await outputsOf('std/datasets.glyphs', { count: 40, seed: 0 });
  const stripes = await outputsOf('std/datasets.stripes', {
    ...{ count: 40, size: 28, period_min: 4, period_max: 8, duty_min: 0.3, duty_max: 0.7 },
    ...{ intensity_min: 0.5, intensity_max: 1, seed: 0, stream: 0 },
  });
  const synthetic = await outputsOf('std/datasets.synthetic_images', {
    ...{ count: 12, height: 9, width: 11, channels: 3, classes: 5, seed: 0 },
  });
  const overlay = await outputsOf('std/datasets.overlay', {}, { front: glyphs['images'], behind: stripes['images'] });
  const random = new RandomStream(randomKey(0, 'rows'));
  const features: Features = {
    ...{ count: 40, dimension: 6 },
    data: Float32Array.from({ length: 240 }, () => random.uniform(-1, 1)),
  };
  const normalised = await outputsOf('std/representation.normalise', {}, { features });
  const kmeans = await outputsOf(
    'std/clustering.kmeans',
    { k: 5, restarts: 3, iterations: 50, tolerance: 1e-4, seed: 0 },
    { features },
  );
  const confidence = await outputsOf(
    'std/clustering.confidence',
    { by: 'centres' },
    { features, clusters: kmeans['clusters'] },
  );
  const labels = glyphs['labels'];
  const scores = await outputsOf(
    'std/metrics.scores',
    { average: 'arithmetic' },
    { clusters: kmeans['clusters'], labels },
  );
  const mean = await outputsOf('std/metrics.mean_std', {}, { each: [scores['scores'], scores['scores']] });
  const best = await outputsOf(
    'std/metrics.best_by',
    { measure: 'acc' },
    { scores: [scores['scores']], clusters: [kmeans['clusters']] },
  );
  const table = await outputsOf(
    'std/metrics.table',
    { rows: ['a'], columns: ['b'], measures: ['acc', 'ari'] },
    { scores: [[mean['scores']]] },
  );
  const parts = [glyphs['images'], stripes['images']];
  const concat = await outputsOf('std/datasets.concat', {}, { parts });
  const concatLabels = await outputsOf(
    'std/datasets.concat_labels',
    {},
    { parts: [glyphs['labels'], glyphs['labels']] },
  );
  const histogram = await outputsOf(
    'std/metrics.similarity_histogram',
    { bins: 20 },
    { features: unitRows(features), targets: labels, backgrounds: stripes['labels'] },
  );
  const sets = { train: features, train_labels: labels, test: normalised['features'], test_labels: labels };
  const knn = await outputsOf('std/metrics.weighted_knn', { neighbours: 9, sigma: 0.1 }, sets);
  const statistics = await outputsOf(
    'std/metrics.similarity_statistics',
    { parts: [2, 4], columns: ['a', 'b'] },
    { features, labels, first: features, second: normalised['features'] },
  );
  const beside = await outputsOf('std/metrics.side_by_side', {}, { tables: [statistics['table']] });
  const affine = affineRecipe({ crop: [0.3, 1], rotation: 15, brightness: 0.4, contrast: 0.4 });
  // With its numbers, a recipe decides what a view is: the numbers of four images, and what is computed with them.
  const views = Object.entries({ affine, ...recipes }).map(([name, recipe]) => {
    const augmentation = fitRecipe(recipe, [16, 16, 3]);
    const drawn = augmentation.draw(randomKey(0, 'views'), Int32Array.of(0, 1, 2, 3));
    const images = { shape: [4, 16, 16, 3], dtype: 'float32' as const };
    const step = (inputs: Readonly<Record<string, Tensor>>) => ({ views: augmentation.apply(inputs) });
    const { model } = stepModel(step, { images, ...augmentation.signature(4) }, 'views', undefined);
    return `views ${name}: numbers ${digest(new Uint8Array(drawn.buffer))}, step ${digest(model)}`;
  });
  const lock = JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly version: string }>>;
  };
  const library = (name: string): string => `${name} ${lock.packages[`node_modules/${name}`]!.version}`;
  const version = (name: string): string => `${name} version ${registry.get(name)!.version}`;

  const labelling = selfLabelWholeStep(adam(1e-4));
  const classifying = linearWholeStep();
  const lines = [
    await digestsOf('std/datasets.glyphs', glyphs),
    await digestsOf('std/datasets.stripes', stripes),
    await digestsOf('std/datasets.synthetic_images', synthetic),
    await digestsOf('std/datasets.overlay', overlay),
    await digestsOf('std/datasets.concat', concat),
    await digestsOf('std/datasets.concat_labels', concatLabels),
    await digestsOf('std/representation.normalise', normalised),
    await digestsOf('std/clustering.kmeans', kmeans),
    await digestsOf('std/clustering.confidence', confidence),
    await digestsOf('std/metrics.scores', scores),
    await digestsOf('std/metrics.mean_std', mean),
    await digestsOf('std/metrics.best_by', best),
    await digestsOf('std/metrics.table', table),
    await digestsOf('std/metrics.similarity_histogram', histogram),
    await digestsOf('std/metrics.weighted_knn', knn),
    await digestsOf('std/metrics.similarity_statistics', statistics),
    await digestsOf('std/metrics.side_by_side', beside),
    // Their last bits are the processor's: here stand what is computed and by which library.
    `${version('std/representation.idfd')}: step ${trainingStep('conv3', {})}, ${trainingStep('conv4_half', { augmentation: fitRecipe(affine, [8, 8, 1]) })}, ${library('onnxruntime-node')}`,
    `${version('std/representation.cidfd')}: step ${trainingStep('conv3', { discard: { dimension: 8, temperature: 1 } })}, ${library('onnxruntime-node')}`,
    `${version('std/contrast.momentum_contrast')}: step ${contrastModel({})}, ${contrastModel({ negatives: 'batch', target: 'same' })}, ${library('onnxruntime-node')}`,
    `${version('std/contrast.contrast_head')}, ${version('std/contrast.equipartition_head')}: step ${headModel()}, ${library('onnxruntime-node')}`,
    `${version('std/contrast.self_label')}: step ${digest(stepModel(labelling.step, labelling.signature, 'step', undefined).model)}, ${library('onnxruntime-node')}`,
    `${version('std/metrics.linear_evaluation')}: step ${digest(stepModel(classifying.step, classifying.signature, 'step', undefined).model)}, ${library('onnxruntime-node')}`,
    await digestsOf('std/contrast.categories', await outputsOf('std/contrast.categories', { k: 4 }, { features })),
    await digestsOf('std/contrast.part', await outputsOf('std/contrast.part', { first: 1, length: 4 }, { features })),
    ...views,
    // Its bytes are those of the JavaScript engine's Math.pow, which moves points a little from one Node.js to the next.
    `${version('std/visual.embedding')}: umap`,
  ];
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/versions.txt');
});
