// Figure 6 of the cIDFD paper (docs/methods.md §6.1): for each image its mean similarity to the others of each kind of pair, as four histograms.
// In: unit-norm features, what should decide the clusters, what should be ignored; out: densities on [-1, 1] and their means.
// Sums of features by background, by target and by both replace the N² pairs.
import type { Features, Labels, Similarities } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { unitRows } from './unit-rows.ts';

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
    const unit = unitRows(features, 'similarity_histogram');
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
 * `features` has unit rows; each list has at most `features.count` values in -1..1. Four products an image, however many classes there are.
 */
export function meanSimilarities(features: Features, targets: Labels, backgrounds: Labels): number[][] {
  const { count, dimension, data } = features;
  const targetCount = targets.names.length;
  const cellOf = (i: number): number => backgrounds.values[i]! * targetCount + targets.values[i]!;
  const byCell = sumsBy(features, backgrounds.names.length * targetCount, cellOf);
  const byTarget = sumsBy(features, targetCount, (i) => targets.values[i]!);
  const byBackground = sumsBy(features, backgrounds.names.length, (i) => backgrounds.values[i]!);
  const all = sumsBy(features, 1, () => 0);

  const panels: number[][] = PANELS.map(() => []);
  for (let i = 0; i < count; i += 1) {
    const cell = cellOf(i);
    const target = targets.values[i]!;
    const background = backgrounds.values[i]!;
    // Products with the sums of the image's cell, target and background, with that of all, and with itself.
    let [inCell, inTarget, inBackground, inAll, own] = [0, 0, 0, 0, 0];
    for (let d = 0; d < dimension; d += 1) {
      const value = data[i * dimension + d]!;
      inCell += value * byCell.values[cell * dimension + d]!;
      inTarget += value * byTarget.values[target * dimension + d]!;
      inBackground += value * byBackground.values[background * dimension + d]!;
      inAll += value * all.values[d]!;
      own += value * value;
    }
    const cellSize = byCell.sizes[cell]!;
    const targetSize = byTarget.sizes[target]!;
    const backgroundSize = byBackground.sizes[background]!;
    const add = (panel: number, similarity: number, size: number): void => {
      if (size > 0) panels[panel]!.push(similarity / size);
    };
    // In the order of PANELS; an image is no pair with itself.
    add(0, inBackground - inCell, backgroundSize - cellSize);
    add(1, inTarget - inCell, targetSize - cellSize);
    add(2, inCell - own, cellSize - 1);
    add(3, inAll - inTarget - inBackground + inCell, count - targetSize - backgroundSize + cellSize);
  }
  return panels;
}

/** The sum of the features of each group, groups × dimension, and its size. */
function sumsBy({ count, dimension, data }: Features, groups: number, groupOf: (image: number) => number) {
  const values = new Float64Array(groups * dimension);
  const sizes = new Float64Array(groups);
  for (let i = 0; i < count; i += 1) {
    const group = groupOf(i);
    sizes[group]! += 1;
    for (let d = 0; d < dimension; d += 1) values[group * dimension + d]! += data[i * dimension + d]!;
  }
  return { values, sizes };
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
