// Figure 6 of the cIDFD paper (docs/methods.md §6.1): for each image its mean similarity to the others of each kind of pair, as four histograms.
// In: unit-norm features, what should decide the clusters, what should be ignored; out: densities on [-1, 1] and their means.
// Sums of features by (background, target) cell replace the N² pairs.
import type { Features, Labels, Similarities } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

export interface SimilarityInputs {
  readonly features: Features;
  readonly targets: Labels;
  readonly backgrounds: Labels;
}

type Sameness = 'same' | 'different';

/** In the order of the paper's panels. */
const PANELS: readonly { readonly background: Sameness; readonly target: Sameness }[] = [
  { background: 'same', target: 'different' },
  { background: 'different', target: 'same' },
  { background: 'same', target: 'same' },
  { background: 'different', target: 'different' },
];

export const similarityHistogram = implementStage({
  parameters: {
    type: 'object',
    properties: { bins: { type: 'integer', minimum: 2, maximum: 10_000 } },
    required: ['bins'],
    additionalProperties: false,
  },
  outputs: { similarities: 'Similarities' },
  async run(context: StageContext<{ readonly bins: number }, SimilarityInputs>) {
    const { bins } = context.parameters;
    const { features, targets, backgrounds } = context.inputs;
    for (const [name, labels] of Object.entries({ targets, backgrounds })) {
      if (labels.values.length !== features.count) {
        throw new StageError(`similarity_histogram: ${labels.values.length} ${name} for ${features.count} features`);
      }
    }
    const unit = unitRows(features);
    const edges = Array.from({ length: bins + 1 }, (_, i) => (2 * i) / bins - 1);
    const panels: Similarities['panels'] = meanSimilarities(unit, targets, backgrounds).flatMap((values, panel) => {
      if (values.length === 0) {
        const { background, target } = PANELS[panel]!;
        context.warn(
          `similarity_histogram: no two images have the ${background} background and the ${target} target: that panel is left out`,
        );
        return [];
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return { ...PANELS[panel]!, mean, density: density(values, bins) };
    });
    return { similarities: { edges, panels } };
  },
});

/**
 * For each panel the mean similarity of every image to the images that pair with it in that way; an image without any is left out.
 * `features` has unit rows; each list has at most `features.count` values in -1..1.
 */
export function meanSimilarities(features: Features, targets: Labels, backgrounds: Labels): number[][] {
  const { count, dimension, data } = features;
  const targetCount = targets.names.length;
  const backgroundCount = backgrounds.names.length;
  const sums = new Float64Array(backgroundCount * targetCount * dimension);
  const sizes = new Float64Array(backgroundCount * targetCount);
  for (let i = 0; i < count; i += 1) {
    const cell = backgrounds.values[i]! * targetCount + targets.values[i]!;
    sizes[cell]! += 1;
    for (let d = 0; d < dimension; d += 1) sums[cell * dimension + d]! += data[i * dimension + d]!;
  }

  const panels: number[][] = PANELS.map(() => []);
  const similarity = new Float64Array(4);
  const size = new Float64Array(4);
  for (let i = 0; i < count; i += 1) {
    const target = targets.values[i]!;
    const background = backgrounds.values[i]!;
    let own = 0;
    for (let d = 0; d < dimension; d += 1) own += data[i * dimension + d]! ** 2;
    similarity.fill(0);
    size.fill(0);
    for (let cell = 0; cell < sizes.length; cell += 1) {
      if (sizes[cell] === 0) continue;
      let product = 0;
      for (let d = 0; d < dimension; d += 1) product += data[i * dimension + d]! * sums[cell * dimension + d]!;
      const panel = panelOf(Math.floor(cell / targetCount) === background, cell % targetCount === target);
      // An image is no pair with itself.
      const self = panel === 2 ? 1 : 0;
      similarity[panel]! += product - self * own;
      size[panel]! += sizes[cell]! - self;
    }
    panels.forEach((values, panel) => {
      if (size[panel]! > 0) values.push(similarity[panel]! / size[panel]!);
    });
  }
  return panels;
}

/** Index into PANELS. */
function panelOf(sameBackground: boolean, sameTarget: boolean): number {
  if (sameBackground) return sameTarget ? 2 : 0;
  return sameTarget ? 1 : 3;
}

/** Probability density of one or more values in `bins` equal bins on [-1, 1]: it sums to bins / 2. */
function density(values: readonly number[], bins: number): number[] {
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = Math.floor(((value + 1) / 2) * bins);
    counts[Math.min(Math.max(bin, 0), bins - 1)]! += 1;
  }
  return counts.map((count) => (count * bins) / (2 * values.length));
}

/** Rows scaled to length 1, so that products are cosines whatever made the features. */
function unitRows(features: Features): Features {
  const { count, dimension } = features;
  const data = new Float32Array(features.data);
  for (let i = 0; i < count; i += 1) {
    const row = data.subarray(i * dimension, (i + 1) * dimension);
    const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    if (!Number.isFinite(norm)) throw new StageError(`similarity_histogram: row ${i} of the features is not finite`);
    const scale = 1 / Math.max(norm, 1e-12);
    row.forEach((value, d) => (row[d] = value * scale));
  }
  return { count, dimension, data };
}
