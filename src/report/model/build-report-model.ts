// From artifacts to the report's model: counts, scales, samples and words. Checks that the lists belong together.
// In: what the report stage was given. Out: ReportModel. Asynchronous only because pictures are encoded.
import type {
  Clusters,
  Embedding,
  Features,
  Images,
  Labels,
  Scores,
  Similarities,
  Table,
  TrainingLog,
} from '../../artifacts/artifact.ts';
import type { Provenance } from '../../stage/provenance.ts';
import { formatCount, formatSeconds } from '../format.ts';
import { describeClustering } from './clustering.ts';
import { describeMap } from './embedding-map.ts';
import { stateFinding } from './finding.ts';
import type { Clustering, Fact, LossPanel, MethodScores, ReportModel } from './report-model.ts';
import { makeSampleSheet, makeThumbnails } from './sample-sheet.ts';
import { describeSimilarities } from './similarity.ts';

export interface ReportInputs {
  readonly title: string;
  readonly methods: readonly string[];
  readonly images: Images;
  readonly labels: Labels;
  /** Every list is in the order of `methods`, or empty. */
  readonly scores: readonly Scores[];
  readonly clusters: readonly Clusters[];
  readonly embeddings: readonly Embedding[];
  readonly similarities: readonly Similarities[];
  readonly logs: readonly TrainingLog[];
  /** A number an image: how surely it belongs to its cluster. */
  readonly confidences: readonly Features[];
  readonly tables: readonly Table[];
  /** In the order of `tables`. */
  readonly captions: readonly string[];
  readonly provenance: Provenance | undefined;
}

/** Inputs that do not belong together. The message names the input and both lengths. */
export class ReportInputError extends Error {
  override readonly name = 'ReportInputError';
}

function check(inputs: ReportInputs): void {
  const { methods, images, labels } = inputs;
  if (methods.length === 0)
    throw new ReportInputError('`methods` is empty: a report needs the name of at least one method');
  for (const name of ['scores', 'clusters', 'embeddings', 'similarities', 'logs', 'confidences'] as const) {
    const { length } = inputs[name];
    if (length !== 0 && length !== methods.length)
      throw new ReportInputError(
        `\`${name}\` has ${length} ${length === 1 ? 'entry' : 'entries'} but \`methods\` has ${methods.length}: give one for each method, in the same order`,
      );
  }
  if (inputs.captions.length !== inputs.tables.length)
    throw new ReportInputError(
      `\`captions\` has ${inputs.captions.length} entries but \`tables\` has ${inputs.tables.length}: give one for each table`,
    );
  if (images.count !== labels.values.length)
    throw new ReportInputError(`there are ${images.count} images but ${labels.values.length} labels`);
  for (const value of labels.values)
    if (!(value >= 0 && value < labels.names.length))
      throw new ReportInputError(`a label is ${value}, but there are ${labels.names.length} class names`);
  for (const [i, clusters] of inputs.clusters.entries()) {
    if (clusters.assignments.length !== images.count)
      throw new ReportInputError(
        `the clusters of ${methods[i]!} assign ${clusters.assignments.length} images, but there are ${images.count}`,
      );
    for (const cluster of clusters.assignments)
      if (!(cluster >= 0 && cluster < clusters.k))
        throw new ReportInputError(`the clusters of ${methods[i]!} hold the index ${cluster}, but k is ${clusters.k}`);
  }
  for (const [i, { count, dimension, data }] of inputs.confidences.entries()) {
    if (count !== images.count || dimension !== 1)
      throw new ReportInputError(
        `the confidences of ${methods[i]!} are ${count} rows of ${dimension} numbers, but there are ${images.count} images, and each has one`,
      );
    if (!data.every(Number.isFinite))
      throw new ReportInputError(`the confidences of ${methods[i]!} are not all finite numbers`);
  }
  for (const [i, embedding] of inputs.embeddings.entries()) {
    if (embedding.points.length !== 2 * embedding.rows.length)
      throw new ReportInputError(
        `the embedding of ${methods[i]!} has ${embedding.points.length} coordinates for ${embedding.rows.length} rows; it needs two for each`,
      );
    for (const row of embedding.rows)
      if (!(row >= 0 && row < images.count))
        throw new ReportInputError(
          `the embedding of ${methods[i]!} maps row ${row}, but there are ${images.count} images`,
        );
  }
}

function describeScores(scores: readonly Scores[], provenance: Provenance | undefined): readonly MethodScores[] {
  return scores.map(({ acc, nmi, ari, count, runs, deviation }, method) => {
    const step = provenance?.inputs['scores']?.[method];
    const reads = provenance?.steps.find(({ id }) => id === step)?.reads ?? [];
    const runSteps = runs !== undefined && runs === reads.length ? reads : [];
    return { method, acc, nmi, ari, count, runs: runs ?? 1, step, runSteps, deviation };
  });
}

/** One panel a recorded quantity, in the order in which they are first met. */
function describeLosses(logs: readonly TrainingLog[]): readonly LossPanel[] {
  const names = [...new Set(logs.flatMap((log) => Object.keys(log.series)))];
  return names.map((name) => ({
    name,
    curves: logs.flatMap((log, method) => (log.series[name] ? [{ method, values: log.series[name] }] : [])),
  }));
}

function seedsOf(provenance: Provenance): readonly string[] {
  const seeds = provenance.steps.map((step) => step.parameters.seed).filter((seed) => typeof seed === 'number');
  return [...new Set(seeds)].sort((a, b) => a - b).map(String);
}

function stateFacts(inputs: ReportInputs): readonly Fact[] {
  const { images, labels, clusters, provenance } = inputs;
  const engines = [...new Set(provenance?.steps.flatMap((step) => step.engine ?? []))];
  const seeds = provenance ? seedsOf(provenance) : [];
  const sizes = [...new Set(clusters.map((one) => one.k))];
  const facts: readonly (Fact | false)[] = [
    { label: 'Images', value: formatCount(images.count) },
    { label: 'Size', value: `${images.height}×${images.width}×${images.channels}` },
    { label: 'Classes', value: formatCount(labels.names.length) },
    sizes.length > 0 && { label: 'Clusters', value: sizes.map(formatCount).join(', ') },
    seeds.length > 0 && { label: seeds.length === 1 ? 'Seed' : 'Seeds', value: seeds.join(', ') },
    engines.length > 0 && { label: 'Engine', value: engines.join(', ') },
    provenance !== undefined && {
      label: 'Compute',
      value: formatSeconds(provenance.steps.reduce((sum, step) => sum + step.seconds, 0)),
    },
  ];
  return facts.filter((fact): fact is Fact => fact !== false);
}

/**
 * Builds the model of a report.
 * @throws ReportInputError where the lists do not belong together.
 */
export async function buildReportModel(inputs: ReportInputs): Promise<ReportModel> {
  check(inputs);
  const { images, labels, provenance } = inputs;
  const scores = describeScores(inputs.scores, provenance);
  const similarities = inputs.similarities.map((one, method) => describeSimilarities(method, one));
  const clusterings = await Promise.all(
    inputs.clusters.map(async (clusters, method): Promise<Clustering> => {
      const confidence = inputs.confidences[method]?.data;
      const runs = scores[method]?.runs ?? 1;
      const { clustering, pictured } = describeClustering(method, clusters, labels, runs, confidence);
      return { ...clustering, sheet: await makeSampleSheet(images, pictured) };
    }),
  );
  const maps = inputs.embeddings.map((embedding, method) =>
    describeMap(method, embedding, labels, inputs.clusters[method], clusterings[method]),
  );
  return {
    title: inputs.title,
    finding: stateFinding(inputs.methods, scores, similarities),
    abstract: provenance?.pipeline.doc.trim() ?? '',
    facts: stateFacts(inputs),
    methods: inputs.methods,
    classes: labels.names,
    scores,
    clusterings,
    maps,
    thumbnails: await makeThumbnails(
      images,
      labels,
      maps.map((map) => map.rows),
    ),
    similarities,
    tables: inputs.tables.map((table, at) => ({ ...table, caption: inputs.captions[at]! })),
    losses: describeLosses(inputs.logs),
    provenance,
  };
}
