// What an engine is: something that makes a step run. Names and types only: a plan and doctor speak of engines without loading any.
import type { Provider } from './provider-faults.ts';
import type { TensorData } from './session.ts';
import type { StepCache } from './stored-session.ts';
import type { Step, StepSignature } from './step.ts';

export const ENGINE_NAMES = ['cpu', 'webgpu', 'cuda', 'tfjs-gpu', 'reference'] as const;

export type EngineName = (typeof ENGINE_NAMES)[number];

export const isEngineName = (name: string): name is EngineName => (ENGINE_NAMES as readonly string[]).includes(name);

export interface CompileOptions {
  readonly name: string;
  readonly threads: number;
  /** Path prefix of a profile by kernel, for engines that can make one. */
  readonly profile?: string;
  /** Where compiled steps are kept, for engines that gain by it: the same step then computes the same, and is there sooner. */
  readonly cache?: StepCache;
}

export interface CompiledStep {
  /** Names of outputs that may be written over the input of the same name; see `writableState` in compile.ts. */
  readonly inPlace: ReadonlySet<string>;
  /** An output named in `into` is written there (its array must have the size), the others are new. */
  run(
    inputs: Readonly<Record<string, TensorData>>,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Readonly<Record<string, TensorData>>>;
  close(): Promise<void>;
}

export interface Engine {
  /** What computes, in a few words for people. */
  readonly about: string;
  /** It computes on a GPU, which one step at a time has. */
  readonly gpu: boolean;
  /** Where ONNX Runtime runs stored models beside it. */
  readonly modelsOn: Provider;
  /** Throws EngineError where it is not there: what is missing, and the command that adds it. */
  compile(step: Step, signature: StepSignature, options: CompileOptions): Promise<CompiledStep>;
}
