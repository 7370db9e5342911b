// The folder of an export on a real disk, with a machine that stops, or a disk that fails, at each single operation: what is found under its name
// afterwards is the earlier export, the new one, or nothing.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../../src/cache/digest.ts';
import { MANIFEST, writeFolder, type ExportManifest } from '../../src/export/write-folder.ts';
import type { FileSystem } from '../../src/platform/file-system.ts';
import { realFileSystem } from '../../src/platform/real-file-system.ts';

const CHANGING = ['write', 'rename', 'remove', 'makeFolder', 'syncFolder'] as const;
const OLD = { 'encoder.onnx': new Uint8Array([1, 2, 3]), 'README.md': 'old', 'centres.json': '[]' };
const NEW = { 'encoder.onnx': new Uint8Array([4, 5, 6, 7]), 'README.md': 'new' };
const about = { pipe: '1', run: 'r', encoder: 'keep.encoder' };

let parent = '';
let folder = '';
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'pipe-export-'));
  folder = join(parent, 'encoder');
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

/** The real file system, of which the operation with number `at` fails: with `stops`, half a write is left and nothing works any more. */
function failing(at: number, stops: boolean): FileSystem & { readonly count: () => number } {
  let count = 0;
  let stopped = false;
  const wrapped: Record<string, unknown> = { ...realFileSystem, count: () => count };
  for (const name of CHANGING) {
    wrapped[name] = async (path: string, ...rest: readonly never[]): Promise<unknown> => {
      if (stopped) throw new Error('the machine has stopped');
      const number = count;
      count += 1;
      if (number === at) {
        stopped = stops;
        if (name === 'write') await realFileSystem.write(path, 'ha');
        throw Object.assign(new Error(`ENOSPC: ${name}`), { code: 'ENOSPC' });
      }
      return (realFileSystem[name] as (...all: readonly unknown[]) => Promise<unknown>)(path, ...rest);
    };
  }
  return wrapped as unknown as FileSystem & { readonly count: () => number };
}

/** The names in the folder, each with what the manifest says of it; undefined where there is no folder. */
function whole(): readonly string[] | undefined {
  if (!readdirSync(parent).includes('encoder')) return undefined;
  const names = readdirSync(folder).filter((name) => name !== MANIFEST);
  const { files } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as ExportManifest;
  expect(Object.keys(files).sort()).toEqual(names);
  for (const name of names) expect(digestOf(readFileSync(join(folder, name)))).toBe(files[name]);
  return names;
}

const namesOf = (content: object): readonly string[] => Object.keys(content).sort();

describe('a folder that is written', () => {
  it('has each file and the digest of each, and replaces an earlier one with all its files', async () => {
    await writeFolder(realFileSystem, folder, OLD, about);
    expect(whole()).toEqual(namesOf(OLD));
    await writeFolder(realFileSystem, folder, NEW, about);
    expect(whole()).toEqual(namesOf(NEW));
    expect(readdirSync(parent)).toEqual(['encoder']);
  });

  it.each([
    ['a disk that fails', false],
    ['a machine that stops', true],
  ])('is whole or absent after %s at any operation', async (_, stops) => {
    let [olds, news, none] = [0, 0, 0];
    for (let at = 0; ; at += 1) {
      rmSync(parent, { recursive: true, force: true });
      mkdirSync(parent);
      await writeFolder(realFileSystem, folder, OLD, about);
      const files = failing(at, stops);
      const ended = await writeFolder(files, folder, NEW, about).then(
        () => undefined,
        (error: Error) => error.message,
      );
      const names = whole();
      if (names === undefined) none += 1;
      else if (names.includes('centres.json')) olds += 1;
      else news += 1;
      if (files.count() <= at) {
        expect(ended).toBeUndefined();
        expect(names).toEqual(namesOf(NEW));
        break;
      }
      // A fault while the earlier one is removed is the only one that comes too late to change the outcome.
      expect(ended).toMatch(/ENOSPC/);
      // A disk that works again leaves nothing beside it, unless the removal was what failed.
      if (!stops && names?.includes('centres.json') === true) expect(readdirSync(parent)).toEqual(['encoder']);
      if (!stops) expect(names).toBeDefined();
    }
    expect(olds).toBeGreaterThan(4);
    expect(news).toBeGreaterThan(0);
    expect(none).toBe(stops ? 1 : 0);
  });

  it('is not written over what is no export, or no longer one as it was written', async () => {
    const refused = (): Promise<void> => writeFolder(realFileSystem, folder, NEW, about);
    writeFileSync(folder, 'a file');
    await expect(refused()).rejects.toThrow('is a file, not a folder');
    rmSync(folder);
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.tex'), 'years of work');
    await expect(refused()).rejects.toThrow('is no earlier export');
    writeFileSync(join(folder, MANIFEST), '{"format": 1}');
    await expect(refused()).rejects.toThrow('is no earlier export');
    rmSync(folder, { recursive: true });
    await writeFolder(realFileSystem, folder, OLD, about);
    writeFileSync(join(folder, 'images.raw'), 'mine');
    writeFileSync(join(folder, 'README.md'), 'old, with a note');
    await expect(refused()).rejects.toThrow('README.md was changed, images.raw was added');
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('old, with a note');
    expect(readdirSync(parent)).toEqual(['encoder']);
  });

  it('takes an empty folder, and makes the folders above it', async () => {
    mkdirSync(folder);
    await writeFolder(realFileSystem, folder, NEW, about);
    expect(whole()).toEqual(namesOf(NEW));
    await writeFolder(realFileSystem, join(parent, 'a', 'b'), NEW, about);
    expect(readdirSync(join(parent, 'a', 'b'))).toHaveLength(3);
  });
});
