// Some columns of features, such as the instance part of CDC's.
import type { Features } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

export interface PartParameters {
  readonly first: number;
  readonly length: number;
}

export const part = implementStage({
  parameters: {
    type: 'object',
    properties: { first: { type: 'integer', minimum: 0 }, length: { type: 'integer', minimum: 1 } },
    required: ['first', 'length'],
    additionalProperties: false,
  },
  outputs: { features: 'Features' },
  async run(context: StageContext<PartParameters, { readonly features: Features }>) {
    const { first, length } = context.parameters;
    const { count, dimension, data } = context.inputs.features;
    if (first + length > dimension)
      throw new StageError(
        `columns ${first} to ${first + length - 1} of features of length ${dimension}: there are too few`,
      );
    const columns = new Float32Array(count * length);
    for (let row = 0; row < count; row += 1)
      columns.set(data.subarray(row * dimension + first, row * dimension + first + length), row * length);
    return { features: { count, dimension: length, data: columns } };
  },
});
