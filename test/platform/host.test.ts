// Which processes live: the base of locks that nobody must clear.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { realHost } from '../../src/platform/host.ts';

test.runIf(process.platform === 'linux')(
  'this process lives; a dead one, and one that reuses a number, do not',
  async () => {
    const host = realHost();
    expect(host.lives(host.process)).toBe(true);
    expect(host.lives({ ...host.process, started: '1' })).toBe(false);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await once(child, 'spawn');
    // A zombie, until Node has waited for it, is dead as well.
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(host.lives({ pid: child.pid!, started: '1' })).toBe(false);
  },
);

test('the machine has a processor, cores and memory', () => {
  const host = realHost();
  expect(host.cores).toBeGreaterThan(0);
  expect(host.memory).toBeGreaterThan(2 ** 20);
  expect(host.name).toMatch(/^[0-9a-f]{12}$/);
  expect(realHost().name).toBe(host.name);
});
