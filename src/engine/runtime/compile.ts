// A pure step function in, a compiled step out: traced once, simplified, lowered to ONNX, compiled by the runtime of the chosen engine.
import { encodeModel } from '../lower/onnx-model.ts';
import { fuse } from '../lower/fuse.ts';
import { outputsInPlace } from '../lower/in-place.ts';
import { lower } from '../lower/lower.ts';
import { simplify } from '../lower/simplify.ts';
import { trace } from '../trace/backend.ts';
import { channelBlock } from './channel-block.ts';
import { Session, type TensorData } from './session.ts';
import type { Step, StepSignature } from './step.ts';

export interface CompileOptions {
  readonly name: string;
  /** `cpu`, `webgpu`: ONNX Runtime. `reference`: TensorFlow.js in JavaScript, eagerly. */
  readonly engine: string;
  readonly threads: number;
  readonly profile?: string;
}

export interface CompiledStep {
  /** Names of outputs that may be written over the input of the same name; see {@link writableState}. */
  readonly inPlace: ReadonlySet<string>;
  run(
    inputs: Readonly<Record<string, TensorData>>,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Readonly<Record<string, TensorData>>>;
  close(): Promise<void>;
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

const NEW = 'new/';

function renameKeys<T>(record: Readonly<Record<string, T>>, rename: (name: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));
}

/** The ONNX model of a step, for a target with a blocked layout of `block` channels or without one. The same step gives the same bytes. */
export function stepModel(
  step: Step,
  signature: StepSignature,
  name: string,
  block: number | undefined,
): { readonly model: Uint8Array; readonly inPlace: ReadonlySet<string> } {
  const simplified = simplify(trace(step, signature));
  const traced = block === undefined ? simplified : fuse(simplified, block);
  // A state tensor has one name; in the model its new value needs another.
  const outputs = renameKeys(traced.outputs, (output) => `${NEW}${output}`);
  const graph = lower({ nodes: traced.nodes, outputs }, { name, ...(block === undefined ? {} : { block }) });
  return { model: encodeModel(graph), inPlace: outputsInPlace(traced) };
}

export async function compileStep(
  step: Step,
  signature: StepSignature,
  options: CompileOptions,
): Promise<CompiledStep> {
  switch (options.engine) {
    case 'cpu':
    case 'webgpu': {
      const block = options.engine === 'cpu' ? await channelBlock() : undefined;
      const { model, inPlace } = stepModel(step, signature, options.name, block);
      const session = await Session.create(model, {
        provider: options.engine,
        threads: options.threads,
        ...(options.profile === undefined ? {} : { profile: options.profile }),
      });
      return {
        inPlace,
        async run(inputs, into = {}) {
          const results = await session.run(
            inputs,
            renameKeys(into, (name) => `${NEW}${name}`),
          );
          return renameKeys(results, (name) => name.slice(NEW.length));
        },
        close: () => session.close(),
      };
    }
    case 'reference': {
      const { runEagerly } = await import('./eager.ts');
      return {
        inPlace: new Set(Object.keys(signature)),
        async run(inputs, into = {}) {
          const results = await runEagerly(step, signature, inputs);
          return Object.fromEntries(
            Object.entries(results).map(([name, value]) => {
              const target = into[name];
              if (target === undefined) return [name, value];
              target.data.set(value.data);
              return [name, target];
            }),
          );
        },
        async close() {},
      };
    }
    default:
      throw new Error(`there is no engine named ${options.engine}`);
  }
}
