// Programs that print, fail, crash, hang, or are not there.
import { expect, it } from 'vitest';
import { ask, runApart } from '../../src/platform/run-apart.ts';

const node = (script: string, timeoutMs = 20_000) => runApart(process.execPath, ['-e', script], { timeoutMs });

it('tells how a program ended', async () => {
  expect(await node('console.log("out"); console.error("err")')).toEqual({
    ...{ stdout: 'out\n', stderr: 'err\n', problem: undefined },
  });
  expect((await node('process.exit(3)')).problem).toBe('ended with exit code 3');
  expect((await node('process.kill(process.pid, "SIGSEGV")')).problem).toBe('crashed (SIGSEGV)');
  expect((await node('process.on("SIGTERM", () => {}); for (;;) {}', 400)).problem).toBe('did not end within 0.4 s');
  expect((await runApart('/no/such/program', [], { timeoutMs: 1000 })).problem).toBe('is not there');
});

it('asks a program of the system, and takes no answer from one that fails', async () => {
  expect(await ask(process.execPath, ['-e', 'console.log(7)'])).toBe('7\n');
  expect(await ask(process.execPath, ['-e', 'console.log(7); process.exit(1)'])).toBeUndefined();
  expect(await ask('/no/such/program', [])).toBeUndefined();
});
