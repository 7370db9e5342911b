// From the engine asked for to the engine used. Never a silent fallback: what is not there is an error.
import { PlanError } from './plan-error.ts';

/** `cpu` is ONNX Runtime's CPU provider, `reference` TensorFlow.js in plain JavaScript: correct, and very slow. */
export type EngineKind = 'cpu' | 'reference';

const LATER: readonly string[] = ['webgpu', 'cuda', 'tfjs-gpu'];

/** Throws PlanError for an engine that this version does not have. `auto` is the best one of this machine. */
export function resolveEngine(asked: string): EngineKind {
  if (asked === 'auto' || asked === 'cpu') return 'cpu';
  if (asked === 'reference') return 'reference';
  const hint = 'Use --engine auto, cpu or reference.';
  if (LATER.includes(asked)) throw new PlanError(`engine ${asked} is not there yet in this version`, hint);
  throw new PlanError(`there is no engine "${asked}"`, hint);
}
