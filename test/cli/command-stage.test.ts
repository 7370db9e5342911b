// Stages of the user's own by command, through the real program: what they are given, what enters the key, what is said when they fail.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventsOf, runPipe, temporaryFolder, type Finished } from './run-pipe.ts';

/** Reads images, writes the first `keep` pixels of each as features. */
const script = `
import { readFileSync, writeFileSync } from 'node:fs';
const [images, features, keep, note] = process.argv.slice(2);
const bytes = readFileSync(images);
const length = Number(bytes.readBigUInt64LE(0));
const header = JSON.parse(bytes.subarray(8, 8 + length));
const [count, height, width, channels] = header.images.shape;
const pixels = bytes.subarray(8 + length);
const values = new Float32Array(count * keep);
for (let row = 0; row < count; row += 1)
  for (let at = 0; at < keep; at += 1) values[row * keep + at] = pixels[row * height * width * channels + 392 + at];
const tensor = { dtype: 'F32', shape: [count, Number(keep)], data_offsets: [0, values.byteLength] };
const text = Buffer.from(JSON.stringify({ __metadata__: { kind: 'Features' }, features: tensor }));
const size = Buffer.alloc(8);
size.writeBigUInt64LE(BigInt(text.length));
console.log('noted: ' + note);
writeFileSync(features, Buffer.concat([size, text, Buffer.from(values.buffer)]));
`;

const program = (rest = '', keep = 3): string => `
import { glyphs } from "std/datasets"
import { kmeans } from "std/clustering"

/// The first pixels of the middle row.
stage pixels<N, H, W, C>(images: Images<N, H, W, C>, keep: Int in 1..28 = ${keep}, note: String = "two words") -> { features: Features<N, keep> }
@resources(memory: 1 GiB)
by command "node pixels.mjs {images} {features} {keep} {note}" reads "pixels.mjs"
${rest}
pipeline p(count: Int = 40) {
  digits   = glyphs(count: count)
  features = pixels(digits.images)
  output clusters = kmeans(features, k: 2)
  output features = features
}
`;

interface Project {
  readonly run: (...rest: readonly string[]) => Promise<Finished>;
  readonly write: (name: string, text: string) => void;
  readonly folder: string;
}

function project(text = program()): Project {
  const folder = temporaryFolder();
  const write = (name: string, content: string): void => writeFileSync(join(folder, name), content);
  write('own.pipe', text);
  write('pixels.mjs', script);
  return { folder, write, run: (...rest) => runPipe(['run', 'own.pipe', '--json', ...rest], { cwd: folder }) };
}

const ran = (finished: Finished): readonly string[] =>
  eventsOf(finished).flatMap((line) => (line.event === 'ran' ? [line.step] : []));

const reasonOf = (finished: Finished, step: string): string | undefined =>
  eventsOf(finished).flatMap((line) => (line.event === 'started' && line.step === step ? [line.reason] : []))[0];

test('is run once; its text, its files and its parameters are its key, and nothing else', async () => {
  const { run, write } = project();
  expect(ran(await run())).toEqual(['digits', 'features', 'clusters']);
  expect(ran(await run())).toEqual([]);
  write('own.pipe', `// Another comment.\n${program().replace('1 GiB', '2 GiB')}`);
  expect(ran(await run())).toEqual([]);
  // A change that gives the same bytes stops there.
  write('pixels.mjs', `${script}// longer`);
  const again = await run();
  expect(ran(again)).toEqual(['features']);
  expect(reasonOf(again, 'features')).toMatch(/^file pixels\.mjs changed/);
  write('own.pipe', program('', 4));
  expect(reasonOf(await run(), 'features')).toBe('keep is 4, was 3');
  write('own.pipe', program('', 4).replace('node pixels', 'node  pixels'));
  expect(reasonOf(await run(), 'features')).toMatch(/^its command is "node {2}pixels/);
}, 120_000);

test.each([
  ['fails', 'console.error("no such thing"); process.exit(3)', 'its command ended with exit code 3:\nno such thing'],
  ['writes nothing', '', 'its command wrote no features'],
  [
    'writes another shape',
    script
      .replaceAll('const values', 'process.argv.splice(4, 1, 2); const values')
      .replaceAll('keep', 'kept')
      .replace('kept, note', 'k, note')
      .replace('const bytes', 'const kept = 2; const bytes'),
    'its command wrote Features<40, 2> as features, and the stage declares Features<40, 3>',
  ],
  [
    'writes something else',
    'import { writeFileSync } from "node:fs"; writeFileSync(process.argv[3], "text")',
    'what its command wrote as features is no Features: cannot read Features:',
  ],
])(
  'one that %s is a failed step with that message',
  async (_, text, message) => {
    const { run, write } = project();
    write('pixels.mjs', text);
    const finished = await run();
    expect(finished.code).toBe(1);
    const failed = eventsOf(finished).find((line) => line.event === 'failed');
    expect(failed).toMatchObject({ step: 'features' });
    expect((failed as { message: string }).message).toContain(message);
  },
  60_000,
);

test('a program that is not there is said to be so', async () => {
  const finished = await project(program().replace('"node pixels', '"no-such-program pixels')).run();
  const failed = eventsOf(finished).find((line) => line.event === 'failed');
  expect((failed as { message: string }).message).toContain('there is no program "no-such-program"');
}, 60_000);

test('Ctrl-C ends the command and what it has started', async () => {
  const { folder, write } = project();
  const pids = join(folder, 'pids');
  write(
    'pixels.mjs',
    `import { spawn } from 'node:child_process'; import { writeFileSync } from 'node:fs';
     const child = spawn('sleep', ['600']); writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid);
     process.on('SIGTERM', () => process.exit(0)); setInterval(() => undefined, 1000);`,
  );
  const finished = await runPipe(['run', 'own.pipe', '--json'], {
    cwd: folder,
    onOutput: (text, kill) => {
      if (!text.includes('"started","step":"features"')) return;
      const wait = setInterval(() => {
        if (!existsSync(pids)) return;
        clearInterval(wait);
        kill('SIGINT');
      }, 50);
    },
  });
  expect(finished.code).toBe(130);
  const isAlive = (pid: number): boolean => {
    try {
      // A zombie that nobody has waited for is dead.
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  expect(readFileSync(pids, 'utf8').split(' ').map(Number).filter(isAlive)).toEqual([]);
}, 60_000);

test('a command is done when it ends, whatever it has left running', async () => {
  const { run, write } = project();
  // The child holds the pipe of the command's output open.
  write(
    'pixels.mjs',
    `import { spawn } from 'node:child_process';\n${script}\nspawn('sleep', ['600'], { stdio: 'inherit' }).unref();`,
  );
  expect(ran(await run())).toEqual(['digits', 'features', 'clusters']);
}, 60_000);
