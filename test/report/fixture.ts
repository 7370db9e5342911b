// Made-up but lifelike inputs of a report: blobs before stripes, one method that follows the stripes and one that follows the blobs.
// Everything is drawn from a seed. Used by the tests of the report, never by a run.
import type {
  Clusters,
  Embedding,
  Features,
  Images,
  Labels,
  Scores,
  Similarities,
  TrainingLog,
} from '../../src/artifacts/artifact.ts';
import { RandomStream, randomKey } from '../../src/random/random.ts';
import { describeClustering } from '../../src/report/model/clustering.ts';
import type { ReportInputs } from '../../src/report/model/build-report-model.ts';
import type { Provenance, ProvenanceStep } from '../../src/stage/provenance.ts';

const SIDE = 28;

/** Images of `classes` kinds of arcs before four kinds of stripes; also the stripe of each image. */
export function makeImages(
  count: number,
  classes: number,
  channels = 1,
): { images: Images; values: Int32Array; stripes: Int32Array } {
  const random = new RandomStream(randomKey(7, 'report', 'fixture'));
  const data = new Uint8Array(count * SIDE * SIDE * channels);
  const values = new Int32Array(count);
  const stripes = new Int32Array(count);
  for (let n = 0; n < count; n += 1) {
    const kind = random.integer(classes);
    const stripe = random.integer(4);
    values[n] = kind;
    stripes[n] = stripe;
    const angle = (stripe * Math.PI) / 4;
    const period = random.uniform(4, 8);
    const phase = random.uniform(0, period);
    const turn = (kind / classes) * 2 * Math.PI + random.normal() * 0.1;
    const reach = 1.2 + (kind % 3);
    for (let y = 0; y < SIDE; y += 1)
      for (let x = 0; x < SIDE; x += 1) {
        const wave = (((x * Math.sin(angle) + y * Math.cos(angle) + phase) % period) + period) % period;
        const behind = wave < period * 0.45 ? 0.6 : 0.05;
        const [dx, dy] = [x - 13.5, y - 13.5];
        const radius = Math.hypot(dx, dy);
        const along = Math.abs(((Math.atan2(dy, dx) - turn + 5 * Math.PI) % (2 * Math.PI)) - Math.PI);
        const front = Math.abs(radius - 8) < 2 && along < reach ? 1 : 0;
        for (let c = 0; c < channels; c += 1)
          data[((n * SIDE + y) * SIDE + x) * channels + c] = Math.round(
            255 * (front + (1 - front) * behind) * (c === 1 ? 0.8 : 1),
          );
      }
  }
  return { images: { count, height: SIDE, width: SIDE, channels, data }, values, stripes };
}

/** Clusters in which a share `faith` of the images goes where `truth` says, the others anywhere. */
export function makeClusters(truth: Int32Array, k: number, faith: number, seed: number): Clusters {
  const random = new RandomStream(randomKey(seed, 'clusters'));
  const assignments = truth.map((value) => (random.uniform() < faith ? (value * 7 + 3) % k : random.integer(k)));
  return { k, assignments, centres: new Float32Array(0), inertia: 12.5 };
}

function makeEmbedding(groups: Int32Array, count: number, seed: number): Embedding {
  const random = new RandomStream(randomKey(seed, 'map'));
  const rows = random.permutation(groups.length).slice(0, count).sort();
  const points = new Float32Array(2 * rows.length);
  for (const [i, row] of rows.entries()) {
    const angle = groups[row]! * 2.399;
    const radius = 2.2 * Math.sqrt(groups[row]! + 0.5);
    points[2 * i] = radius * Math.cos(angle) + random.normal() * 0.7;
    points[2 * i + 1] = radius * Math.sin(angle) + random.normal() * 0.7;
  }
  return { rows, points };
}

function makeSimilarities(means: readonly [number, number, number, number]): Similarities {
  const edges = Array.from({ length: 101 }, (_, i) => -1 + i / 50);
  const kinds = [
    ['same', 'different'],
    ['different', 'same'],
    ['same', 'same'],
    ['different', 'different'],
  ] as const;
  const panels = kinds.map(([background, target], i) => {
    const mean = means[i]!;
    const width = 0.05 + 0.05 * Math.abs(mean);
    const density = edges.slice(0, -1).map((edge) => {
      const value = Math.exp(-(((edge + 0.01 - mean) / width) ** 2) / 2) / (width * 2.5066);
      return value < 1e-3 ? 0 : value;
    });
    return { background, target, mean, density };
  });
  return { edges, panels };
}

function makeLog(method: string, epochs: number, start: number, end: number): TrainingLog {
  const random = new RandomStream(randomKey(3, method));
  const falling = (from: number, to: number): readonly number[] =>
    Array.from({ length: epochs }, (_, i) => to + (from - to) * Math.exp((-4 * i) / epochs) + random.normal() * 0.02);
  return {
    method,
    epochs,
    series: {
      loss: falling(start, end),
      instance: falling(start * 0.7, end * 0.8),
      decorrelation: falling(start * 0.3, end * 0.2),
    },
  };
}

function makeScores(classes: readonly string[], acc: number, nmi: number, ari: number, count: number): Scores {
  return { acc, nmi, ari, count, contingency: [], matching: [], classes };
}

const SOURCE = `/// Ten kinds of digits before four kinds of stripes, drawn from a seed: nothing to download.

import { glyphs, stripes, overlay } from "std/datasets"
import { idfd, cidfd }              from "std/representation"

pipeline quickstart(
  /// How many images to cluster.
  count: Int in 200..100000 = 3000,
  epochs: Int in 1..1000 = 24,
  seed: Int = 0,
) {
  digits = glyphs(count: count, seed: seed)
  behind = stripes(count: count, seed: seed)
  target = overlay(digits.images, behind.images)

  // Labels are read only here.
  output cidfd = scores(keep_clusters, digits.labels)
}
`;

function step(
  id: string,
  stage: string,
  reads: readonly string[],
  seconds: number,
  parameters: Record<string, unknown>,
  outputs: readonly string[],
  engine = false,
): ProvenanceStep {
  const digest = (text: string): string =>
    [...text]
      .reduce((hash, c) => (hash * 31 + c.codePointAt(0)!) % 2 ** 48, 7)
      .toString(16)
      .padStart(64, 'e3b0c44298fc1c14');
  return {
    id,
    stage: `std/${stage}`,
    parameters,
    reads,
    outputs: outputs.map((type, i) => ({
      name: ['images', 'labels', 'features'][i] ?? `out${i}`,
      type,
      digest: digest(id + type),
    })),
    key: digest(id + stage),
    seconds,
    engine: engine ? 'cpu' : undefined,
    threads: engine ? 1 : undefined,
  };
}

/** The history of a run like the quickstart's. */
export function makeProvenance(): Provenance {
  const training = {
    dimension: 128,
    epochs: 24,
    batch: 128,
    tau_2: 2,
    decorrelation: 1,
    bank_momentum: 0.5,
    bank_start: 'centred',
    optimizer: 'adam',
    learning_rate: 0.003,
    weight_decay: 0,
    warmup: 100,
    schedule: 'cosine',
    crop_min: 0.5,
    crop_max: 1,
    rotation: 10,
    brightness: 0.4,
    contrast: 0.4,
    seed: 0,
  };
  const stripes = {
    size: 28,
    period_min: 4,
    period_max: 8,
    duty_min: 0.3,
    duty_max: 0.6,
    intensity_min: 0.4,
    intensity_max: 0.8,
    seed: 0,
  };
  const kmeans = { k: 10, restarts: 20, iterations: 300, tolerance: 0.0001, seed: 0 };
  const map = { sample: 2000, neighbours: 15, min_dist: 0.1, seed: 0 };
  return {
    inputs: { images: ['target'], labels: ['digits'], scores: ['plain_scores', 'keep_scores'] },
    pipeline: {
      name: 'quickstart',
      doc: 'Ten kinds of digits before four kinds of stripes, drawn from a seed: nothing to download.\nPlain IDFD groups them by their stripes; cIDFD, shown stripes alone, learns to ignore them and groups them by digit.',
      file: 'pipelines/quickstart.pipe',
      source: SOURCE,
    },
    parameters: [
      { name: 'count', type: 'Int in 200..100000', value: 3000, origin: 'default' },
      { name: 'epochs', type: 'Int in 1..1000', value: 24, origin: 'set' },
      { name: 'seed', type: 'Int', value: 0, origin: 'default' },
    ],
    steps: [
      step('digits', 'datasets.glyphs', [], 2.31, { count: 3000, seed: 0 }, [
        'Images<3000, 28, 28, 1>',
        'Labels<3000>',
      ]),
      step('behind', 'datasets.stripes', [], 0.31, { count: 3000, ...stripes, stream: 0 }, [
        'Images<3000, 28, 28, 1>',
        'Labels<3000>',
      ]),
      step('target', 'datasets.overlay', ['digits', 'behind'], 0.08, {}, ['Images<3000, 28, 28, 1>']),
      step(
        'plain',
        'representation.idfd',
        ['target'],
        41.2,
        { backbone: 'conv4', tau: 0.5, ...training },
        ['Encoder<28, 28, 1, 128>', 'Features<3000, 128>', 'TrainingLog'],
        true,
      ),
      step('plain_clusters', 'clustering.kmeans', ['plain'], 1.9, kmeans, ['Clusters<3000, 10>']),
      step('background', 'datasets.stripes', [], 0.22, { count: 2000, ...stripes, stream: 1 }, [
        'Images<2000, 28, 28, 1>',
        'Labels<2000>',
      ]),
      step(
        'discard',
        'representation.idfd',
        ['background'],
        6.4,
        { backbone: 'conv3', tau: 0.2, ...training, epochs: 12 },
        ['Encoder<28, 28, 1, 128>', 'Features<2000, 128>', 'TrainingLog'],
        true,
      ),
      step(
        'keep',
        'representation.cidfd',
        ['target', 'discard'],
        47.9,
        { backbone: 'conv4', tau_x: 0.5, tau_xb: 0.1, ...training },
        ['Encoder<28, 28, 1, 128>', 'Features<3000, 128>', 'TrainingLog'],
        true,
      ),
      step('keep_clusters', 'clustering.kmeans', ['keep'], 1.7, kmeans, ['Clusters<3000, 10>']),
      step('plain_scores', 'metrics.scores', ['plain_clusters', 'digits'], 0.02, { average: 'arithmetic' }, ['Scores']),
      step('keep_scores', 'metrics.scores', ['keep_clusters', 'digits'], 0.02, { average: 'arithmetic' }, ['Scores']),
      step('plain_map', 'visual.embedding', ['plain'], 8.6, map, ['Embedding<3000>']),
      step('keep_map', 'visual.embedding', ['keep'], 8.4, map, ['Embedding<3000>']),
      step('plain_pairs', 'metrics.similarity_histogram', ['plain', 'digits', 'behind'], 0.11, { bins: 100 }, [
        'Similarities',
      ]),
      step('keep_pairs', 'metrics.similarity_histogram', ['keep', 'digits', 'behind'], 0.12, { bins: 100 }, [
        'Similarities',
      ]),
    ],
    outputs: [
      { name: 'idfd', type: 'Scores' },
      { name: 'cidfd', type: 'Scores' },
      { name: 'page', type: 'Page' },
    ],
    command: 'pipe run pipelines/quickstart.pipe --set epochs=24',
    host: {
      cpu: 'Example CPU @ 2.80GHz',
      cores: 2,
      memoryGiB: 15.6,
      node: 'v20.20.2',
      pipe: '0.1.0',
      platform: 'linux x64',
    },
  };
}

/** Everything a report takes, for two methods. */
export function makeInputs(
  options: {
    count?: number;
    classes?: readonly string[];
    channels?: number;
    map?: number;
    /** With confidences, so that clusters have their galleries. */
    confident?: boolean;
  } = {},
): ReportInputs {
  const names = options.classes ?? ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];
  const count = options.count ?? 3000;
  const { images, values, stripes } = makeImages(count, names.length, options.channels);
  const labels: Labels = { values, names };
  const both = values.map((value, i) => stripes[i]! * 3 + (value % 3));
  const mapped = Math.min(count, options.map ?? 2000);
  const clusters = [makeClusters(both, names.length, 0.92, 1), makeClusters(values, names.length, 0.88, 2)];
  const [plain, keep] = clusters.map((one, method) => describeClustering(method, one, labels, 1).clustering.acc);
  return {
    title: 'Quickstart: digits, whatever the stripes behind them',
    methods: ['IDFD', 'cIDFD'],
    images,
    labels,
    scores: [makeScores(names, plain!, 0.1834, 0.1121, count), makeScores(names, keep!, 0.7891, 0.7744, count)],
    clusters,
    embeddings: [makeEmbedding(both, mapped, 5), makeEmbedding(values, mapped, 5)],
    similarities: [makeSimilarities([0.205, 0.21, 0.53, -0.103]), makeSimilarities([-0.047, 0.447, 0.449, -0.048])],
    logs: [makeLog('IDFD', 24, 8.1, 5.3), makeLog('cIDFD', 24, 9.4, 6.1)],
    confidences: options.confident === true ? clusters.map((one) => makeConfidence(one, values)) : [],
    ...{ tables: [], captions: [] },
    provenance: makeProvenance(),
  };
}

/** Mostly larger for images of the class that a cluster was made of. */
function makeConfidence({ assignments, k }: Clusters, truth: Int32Array): Features {
  const random = new RandomStream(randomKey(4, 'confidence'));
  const data = Float32Array.from(assignments, (cluster, row) =>
    Math.min(1, Math.max(-1, ((truth[row]! * 7 + 3) % k === cluster ? 0.45 : 0.2) + 0.18 * random.normal())),
  );
  return { count: data.length, dimension: 1, data };
}
