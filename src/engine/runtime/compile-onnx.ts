// A step as a session of ONNX Runtime: traced, simplified, fused for the provider, lowered, encoded, opened. On the CPU all after the tracing is
// left out where an earlier run has kept what came of it.
import { createHash } from 'node:crypto';
import { encodeModel } from '../lower/onnx-model.ts';
import { fuse } from '../lower/fuse.ts';
import { outputsInPlace } from '../lower/in-place.ts';
import { lower } from '../lower/lower.ts';
import { simplify } from '../lower/simplify.ts';
import { trace } from '../trace/backend.ts';
import type { TraceGraph } from '../trace/graph.ts';
import { traceDigest } from '../trace/trace-digest.ts';
import { channelBlock } from './channel-block.ts';
import { engineCode } from './engine-code.ts';
import type { CompiledStep, CompileOptions } from './engine.ts';
import type { Provider } from './provider-faults.ts';
import { runtimeVersion, Session } from './session.ts';
import type { Step, StepSignature } from './step.ts';
import { storedSession, type LoweredStep, type OpenedStep } from './stored-session.ts';

const NEW = 'new/';

function renameKeys<T>(record: Readonly<Record<string, T>>, rename: (name: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [rename(name), value]));
}

/** The ONNX model of a step, for a target with a blocked layout of `block` channels or without one. The same step gives the same bytes. */
export function stepModel(step: Step, signature: StepSignature, name: string, block: number | undefined): LoweredStep {
  return tracedModel(trace(step, signature), name, block);
}

function tracedModel(recorded: TraceGraph, name: string, block: number | undefined): LoweredStep {
  const simplified = simplify(recorded);
  const traced = block === undefined ? simplified : fuse(simplified, block);
  // A state tensor has one name; in the model its new value needs another.
  const outputs = renameKeys(traced.outputs, (output) => `${NEW}${output}`);
  const graph = lower({ nodes: traced.nodes, outputs }, { name, ...(block === undefined ? {} : { block }) });
  return { model: encodeModel(graph), inPlace: outputsInPlace(traced) };
}

/** Of all that decides what ONNX Runtime makes of a step on one kind of processor. Threads do not: its optimiser never asks for them. */
export function stepKey(
  recorded: TraceGraph,
  name: string,
  block: number | undefined,
  code: string,
  runtime: string,
): string {
  return createHash('sha256')
    .update(JSON.stringify([traceDigest(recorded), name, block ?? null, code, runtime]))
    .digest('hex');
}

async function openStep(
  step: Step,
  signature: StepSignature,
  provider: Provider,
  { name, threads, profile, cache }: CompileOptions,
): Promise<OpenedStep> {
  const block = provider === 'cpu' ? await channelBlock() : undefined;
  const recorded = trace(step, signature);
  const lowered = () => tracedModel(recorded, name, block);
  const options = { provider, threads, ...(profile === undefined ? {} : { profile }) };
  if (provider === 'cpu' && cache !== undefined && engineCode !== undefined)
    return storedSession(stepKey(recorded, name, block, engineCode, runtimeVersion), cache, lowered, options);
  const { model, inPlace } = lowered();
  return { session: await Session.create(model, options), inPlace };
}

export async function compileOnnx(
  step: Step,
  signature: StepSignature,
  provider: Provider,
  options: CompileOptions,
): Promise<CompiledStep> {
  const { session, inPlace } = await openStep(step, signature, provider, options);
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
