// What a finished run shows of its outputs: scores as numbers, everything else as a copy of its file in the run's folder.
// In: the bindings of the pipeline's outputs and the results of the steps; out: plain values, or the files that turned out damaged.
import type { ArtifactKind } from '../artifacts/artifact.ts';
import { decodeArtifact, fileExtension } from '../artifacts/codec.ts';
import { storing } from '../cache/store-error.ts';
import type { Store } from '../cache/store.ts';
import type { StoredOutput } from '../cache/step-record.ts';
import type { Binding, TypedGraph } from '../graph/typed-graph.ts';
import { fileName, type RunFolder } from './run-folder.ts';

export interface LostFile {
  readonly step: string;
  readonly output: string;
  readonly state: 'missing' | 'damaged';
}

export interface RunOutputs {
  /** By name; an output of which a step failed is left out. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly lost: readonly LostFile[];
}

/** `resultOf` gives undefined for a step without result. */
export async function exportOutputs(
  store: Store,
  folder: RunFolder,
  outputs: TypedGraph['outputs'],
  resultOf: (step: string, output: string) => StoredOutput | undefined,
): Promise<RunOutputs> {
  const values: Record<string, unknown> = {};
  const lost: LostFile[] = [];
  for (const output of outputs) {
    const value = await exported(output.value, fileName(output.name));
    if (value !== undefined) values[output.name] = value;
  }
  return { values, lost };

  async function exported(binding: Binding, name: string): Promise<unknown> {
    switch (binding.kind) {
      case 'value':
        return binding.value;
      case 'list': {
        const items: unknown[] = [];
        for (const [i, item] of binding.items.entries()) items.push(await exported(item, `${name}-${i}`));
        return items.some((item) => item === undefined) ? undefined : items;
      }
      case 'output': {
        const result = resultOf(binding.step, binding.output);
        if (result === undefined) return undefined;
        const file = folder.outputFile(`${name}${fileExtension(result.kind as ArtifactKind)}`);
        const state = await copyChecked(result, file);
        if (state !== 'there') {
          lost.push({ step: binding.step, output: binding.output, state });
          return undefined;
        }
        return result.kind === 'Scores' ? scoresIn(await store.files.read(file)) : file;
      }
    }
  }

  async function copyChecked({ digest, bytes }: StoredOutput, file: string): Promise<'there' | LostFile['state']> {
    if ((await store.blobs.state(digest, bytes)) === 'missing') return 'missing';
    try {
      await storing(`cannot write ${file}`, () => store.files.copy(store.blobs.path(digest), file));
    } catch (error) {
      // Collection or another run, which found it damaged, was quicker.
      if ((await store.blobs.state(digest, bytes)) === 'missing') return 'missing';
      throw error;
    }
    if ((await store.files.hash(file)) === digest) return 'there';
    await store.files.remove(file);
    await store.blobs.quarantine(digest);
    return 'damaged';
  }
}

/** The short form that the event `finished` promises. */
function scoresIn(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const { acc, nmi, ari, runs, deviation } = decodeArtifact('Scores', bytes);
  return {
    ...{ acc, nmi, ari },
    ...(runs === undefined ? {} : { runs }),
    ...(deviation === undefined ? {} : { deviation }),
  };
}
