// Stages of the user's own by module, through the real program: what they are given, what enters the key, what is said when they fail.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectText } from '../check/compile-text.ts';
import { eventsOf, runPipe, temporaryFolder, type Finished } from './run-pipe.ts';

const code = `
import { defineStage, type Features, type Images } from 'pipe/stage';
import { offset } from './lib/offset';

interface Parameters { readonly keep: number; readonly seed: number }

/** The first pixels of the middle row. */
export default defineStage<Parameters, { images: Images }, { features: Features }>({
  async run({ parameters: { keep }, inputs, progress }) {
    const { count, height, width, channels, data } = await inputs.images.read();
    const values = new Float32Array(count * keep);
    for (let row = 0; row < count; row += 1)
      for (let at = 0; at < keep; at += 1) values[row * keep + at] = data[row * height * width * channels + offset + at]!;
    progress(1, 1, 'images');
    return { features: { count, dimension: keep, data: values } };
  },
});
`;

const program = (keep = 3): string => `
import { glyphs } from "std/datasets"
import { kmeans } from "std/clustering"

stage pixels<N, H, W, C>(images: Images<N, H, W, C>, keep: Int in 1..28 = ${keep}, seed: Int = 0) -> { features: Features<N, keep> }
by module "./pixels.ts"

pipeline p(count: Int = 40) {
  digits   = glyphs(count: count)
  features = pixels(digits.images)
  output clusters = kmeans(features, k: 2)
}
`;

interface Project {
  readonly run: (...rest: readonly string[]) => Promise<Finished>;
  readonly write: (name: string, text: string) => void;
  readonly folder: string;
}

function project(text = code): Project {
  const folder = temporaryFolder();
  const write = (name: string, content: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  write('own.pipe', program());
  write('pixels.ts', text);
  write('lib/offset.ts', 'export const offset: number = 392;\n');
  return { folder, write, run: (...rest) => runPipe(['run', 'own.pipe', '--json', ...rest], { cwd: folder }) };
}

const ran = (finished: Finished): readonly string[] =>
  eventsOf(finished).flatMap((line) => (line.event === 'ran' ? [line.step] : []));

const reasonOf = (finished: Finished, step: string): string | undefined =>
  eventsOf(finished).flatMap((line) => (line.event === 'started' && line.step === step ? [line.reason] : []))[0];

const failureOf = (finished: Finished): { readonly message: string; readonly hint?: string } =>
  eventsOf(finished).find((line) => line.event === 'failed') as never;

test('is run once; its text, what it imports and its parameters are its key, and nothing else', async () => {
  const { run, write } = project();
  expect(ran(await run())).toEqual(['digits', 'features', 'clusters']);
  write('own.pipe', `// Another comment.\n${program()}`);
  expect(ran(await run())).toEqual([]);
  // A change that gives the same bytes stops there.
  write('pixels.ts', `${code}// longer\n`);
  const longer = await run();
  expect(ran(longer)).toEqual(['features']);
  expect(reasonOf(longer, 'features')).toMatch(/^file pixels\.ts changed/);
  write('lib/offset.ts', 'export const offset: number = 406;\n');
  const moved = await run();
  expect(ran(moved)).toEqual(['features', 'clusters']);
  expect(reasonOf(moved, 'features')).toMatch(/^file lib\/offset\.ts changed/);
  write('own.pipe', program(4));
  expect(reasonOf(await run(), 'features')).toContain('keep is 4, was 3');
}, 120_000);

const store = mkdtempSync(join(tmpdir(), 'pipe-modules-'));
afterAll(() => rmSync(store, { recursive: true, force: true }));

const failing = (body: string, outside = ''): string => `${outside}
import { defineStage, StageError } from 'pipe/stage';
export default defineStage({
  async run({ inputs, random, file }) {
    ${body}
  },
});
void StageError;`;
const features = (dimension: number, fill: string, type = 'Float32Array'): string =>
  `return { features: { count: 40, dimension: ${dimension}, data: ${type}.from({ length: 40 * ${dimension} }, () => ${fill}) } };`;

test.each([
  [
    'that is no TypeScript',
    'const a = 1;\nexport default {\n  run(: number) {},\n};',
    /cannot be read: .*\n +--> pixels\.ts:3:7\n3 \| {3}run\(: number\) \{\},/,
  ],
  [
    'that imports what is not there',
    "import './gone';\nexport default {};",
    /Could not resolve "\.\/gone"\n +--> pixels\.ts:1:8/,
  ],
  ['without a default export', 'export const run = 1;', /^its module pixels\.ts has no default export$/],
  ['whose default export is no stage', 'export default 3;', /has no function `run`$/],
  [
    'that throws',
    failing('return deep();', 'function deep(): never {\n  throw new TypeError("no luck");\n}'),
    /^its module threw TypeError: no luck\n {4}at deep \(pixels\.ts:2:9\)\n {4}at .*run \(pixels\.ts:7:12\)$/,
  ],
  [
    'that throws while it is loaded',
    'throw new Error("early");',
    /^its module threw Error: early\n {4}at pixels\.ts:1:7$/,
  ],
  [
    'that throws a message for the user',
    failing('throw new StageError("too dark", "Use brighter images.");'),
    /^too dark$/,
  ],
  ['that gives nothing', failing(''), /gave undefined, and not its results by name \(\{ features \}\)$/],
  ['that gives another result', failing('return { rows: 1 };'), /gave `rows`, and the stage declares features/],
  [
    'of another shape',
    failing(features(2, '1')),
    /gave Features<40, 2> as features, and the stage declares Features<40, 3>$/,
  ],
  ['of another element type', failing(features(3, '1', 'Float64Array')), /data is a Float64Array, not a Float32Array$/],
  ['with a NaN', failing(features(3, 'NaN')), /gave NaN in features: data\[0\] is not a finite number$/],
  [
    'too short for its shape',
    failing('return { features: { count: 40, dimension: 3, data: new Float32Array(7) } };'),
    /is no Features: /,
  ],
  [
    'that reads a file of which nothing is said',
    failing('file("weights.bin");'),
    /asks for the file "weights\.bin", which does not stand behind `reads`/,
  ],
])(
  'one %s is a failed step with that message',
  async (_, text, message) => {
    const { run } = project(text);
    // One store for all: the images are made once.
    const finished = await run('--cache', store);
    expect(finished.code).toBe(1);
    expect(ran(finished)).not.toContain('features');
    const failed = failureOf(finished);
    expect(failed).toMatchObject({ step: 'features' });
    expect(failed.message).toMatch(message);
    expect(failed.message).not.toMatch(/stage-worker|dist|node:internal/);
  },
  60_000,
);

test('parameters are held to the schema that the module has of its own', async () => {
  const { run } = project(
    code.replace('async run(', 'schema: { properties: { keep: { multipleOf: 2 } } },\n  async run('),
  );
  expect(failureOf(await run()).message).toMatch(/does not accept its parameters: keep must be multiple of 2, not 3$/);
}, 60_000);

test('what is drawn depends on the seed alone, with Math.random too', async () => {
  const drawing = failing(
    features(3, 'Math.random() + stream.uniform()').replace('return', 'const stream = random(); return'),
  );
  const digests = async (): Promise<unknown> => {
    const { run } = project(drawing);
    const done = eventsOf(await run()).find((line) => line.event === 'ran' && line.step === 'features');
    return (done as { readonly outputs?: unknown } | undefined)?.outputs;
  };
  const once = await digests();
  expect(once).toBeDefined();
  expect(await digests()).toEqual(once);
}, 60_000);

test('a package of the user is left where it is, and its version is in the key', async () => {
  const { run, write } = project(code.replace('./lib/offset', 'skip'));
  const version = (number: string): void =>
    write('node_modules/skip/package.json', JSON.stringify({ name: 'skip', version: number, main: 'index.js' }));
  write('node_modules/skip/index.js', 'exports.offset = __dirname.endsWith("skip") ? 392 : 0;');
  version('1.0.0');
  expect(ran(await run())).toContain('features');
  version('1.0.1');
  const again = await run();
  expect(ran(again)).toEqual(['features']);
  expect(reasonOf(again, 'features')).toMatch(/^file package\.json of skip changed/);
}, 60_000);

test('a module that goes on from its checkpoint loses nothing when its run is stopped', async () => {
  const slow = failing(`
    let { checkpoint, signal, progress } = arguments[0];
    const done = Number(Buffer.from((await checkpoint.load()) ?? []).toString() || 0);
    console.log('from ' + done);
    await checkpoint.save(Buffer.from('7'));
    progress(1, 1, 'saved');
    if (done === 0) await new Promise((_, reject) => {
      const wait = setInterval(() => undefined, 1000);
      signal.addEventListener('abort', () => { clearInterval(wait); reject(signal.reason); });
    });
    ${features(3, 'done')}`);
  const { folder, run } = project(slow);
  const stopped = await runPipe(['run', 'own.pipe', '--json'], {
    cwd: folder,
    onOutput: (text, kill) => {
      if (text.includes('"saved"')) kill('SIGINT');
    },
  });
  expect(stopped.code).toBe(130);
  const again = await run();
  expect(ran(again)).toEqual(['features', 'clusters']);
  expect(reasonOf(again, 'features')).toContain('continues from its checkpoint');
}, 60_000);

test('a module that ends its process is a failed step', async () => {
  const finished = await project(failing('process.exit(0);')).run();
  expect(finished.code).toBe(1);
  expect(failureOf(finished).message).toContain('its process ended unexpectedly (exit code 0)');
}, 60_000);

test('a module that is not there is found by the check, at its place', async () => {
  const { folder } = project();
  writeFileSync(join(folder, 'own.pipe'), program().replace('pixels.ts', 'pixel.ts'));
  const checked = await runPipe(['check', 'own.pipe'], { cwd: folder });
  expect(checked.code).toBe(2);
  expect(checked.stderr + checked.stdout).toMatch(/P516.*\n.*own\.pipe:6:11[\s\S]*did you mean `\.\/pixels\.ts`/);
}, 60_000);

test('the example of the language reference runs as it stands', async () => {
  const page = projectText('docs/language.md');
  const block = (pattern: RegExp): string => pattern.exec(page)![1]!;
  const { folder, write } = project();
  write('own.pipe', block(/```pipe\n([^`]*by module[^`]*)```/));
  write('farthest.ts', block(/```ts\n(\/\/ farthest\.ts\n[\s\S]*?)```/));
  const finished = await runPipe(['run', 'own.pipe', '--json'], { cwd: folder });
  expect(finished.stderr).toBe('');
  expect(ran(finished)).toEqual(['digits', 'learned', 'clusters', 'scores']);
  expect(readFileSync(join(folder, 'farthest.ts'), 'utf8')).toContain('defineStage');
}, 120_000);
