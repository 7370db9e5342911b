// Every engine by its name: one that is named and not here is a type error. What an engine loads, it loads when it first compiles.
import { isEngineName, type Engine, type EngineName } from './engine.ts';
import { reference, tfjsGpu } from './eager-engines.ts';
import { cpu, cuda, webgpu } from './onnx-engines.ts';

export const engines: Readonly<Record<EngineName, Engine>> = { cpu, webgpu, cuda, 'tfjs-gpu': tfjsGpu, reference };

/** Throws for a name that no engine has: names are checked where they come in. */
export function engineNamed(name: string): Engine {
  if (!isEngineName(name)) throw new Error(`there is no engine named ${name}`);
  return engines[name];
}
