// THE list of primitive stages. In: a name from the typed graph; out: the facts that planning needs, and how to load the rest.
// Light by rule: it imports no implementation, so that `pipe plan` starts without TensorFlow, ONNX Runtime or sharp.
import type { StageFacts, StageImplementation } from '../stage/stage.ts';
import { mnistExternalFiles } from './data/mnist-files.ts';
import { clustering, drawing, training } from './estimates.ts';

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
    version: 1,
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
    version: 1,
    load: () => import('./evaluate/similarity-histogram.ts').then((m) => m.similarityHistogram),
  },
  {
    ...pure,
    name: 'std/visual.embedding',
    version: 1,
    load: () => import('./evaluate/embedding.ts').then((m) => m.embedding),
  },
  {
    ...pure,
    name: 'std/visual.report',
    version: 1,
    readsProvenance: true,
    load: () => import('./report/report.ts').then((m) => m.report),
  },
];

/** Every primitive stage by its qualified name, such as `std/clustering.kmeans`. */
export const registry: ReadonlyMap<string, RegisteredStage> = new Map(stages.map((stage) => [stage.name, stage]));
