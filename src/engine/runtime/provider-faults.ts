// What is missing where a provider of ONNX Runtime is not there: told from what the package offers and holds, and from what ONNX Runtime
// says when it fails. Total over the providers. The texts are for the user.
import { createRequire } from 'node:module';
import { EngineError } from '../engine-error.ts';

/** Where a session computes. What a GPU provider has no kernel for runs on the CPU, inside the same session. */
export type Provider = 'cpu' | 'webgpu' | 'cuda';

export interface ProviderFaults {
  /** Known before anything is tried. `offered`: this build of ONNX Runtime knows the provider; `machine`: `linux x64`. */
  readonly missing: (offered: boolean, machine: string) => EngineError | undefined;
  /** Undefined where the failure is no fault of the provider, but of the model. */
  readonly failed: (message: string) => EngineError | undefined;
}

const WEBGPU_NEEDS =
  "It needs a GPU and its driver: Metal, Direct3D 12, or on Linux Vulkan, which NVIDIA's driver has, and which Debian and Ubuntu have as packages for AMD and Intel.";
const WEBGPU_ADD = process.platform === 'linux' ? 'sudo apt-get install libvulkan1 mesa-vulkan-drivers' : undefined;
const CUDA_NEEDS = 'It needs an NVIDIA GPU with its driver, CUDA 12 and cuDNN 9.';
const CUDA_ADD = 'npm rebuild onnxruntime-node --ignore-scripts=false';

/** Files that the package's install script downloads, beside the one that is in the package. */
const CUDA_LIBRARIES = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'];

const firstLine = (message: string): string => message.split('\n')[0]!.slice(0, 200);

export const providerFaults: Readonly<Record<Provider, ProviderFaults>> = {
  cpu: { missing: () => undefined, failed: () => undefined },
  webgpu: {
    missing: (offered, machine) =>
      offered
        ? undefined
        : new EngineError(`ONNX Runtime has no engine webgpu for ${machine}`, 'Use --engine auto or cpu.'),
    failed: (message) =>
      /Failed to get a WebGPU (adapter|device)/.test(message)
        ? new EngineError('the engine webgpu finds no device on this machine', WEBGPU_NEEDS, WEBGPU_ADD)
        : undefined,
  },
  cuda: {
    missing: (offered, machine) => {
      if (!offered || machine !== 'linux x64')
        return new EngineError(
          `ONNX Runtime has no engine cuda for ${machine}, only for linux x64`,
          'Use --engine auto or webgpu.',
        );
      if (CUDA_LIBRARIES.every(isInPackage)) return undefined;
      return new EngineError('the libraries of the engine cuda are not installed', CUDA_NEEDS, CUDA_ADD);
    },
    failed: (message) =>
      /cuda|shared library/i.test(message)
        ? new EngineError(`the engine cuda does not start on this machine: ${firstLine(message)}`, CUDA_NEEDS)
        : undefined,
  },
};

/** Whether the package has a native library for Linux on x64. */
export function isInPackage(library: string): boolean {
  try {
    createRequire(import.meta.url).resolve(`onnxruntime-node/bin/napi-v6/linux/x64/${library}`);
    return true;
  } catch {
    return false;
  }
}
