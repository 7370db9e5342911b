// Loads @tensorflow/tfjs-node-gpu, which registers TensorFlow's native library as a backend of TensorFlow.js. Out: the backend's name, once
// it is known to compute on a GPU for the very TensorFlow.js that steps are written with.
import { createRequire } from 'node:module';
import { EngineError } from '../engine-error.ts';
import { findBackend, findBackendFactory, version_core } from '../tensor.ts';

const PACKAGE = '@tensorflow/tfjs-node-gpu';
const BACKEND = 'tensorflow';
const ADD = `npm rebuild ${PACKAGE} --ignore-scripts=false`;
const ADD_PACKAGE = 'npm install --include=optional --ignore-scripts=false';
const NEEDS = 'It needs Linux or Windows on x64, an NVIDIA GPU, CUDA 11.2, cuDNN 8.1, and Node.js 22 or earlier.';
/** From this version on Node.js lacks `util.isNullOrUndefined`, which the package calls with every operation. */
const FIRST_NODE_WITHOUT = 23;

/** Where a test stands in for the package. */
export interface TensorflowLoader {
  readonly load: () => unknown;
  readonly node: string;
}

const require = createRequire(import.meta.url);
const real: TensorflowLoader = {
  load: () => require('@tensorflow/tfjs-node-gpu') as unknown,
  node: process.versions.node,
};

/** Throws EngineError where it does not load, or loads and finds no GPU. */
export function loadTensorflow({ load, node }: TensorflowLoader = real): string {
  if (Number(node.split('.')[0]) >= FIRST_NODE_WITHOUT)
    throw new EngineError(`the engine tfjs-gpu does not run on Node.js ${node}`, NEEDS);
  // Errors only.
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  let loaded: { readonly version?: Readonly<Record<string, string>> };
  try {
    loaded = load() as typeof loaded;
  } catch (error) {
    throw describe(error as Error);
  }
  const core = loaded.version?.['tfjs-core'];
  // Its operations are registered in the TensorFlow.js that it loads; where that is another one, steps would never reach them.
  if (findBackendFactory(BACKEND) == null || core !== version_core)
    throw new EngineError(
      `the engine tfjs-gpu comes with TensorFlow.js ${core ?? 'of an unknown version'}, and pipe was built with ${version_core}`,
      'Both must be the same.',
      'npm ci',
    );
  // Without its CUDA libraries TensorFlow loads all the same, and computes on the CPU.
  const backend = findBackend(BACKEND) as { readonly isUsingGpuDevice?: boolean } | null;
  if (backend?.isUsingGpuDevice !== true)
    throw new EngineError('the engine tfjs-gpu finds no GPU: TensorFlow would compute on the CPU', NEEDS);
  return BACKEND;
}

function describe(error: Error): EngineError {
  const { message } = error;
  if (message.includes(`Cannot find module '${PACKAGE}'`))
    return new EngineError('the engine tfjs-gpu is not installed', NEEDS, ADD_PACKAGE);
  if (message.includes('native addon module'))
    return new EngineError('the native library of the engine tfjs-gpu is not installed', NEEDS, ADD);
  return new EngineError(`the engine tfjs-gpu does not load: ${message.split('\n')[0]}`, NEEDS, ADD);
}
