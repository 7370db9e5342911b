// Errors of the disk while storing: a clear error at once, no half left behind, earlier entries intact.
import { expect, test } from 'vitest';
import { digestOf } from '../../src/cache/digest.ts';
import { fileDigests } from '../../src/cache/file-digests.ts';
import { openStore } from '../../src/cache/store.ts';
import { storeLayout } from '../../src/cache/store-layout.ts';
import { memoryClock } from '../../src/platform/clock.ts';
import { memoryHost } from '../../src/platform/host.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test.each([
  ['ENOSPC', 'the disk is full', /Free some space/],
  ['EDQUOT', 'your disk quota is used up', /Free some space/],
  ['EMFILE', 'this process has too many open files', /ulimit -n/],
  ['ENFILE', 'this machine has too many open files', /Close other programs/],
  ['EROFS', 'the file system is read-only', /--cache DIR/],
  ['EACCES', 'permission is denied', /--cache DIR/],
  ['EIO', 'the disk reports an error', /Check the disk/],
])('%s: %s', async (code, says, hint) => {
  const faults: { fail?: (operation: string) => string | undefined } = {};
  const files = memoryFileSystem(faults);
  const store = openStore('/store', files, memoryClock(), memoryHost());
  const old = await store.blobs.put(bytes('old'));
  for (const operation of ['write', 'rename', 'syncFolder']) {
    const before = [...files.files().keys()];
    faults.fail = (name) => (name === operation ? code : undefined);
    await expect(store.blobs.put(bytes('new'))).rejects.toMatchObject({
      name: 'StoreError',
      message: `cannot store a result in /store: ${says}`,
      hint: expect.stringMatching(hint) as unknown,
    });
    if (operation !== 'syncFolder') expect([...files.files().keys()]).toEqual(before);
  }
  delete faults.fail;
  expect(await store.blobs.read(old)).toEqual(bytes('old'));
  expect(await store.blobs.read(await store.blobs.put(bytes('new')))).toEqual(bytes('new'));
});

test('a result that was damaged on its way is not stored', async () => {
  const files = memoryFileSystem();
  const store = openStore('/store', files, memoryClock(), memoryHost());
  await store.prepare();
  await files.write('/store/tmp/output', 'not what was computed');
  await expect(store.blobs.adopt('/store/tmp/output', digestOf('computed'))).rejects.toMatchObject({
    name: 'StoreError',
    message: expect.stringContaining('was damaged on its way') as unknown,
  });
  expect(await store.blobs.verify(digestOf('computed'))).toBe('missing');
});

test('a damaged blob is replaced when the same content is stored again', async () => {
  const files = memoryFileSystem();
  const store = openStore('/store', files, memoryClock(), memoryHost());
  const digest = await store.blobs.put(bytes('content'));
  files.flip(store.blobs.path(digest), 0);
  expect(await store.blobs.read(digest)).toBeUndefined();
  await store.blobs.put(bytes('content'));
  expect(await store.blobs.read(digest)).toEqual(bytes('content'));
});

test('a blob that another process moves aside while it is hashed is missing, and is stored again', async () => {
  const files = memoryFileSystem();
  const store = openStore(
    '/store',
    {
      ...files,
      async hash(path) {
        if (path.startsWith('/store/blobs/')) await files.remove(path);
        return files.hash(path);
      },
    },
    memoryClock(),
    memoryHost(),
  );
  const digest = digestOf('content');
  await store.blobs.put(bytes('content'));
  expect(await store.blobs.verify(digest)).toBe('missing');
  await store.blobs.put(bytes('content'));
  await store.blobs.put(bytes('content'));
  expect(await store.blobs.read(digest)).toEqual(bytes('content'));
});

test('digests of outside files are remembered until size, time or inode change, and not while a change could hide', async () => {
  const clock = memoryClock(0);
  let hashed = 0;
  const memory = memoryFileSystem({}, () => clock.now());
  const files = { ...memory, hash: (path: string) => ((hashed += 1), memory.hash(path)) };
  const open = () => fileDigests(files, storeLayout('/store'), clock);
  await memory.makeFolder('/data');
  await memory.write('/data/file', 'one');

  // Just written: hashed each time.
  clock.advance(1000);
  let digests = open();
  expect(await digests.digest('/data/file')).toBe(digestOf('one'));
  await digests.save();
  digests = open();
  await digests.digest('/data/file');
  expect(hashed).toBe(2);

  clock.advance(10_000);
  digests = open();
  await digests.digest('/data/file');
  await digests.save();
  expect(hashed).toBe(3);
  expect(await open().digest('/data/file')).toBe(digestOf('one'));
  expect(hashed).toBe(3);

  await memory.write('/data/file', 'two');
  expect(await open().digest('/data/file')).toBe(digestOf('two'));
  expect(await open().digest('/data/none')).toBeUndefined();
});
