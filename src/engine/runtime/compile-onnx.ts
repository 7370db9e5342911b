// A step as a session of ONNX Runtime: traced, simplified, fused for the provider, lowered, encoded, opened.
import { encodeModel } from '../lower/onnx-model.ts';
import { fuse } from '../lower/fuse.ts';
import { outputsInPlace } from '../lower/in-place.ts';
import { lower } from '../lower/lower.ts';
import { simplify } from '../lower/simplify.ts';
import { trace } from '../trace/backend.ts';
import { channelBlock } from './channel-block.ts';
import type { CompiledStep, CompileOptions } from './engine.ts';
import type { Provider } from './provider-faults.ts';
import { Session } from './session.ts';
import type { Step, StepSignature } from './step.ts';

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

export async function compileOnnx(
  step: Step,
  signature: StepSignature,
  provider: Provider,
  { name, threads, profile }: CompileOptions,
): Promise<CompiledStep> {
  const block = provider === 'cpu' ? await channelBlock() : undefined;
  const { model, inPlace } = stepModel(step, signature, name, block);
  const session = await Session.create(model, {
    provider,
    threads,
    ...(profile === undefined ? {} : { profile }),
  });
  return {
    inPlace,
    async run(inputs, into = {}) {
      const results = await session.run(
        inputs,
        renameKeys(into, (output) => `${NEW}${output}`),
      );
      return renameKeys(results, (output) => output.slice(NEW.length));
    },
    close: () => session.close(),
  };
}
