// What collection takes, what it leaves, and what `ls` and `verify` say of a store.
import { beforeEach, describe, expect, test } from 'vitest';
import { collect } from '../../src/cache/collect.ts';
import { compiledSteps, type CompiledSteps } from '../../src/cache/compiled-steps.ts';
import { asStepKey, digestOf } from '../../src/cache/digest.ts';
import { inventory } from '../../src/cache/inventory.ts';
import { openStore, type Store } from '../../src/cache/store.ts';
import { verify } from '../../src/cache/verify.ts';
import { memoryClock } from '../../src/platform/clock.ts';
import { memoryHost } from '../../src/platform/host.ts';
import { memoryFileSystem, type MemoryFileSystem } from '../../src/platform/memory-file-system.ts';

const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;
let clock: ReturnType<typeof memoryClock>;
let files: MemoryFileSystem;
let store: Store;
beforeEach(async () => {
  clock = memoryClock(1_000 * DAY);
  files = memoryFileSystem({}, () => clock.now());
  store = openStore('/store', files, clock, memoryHost());
  await store.prepare();
});

/** A step with one output of the given content. */
async function storeStep(name: string, content: string): Promise<void> {
  const bytes = new TextEncoder().encode(content);
  const digest = await store.blobs.put(bytes);
  await store.records.write({
    ...{ format: 1, key: asStepKey(digestOf(name)), family: digestOf(`family ${name}`), stage: name, version: 1 },
    ...{ parameters: {}, inputs: {}, seconds: 1, engine: null, threads: null, created: '' },
    outputs: { page: { kind: 'Page', type: 'Page', digest, bytes: bytes.length } },
  });
}

const stages = async () => (await inventory(store)).steps.map((step) => step.stage);

describe('inventory', () => {
  test('is empty where there is no store', async () => {
    const nothing = openStore('/nowhere', files, clock, memoryHost());
    expect(await inventory(nothing)).toEqual({ steps: [], unreadable: [], blobs: new Map(), bytes: 0, compiled: [] });
  });

  test('lists steps, the last used first, and counts shared content once', async () => {
    await storeStep('a', 'same');
    clock.advance(HOUR);
    await storeStep('b', 'same');
    clock.advance(HOUR);
    await store.records.touch(asStepKey(digestOf('a')));
    const held = await inventory(store);
    expect(held.steps.map(({ stage, bytes, used }) => [stage, bytes, clock.now() - used])).toEqual([
      ['a', 4, 0],
      ['b', 4, HOUR],
    ]);
    expect(held.bytes).toBe(4);
  });
});

describe('collect', () => {
  test('without limits takes only what nothing names, and nothing that is young', async () => {
    await storeStep('a', 'kept');
    await store.blobs.put(new TextEncoder().encode('nobody’s'));
    expect(await collect(store, {})).toMatchObject({ records: 0, blobs: 0 });
    clock.advance(2 * HOUR);
    expect(await collect(store, {})).toMatchObject({ records: 0, blobs: 1, bytes: 10, bytesLeft: 4 });
    expect(await stages()).toEqual(['a']);
  });

  test('takes what was not used for long', async () => {
    await storeStep('old', 'old');
    await storeStep('used', 'used');
    clock.advance(10 * DAY);
    await store.records.touch(asStepKey(digestOf('used')));
    expect(await collect(store, { unusedFor: 7 * DAY })).toMatchObject({ records: 1, blobs: 1, bytes: 3 });
    expect(await stages()).toEqual(['used']);
    expect(await store.records.knowsFamily(digestOf('family old'))).toBe(false);
    expect(await store.records.knowsFamily(digestOf('family used'))).toBe(true);
  });

  test('takes the least recently used until the rest fits', async () => {
    for (const name of ['a', 'b', 'c', 'd']) {
      await storeStep(name, `${name}${name}${name}${name}`);
      clock.advance(2 * HOUR);
    }
    expect(await collect(store, { keepBytes: 9 })).toMatchObject({ records: 2, blobs: 2, bytes: 8, bytesLeft: 8 });
    expect(await stages()).toEqual(['d', 'c']);
  });

  test('keeps a file that a step that stays gave as well', async () => {
    await storeStep('old', 'same');
    clock.advance(10 * DAY);
    await storeStep('new', 'same');
    expect(await collect(store, { unusedFor: 7 * DAY })).toMatchObject({ records: 1, blobs: 0 });
    expect(await verify(store)).toMatchObject({ blobs: 1, missing: [] });
  });

  test('leaves alone what a living run may use', async () => {
    const run = await store.locks.share('run');
    clock.advance(1000);
    await storeStep('a', 'a');
    clock.advance(10 * DAY);
    const limits = { unusedFor: DAY, keepBytes: 0 };
    expect(await collect(store, limits)).toMatchObject({ records: 0, blobs: 0 });
    await run.release();
    expect(await collect(store, limits)).toMatchObject({ records: 1, blobs: 1 });
  });

  test('a dry run counts the same and takes nothing', async () => {
    await storeStep('a', 'a');
    clock.advance(10 * DAY);
    const dry = await collect(store, { unusedFor: DAY, dryRun: true });
    expect(await stages()).toEqual(['a']);
    expect(await collect(store, { unusedFor: DAY })).toEqual(dry);
    expect(await stages()).toEqual([]);
  });

  test('takes unreadable records, temporary files, and checkpoints of finished steps', async () => {
    await storeStep('a', 'a');
    const key = asStepKey(digestOf('a'));
    await files.makeFolder(`/store/checkpoints/${key}`);
    await files.write(`/store/checkpoints/${key}/state`, 'x');
    const unfinished = asStepKey(digestOf('unfinished'));
    await files.makeFolder(`/store/checkpoints/${unfinished}`);
    await files.write(`/store/checkpoints/${unfinished}/state`, 'x');
    await files.write('/store/tmp/half', 'x');
    await files.makeFolder('/store/records/00');
    await files.write(`/store/records/00/${'0'.repeat(64)}.json`, '{"format":');
    clock.advance(2 * HOUR);
    expect(await collect(store, {})).toMatchObject({ records: 1, checkpoints: 1 });
    expect(await files.list('/store/tmp')).toEqual([]);
    expect(await store.hasCheckpoint(key)).toBe(false);
    expect(await store.hasCheckpoint(unfinished)).toBe(true);
    expect(await collect(store, { unusedFor: HOUR })).toMatchObject({ checkpoints: 1 });
    expect(await store.hasCheckpoint(unfinished)).toBe(false);
  });

  test('two at once: the second says so', async () => {
    await store.locks.acquire('collect');
    await expect(collect(store, {})).rejects.toMatchObject({
      name: 'StoreError',
      message: 'another collection is running in /store (process 1)',
    });
  });
});

describe('verify', () => {
  test('finds and sets aside what is damaged, names what is missing and unreadable', async () => {
    for (const name of ['whole', 'damaged', 'missing', 'record']) await storeStep(name, `content of ${name}`);
    const blob = (name: string) => store.blobs.path(digestOf(`content of ${name}`));
    files.flip(blob('damaged'), 3);
    await files.remove(blob('missing'));
    files.flip(store.layout.record(asStepKey(digestOf('record'))), 5);
    const progress: number[] = [];
    const found = await verify(store, (done, total) => progress.push(done / total));
    expect(found.damaged).toEqual([{ digest: digestOf('content of damaged'), stages: ['damaged'] }]);
    expect(found.missing).toEqual([{ digest: digestOf('content of missing'), stages: ['missing'] }]);
    expect(found.unreadable).toEqual([store.layout.record(asStepKey(digestOf('record')))]);
    expect(found.blobs).toBe(3);
    expect(progress.at(-1)).toBe(1);
    expect(await store.blobs.state(digestOf('content of damaged'), 18)).toBe('missing');
    expect(await files.list('/store/quarantine')).toHaveLength(1);
  });
});

describe('compiled steps', () => {
  const compiled = (): CompiledSteps =>
    compiledSteps({ ...{ files, clock, host: memoryHost() }, folder: store.layout.compiled, warn: () => undefined });
  const write = (name: string, length: number) => compiled().write(name, new Uint8Array(length));
  const left = async (...names: readonly string[]): Promise<readonly string[]> => {
    const found: string[] = [];
    for (const name of names) if ((await compiled().read(name)) !== undefined) found.push(name);
    return found;
  };

  test('go where nobody used them for a month, or for the time that is asked for', async () => {
    await write('a', 10);
    await write('b', 10);
    clock.advance(20 * DAY);
    expect(await left('b')).toEqual(['b']);
    clock.advance(11 * DAY);
    expect(await collect(store, { dryRun: true })).toMatchObject({ compiled: 1, records: 0 });
    expect(await collect(store, {})).toMatchObject({ compiled: 1 });
    expect((await inventory(store)).compiled).toHaveLength(1);
    expect(await collect(store, { unusedFor: 10 * DAY })).toMatchObject({ compiled: 1, bytesLeft: 0 });
    expect(await left('a', 'b')).toEqual([]);
  });

  test('count, and go before results do', async () => {
    await storeStep('kept', 'x'.repeat(500));
    await write('old', 300);
    clock.advance(2 * HOUR);
    await write('newer', 300);
    clock.advance(2 * HOUR);
    const each = (await inventory(store)).compiled[0]!.bytes;
    const before = await collect(store, { dryRun: true });
    expect(before).toMatchObject({ compiled: 0, bytes: 0, bytesLeft: 500 + 2 * each });
    expect(await collect(store, { keepBytes: 500 + each })).toMatchObject({
      ...{ compiled: 1, records: 0, bytes: each, bytesLeft: 500 + each },
    });
    expect(await left('old', 'newer')).toEqual(['newer']);
    clock.advance(2 * HOUR);
    expect(await collect(store, { keepBytes: 500 })).toMatchObject({ compiled: 1, records: 0, bytesLeft: 500 });
    expect(await stages()).toEqual(['kept']);
  });

  test('stay where they are young, whatever the limit; what was never finished goes', async () => {
    await write('young', 10);
    await files.write(`${store.layout.compiled}/left.new`, 'half');
    expect(await collect(store, { keepBytes: 0, unusedFor: 0 })).toMatchObject({ compiled: 0 });
    expect(await files.list(store.layout.compiled)).toHaveLength(2);
    clock.advance(2 * HOUR);
    await collect(store, {});
    expect(await files.list(store.layout.compiled)).toHaveLength(1);
    expect(await left('young')).toEqual(['young']);
  });

  test('are verified: a damaged one is named and removed', async () => {
    await write('whole', 10);
    await write('hurt', 20);
    const [path] = (await inventory(store)).compiled.filter(({ bytes }) => bytes > 140).map((file) => file.path);
    files.flip(path!, 130);
    const verified = await verify(store);
    expect(verified).toMatchObject({ compiled: 2, damagedCompiled: [path] });
    expect(verified.bytes).toBe(2 * 128 + 30);
    expect(await left('whole', 'hurt')).toEqual(['whole']);
    expect(await verify(store)).toMatchObject({ compiled: 1, damagedCompiled: [] });
  });
});
