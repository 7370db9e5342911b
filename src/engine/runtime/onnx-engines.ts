// The engines that are ONNX Runtime with a provider: a step is traced once, lowered and compiled whole.
import type { Engine } from './engine.ts';
import type { Provider } from './provider-faults.ts';

const onProvider = (provider: Provider): Pick<Engine, 'modelsOn' | 'compile'> => ({
  modelsOn: provider,
  async compile(step, signature, options) {
    const { compileOnnx } = await import('./compile-onnx.ts');
    return compileOnnx(step, signature, provider, options);
  },
});

export const cpu: Engine = { ...onProvider('cpu'), about: 'ONNX Runtime on the CPU', gpu: false };

export const webgpu: Engine = {
  ...onProvider('webgpu'),
  about: 'ONNX Runtime on WebGPU: Vulkan, Metal or Direct3D 12',
  gpu: true,
};

export const cuda: Engine = { ...onProvider('cuda'), about: 'ONNX Runtime on CUDA 12', gpu: true };
