// The two file systems behave the same, as far as the store relies on them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { errorCode, readIfThere, type FileSystem } from '../../src/platform/file-system.ts';
import { MachineStopped, memoryFileSystem } from '../../src/platform/memory-file-system.ts';
import { realFileSystem } from '../../src/platform/real-file-system.ts';

const real = mkdtempSync(join(tmpdir(), 'pipe-files-'));
afterAll(() => rmSync(real, { recursive: true, force: true }));
const text = async (files: FileSystem, path: string) => new TextDecoder().decode(await files.read(path));

describe.each([
  ['real', realFileSystem, real],
  ['memory', memoryFileSystem(), '/root'],
])('%s', (_, files, root) => {
  test('writes, reads, replaces', async () => {
    await files.makeFolder(join(root, 'a/b'));
    await files.makeFolder(join(root, 'a/b'));
    await files.write(join(root, 'a/b/file'), 'one');
    await files.write(
      join(root, 'a/b/file'),
      ['thr', '', 'ee'].map((part) => new TextEncoder().encode(part)),
    );
    expect(new TextDecoder().decode(await files.read(join(root, 'a/b/file')))).toBe('three');
    await files.write(join(root, 'a/b/file'), new TextEncoder().encode('two'), { durable: false });
    expect(await text(files, join(root, 'a/b/file'))).toBe('two');
    await files.syncFolder(join(root, 'a/b'));
  });

  test('writes piece by piece, and removes what is abandoned', async () => {
    await files.makeFolder(join(root, 'p'));
    const sink = await files.create(join(root, 'p/file'));
    for (const piece of ['on', '', 'e']) await sink.write(new TextEncoder().encode(piece));
    await sink.close();
    expect(await text(files, join(root, 'p/file'))).toBe('one');
    const dropped = await files.create(join(root, 'p/dropped'));
    await dropped.write(Uint8Array.of(1));
    await dropped.abandon();
    expect(await files.list(join(root, 'p'))).toEqual(['file']);
  });

  test('says ENOENT for what is not there', async () => {
    for (const attempt of [
      () => files.read(join(root, 'none')),
      () => files.write(join(root, 'none/file'), ''),
      () => files.create(join(root, 'none/file')),
      () => files.rename(join(root, 'none'), join(root, 'other')),
      () => files.copy(join(root, 'none'), join(root, 'other')),
    ]) {
      expect(errorCode(await attempt().catch((error: unknown) => error))).toBe('ENOENT');
    }
    expect(await files.stat(join(root, 'none'))).toBeUndefined();
    expect(await files.list(join(root, 'none'))).toEqual([]);
    expect(await files.touch(join(root, 'none'), 5)).toBe(false);
    expect(await files.remove(join(root, 'none'))).toBe(false);
    expect(await readIfThere(files, join(root, 'none'))).toBeUndefined();
  });

  test('renames over, lists in order, removes trees', async () => {
    await files.makeFolder(join(root, 'r/sub'));
    for (const name of ['b', 'a', 'sub/c']) await files.write(join(root, 'r', name), name);
    await files.rename(join(root, 'r/b'), join(root, 'r/a'));
    expect(await text(files, join(root, 'r/a'))).toBe('b');
    expect(await files.list(join(root, 'r'))).toEqual(['a', 'sub']);
    expect(await files.remove(join(root, 'r'))).toBe(true);
    expect(await files.stat(join(root, 'r/sub/c'))).toBeUndefined();
  });

  test('tells size, time and identity', async () => {
    await files.makeFolder(join(root, 's'));
    await files.write(join(root, 's/file'), 'abc');
    expect(await files.touch(join(root, 's/file'), 86_400_000)).toBe(true);
    const before = await files.stat(join(root, 's/file'));
    expect(before).toMatchObject({ kind: 'file', size: 3, modified: 86_400_000 });
    await files.write(join(root, 's/other'), 'abc');
    await files.rename(join(root, 's/other'), join(root, 's/file'));
    expect((await files.stat(join(root, 's/file')))!.inode).not.toBe(before!.inode);
    expect((await files.stat(join(root, 's')))!.kind).toBe('folder');
  });

  test('hashes, and copies what a later change does not touch', async () => {
    await files.makeFolder(join(root, 'c'));
    await files.write(join(root, 'c/file'), 'abc');
    expect(await files.hash(join(root, 'c/file'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
    await files.copy(join(root, 'c/file'), join(root, 'c/copy'));
    await files.write(join(root, 'c/copy'), 'changed');
    expect(await text(files, join(root, 'c/file'))).toBe('abc');
  });

  test('a link can replace a link', async () => {
    await files.makeFolder(join(root, 'l'));
    for (const target of ['one', 'two']) {
      await files.link(target, join(root, 'l/new'));
      await files.rename(join(root, 'l/new'), join(root, 'l/latest'));
    }
    expect(await files.list(join(root, 'l'))).toEqual(['latest']);
  });
});

describe('a power cut in memory', () => {
  test('forgets names that were not synced, and content that was not', async () => {
    const files = memoryFileSystem();
    await files.makeFolder('/f');
    await files.write('/f/synced', 'a');
    await files.syncFolder('/f');
    await files.write('/f/named', 'b');
    await files.write('/f/soft', 'c', { durable: false });
    const [forgets, keeps] = [files.afterPowerCut(() => false), files.afterPowerCut(() => true)];
    expect(await forgets.list('/f')).toEqual(['synced']);
    expect(await keeps.list('/f')).toEqual(['named', 'soft', 'synced']);
    expect(await text(keeps, '/f/named')).toBe('b');
    expect(await text(keeps, '/f/soft')).toBe('');
  });

  test('stops everything that comes after', async () => {
    const files = memoryFileSystem({ crashAt: 1 });
    await files.makeFolder('/f');
    await expect(files.write('/f/half', 'abcd')).rejects.toThrow(MachineStopped);
    await expect(files.read('/f/half')).rejects.toThrow(MachineStopped);
  });
});
