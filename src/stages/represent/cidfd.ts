// cIDFD (docs/methods.md §3.6), the target branch: IDFD whose logits also hold the similarity of what a frozen encoder sees.
import type { Encoder, Images } from '../../artifacts/artifact.ts';
import { FrozenEncoder } from '../../engine/train/frozen-encoder.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';
import { instanceSchema, type SharedParameters } from './instance-parameters.ts';
import { onEngine } from './on-engine.ts';
import { trainEncoder } from './train-encoder.ts';

export interface CidfdParameters extends SharedParameters {
  readonly tau_x: number;
  readonly tau_xb: number;
}

export const cidfd = implementStage({
  parameters: instanceSchema({
    tau_x: { type: 'number', exclusiveMinimum: 0 },
    tau_xb: { type: 'number', exclusiveMinimum: 0 },
  }),
  outputs: { encoder: 'Encoder', features: 'Features', log: 'TrainingLog' },
  async run(context: StageContext<CidfdParameters, { readonly images: Images; readonly discard: Encoder }>) {
    const { parameters, inputs } = context;
    const discard = await onEngine(() => FrozenEncoder.load(inputs.discard, context));
    try {
      return await onEngine(() =>
        trainEncoder(
          context,
          'cIDFD',
          inputs.images,
          { temperature: parameters.tau_x },
          {
            encoder: discard,
            temperature: parameters.tau_xb,
          },
        ),
      );
    } finally {
      await discard.close();
    }
  },
});
