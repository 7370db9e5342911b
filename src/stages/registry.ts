// THE list of primitive stages. In: a name from the typed graph; out: the facts that planning needs, and how to load the rest.
// Light by rule: it imports no implementation, so that `pipe plan` starts without TensorFlow, ONNX Runtime or sharp.
import type { StageFacts, StageImplementation } from '../stage/stage.ts';
import { birds400Files, celebaFiles, imageFolderFiles, imagenetFiles } from './data/folder-files.ts';
import { mnistExternalFiles } from './data/mnist-files.ts';
import { cifar100Files, cifar10Files, stl10Files, stl10UnlabelledFiles } from './data/published-sets.ts';
import { clustering, drawing, headTraining, reading, training } from './estimates.ts';
import { pretrainedFiles } from './represent/pretrained-file.ts';

export interface RegisteredStage extends StageFacts {
  load(): Promise<StageImplementation>;
}

const pure = { usesEngine: false, readsProvenance: false } as const;

// A version is raised whenever the same inputs may give other bytes.
const stages: readonly RegisteredStage[] = [
  {
    ...pure,
    ...drawing,
    name: 'std/datasets.mnist',
    version: 2,
    externalFiles: mnistExternalFiles,
    load: () => import('./data/mnist.ts').then((m) => m.mnist),
  },
  {
    ...pure,
    ...drawing,
    name: 'std/datasets.glyphs',
    version: 1,
    load: () => import('./data/glyphs.ts').then((m) => m.glyphs),
  },
  {
    ...pure,
    ...drawing,
    name: 'std/datasets.stripes',
    version: 1,
    load: () => import('./data/stripes.ts').then((m) => m.stripes),
  },
  {
    ...pure,
    ...reading,
    name: 'std/datasets.cifar10',
    version: 1,
    externalFiles: cifar10Files,
    load: () => import('./data/cifar.ts').then((m) => m.cifar10),
  },
  {
    ...pure,
    ...reading,
    name: 'std/datasets.cifar100_20',
    version: 1,
    externalFiles: cifar100Files,
    load: () => import('./data/cifar.ts').then((m) => m.cifar100Coarse),
  },
  {
    ...pure,
    ...reading,
    name: 'std/datasets.stl10',
    version: 1,
    externalFiles: stl10Files,
    load: () => import('./data/stl10.ts').then((m) => m.stl10),
  },
  {
    ...pure,
    ...reading,
    name: 'std/datasets.stl10_unlabelled',
    version: 1,
    externalFiles: stl10UnlabelledFiles,
    load: () => import('./data/stl10.ts').then((m) => m.stl10Unlabelled),
  },
  {
    ...pure,
    ...reading,
    name: 'std/datasets.celeba_roh',
    version: 1,
    usesThreads: true,
    externalFiles: celebaFiles,
    load: () => import('./data/celeba.ts').then((m) => m.celebaRoh),
  },
  {
    ...pure,
    ...reading,
    name: 'std/datasets.celeba_rnh',
    version: 1,
    usesThreads: true,
    externalFiles: celebaFiles,
    load: () => import('./data/celeba.ts').then((m) => m.celebaRnh),
  },
  {
    ...pure,
    ...reading,
    name: 'std/datasets.birds400_abc',
    version: 1,
    usesThreads: true,
    externalFiles: birds400Files,
    load: () => import('./data/birds400.ts').then((m) => m.birds400Abc),
  },
  {
    ...pure,
    ...reading,
    name: 'std/datasets.imagenet',
    version: 1,
    usesThreads: true,
    externalFiles: imagenetFiles,
    load: () => import('./data/imagenet.ts').then((m) => m.imagenet),
  },
  {
    ...pure,
    ...reading,
    name: 'std/datasets.image_folder',
    version: 1,
    usesThreads: true,
    externalFiles: imageFolderFiles,
    load: () => import('./data/image-folder.ts').then((m) => m.imageFolder),
  },
  {
    ...pure,
    ...reading,
    name: 'std/datasets.image_crops',
    version: 1,
    usesThreads: true,
    externalFiles: imageFolderFiles,
    load: () => import('./data/image-crops.ts').then((m) => m.imageCrops),
  },
  {
    ...pure,
    ...drawing,
    name: 'std/datasets.synthetic_images',
    version: 1,
    load: () => import('./data/synthetic-images.ts').then((m) => m.syntheticImages),
  },
  {
    ...pure,
    ...drawing,
    name: 'std/datasets.overlay',
    version: 1,
    load: () => import('./data/overlay.ts').then((m) => m.overlay),
  },
  {
    ...pure,
    ...drawing,
    name: 'std/datasets.concat',
    version: 1,
    load: () => import('./data/concat.ts').then((m) => m.concat),
  },
  {
    ...pure,
    name: 'std/datasets.concat_labels',
    version: 1,
    load: () => import('./data/concat.ts').then((m) => m.concatLabels),
  },
  {
    ...pure,
    ...training,
    name: 'std/representation.idfd',
    version: 4,
    usesEngine: true,
    load: () => import('./represent/idfd.ts').then((m) => m.idfd),
  },
  {
    ...pure,
    ...training,
    name: 'std/representation.cidfd',
    version: 4,
    usesEngine: true,
    load: () => import('./represent/cidfd.ts').then((m) => m.cidfd),
  },
  {
    ...pure,
    name: 'std/representation.normalise',
    version: 1,
    load: () => import('./represent/normalise.ts').then((m) => m.normalise),
  },
  {
    ...pure,
    name: 'std/representation.pretrained',
    version: 1,
    externalFiles: pretrainedFiles,
    load: () => import('./represent/pretrained.ts').then((m) => m.pretrained),
  },
  {
    ...pure,
    name: 'std/representation.embed',
    version: 1,
    usesEngine: true,
    load: () => import('./represent/embed.ts').then((m) => m.embed),
  },
  {
    ...pure,
    ...training,
    name: 'std/contrast.momentum_contrast',
    version: 2,
    usesEngine: true,
    load: () => import('./represent/momentum-contrast.ts').then((m) => m.momentumContrast),
  },
  {
    ...pure,
    ...headTraining,
    name: 'std/contrast.contrast_head',
    version: 1,
    usesEngine: true,
    load: () => import('./represent/contrast-head.ts').then((m) => m.contrastHead),
  },
  {
    ...pure,
    ...headTraining,
    name: 'std/contrast.equipartition_head',
    version: 1,
    usesEngine: true,
    load: () => import('./represent/equipartition-head.ts').then((m) => m.equipartitionHead),
  },
  {
    ...pure,
    name: 'std/contrast.categories',
    version: 1,
    load: () => import('./cluster/categories.ts').then((m) => m.categories),
  },
  {
    ...pure,
    name: 'std/contrast.part',
    version: 1,
    load: () => import('./represent/part.ts').then((m) => m.part),
  },
  {
    ...pure,
    ...clustering,
    name: 'std/clustering.kmeans',
    version: 2,
    usesThreads: true,
    load: () => import('./cluster/kmeans.ts').then((m) => m.kmeans),
  },
  { ...pure, name: 'std/metrics.scores', version: 1, load: () => import('./evaluate/scores.ts').then((m) => m.scores) },
  {
    ...pure,
    name: 'std/metrics.mean_std',
    version: 1,
    load: () => import('./evaluate/mean-std.ts').then((m) => m.meanStd),
  },
  { ...pure, name: 'std/metrics.table', version: 1, load: () => import('./evaluate/table.ts').then((m) => m.table) },
  {
    ...pure,
    name: 'std/metrics.best_by',
    version: 1,
    load: () => import('./evaluate/best-by.ts').then((m) => m.bestBy),
  },
  {
    ...pure,
    name: 'std/metrics.similarity_histogram',
    version: 2,
    load: () => import('./evaluate/similarity-histogram.ts').then((m) => m.similarityHistogram),
  },
  {
    ...pure,
    name: 'std/visual.embedding',
    version: 2,
    usesThreads: true,
    load: () => import('./evaluate/embedding.ts').then((m) => m.embedding),
  },
  {
    ...pure,
    name: 'std/visual.report',
    version: 2,
    readsProvenance: true,
    load: () => import('./report/report.ts').then((m) => m.report),
  },
];

/** Every primitive stage by its qualified name, such as `std/clustering.kmeans`. */
export const registry: ReadonlyMap<string, RegisteredStage> = new Map(stages.map((stage) => [stage.name, stage]));
