// The engines that are TensorFlow.js itself: the same step function, one operation after the other. Nothing is compiled; loading the
// backend is what can fail. Stored models run on ONNX Runtime's CPU provider beside them.
import type { Engine } from './engine.ts';

export const reference: Engine = {
  about: 'TensorFlow.js in plain JavaScript: exact, and far too slow to train with',
  gpu: false,
  modelsOn: 'cpu',
  async compile(step, signature) {
    const { eagerStep } = await import('./eager.ts');
    return eagerStep(step, signature, 'cpu');
  },
};

export const tfjsGpu: Engine = {
  about: 'TensorFlow.js on TensorFlow 2.9 and CUDA 11.2, one operation at a time',
  gpu: true,
  modelsOn: 'cpu',
  async compile(step, signature) {
    const [{ eagerStep }, { loadTensorflow }] = await Promise.all([import('./eager.ts'), import('./tfjs-gpu.ts')]);
    return eagerStep(step, signature, loadTensorflow());
  },
};
