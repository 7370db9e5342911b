// IDFD (docs/methods.md §3.5): instance discrimination and feature decorrelation on one set of images.
import type { Images } from '../../artifacts/artifact.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';
import { instanceSchema, type SharedParameters } from './instance-parameters.ts';
import { onEngine } from './on-engine.ts';
import { trainEncoder } from './train-encoder.ts';

export interface IdfdParameters extends SharedParameters {
  readonly tau: number;
}

export const idfd = implementStage({
  parameters: instanceSchema({ tau: { type: 'number', exclusiveMinimum: 0 } }),
  outputs: { encoder: 'Encoder', features: 'Features', log: 'TrainingLog' },
  run(context: StageContext<IdfdParameters, { readonly images: Images }>) {
    return onEngine(() => trainEncoder(context, 'IDFD', context.inputs.images, context.parameters.tau));
  },
});
