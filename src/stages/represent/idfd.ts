// IDFD and its variants ID, IDFO, NPID (docs/methods.md §3.5): instance discrimination and feature decorrelation on one set of images.
import type { Images } from '../../artifacts/artifact.ts';
import type { DecorrelationForm } from '../../engine/train/instance-step.ts';
import { implementStage, type StageContext } from '../../stage/stage.ts';
import { instanceSchema, type SharedParameters } from './instance-parameters.ts';
import { onEngine } from './on-engine.ts';
import { trainEncoder } from './train-encoder.ts';

export interface IdfdParameters extends SharedParameters {
  readonly tau: number;
  readonly instance: 'softmax' | 'noise_contrastive';
  readonly negatives: number;
  readonly decorrelation_form: DecorrelationForm;
}

export const idfd = implementStage({
  parameters: instanceSchema({
    tau: { type: 'number', exclusiveMinimum: 0 },
    instance: { enum: ['softmax', 'noise_contrastive'] },
    negatives: { type: 'integer', minimum: 1, maximum: 1_000_000 },
    decorrelation_form: { enum: ['softmax', 'orthogonal'] },
  }),
  outputs: { encoder: 'Encoder', features: 'Features', log: 'TrainingLog' },
  run(context: StageContext<IdfdParameters, { readonly images: Images }>) {
    const { tau, instance, negatives, decorrelation_form: decorrelationForm } = context.parameters;
    const variant = { decorrelationForm, ...(instance === 'noise_contrastive' ? { negatives } : {}) };
    return onEngine(() =>
      trainEncoder(context, methodOf(context.parameters), context.inputs.images, { temperature: tau, ...variant }),
    );
  },
});

/** What the papers call it. */
function methodOf({ instance, decorrelation, decorrelation_form: form }: IdfdParameters): string {
  if (instance === 'noise_contrastive') return 'NPID';
  return decorrelation === 0 ? 'ID' : form === 'orthogonal' ? 'IDFO' : 'IDFD';
}
