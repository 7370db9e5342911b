// From the engine asked for to the engine used. Never a silent fallback: what is not there is an error.
import { PlanError } from './plan-error.ts';

/**
 * `cpu` is ONNX Runtime's CPU provider, `webgpu` its WebGPU provider (Vulkan, Metal, Direct3D 12), `reference` TensorFlow.js in plain
 * JavaScript: correct, and very slow.
 */
export type EngineKind = 'cpu' | 'webgpu' | 'reference';

const LATER: readonly string[] = ['cuda', 'tfjs-gpu'];

/**
 * Throws PlanError for an engine that this version does not have. `auto` is the CPU: whether a GPU is a real one and faster is not known here.
 * Whether `webgpu` finds a device shows when the first step that needs it begins; if it does not, that step fails.
 */
export function resolveEngine(asked: string): EngineKind {
  if (asked === 'auto' || asked === 'cpu') return 'cpu';
  if (asked === 'reference' || asked === 'webgpu') return asked;
  const hint = 'Use --engine auto, cpu, webgpu or reference.';
  if (LATER.includes(asked)) throw new PlanError(`engine ${asked} is not there yet in this version`, hint);
  throw new PlanError(`there is no engine "${asked}"`, hint);
}
