// The machine stops at each single operation of storing, restoring and collecting: what a restarted machine finds is a hit with the
// right bytes or a miss. Names that were not made durable survive or not, as the property test chooses.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { asStepKey, digestOf } from '../../src/cache/digest.ts';
import { collect } from '../../src/cache/collect.ts';
import { loadCheckpoint, saveCheckpoint } from '../../src/cache/checkpoint.ts';
import { openStore, type Store } from '../../src/cache/store.ts';
import type { StepRecord } from '../../src/cache/step-record.ts';
import { verify } from '../../src/cache/verify.ts';
import { memoryClock } from '../../src/platform/clock.ts';
import type { FileSystem } from '../../src/platform/file-system.ts';
import { memoryHost } from '../../src/platform/host.ts';
import { MachineStopped, memoryFileSystem, type MemoryFileSystem } from '../../src/platform/memory-file-system.ts';

const HOUR = 60 * 60_000;
const bytes = (text: string) => new TextEncoder().encode(text);
const open = (files: FileSystem, now = 0): Store => openStore('/store', files, memoryClock(now), memoryHost());
/** By another process: the one that held locks is dead. */
const reopen = (files: FileSystem, now = 0): Store =>
  openStore('/store', files, memoryClock(now), memoryHost({ pid: 2 }));

async function storeStep(store: Store, name: string): Promise<StepRecord> {
  const [put, adopted] = [bytes(`${name}: put`), bytes(`${name}: adopted`)];
  await store.prepare();
  await store.files.write(`/store/tmp/${name}`, adopted);
  await store.blobs.adopt(`/store/tmp/${name}`, digestOf(adopted));
  const record: StepRecord = {
    ...{ format: 1, key: asStepKey(digestOf(name)), family: digestOf(`family of ${name}`), stage: 'test', version: 1 },
    ...{ parameters: {}, inputs: {}, seconds: 1, engine: null, threads: null, created: '' },
    outputs: {
      put: { kind: 'Page', type: 'Page', digest: await store.blobs.put(put), bytes: put.length },
      adopted: { kind: 'Page', type: 'Page', digest: digestOf(adopted), bytes: adopted.length },
    },
  };
  await store.records.write(record);
  return record;
}

/** A record that is found names blobs that are there with the right content. */
async function expectTruth(store: Store, names: readonly string[], hits: readonly string[] = []): Promise<void> {
  for (const name of names) {
    const record = await store.records.read(asStepKey(digestOf(name)));
    if (hits.includes(name)) expect(record, name).toBeDefined();
    if (record === undefined) continue;
    for (const [output, { digest }] of Object.entries(record.outputs)) {
      expect(await store.blobs.read(digest), `${name}.${output}`).toEqual(bytes(`${name}: ${output}`));
    }
    // An honest plan needs it: a record without its family would be overlooked.
    expect(await store.records.knowsFamily(record.family)).toBe(true);
  }
}

/** Runs `work` once for each operation at which the machine may stop, and hands what is left to `check`. */
async function stopEverywhere(
  prepare: (store: Store) => Promise<unknown>,
  work: (store: Store) => Promise<unknown>,
  now: number,
  keeps: (path: string) => boolean,
  check: (files: MemoryFileSystem) => Promise<void>,
): Promise<number> {
  for (let at = 0; ; at += 1) {
    const faults: { crashAt?: number } = {};
    const files = memoryFileSystem(faults);
    await prepare(open(files));
    faults.crashAt = files.operations + at;
    const stopped = await work(open(files, now)).then(
      () => false,
      (error: unknown) => {
        if (!(error instanceof MachineStopped)) throw error;
        return true;
      },
    );
    await check(files.afterPowerCut(keeps));
    if (!stopped) return at;
  }
}

/** A deterministic coin for each path. */
const coins = fc
  .integer()
  .map((seed) => (path: string) => digestOf(`${seed}${path.replaceAll(/[0-9a-f-]{36}/g, '')}`) < '8');

test('storing', async () => {
  await fc.assert(
    fc.asyncProperty(coins, async (keeps) => {
      const stops = await stopEverywhere(
        (store) => storeStep(store, 'old'),
        (store) => storeStep(store, 'new'),
        0,
        keeps,
        (files) => expectTruth(open(files), ['old', 'new'], ['old']),
      );
      expect(stops).toBeGreaterThan(15);
    }),
    { numRuns: 40 },
  );
});

test('storing what is half there already', async () => {
  await fc.assert(
    fc.asyncProperty(coins, fc.nat(20), async (keeps, first) => {
      const faults: { crashAt?: number } = { crashAt: first };
      const files = memoryFileSystem(faults);
      await storeStep(open(files), 'step').catch(() => undefined);
      const restarted = files.afterPowerCut(keeps);
      await storeStep(open(restarted), 'step');
      await expectTruth(open(restarted.afterPowerCut(keeps)), ['step'], ['step']);
    }),
  );
});

test('collecting', async () => {
  await fc.assert(
    fc.asyncProperty(coins, async (keeps) => {
      const prepare = async (store: Store): Promise<void> => {
        for (const name of ['a', 'b', 'c']) await storeStep(store, name);
      };
      await stopEverywhere(
        prepare,
        (store) => collect(store, { unusedFor: HOUR }),
        3 * HOUR,
        keeps,
        async (files) => {
          const store = reopen(files, 3 * HOUR);
          const found = await verify(store);
          expect(found.damaged).toEqual([]);
          for (const name of ['a', 'b', 'c']) {
            const record = await store.records.read(asStepKey(digestOf(name)));
            // A record may be left without its blobs where the removal of its name was not durable: planning sees that.
            for (const { digest, bytes: size } of Object.values(record?.outputs ?? {})) {
              expect(await store.blobs.state(digest, size)).not.toBe('damaged');
            }
          }
          // The next collection finishes the work.
          await collect(store, { unusedFor: HOUR });
          expect((await verify(store)).blobs).toBe(0);
        },
      );
    }),
    { numRuns: 20 },
  );
});

test('a checkpoint is the old one or the new one', async () => {
  await fc.assert(
    fc.asyncProperty(coins, async (keeps) => {
      const path = '/store/checkpoints/key/state';
      const save = (text: string, seconds: number) => (store: Store) =>
        saveCheckpoint(store.files, path, { content: bytes(text), seconds });
      await stopEverywhere(save('old', 1), save('new', 2), 0, keeps, async (files) => {
        const found = await loadCheckpoint(files, path);
        expect([
          { content: bytes('old'), seconds: 1 },
          { content: bytes('new'), seconds: 2 },
        ]).toContainEqual(found);
      });
    }),
  );
});
