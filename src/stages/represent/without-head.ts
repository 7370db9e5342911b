// An encoder without its head (docs/methods.md §2.3): what the backbone gives, for evaluations that drop the head. In: an encoder trained here; out: an encoder.
import type { Encoder } from '../../artifacts/artifact.ts';
import { backboneDescription, describedNetwork } from '../../engine/nn/network-description.ts';
import { exportEncoder } from '../../engine/train/export-encoder.ts';
import { storedNetwork } from '../../engine/train/stored-network.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { onEngine } from './on-engine.ts';

export interface WithoutHeadParameters {
  readonly width: number;
}

export const withoutHead = implementStage({
  parameters: {
    type: 'object',
    properties: { width: { type: 'integer', minimum: 1, maximum: 1_000_000 } },
    required: ['width'],
    additionalProperties: false,
  },
  outputs: { encoder: 'Encoder' },
  run(context: StageContext<WithoutHeadParameters, { readonly encoder: Encoder }>) {
    const { width: asked } = context.parameters;
    const { encoder } = context.inputs;
    return onEngine(async () => {
      const { description, values } = storedNetwork(encoder);
      const image = [encoder.height, encoder.width, encoder.channels] as const;
      const bare = backboneDescription(description, image);
      const backbone = describedNetwork(bare, image);
      const [dimension] = backbone.outputShape;
      if (asked !== dimension)
        throw new StageError(
          `without_head: width is ${asked}, and ${description.backbone} gives vectors of length ${dimension} for these images`,
          `give width: ${dimension}`,
        );
      const own = Object.fromEntries(Object.keys(backbone.variables).map((name) => [name, values[name]!]));
      const onnx = exportEncoder(backbone, image, own, 'encoder without its head, by pipe', bare);
      return { encoder: { ...encoder, onnx, dimension } };
    });
  },
});
