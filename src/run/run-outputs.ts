// What a finished run shows of its outputs: scores as numbers, everything else as a copy of its file in the run's folder.
// In: the bindings of the pipeline's outputs and the results of the steps; out: plain values, or the files that turned out damaged.
import type { ArtifactKind } from '../artifacts/artifact.ts';
import { decodeArtifact, fileExtension } from '../artifacts/codec.ts';
import { storing } from '../cache/store-error.ts';
import type { Store } from '../cache/store.ts';
import type { StoredOutput } from '../cache/step-record.ts';
import type { Binding, TypedGraph } from '../graph/typed-graph.ts';
import { fileName, type RunFolder } from './run-folder.ts';
import { cellSteps } from './steps-behind.ts';

export interface LostFile {
  readonly step: string;
  readonly output: string;
  readonly state: 'missing' | 'damaged';
}

export interface RunOutputs {
  /** By name; an output of which a step failed is left out. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly lost: readonly LostFile[];
  /** The files among them that are pages. */
  readonly pages: readonly string[];
}

/** `resultOf` gives undefined for a step without result. */
export async function exportOutputs(
  store: Store,
  folder: RunFolder,
  graph: TypedGraph,
  resultOf: (step: string, output: string) => StoredOutput | undefined,
): Promise<RunOutputs> {
  const values: Record<string, unknown> = {};
  const lost: LostFile[] = [];
  const pages: string[] = [];
  for (const output of graph.outputs) {
    const value = await exported(output.value, fileName(output.name));
    if (value !== undefined) values[output.name] = value;
  }
  return { values, lost, pages };

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
        if (result.kind === 'Page') pages.push(file);
        if (result.kind === 'Scores') return scoresIn(await store.files.read(file));
        return result.kind === 'Table' ? tableIn(await store.files.read(file), graph, binding.step) : file;
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

/** The table with, in each cell, the steps that it was made of: those that gave its scores, before a mean was taken; else the step that made it. */
function tableIn(bytes: Uint8Array, graph: TypedGraph, step: string): Readonly<Record<string, unknown>> {
  const { columns, rows } = decodeArtifact('Table', bytes);
  const scored = cellSteps(graph, step);
  return {
    columns,
    rows: rows.map(({ name, cells }, row) => {
      // A score may fill several cells, one a measure.
      const each = cells.length / Math.max(1, scored[row]?.length ?? 0);
      const steps = (at: number): readonly string[] =>
        scored.length === 0 ? [step] : (scored[row]?.[Math.floor(at / each)] ?? []);
      return { name, cells: cells.map((cell, at) => ({ ...cell, steps: steps(at) })) };
    }),
  };
}
