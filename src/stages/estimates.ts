// Rough figures for plans, by stage: memory in bytes from sizes, and work in proportion to time. Light by rule: the registry imports it.
// Each is what the stage allocates by its code; docs/benchmarks.md compares some with what was measured.
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

/** Work grows with the images that come out; they are bytes, made as 32-bit floats. */
export const drawing: Estimates = {
  memory: ({ outputs }) => 5 * elements(outputs['images']),
  work: ({ outputs }) => elements(outputs['images']),
};

/**
 * Images as bytes, memory bank and its copy, 64 MiB of runtime and graph, and a batch's activations: channels at full, half and quarter
 * resolution, kept for the backward pass, as 32-bit floats.
 */
export const training: Estimates = {
  memory: ({ parameters, inputs, outputs }) => {
    const images = inputs['images']?.[0];
    const [count, pixels] = [size(images, 0), size(images, 1) * size(images, 2)];
    const channels = parameters['backbone'] === 'conv3' ? 32 : parameters['backbone'] === 'conv4_half' ? 48 : 96;
    const activations = Math.min(number(parameters, 'batch'), count) * pixels * channels * 3 * 4;
    return elements(images) + 2 * 4 * elements(outputs['features']) + activations + 64 * 2 ** 20;
  },
  work: ({ parameters, outputs }) => number(parameters, 'epochs') * size(outputs['features'], 0),
};

export const clustering: Estimates = {
  memory: ({ inputs, parameters }) => {
    const features = inputs['features']?.[0];
    return 2 * 4 * elements(features) + 4 * size(features, 0) * number(parameters, 'k');
  },
  work: ({ parameters, outputs }) =>
    size(outputs['clusters'], 0) * number(parameters, 'k') * number(parameters, 'restarts'),
};
