// A store for one look: it answers as the store does, and asks the disk for no name that is not there.
import { expect, test } from 'vitest';
import type { Digest, StepKey } from '../../src/cache/digest.ts';
import { listedStore } from '../../src/cache/listed-store.ts';
import { openStore } from '../../src/cache/store.ts';
import type { FileSystem } from '../../src/platform/file-system.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';
import { realClock } from '../../src/platform/clock.ts';
import { realHost } from '../../src/platform/host.ts';

const digest = (letter: string): string => letter.repeat(64);
const key = (letter: string): StepKey => digest(letter) as unknown as StepKey;
const place = (step: string) => ({ file: '/p.pipe', pipeline: 'p', step });
const seen = {
  ...{
    format: 1 as const,
    key: key('a'),
    stage: 's',
    version: 1,
    engine: null,
    parameters: {},
    inputs: {},
    external: {},
  },
  seconds: 1,
};
const record = {
  ...{
    format: 1 as const,
    key: key('a'),
    family: digest('f') as Digest,
    stage: 's',
    version: 1,
    parameters: {},
    inputs: {},
  },
  ...{ outputs: {}, seconds: 1, engine: null, threads: null, created: '2026-01-01T00:00:00.000Z' },
};

test('it finds what is there, and nothing else, without a question for each name', async () => {
  const memory = memoryFileSystem({});
  const asked: string[] = [];
  const files: FileSystem = {
    ...memory,
    stat: (path) => (asked.push(path), memory.stat(path)),
    read: (path) => (asked.push(path), memory.read(path)),
  };
  const store = openStore('/store', files, realClock, realHost());
  await store.prepare();
  await store.records.write(record);
  await store.lastSeen.write(place('one'), seen);
  await files.makeFolder(store.layout.checkpoint(key('c')).replace(/\/state$/, ''));
  await files.write(store.layout.checkpoint(key('c')), 'state');

  const listed = listedStore(store);
  for (const letter of ['a', 'b', 'c', 'ab']) {
    const one = key(letter.padEnd(64, letter).slice(0, 64 / letter.length));
    expect(await listed.records.read(one)).toEqual(await store.records.read(one));
    expect(await listed.hasCheckpoint(one)).toBe(await store.hasCheckpoint(one));
  }
  expect((await listed.records.read(key('a')))?.key).toBe(key('a'));
  expect(await listed.records.knowsFamily(digest('f') as Digest)).toBe(true);
  expect(await listed.lastSeen.read(place('one'))).toEqual(seen);

  asked.length = 0;
  for (const step of ['two', 'three', 'four']) expect(await listed.lastSeen.read(place(step))).toBeUndefined();
  for (const letter of ['d', 'e']) {
    expect(await listed.records.read(key(letter))).toBeUndefined();
    expect(await listed.records.knowsFamily(digest(letter) as Digest)).toBe(false);
    expect(await listed.hasCheckpoint(key(letter))).toBe(false);
  }
  expect(asked).toEqual([]);
});
