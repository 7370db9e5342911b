// A pure step function in, a compiled step out, on the engine that is named.
import type { CompiledStep, CompileOptions } from './engine.ts';
import { engineNamed } from './engines.ts';
import type { TensorData } from './session.ts';
import type { Step, StepSignature } from './step.ts';

/** Throws EngineError where the engine is not there. */
export function compileStep(
  step: Step,
  signature: StepSignature,
  { engine, ...options }: CompileOptions & { readonly engine: string },
): Promise<CompiledStep> {
  return engineNamed(engine).compile(step, signature, options);
}

/** Where a step may write the state that follows `state`: arrays of its own, but for those that the step takes in place. */
export function writableState(
  state: Readonly<Record<string, TensorData>>,
  { inPlace }: CompiledStep,
): Record<string, TensorData> {
  return Object.fromEntries(
    Object.entries(state).map(([name, tensor]) => [
      name,
      inPlace.has(name) ? tensor : { data: new Float32Array(tensor.data.length), shape: tensor.shape },
    ]),
  );
}
