// Compiled steps on a disk: what is read is what was written, under the same key on the same kind of machine, or nothing, and then it is said.
import { beforeEach, describe, expect, test } from 'vitest';
import { compiledSteps, type CompiledSteps } from '../../src/cache/compiled-steps.ts';
import { memoryClock } from '../../src/platform/clock.ts';
import { memoryHost, type Host } from '../../src/platform/host.ts';
import { memoryFileSystem, type MemoryFaults, type MemoryFileSystem } from '../../src/platform/memory-file-system.ts';

const clock = memoryClock();
const content = new TextEncoder().encode('a model');
let faults: MemoryFaults;
let files: MemoryFileSystem;
let warnings: string[];
beforeEach(() => {
  faults = {};
  files = memoryFileSystem(faults);
  warnings = [];
});

const open = (over: MemoryFileSystem = files, host: Pick<Host, 'platform' | 'cpu'> = memoryHost()): CompiledSteps =>
  compiledSteps({ files: over, clock, folder: '/compiled', host, warn: (message) => warnings.push(message) });
const onlyFile = (): string => [...files.files().keys()].at(0)!;

test('what was written is read, by whoever opens the folder next', async () => {
  expect(await open().read('key')).toBeUndefined();
  await open().write('key', content);
  expect(await open().read('key')).toEqual(content);
  await open().write('key', Uint8Array.of(1));
  expect(await open().read('key')).toEqual(Uint8Array.of(1));
  expect(warnings).toEqual([]);
});

test('another key, processor or platform finds nothing', async () => {
  await open().write('key', content);
  expect(await open().read('kez')).toBeUndefined();
  expect(await open(files, { ...memoryHost(), cpu: 'another' }).read('key')).toBeUndefined();
  expect(await open(files, { ...memoryHost(), platform: 'another' }).read('key')).toBeUndefined();
  expect(warnings).toEqual([]);
});

test('a file with any one byte changed, or cut anywhere, is none: it is said, and the file is gone', async () => {
  await open().write('key', content);
  const [path, whole] = [onlyFile(), files.files().get(onlyFile())!];
  for (let at = 0; at < whole.length; at += 1) {
    await files.write(path, whole);
    files.flip(path, at);
    expect(await open().read('key'), `byte ${at} changed`).toBeUndefined();
    expect(files.files().size).toBe(0);
    await files.write(path, whole.slice(0, at));
    expect(await open().read('key'), `cut at ${at}`).toBeUndefined();
    expect(files.files().size).toBe(0);
  }
  expect(new Set(warnings)).toEqual(new Set([`a stored compiled step is damaged (${path}): it is compiled again`]));
  expect(warnings).toHaveLength(2 * whole.length);
});

test('a whole file under the name of another is none', async () => {
  await open().write('a', content);
  const a = onlyFile();
  await open().write('b', Uint8Array.of(2));
  const b = [...files.files().keys()].find((path) => path !== a)!;
  await files.copy(a, b);
  expect(await open().read('b')).toBeUndefined();
  expect(await open().read('a')).toEqual(content);
});

test('a machine that stops at any moment of writing leaves the old content or the new', async () => {
  for (let at = 0; ; at += 1) {
    const stopping: MemoryFaults = {};
    files = memoryFileSystem(stopping);
    await open().write('key', content);
    stopping.crashAt = files.operations + at;
    warnings = [];
    await open().write('key', Uint8Array.of(3));
    if (warnings.length === 0) {
      expect(at).toBeGreaterThan(3);
      break;
    }
    for (const survives of [true, false]) {
      const found = await open(files.afterPowerCut(() => survives)).read('key');
      expect([content, Uint8Array.of(3)]).toContainEqual(found);
    }
  }
});

describe('a disk that does not serve', () => {
  test('costs the storing, which is said, and leaves nothing half written', async () => {
    faults.fail = (operation) => (operation === 'write' ? 'ENOSPC' : undefined);
    await open().write('key', content);
    expect(warnings).toEqual([expect.stringMatching(/^the compiled step cannot be stored: .*ENOSPC/)]);
    expect(files.files().size).toBe(0);
  });

  test('costs what is captured, too', async () => {
    expect(await open().captured((path) => files.write(path, content))).toEqual(content);
    expect(await open().captured(async () => undefined)).toBeUndefined();
    expect(await open().captured(() => Promise.reject(new Error('no')))).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/^the compiled step cannot be stored: .*ENOENT/),
      'the compiled step cannot be stored: no',
    ]);
    expect(files.files().size).toBe(0);
  });
});
