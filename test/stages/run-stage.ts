// Runs one stage as the worker would: parameters checked by its schema, nothing else around it.
import { Ajv, type ValidateFunction } from 'ajv';
import type { ArtifactValues, Images } from '../../src/artifacts/artifact.ts';
import type { CompiledSteps } from '../../src/cache/compiled-steps.ts';
import { encodeArtifact } from '../../src/artifacts/codec.ts';
import type { WrittenImages } from '../../src/stage/write-images.ts';
import type { Progress, StageContext, StageImplementation } from '../../src/stage/stage.ts';

export interface StageRun {
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly progress: readonly Progress[];
  readonly warnings: readonly string[];
}

export interface Surroundings {
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly dataFolder?: string;
  readonly downloadFolder?: string;
  readonly signal?: AbortSignal;
}

/** Keeps nothing. */
export const noCompiledSteps: CompiledSteps = {
  read: async () => undefined,
  write: async () => undefined,
  reject: async () => undefined,
  captured: async () => undefined,
};

/** What a stage sees; progress and warnings are added to the two lists. */
export function stageContext<P, I>(
  surroundings: Surroundings,
  progress: Progress[] = [],
  warnings: string[] = [],
): StageContext<P, I> {
  return {
    parameters: (surroundings.parameters ?? {}) as P,
    inputs: (surroundings.inputs ?? {}) as I,
    checkpoints: { load: async () => undefined, save: async () => undefined, due: () => false },
    threads: 1,
    engine: 'cpu',
    dataFolder: surroundings.dataFolder,
    downloadFolder: surroundings.downloadFolder ?? '/nowhere',
    compiledSteps: noCompiledSteps,
    provenance: undefined,
    signal: surroundings.signal ?? new AbortController().signal,
    async writeImages(_, sizes, pieces) {
      const collected: Uint8Array[] = [];
      for await (const piece of pieces) collected.push(Uint8Array.from(piece));
      const images: Images = { ...sizes, data: new Uint8Array(Buffer.concat(collected)) };
      // In memory, for the test to look at.
      return images as unknown as WrittenImages;
    },
    progress: (report) => progress.push(report),
    warn: (message) => warnings.push(message),
  };
}

const validators = new WeakMap<object, ValidateFunction>();

export async function runStage(stage: StageImplementation, surroundings: Surroundings): Promise<StageRun> {
  const validate = validators.get(stage) ?? new Ajv().compile(stage.parameters);
  validators.set(stage, validate);
  if (!validate(surroundings.parameters ?? {})) throw new Error(`parameters: ${JSON.stringify(validate.errors)}`);
  const progress: Progress[] = [];
  const warnings: string[] = [];
  const outputs = await stage.run(stageContext<never, never>(surroundings, progress, warnings));
  for (const [name, kind] of Object.entries(stage.outputs)) {
    // Every output must have a file form.
    encodeArtifact(kind, outputs[name] as ArtifactValues[typeof kind]);
  }
  return { outputs, progress, warnings };
}
