// The one import of TensorFlow.js: its tensor operations, automatic differentiation and kernel registry.
// Steps are pure functions written with these; which backend is current decides whether they are recorded or computed.
export * from '@tensorflow/tfjs-core';
// The gradients of all operations; the package's main entry leaves them out.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
