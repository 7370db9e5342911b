// Locks: one holder at a time, and nothing left of the dead.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openStore } from '../../src/cache/store.ts';
import type { Locks } from '../../src/cache/lock.ts';
import { memoryClock } from '../../src/platform/clock.ts';
import type { FileSystem } from '../../src/platform/file-system.ts';
import { memoryHost, type Host } from '../../src/platform/host.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';

function locksOf(files: FileSystem, host: Host, clock = memoryClock()): Locks {
  return openStore('/store', files, clock, host).locks;
}

/** A file system whose operations take a random number of turns, so that processes interleave. */
function slow(files: FileSystem, turns: () => number): FileSystem {
  const wait = async (): Promise<void> => {
    for (let i = turns(); i > 0; i -= 1) await Promise.resolve();
  };
  return new Proxy(files, {
    get: (target, name: keyof FileSystem) =>
      async function (...args: never[]) {
        await wait();
        const result: unknown = await (target[name] as (...args: never[]) => Promise<unknown>)(...args);
        await wait();
        return result;
      },
  });
}

test('never two holders, and everybody gets it in the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 5 }), fc.infiniteStream(fc.nat(6)), async (processes, stream) => {
      const turns = (): number => stream.next().value as number;
      const files = slow(memoryFileSystem(), turns);
      const living = new Set(Array.from({ length: processes }, (_, i) => i + 1));
      let holders = 0;
      let done = 0;
      const contend = async (pid: number): Promise<void> => {
        const locks = locksOf(files, memoryHost({ pid, living }));
        for (;;) {
          const attempt = await locks.acquire('key');
          if ('owner' in attempt) {
            for (let i = turns() * 20; i > 0; i -= 1) await Promise.resolve();
            continue;
          }
          holders += 1;
          expect(holders).toBe(1);
          for (let i = turns(); i > 0; i -= 1) await Promise.resolve();
          holders -= 1;
          await attempt.lock.release();
          done += 1;
          return;
        }
      };
      await Promise.all([...living].map(contend));
      expect(done).toBe(processes);
      expect(await files.list('/store/locks')).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

test('who has it is told', async () => {
  const files = memoryFileSystem();
  const living = new Set([7, 8]);
  await locksOf(files, memoryHost({ pid: 7, living }), memoryClock(5)).acquire('key');
  const second = locksOf(files, memoryHost({ pid: 8, living }));
  expect(await second.acquire('key')).toEqual({ owner: { pid: 7, thisMachine: true, since: 5 } });
  expect(await second.acquire('other')).toHaveProperty('lock');
});

test('the lock of a dead process is removed by whoever comes next', async () => {
  const files = memoryFileSystem();
  await locksOf(files, memoryHost({ pid: 7 })).acquire('key');
  const second = locksOf(files, memoryHost({ pid: 8, living: new Set() }));
  expect(await second.acquire('key')).toHaveProperty('lock');
  expect(await files.list('/store/locks')).toHaveLength(1);
});

test('a process that took the number of a dead one does not keep its lock', async () => {
  const files = memoryFileSystem();
  const first = memoryHost({ pid: 7 });
  await locksOf(files, first).acquire('key');
  const lives: Host['lives'] = ({ pid, started }) => pid === 7 && started === 'later';
  const later = { ...memoryHost({ pid: 7 }), process: { pid: 7, started: 'later' }, lives };
  expect(await locksOf(files, later).acquire('key')).toHaveProperty('lock');
});

test('a process on another machine lives while it is heard of', async () => {
  const clock = memoryClock(0);
  const files = memoryFileSystem({}, () => clock.now());
  await locksOf(files, { ...memoryHost(), name: 'elsewhere' }, clock).acquire('key');
  const here = locksOf(files, memoryHost(), clock);
  clock.advance(59_000);
  expect(await here.acquire('key')).toEqual({ owner: { pid: 1, thisMachine: false, since: 0 } });
  clock.advance(2_000);
  expect(await here.acquire('key')).toHaveProperty('lock');
});

test('a shared lock is held by many, and stands in nobody’s way', async () => {
  const files = memoryFileSystem();
  const living = new Set([7, 8]);
  const [first, second] = [7, 8].map((pid) => locksOf(files, memoryHost({ pid, living })));
  await first!.share('run');
  const lock = await second!.share('run');
  expect((await first!.owners('run')).map((owner) => owner.pid).sort()).toEqual([7, 8]);
  await lock.release();
  expect((await first!.owners('run')).map((owner) => owner.pid)).toEqual([7]);
});
