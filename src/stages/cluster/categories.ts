// Clusters that a network gives by itself: the largest of an image's first k scores (docs/methods.md §3.10).
import type { Features } from '../../artifacts/artifact.ts';
import { largest } from '../../engine/train/category-monitor.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

export interface CategoriesParameters {
  readonly k: number;
}

export const categories = implementStage({
  parameters: {
    type: 'object',
    properties: { k: { type: 'integer', minimum: 2, maximum: 100_000 } },
    required: ['k'],
    additionalProperties: false,
  },
  outputs: { clusters: 'Clusters' },
  async run(context: StageContext<CategoriesParameters, { readonly features: Features }>) {
    const { k } = context.parameters;
    const { count, dimension, data } = context.inputs.features;
    if (k > dimension) throw new StageError(`there are no ${k} scores in features of length ${dimension}`);
    const assignments = Int32Array.from({ length: count }, (_, row) =>
      largest(data.subarray(row * dimension, row * dimension + k)),
    );
    const used = new Set(assignments).size;
    if (used < k) context.warn(`categories: only ${used} of ${k} categories have images`);
    return { clusters: { k, assignments, centres: new Float32Array(0), inertia: 0 } };
  },
});
