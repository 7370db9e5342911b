// What an encoder trained here is made of, as data: kept in its model, so that it can be trained further. In: a description; out: the network again.
import { Ajv } from 'ajv';
import type { Normalisation } from '../augment/normalisation.ts';
import { normalised } from '../augment/normalisation.ts';
import { backboneNames, type BackboneName } from './backbone-names.ts';
import { backboneLayers, encoderLayers } from './backbones.ts';
import { batchNorm } from './batch-norm.ts';
import { queryLayers } from './contrast-network.ts';
import { headNames, type HeadName } from './head-names.ts';
import { EncoderError } from './encoder-error.ts';
import { head } from './head.ts';
import { sequential, type Layer, type Module } from './module.ts';

export interface HeadDescription {
  readonly head: HeadName;
  /** Lengths of the parts of a feature vector, each of unit norm. */
  readonly parts: readonly number[];
  readonly predictor: boolean;
}

export interface NetworkDescription extends Omit<HeadDescription, 'head'> {
  readonly backbone: BackboneName;
  /** null: the backbone's own vector. */
  readonly head: HeadName | null;
  /** Of the images, in front of the network; null for none. */
  readonly normalisation: Normalisation | null;
  /** Heads trained later, each on the features of all before it; left out where there are none. */
  readonly behind?: readonly HeadDescription[];
}

const lengths = { type: 'array', minItems: 1, maxItems: 2, items: { type: 'integer', minimum: 1 } };
const perChannel = { type: 'array', minItems: 1, items: { type: 'number' } };
const headProperties = { parts: lengths, predictor: { type: 'boolean' } };

const validate = new Ajv({ strict: true }).compile<NetworkDescription>({
  type: 'object',
  properties: {
    ...headProperties,
    backbone: { enum: backboneNames },
    head: { enum: [...headNames, null] },
    normalisation: {
      type: 'object',
      nullable: true,
      properties: { mean: perChannel, deviation: perChannel },
      required: ['mean', 'deviation'],
    },
    behind: {
      type: 'array',
      items: {
        type: 'object',
        properties: { ...headProperties, head: { enum: headNames } },
        required: ['head', 'parts', 'predictor'],
      },
    },
  },
  required: ['backbone', 'head', 'parts', 'predictor', 'normalisation'],
});

/**
 * Of a text that a model holds.
 * @throws EncoderError where it describes no network: the model may come from elsewhere, or be newer.
 */
export function readNetworkDescription(text: string): NetworkDescription {
  const unknown = new EncoderError(
    `the encoder's model says of its network what is not understood: ${text.slice(0, 200)}`,
    'Train the encoder again, or take the version of pipe that wrote it.',
  );
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw unknown;
  }
  if (!validate(said)) throw unknown;
  return said;
}

const sum = (lengths: readonly number[]): number => lengths.reduce((all, one) => all + one, 0);

/** The encoder, with plain batch norm: its variables have the names and shapes that they had in training, those of later heads with {@link headPrefix}. */
export function describedNetwork(description: NetworkDescription, image: readonly [number, number, number]): Module {
  const { backbone, head: name, parts, normalisation, behind = [] } = description;
  const first = (norm: Layer) =>
    name === null
      ? backboneLayers(backbone, image, norm)
      : encoderLayers(backbone, image, sum(parts), { head: name, norm });
  const later = behind.map((one, at) => {
    const layer: Layer = (vector) =>
      sequential(queryLayers((norm) => head(one.head, vector[0]!, sum(one.parts), norm), one, batchNorm))(vector);
    return [headName(at), layer] as const;
  });
  const network = sequential({ ...queryLayers(first, description, batchNorm), ...Object.fromEntries(later) })(image);
  return normalised(network, normalisation ?? undefined, image);
}

/** The second head and so on. */
const headName = (at: number): string => `head${at + 2}`;

/** With what the names of the variables of the later head `at` begin, counted from 0. */
export const headPrefix = (at: number): string => `${headName(at)}.`;

/**
 * Its backbone by itself, the vector of unit norm: the encoder before its heads. The variables are some of the encoder's, by the same names.
 */
export function backboneDescription(
  { backbone, normalisation }: NetworkDescription,
  image: readonly [number, number, number],
): NetworkDescription {
  const [width] = sequential(backboneLayers(backbone, image))(image).outputShape;
  return { backbone, head: null, parts: [width!], predictor: false, normalisation };
}
