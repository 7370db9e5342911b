// The parameters that idfd and cidfd share, and what the training loop makes of them.
import type { InstanceTrainingOptions } from '../../engine/train/train-instance.ts';
import { backboneNames, type BackboneName } from '../../engine/nn/backbone-names.ts';
import { headNames, type HeadName } from '../../engine/nn/head-names.ts';
import { recipeOf, viewProperties, type ViewParameters } from './view-parameters.ts';

export interface SharedParameters extends ViewParameters {
  readonly backbone: BackboneName;
  readonly head: HeadName;
  readonly dimension: number;
  readonly epochs: number;
  readonly batch: number;
  readonly tau_2: number;
  readonly decorrelation: number;
  readonly bank_momentum: number;
  readonly bank_start: 'centred' | 'random';
  readonly features_from: 'bank' | 'plain';
  readonly optimizer: 'adam' | 'sgd';
  readonly learning_rate: number;
  readonly weight_decay: number;
  readonly warmup: number;
  readonly schedule: 'cosine' | 'multistep' | 'constant';
  readonly seed: number;
}

const positive = { type: 'number', exclusiveMinimum: 0 };
const share = { type: 'number', minimum: 0, maximum: 1 };

/** JSON Schema of the shared parameters and of those that one method adds. */
export function instanceSchema(own: Readonly<Record<string, object>>): object {
  const properties = {
    backbone: { enum: backboneNames },
    head: { enum: headNames },
    dimension: { type: 'integer', minimum: 2, maximum: 4096 },
    epochs: { type: 'integer', minimum: 1, maximum: 100_000 },
    batch: { type: 'integer', minimum: 2, maximum: 8192 },
    tau_2: positive,
    decorrelation: { type: 'number', minimum: 0 },
    bank_momentum: share,
    bank_start: { enum: ['centred', 'random'] },
    features_from: { enum: ['bank', 'plain'] },
    optimizer: { enum: ['adam', 'sgd'] },
    learning_rate: positive,
    weight_decay: { type: 'number', minimum: 0 },
    warmup: { type: 'integer', minimum: 0 },
    schedule: { enum: ['cosine', 'multistep', 'constant'] },
    ...viewProperties,
    seed: { type: 'integer' },
    ...own,
  };
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

/** What the methods differ in. */
export type InstanceVariant = Pick<InstanceTrainingOptions, 'temperature' | 'decorrelationForm' | 'negatives'>;

export function trainingOptions(parameters: SharedParameters, variant: InstanceVariant): InstanceTrainingOptions {
  return {
    backbone: parameters.backbone,
    head: parameters.head,
    dimension: parameters.dimension,
    epochs: parameters.epochs,
    batch: parameters.batch,
    ...variant,
    decorrelationTemperature: parameters.tau_2,
    decorrelationWeight: parameters.decorrelation,
    bankMomentum: parameters.bank_momentum,
    bankStart: parameters.bank_start,
    optimizer: parameters.optimizer,
    weightDecay: parameters.weight_decay,
    rate: { learningRate: parameters.learning_rate, schedule: parameters.schedule, warmup: parameters.warmup },
    augmentation: recipeOf(parameters),
    seed: parameters.seed,
  };
}
