// What planning knows of a step that is a module of the user's own: the text of its file, and of what that imports, decides its result, besides its
// parameters and inputs. Nothing of it is run. In: the module of a step; out: facts, digests, what stands in the key.
import { relative, resolve } from 'node:path';
import type { StepModule, Value } from '../graph/typed-graph.ts';
import { moduleFiles, type ModuleFiles } from '../stage/bundle-module.ts';
import { StageError } from '../stage/stage-error.ts';
import type { StageFacts } from '../stage/stage.ts';

/** Raised when the same module may be run in another way. */
const MODULE_VERSION = 1;

/** The name of the stage without its module: where a file lies decides nothing. */
export function moduleFacts(stage: string): StageFacts {
  const name = `module ${stage.slice(stage.lastIndexOf('.') + 1)}`;
  return { name, version: MODULE_VERSION, usesEngine: false, readsProvenance: false };
}

/** The parameters with the declared results, which the module is told; their name is none that a parameter can have. */
export function withResults(
  parameters: Readonly<Record<string, Value>>,
  { results }: StepModule,
): Readonly<Record<string, Value>> {
  return { ...parameters, 'its results': results };
}

type Digest = (path: string) => Promise<string | undefined>;

/** Of a module that was read before: what it imports is the same while none of its files has changed. */
const known = new Map<string, { readonly found: ModuleFiles; readonly digests: ReadonlyMap<string, string | null> }>();

/**
 * Digests of the module, of all local files that it imports, of the manifests of the packages, and of the files behind `reads`; null where
 * one is missing. Where the module cannot be understood, its own text alone: the step will fail, and say why.
 */
export async function moduleDigests(
  { file, folder, reads }: StepModule,
  digest: Digest,
): Promise<Readonly<Record<string, string | null>>> {
  const base = resolve(folder);
  const entry = resolve(file);
  const before = known.get(entry);
  let digests = before === undefined ? undefined : await digestsOf(before.found, digest);
  if (before === undefined || ![...before.digests].every(([path, was]) => digests?.get(path) === was)) {
    known.delete(entry);
    const found = await filesOf(entry);
    digests = await digestsOf(found ?? { files: [entry], packages: new Map() }, digest);
    if (found !== undefined) known.set(entry, { found, digests });
  }
  const packages = known.get(entry)?.found.packages ?? new Map<string, string>();
  const nameOf = (path: string): string => {
    const name = [...packages].find(([, manifest]) => manifest === path)?.[0];
    return name === undefined ? relative(base, path).replaceAll('\\', '/') : `package.json of ${name}`;
  };
  const result: Record<string, string | null> = {};
  for (const [path, one] of digests ?? []) result[nameOf(path)] = one;
  for (const name of reads) result[name] = (await digest(resolve(folder, name))) ?? null;
  return result;
}

async function digestsOf(
  { files, packages }: ModuleFiles,
  digest: Digest,
): Promise<ReadonlyMap<string, string | null>> {
  const digests = new Map<string, string | null>();
  for (const path of [...files, ...packages.values()]) digests.set(path, (await digest(path)) ?? null);
  return digests;
}

async function filesOf(entry: string): Promise<ModuleFiles | undefined> {
  try {
    return await moduleFiles(entry);
  } catch (error) {
    if (error instanceof StageError) return undefined;
    throw error;
  }
}
