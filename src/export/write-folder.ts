// A folder that is whole or not there: written beside its place, then renamed. In: names and contents; out: the folder, with `export.json`, which says
// what was written. What somebody else has put into a folder, or changed in it, is never replaced.
import { randomUUID } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { digestOf } from '../cache/digest.ts';
import { lazyValidator, readValidated } from '../cache/validated-json.ts';
import type { FileSystem } from '../platform/file-system.ts';
import { ExportError } from './export-error.ts';

/** Names the files of an export, and tells an earlier one from any other folder. */
export const MANIFEST = 'export.json';

export interface ExportManifest {
  readonly format: 1;
  readonly pipe: string;
  readonly run: string;
  /** `keep.encoder`. */
  readonly encoder: string;
  /** SHA-256 of each file but this one. */
  readonly files: Readonly<Record<string, string>>;
}

const isManifest = lazyValidator<ExportManifest>({
  type: 'object',
  required: ['format', 'pipe', 'run', 'encoder', 'files'],
  properties: {
    format: { type: 'integer', const: 1 },
    pipe: { type: 'string' },
    run: { type: 'string' },
    encoder: { type: 'string' },
    files: { type: 'object', additionalProperties: { type: 'string', pattern: '^[0-9a-f]{64}$' } },
  },
});

/**
 * @param folder absolute; it may be absent, empty, or an earlier export as it was written.
 * @throws ExportError where it is anything else; what the system says where it cannot be written. It is then as it was.
 */
export async function writeFolder(
  files: FileSystem,
  folder: string,
  content: Readonly<Record<string, Uint8Array | string>>,
  about: Omit<ExportManifest, 'format' | 'files'>,
): Promise<void> {
  await mayReplace(files, folder);
  const beside = (ending: string): string =>
    join(dirname(folder), `.${basename(folder)}.${randomUUID().slice(0, 8)}.${ending}`);
  const [fresh, old] = [beside('new'), beside('old')];
  const digests = Object.entries(content).map(([name, bytes]) => [name, digestOf(bytes)]);
  const manifest: ExportManifest = {
    format: 1,
    ...about,
    files: Object.fromEntries(digests) as ExportManifest['files'],
  };
  try {
    await files.makeFolder(fresh);
    for (const [name, bytes] of Object.entries(content)) await files.write(join(fresh, name), bytes);
    await files.write(join(fresh, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    await files.syncFolder(fresh);
    await putInPlace(files, fresh, folder, old);
  } catch (error) {
    // What stopped it is the error to report, whatever comes of this.
    await files.remove(fresh).catch(() => false);
    throw error;
  }
  await files.syncFolder(dirname(folder));
  await files.remove(old);
}

/** A folder cannot be exchanged for another at once: killed between the two renames, there is none, and the earlier one lies beside its place. */
async function putInPlace(files: FileSystem, fresh: string, folder: string, old: string): Promise<void> {
  const replaces = (await files.stat(folder)) !== undefined;
  if (replaces) await files.rename(folder, old);
  try {
    await files.rename(fresh, folder);
  } catch (error) {
    // Again: what stopped it is the error to report.
    if (replaces) await files.rename(old, folder).catch(() => undefined);
    throw error;
  }
}

/** @throws ExportError where something would be lost. */
async function mayReplace(files: FileSystem, folder: string): Promise<void> {
  const found = await files.stat(folder);
  if (found === undefined) return;
  if (found.kind !== 'folder')
    throw new ExportError(`${folder} is a file, not a folder`, 'Give --to a folder, which need not be there yet.');
  const names = await files.list(folder);
  if (names.length === 0) return;
  const manifest = await readValidated(files, join(folder, MANIFEST), isManifest);
  if (manifest === undefined)
    throw new ExportError(
      `${folder} is there already, and is no earlier export`,
      'Give --to another folder: nothing is written among other files.',
    );
  const strange: string[] = [];
  for (const name of names) {
    if (name === MANIFEST) continue;
    const digest = Object.hasOwn(manifest.files, name) ? manifest.files[name] : undefined;
    const path = join(folder, name);
    if (digest === undefined) strange.push(`${name} was added`);
    else if ((await files.stat(path))?.kind !== 'file' || (await files.hash(path)) !== digest)
      strange.push(`${name} was changed`);
  }
  if (strange.length > 0)
    throw new ExportError(
      `${folder} is an earlier export that has been worked in: ${strange.slice(0, 5).join(', ')}${strange.length > 5 ? ', …' : ''}`,
      'Give --to another folder, or move those files away.',
    );
}
