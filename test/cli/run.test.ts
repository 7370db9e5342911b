// `pipe run` as a process: what tools rely on. The programs here train nothing, so that a run takes about a second.
import { chmodSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOf, type Finished, program, runPipe, type StartOptions, temporaryFolder } from './run-pipe.ts';

const SMALL = `import { glyphs, stripes, overlay } from "std/datasets"

pipeline small(count: Int in 1..100000 = 60, seed: Int = 0) {
  digits = glyphs(count: count, seed: seed)
  behind = stripes(count: count, seed: seed)
  output images = overlay(digits.images, behind.images)
  output size = count
}
`;

/** Draws for minutes: to be stopped. */
const LONG = `import { glyphs } from "std/datasets"

pipeline long() {
  output images = glyphs(count: 1000000).images
}
`;

/** Sends SIGINT so many times once `text` is on stdout. */
function interruptAfter(text: string, times: number): StartOptions {
  let sent = false;
  return {
    onOutput: (stdout, kill) => {
      if (sent || !stdout.includes(text)) return;
      sent = true;
      // Signals of one kind that arrive together are delivered as one.
      for (let time = 0; time < times; time += 1) setTimeout(() => kill('SIGINT'), 20 * time);
    },
  };
}

const last = (finished: Finished): unknown => eventsOf(finished).at(-1);

describe('pipe run --json', () => {
  it('gives events line by line and finished at the end; the second run reuses everything', async () => {
    const file = program(SMALL);
    const store = join(temporaryFolder(), 'store');
    const first = await runPipe(['run', file, '--json', '--cache', store]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const events = eventsOf(first);
    expect(events[0]).toMatchObject({ event: 'planned', pipeline: 'small', engine: 'cpu' });
    expect(events.filter(({ event }) => event === 'ran')).toHaveLength(3);
    expect(last(first)).toMatchObject({
      event: 'finished',
      status: 'ok',
      outputs: { images: expect.stringContaining(store) as string, size: 60 },
      steps: { ran: 3, reused: 0, failed: 0 },
      seconds: expect.any(Number) as number,
      run: expect.stringContaining(join(store, 'runs')) as string,
    });

    const second = await runPipe(['run', file, '--json', '--cache', store]);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(last(second)).toMatchObject({ status: 'ok', steps: { ran: 0, reused: 3, failed: 0 } });
  });

  it('takes parameters from --set into the run', async () => {
    const finished = await runPipe(['run', program(SMALL), '--set', 'count=7', '--json', '--cache', temporaryFolder()]);
    expect(last(finished)).toMatchObject({ status: 'ok', outputs: { size: 7 } });
  });

  it('stores in .pipe in the current folder where nothing else is said', async () => {
    const folder = temporaryFolder();
    const finished = await runPipe(['run', program(SMALL), '--json'], { cwd: folder });
    expect(finished.code).toBe(0);
    expect(readdirSync(join(folder, '.pipe'))).toEqual(expect.arrayContaining(['blobs', 'records', 'runs']));
  });
});

describe('pipe run in a pipe', () => {
  it('says a line a start and an end, then the totals; errors stay off stdout', async () => {
    const finished = await runPipe(['run', program(SMALL), '--cache', temporaryFolder()]);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(finished.stdout).not.toContain('\u001b');
    for (const text of ['check ', 'plan ', 'start   digits', 'done    digits', 'images', '3 steps ran, 0 reused']) {
      expect(finished.stdout).toContain(text);
    }
  });

  it.each([
    ['with its text', []],
    ['with its events', ['--json']],
  ])('ends quietly when its reader goes away %s', async (_, options) => {
    // The reader takes one line and leaves; the run must neither hang nor print a stack.
    const finished = await runPipe(['run', program(LONG), ...options, '--cache', temporaryFolder()], {
      closeAfterFirstLine: true,
    });
    expect(finished.code).toBe(130);
    expect(finished.stderr).toBe('');
  });
});

describe('a stage that fails', () => {
  it('has exit code 1, says why and what to do, and leaves the others alone', async () => {
    const data = temporaryFolder();
    mkdirSync(join(data, 'mnist'));
    for (const name of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']) {
      writeFileSync(join(data, 'mnist', name), 'not an IDX file');
    }
    const file = program(
      'import { mnist, stripes } from "std/datasets"\n\npipeline p() {\n  digits = mnist(count: 10)\n  behind = stripes(count: 10)\n  output a = digits.images\n  output b = behind.images\n}\n',
    );
    const options = { env: { PIPE_DATA: data } };
    const store = temporaryFolder();
    const finished = await runPipe(['run', file, '--cache', store], options);
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain('digits failed');
    expect(finished.stderr).toContain('train-images-idx3-ubyte');
    expect(finished.stdout).toContain('done    behind');
    const json = await runPipe(['run', file, '--cache', store, '--json'], options);
    expect(json.code).toBe(1);
    expect(last(json)).toMatchObject({ event: 'finished', status: 'failed', steps: { ran: 0, reused: 1, failed: 1 } });
  });
});

describe('a store that cannot be written', () => {
  it('has exit code 1 and one clear error, where a file is in its place', async () => {
    const place = program('', 'occupied');
    const finished = await runPipe(['run', program(SMALL), '--cache', join(place, 'store')]);
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain('error: ');
    expect(finished.stderr).toContain('--cache');
    expect(finished.stderr).not.toMatch(/\n\s+at /);
    const json = await runPipe(['run', program(SMALL), '--cache', join(place, 'store'), '--json']);
    expect(last(json)).toMatchObject({ event: 'finished', status: 'failed' });
  });

  it('and where the folder is read-only', async (context) => {
    // Permissions do not bind root, so root becomes somebody else; elsewhere one's own folder does.
    const root = process.getuid?.() === 0;
    if (process.getuid === undefined) return context.skip('this system has no user ids');
    const folder = temporaryFolder();
    const file = join(folder, 'small.pipe');
    writeFileSync(file, SMALL);
    const store = join(folder, 'store');
    mkdirSync(store);
    chmodSync(folder, 0o755);
    chmodSync(store, 0o555);
    const finished = await runPipe(['run', file, '--cache', store], root ? { uid: 65534 } : {});
    expect(finished.code).toBe(1);
    expect(finished.stderr).toContain('permission is denied');
    expect(readdirSync(store)).toEqual([]);
  });
});

describe('Ctrl-C', () => {
  it('stops cleanly with exit code 130, as the last event says', async () => {
    const finished = await runPipe(
      ['run', program(LONG), '--json', '--cache', temporaryFolder()],
      interruptAfter('"started"', 1),
    );
    expect(finished).toMatchObject({ code: 130, stderr: '' });
    expect(eventsOf(finished).slice(-2)).toMatchObject([
      { event: 'cancelled' },
      { event: 'finished', status: 'cancelled' },
    ]);
  });

  it('stops at once the second time, and the last line is still the last event', async () => {
    const finished = await runPipe(
      ['run', program(LONG), '--json', '--cache', temporaryFolder()],
      interruptAfter('"started"', 2),
    );
    expect(finished).toMatchObject({ code: 130, stderr: '' });
    expect(last(finished)).toMatchObject({
      event: 'finished',
      status: 'cancelled',
      steps: { ran: 0, reused: 0, failed: 0 },
    });
  });

  it('says what is kept and how to continue', async () => {
    const finished = await runPipe(['run', program(LONG), '--cache', temporaryFolder()], interruptAfter('start   ', 1));
    expect(finished.code).toBe(130);
    expect(finished.stdout).toContain('stopping');
    expect(finished.stderr).toContain('to continue:\n  npx pipe run');
  });
});

describe('pipe plan', () => {
  it('gives reasons before and after a run, and what a parameter changes', async () => {
    const file = program(SMALL);
    const store = temporaryFolder();
    const before = await runPipe(['plan', file, '--cache', store]);
    expect(before).toMatchObject({ code: 0, stderr: '' });
    expect(before.stdout).toMatch(/run +digits/);
    await runPipe(['run', file, '--cache', store]);
    const after = await runPipe(['plan', file, '--cache', store]);
    expect(after.stdout).toMatch(/reuse +digits/);
    const changed = await runPipe(['plan', file, '--cache', store, '--set', 'count=61', '--json']);
    const plan = JSON.parse(changed.stdout) as { steps: readonly { step: string; verdict: string; reason: string }[] };
    expect(plan.steps.find(({ step }) => step === 'digits')).toMatchObject({ verdict: 'run' });
    expect(plan.steps.find(({ step }) => step === 'digits')?.reason).toMatch(/count is 61, was 60/);
  });
});

describe('pipe cache', () => {
  it('lists, verifies and collects what runs have stored', async () => {
    const store = temporaryFolder();
    await runPipe(['run', program(SMALL), '--cache', store]);
    const list = await runPipe(['cache', 'ls', '--json', '--cache', store]);
    expect(list.code).toBe(0);
    expect(JSON.parse(list.stdout)).toHaveLength(3);
    expect((await runPipe(['cache', 'ls', '--cache', store])).stdout).toContain('std/datasets.overlay');

    expect(await runPipe(['cache', 'verify', '--cache', store])).toMatchObject({ code: 0 });
    const blob = readdirSync(join(store, 'blobs'), { recursive: true, encoding: 'utf8' }).find((name) =>
      /[0-9a-f]{64}/.test(name),
    )!;
    const path = join(store, 'blobs', blob);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    chmodSync(path, 0o644);
    writeFileSync(path, bytes);
    const damaged = await runPipe(['cache', 'verify', '--cache', store]);
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toContain('damaged');

    expect(await runPipe(['cache', 'gc', '--max-age', '30d', '--cache', store])).toMatchObject({ code: 0 });
    const recent = await runPipe(['cache', 'gc', '--max-size', '0B', '--cache', store]);
    expect(recent.stdout).toContain('removed 0 steps');
    expect(recent.stdout).toContain('within the last hour');
    for (const name of readdirSync(store, { recursive: true, encoding: 'utf8' })) {
      utimesSync(join(store, name), Date.now() / 1000 - 7200, Date.now() / 1000 - 7200);
    }
    expect(await runPipe(['cache', 'gc', '--max-age', '1h', '--cache', store])).toMatchObject({ code: 0 });
    expect(JSON.parse((await runPipe(['cache', 'ls', '--json', '--cache', store])).stdout)).toEqual([]);
  });

  it('says that an empty store is empty', async () => {
    const list = await runPipe(['cache', 'ls', '--cache', join(temporaryFolder(), 'none')]);
    expect(list).toMatchObject({ code: 0 });
    expect(list.stdout).toContain('nothing is stored');
  });
});
