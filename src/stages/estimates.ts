// Rough figures for plans, by stage: memory in bytes from sizes, and work in proportion to time. Light by rule: the registry imports it.
// Sizes follow from what a stage allocates; the constants were set by the peaks of workers on 3,000 and 20,000 images of 28×28.
import { backboneNames, type BackboneName } from '../engine/nn/backbone-names.ts';
import type { ArtifactShape, StageFacts, StepShape } from '../stage/stage.ts';

type Estimates = Pick<StageFacts, 'memory' | 'work'>;

const number = (parameters: StepShape['parameters'], name: string): number => {
  const value = parameters[name];
  return typeof value === 'number' ? value : NaN;
};
const size = (shape: ArtifactShape | undefined, index: number): number => shape?.dimensions[index] ?? NaN;
const elements = (shape: ArtifactShape | undefined): number =>
  shape === undefined || shape.dimensions.length === 0
    ? NaN
    : shape.dimensions.reduce((product, one) => product * one, 1);

/** Work grows with the images that come out; they are bytes, held twice while they are encoded, beside those that came in. */
export const drawing: Estimates = {
  memory: ({ inputs, outputs }) =>
    WORKER +
    2 * elements(outputs['images']) +
    Object.values(inputs)
      .flat()
      .reduce((sum, one) => sum + elements(one), 0),
  work: ({ outputs }) => elements(outputs['images']),
};

/** Images go to their file while they are decoded or read: memory does not grow with them. Measured with 50,000 files on two threads (docs/benchmarks.md). */
export const reading: Estimates = {
  memory: () => WORKER + DECODING,
  work: ({ outputs }) => elements(outputs['images']),
};

/** Of threads that decode, and of what they have decoded ahead. */
const DECODING = 150 * 2 ** 20;
/** Bytes of a worker that does nothing yet: Node.js and the program. */
const WORKER = 75 * 2 ** 20;
/** Of ONNX Runtime and the compiled graph. */
const RUNTIME = 128 * 2 ** 20;
/** Of a frozen encoder beside it. */
const FROZEN = 40 * 2 ** 20;
/** Bytes a weight takes in training: itself, its gradient, the optimizer's slots, the forms its filter has for the kernels. */
const WEIGHT = 26;

interface Network {
  /** Channels kept for the backward pass, counted at full resolution. */
  readonly channels: number;
  readonly weights: number;
}

/** The residual networks: outputs of their convolutions, each over the square of its stride; peaks of two steps of each were within 6 % of the sum. */
const NETWORKS: Readonly<Record<BackboneName, Network>> = {
  conv3: { channels: 64, weights: 2e5 },
  conv4_half: { channels: 48, weights: 1.3e5 },
  conv4: { channels: 96, weights: 3.9e5 },
  small_cnn: { channels: 58, weights: 2.6e5 },
  resnet18_cifar: { channels: 544, weights: 11.2e6 },
  resnet34_cifar: { channels: 944, weights: 21.3e6 },
  resnet18_stl: { channels: 184, weights: 11.2e6 },
  resnet34_stl: { channels: 284, weights: 21.3e6 },
  resnet18_imagenet: { channels: 46, weights: 11.2e6 },
  resnet34_imagenet: { channels: 71, weights: 21.3e6 },
  resnet50_imagenet: { channels: 211, weights: 23.5e6 },
};

const isBackbone = (name: unknown): name is BackboneName => backboneNames.some((one) => one === name);

/** Images as bytes, the memory bank and its copy, a batch's activations as 32-bit floats (value, gradient and one more), and the runtime. */
export const training: Estimates = {
  memory: ({ parameters, inputs, outputs }) => {
    const images = inputs['images']?.[0];
    const [count, pixels] = [size(images, 0), size(images, 1) * size(images, 2)];
    const backbone = parameters['backbone'];
    const { channels, weights } = isBackbone(backbone) ? NETWORKS[backbone] : { channels: NaN, weights: NaN };
    const activations = Math.min(number(parameters, 'batch'), count) * pixels * channels * 3 * 4;
    const discard = inputs['discard']?.[0];
    const frozen = discard === undefined ? 0 : FROZEN + 2 * 4 * count * size(discard, 3);
    const bank = 2 * 4 * elements(outputs['features']);
    return frozen + WORKER + RUNTIME + elements(images) + bank + WEIGHT * weights + activations;
  },
  work: ({ parameters, outputs }) => number(parameters, 'epochs') * size(outputs['features'], 0),
};

/** Which network it is stands in the encoder alone, whose sizes do not say: that of conv4 is taken; a larger one takes more. */
export const furtherTraining: Estimates = {
  memory: ({ parameters, inputs }) => {
    const images = inputs['images']?.[0];
    const { channels, weights } = NETWORKS.conv4;
    const pixels = size(images, 1) * size(images, 2);
    const activations = Math.min(number(parameters, 'batch'), size(images, 0)) * pixels * channels * 3 * 4;
    return WORKER + 2 * RUNTIME + elements(images) + WEIGHT * weights + activations;
  },
  work: ({ parameters }) => number(parameters, 'epochs'),
};

/** A head is small beside what it reads, the runtime, and the frozen encoder; of those activations the largest are a batch of images' first layers. */
export const headTraining: Estimates = {
  memory: ({ parameters, inputs }) => {
    const images = inputs['images']?.[0];
    const rows = inputs['features']?.[0];
    const width = size(inputs['encoder']?.[0], 3);
    const pixels = images === undefined ? 0 : size(images, 1) * size(images, 2);
    const read = images === undefined ? 4 * elements(rows) : elements(images) + FROZEN;
    const frozen = number(parameters, 'batch') * pixels * FROZEN_CHANNELS * 4;
    const hidden = images === undefined ? size(rows, 1) : width;
    return WORKER + RUNTIME + read + frozen + WEIGHT * hidden * (hidden + 4096);
  },
  work: ({ parameters }) => number(parameters, 'epochs'),
};

/** Channels of the widest layers of a frozen encoder that are held at once, at full resolution. */
const FROZEN_CHANNELS = 128;

/** The rows of both sets, and the runtime; a classifier is small beside them. */
export const classifying: Estimates = {
  memory: ({ inputs }) => WORKER + RUNTIME + 4 * (elements(inputs['train']?.[0]) + elements(inputs['test']?.[0])),
  work: ({ parameters }) => number(parameters, 'epochs'),
};

/** The rows of both sets four times over, and a block of distances. */
export const comparing: Estimates = {
  memory: ({ inputs }) =>
    WORKER + 130 * 2 ** 20 + 4 * 4 * (elements(inputs['train']?.[0]) + elements(inputs['test']?.[0])),
};

export const clustering: Estimates = {
  memory: ({ inputs, parameters }) => {
    const features = inputs['features']?.[0];
    return WORKER + 2 * 4 * elements(features) + 4 * size(features, 0) * number(parameters, 'k');
  },
  work: ({ parameters, outputs }) =>
    size(outputs['clusters'], 0) * number(parameters, 'k') * number(parameters, 'restarts'),
};
