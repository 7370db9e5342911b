// A pure step function in, a compiled step out: traced once, simplified, lowered to ONNX, compiled by the runtime of the chosen engine.
import { encodeModel } from '../lower/onnx-model.ts';
import { lower } from '../lower/lower.ts';
import { simplify } from '../lower/simplify.ts';
import { trace } from '../trace/backend.ts';
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
  run(
    inputs: Readonly<Record<string, TensorData>>,
    into?: Readonly<Record<string, TensorData>>,
  ): Promise<Readonly<Record<string, TensorData>>>;
  close(): Promise<void>;
}

const NEW = 'new/';

function renameKeys<T>(record: Readonly<Record<string, T>>, rename: (name: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));
}

export async function compileStep(
  step: Step,
  signature: StepSignature,
  options: CompileOptions,
): Promise<CompiledStep> {
  switch (options.engine) {
    case 'cpu':
    case 'webgpu': {
      const traced = simplify(trace(step, signature));
      // A state tensor has one name; in the model its new value needs another.
      const outputs = Object.fromEntries(
        Object.entries(traced.outputs).map(([name, value]) => [`${NEW}${name}`, value]),
      );
      const model = encodeModel(lower({ nodes: traced.nodes, outputs }, { name: options.name }));
      const session = await Session.create(model, {
        provider: options.engine,
        threads: options.threads,
        ...(options.profile === undefined ? {} : { profile: options.profile }),
      });
      return {
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
