// `pipe export` as a user meets it: a real run, the real command line, and the two examples as they were written, in processes that know nothing of pipe.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeArtifact } from '../../src/artifacts/codec.ts';
import { distribution } from '../distribution.ts';
import { eventsOf, runPipe, temporaryFolder } from './run-pipe.ts';

const PROGRAM = `import { glyphs } from "std/datasets"
import { idfd, embed } from "std/representation"
import { momentum_contrast, categories } from "std/contrast"
import { kmeans, spectral } from "std/clustering"

/// Digits, twice.
pipeline twice(count: Int = 60) {
  digits = glyphs(count: count)
  keep = idfd(
    digits.images,
    backbone: "conv3",
    dimension: 16,
    epochs: 1,
    batch: 30,
    features_from: "plain",
  )
  clusters = kmeans(keep.features, k: 4, restarts: 2)
  contrast = momentum_contrast(
    digits.images,
    categories: 10,
    dimension: 8,
    backbone: "conv3",
    epochs: 1,
    batch: 16,
    queue: 64,
    norm_splits: 1,
  )
  scores = embed(contrast.encoder, digits.images)
  output images = digits.images
  output features = keep.features
  output assigned = clusters
  output without_centres = spectral(keep.features, k: 4, restarts: 2)
  output embedded = scores
  output chosen = categories(scores, k: 10)
}

pipeline numbers() {
  output one = 1
}
`;

interface Line {
  readonly cluster: number;
  readonly features: readonly number[];
}

let made = '';
let outputs: Readonly<Record<string, string>> = {};
let pixels: Uint8Array = new Uint8Array(0);

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), 'pipe-exported-'));
  writeFileSync(join(made, 'twice.pipe'), PROGRAM);
  // What a user's `npm install onnxruntime-node` leaves.
  symlinkSync(join(distribution().root, 'node_modules'), join(made, 'node_modules'));
  const run = await runPipe(['run', 'twice.pipe', '--pipeline', 'twice', '--engine', 'cpu', '--json'], { cwd: made });
  const finished = eventsOf(run).at(-1) as unknown as { status: string; outputs: Record<string, string> };
  expect(finished.status).toBe('ok');
  outputs = finished.outputs;
  pixels = decodeArtifact('Images', readFileSync(outputs['images']!)).data;
  writeFileSync(join(made, 'images.raw'), pixels);
}, 120_000);
afterAll(() => rmSync(made, { recursive: true, force: true }));

const exported = (...argumentList: readonly string[]) =>
  runPipe(['export', 'twice.pipe', ...argumentList], { cwd: made });
const featuresIn = (name: string) => decodeArtifact('Features', readFileSync(outputs[name]!));
const clustersIn = (name: string) => decodeArtifact('Clusters', readFileSync(outputs[name]!));
const linesOf = (text: string): readonly Line[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
const codeLines = (file: string): number =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^(#|\/\/)/.test(line)).length;

function expectFeatures(lines: readonly Line[], name: string): void {
  const { count, dimension, data } = featuresIn(name);
  expect(lines).toHaveLength(count);
  let worst = 0;
  lines.forEach(({ features }, row) => {
    expect(features).toHaveLength(dimension);
    features.forEach((value, d) => (worst = Math.max(worst, Math.abs(value - data[row * dimension + d]!))));
  });
  expect(worst).toBeLessThan(1e-5);
}

/** A copy of the folder of the run with a store of its own, to be damaged. */
function copied(): string {
  const cwd = temporaryFolder();
  cpSync(join(made, '.pipe'), join(cwd, '.pipe'), { recursive: true });
  cpSync(join(made, 'twice.pipe'), join(cwd, 'twice.pipe'));
  return cwd;
}

function blobOf(cwd: string, digest: string): string {
  return join(cwd, '.pipe', 'blobs', digest.slice(0, 2), digest);
}

describe('an exported encoder with clusters', () => {
  let to = '';
  beforeAll(async () => {
    to = join(made, 'keep');
    const finished = await exported('keep', '--to', 'keep');
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(finished.stdout).toContain('4 centres of clusters');
  });

  it('lies in its folder with what explains it', () => {
    expect(readdirSync(to)).toEqual([
      ...['README.md', 'centres.json', 'encoder.onnx', 'example.mjs', 'example.py', 'export.json'],
    ]);
    const centres = JSON.parse(readFileSync(join(to, 'centres.json'), 'utf8')) as number[][];
    expect(centres.flat()).toEqual([...clustersIn('assigned').centres]);
  });

  it('is described by a README in which only what each run has of its own differs', async () => {
    const masked = readFileSync(join(to, 'README.md'), 'utf8')
      .replaceAll(/\d{8}T\d{6}Z-twice-[0-9a-f]{6}/g, 'RUN')
      .replaceAll(/[0-9a-f]{64}/g, 'SHA-256')
      .replaceAll(/^\| (computed|engine|machine of the run|pipe) \|.*$/gm, '| $1 | … |');
    await expect(masked).toMatchFileSnapshot('golden/export-readme.md');
  });

  it('gives in Node.js, by the example as it is, the stored features and clusters', () => {
    const text = execFileSync(process.execPath, [join(to, 'example.mjs'), join(made, 'images.raw')], {
      encoding: 'utf8',
    });
    const lines = linesOf(text);
    expectFeatures(lines, 'features');
    expect(lines.map(({ cluster }) => cluster)).toEqual([...clustersIn('assigned').assignments]);
    expect(codeLines(join(to, 'example.mjs'))).toBeLessThanOrEqual(12);
  });

  it('gives them in Python, too', (context) => {
    const python = pythonOr(context);
    const lines = linesOf(python(join(to, 'example.py'), 'features'));
    expectFeatures(lines, 'features');
    expect(lines.map(({ cluster }) => cluster)).toEqual([...clustersIn('assigned').assignments]);
    expect(codeLines(join(to, 'example.py'))).toBeLessThanOrEqual(10);
  });

  it('comes back by pretrained, as it was: encoder and features to the last bit, and no other sizes', async () => {
    const program = (dimension: number): string => `import { glyphs } from "std/datasets"
import { pretrained, embed } from "std/representation"

pipeline back() {
  kept = pretrained("keep/encoder.onnx", height: 28, channels: 1, dimension: ${dimension})
  output encoder = kept
  output features = embed(kept, glyphs(count: 60).images)
}
`;
    writeFileSync(join(made, 'back.pipe'), program(16));
    const comeBack = (...more: readonly string[]) =>
      runPipe(['run', 'back.pipe', '--engine', 'cpu', '--cache', 'another', ...more], { cwd: made });
    const { outputs: back } = eventsOf(await comeBack('--json')).at(-1) as unknown as {
      outputs: Record<string, string>;
    };
    expect(readFileSync(back['encoder']!).equals(readFileSync(join(to, 'encoder.onnx')))).toBe(true);
    expect(readFileSync(back['features']!).equals(readFileSync(outputs['features']!))).toBe(true);

    writeFileSync(join(made, 'back.pipe'), program(17));
    const refused = await comeBack();
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain(
      'the ONNX model is an encoder that says dimension 16, and is taken for one with dimension 17',
    );
    rmSync(join(made, 'back.pipe'));
  });

  it('is written over by another, and leaves nothing beside it', async () => {
    expect(await exported('keep', '--to', 'again', '--clusters', 'none')).toMatchObject({ code: 0 });
    expect(existsSync(join(made, 'again', 'centres.json'))).toBe(false);
    expect(await exported('keep.encoder', '--to', 'again')).toMatchObject({ code: 0 });
    expect(readFileSync(join(made, 'again', 'centres.json'))).toEqual(readFileSync(join(to, 'centres.json')));
    expect(readdirSync(made).filter((name) => name.startsWith('.again'))).toEqual([]);
  });
});

describe('an exported encoder with categories of its own', () => {
  it('gives them by the examples, without centres', async (context) => {
    const finished = await exported('contrast', '--to', 'contrast', '--json');
    expect(JSON.parse(finished.stdout)).toMatchObject({
      encoder: { name: 'contrast.encoder', stage: 'std/contrast.momentum_contrast' },
      ...{ image: [28, 28, 1], dimension: 18, categories: 10, clusters: null },
      files: ['encoder.onnx', 'README.md', 'example.py', 'example.mjs', 'export.json'],
    });
    const images = join(made, 'images.raw');
    const inNode = linesOf(
      execFileSync(process.execPath, [join(made, 'contrast', 'example.mjs'), images], { encoding: 'utf8' }),
    );
    expectFeatures(inNode, 'embedded');
    const chosen = [...clustersIn('chosen').assignments];
    expect(inNode.map(({ cluster }) => cluster)).toEqual(chosen);
    expect(readFileSync(join(made, 'contrast', 'README.md'), 'utf8')).toContain('Each of the two parts of a row');
    const python = pythonOr(context);
    const lines = linesOf(python(join(made, 'contrast', 'example.py'), 'embedded'));
    expect(lines.map(({ cluster }) => cluster)).toEqual(chosen);
  });
});

describe('what cannot be exported', () => {
  const refused = async (cwd: string, argumentList: readonly string[], code = 2): Promise<string> => {
    const before = readdirSync(cwd);
    const finished = await runPipe(['export', 'twice.pipe', ...argumentList], { cwd });
    expect(finished).toMatchObject({ code, stdout: '' });
    expect(finished.stderr).not.toMatch(/\n\s+at /);
    expect(readdirSync(cwd)).toEqual(before);
    return finished.stderr;
  };

  it('is named: no run, a run of something else, a run without encoder', async () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'twice.pipe'), PROGRAM);
    writeFileSync(join(cwd, 'other.pipe'), PROGRAM);
    expect(await refused(cwd, ['--to', 'x'])).toContain('no run of twice.pipe is in .pipe');
    await runPipe(['run', 'twice.pipe', '--pipeline', 'numbers'], { cwd });
    const [run] = readdirSync(join(cwd, '.pipe', 'runs'));
    expect(await refused(cwd, ['--to', 'x'])).toMatch(
      /run \S+ \(numbers, ok\) has no encoder\n {2}A stage that trains/,
    );
    expect(await refused(cwd, ['--to', 'x', '--pipeline', 'twice'])).toContain('no run of twice in twice.pipe is in');
    expect(await refused(cwd, ['--to', 'x', '--run', 'y'])).toContain(`The latest are ${run}.`);
    const other = await runPipe(['export', 'other.pipe', '--run', run!, '--to', 'x'], { cwd });
    expect(other.stderr).toContain(`run ${run} is one of twice.pipe, not of other.pipe`);
    expect((await runPipe(['export', 'twice.pip', '--to', 'x'], { cwd })).stderr).toContain('Did you mean twice.pipe?');
    expect(await refused(cwd, [])).toContain("required option '--to <folder>' not specified");
  });

  it('is asked for by name: several encoders, one that is not there, clusters of something else', async () => {
    expect(await refused(made, ['--to', 'x'])).toMatch(
      /has 2 encoders, and it is not said which\n {2}Name one of: keep\.encoder, contrast\.encoder/,
    );
    expect(await refused(made, ['kept', '--to', 'x'])).toMatch(/has no encoder kept\n {2}It has: keep\.encoder/);
    expect(await refused(made, ['keep', '--to', 'x', '--clusters', 'without_centres'])).toContain(
      'step without_centres has no clusters with centres in the features of keep',
    );
  });

  it('is not put among other files', async () => {
    const cwd = copied();
    mkdirSync(join(cwd, 'thesis'));
    writeFileSync(join(cwd, 'thesis', 'chapter'), 'one');
    expect(await refused(cwd, ['keep', '--to', 'thesis'])).toContain('is no earlier export');
    expect(readdirSync(join(cwd, 'thesis'))).toEqual(['chapter']);
    expect(await refused(cwd, ['keep', '--to', '.'])).toContain('is the current folder');
    expect(await refused(cwd, ['keep', '--to', 'twice.pipe'])).toContain('is a file, not a folder');
  });

  it('is a file that the store has lost, or that is damaged', async () => {
    const cwd = copied();
    const [run] = readdirSync(join(cwd, '.pipe', 'runs')).filter((name) => /^\d/.test(name));
    const record = JSON.parse(readFileSync(join(cwd, '.pipe', 'runs', run!, 'record.json'), 'utf8')) as {
      steps: { step: string; outputs: Record<string, { digest: string }> }[];
    };
    const digestOf = (step: string, output: string): string =>
      record.steps.find((one) => one.step === step)!.outputs[output]!.digest;
    const [encoder, clusters] = [digestOf('keep', 'encoder'), digestOf('clusters', 'clusters')];
    rmSync(blobOf(cwd, clusters));
    expect(await refused(cwd, ['keep', '--to', 'x'], 1)).toMatch(
      /the clusters of step clusters is not in .pipe any more\n {2}--clusters none exports the encoder without them/,
    );
    appendFileSync(blobOf(cwd, encoder), 'x');
    expect(await refused(cwd, ['keep', '--to', 'x', '--clusters', 'none'], 1)).toContain(
      'the encoder of step keep is damaged in .pipe, and was put aside',
    );
    expect(readdirSync(join(cwd, '.pipe', 'quarantine'))).toEqual([encoder]);
    expect(await refused(cwd, ['keep', '--to', 'x', '--clusters', 'none'], 1)).toContain('is not in .pipe any more');
    truncateSync(blobOf(cwd, digestOf('contrast', 'encoder')), 100);
    expect(await refused(cwd, ['contrast', '--to', 'x'], 1)).toContain('is damaged in .pipe, and was put aside');
  });
});

/**
 * Runs an example by /usr/bin/python3 with ONNX Runtime. Where that lacks ONNX Runtime, a module in its place checks what it is fed and gives the stored
 * features: the rest of the example is then still run. Without NumPy it is compiled only, and the test says so.
 */
function pythonOr(context: { skip(note: string): never }): (example: string, stored: string) => string {
  const python = '/usr/bin/python3';
  const has = (module: string): boolean => {
    try {
      execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  return (example, stored) => {
    if (!existsSync(python)) return context.skip('there is no /usr/bin/python3');
    execFileSync(python, ['-c', 'import sys; compile(open(sys.argv[1]).read(), sys.argv[1], "exec")', example]);
    if (!has('numpy')) return context.skip('compiled only: /usr/bin/python3 has no numpy');
    const standIn = temporaryFolder();
    if (!has('onnxruntime')) {
      const { count, dimension, data } = featuresIn(stored);
      writeFileSync(join(standIn, 'features.raw'), new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      writeFileSync(
        join(standIn, 'onnxruntime.py'),
        `import numpy, os
class InferenceSession:
    def __init__(self, path, providers):
        assert os.path.getsize(path) > 0 and providers == ["CPUExecutionProvider"]
    def run(self, outputs, feeds):
        images = feeds["images"]
        assert outputs == ["features"] and images.dtype == numpy.uint8 and images.shape == (${count}, 28, 28, 1)
        return [numpy.fromfile(${JSON.stringify(join(standIn, 'features.raw'))}, numpy.float32).reshape(${count}, ${dimension})]
`,
      );
      process.stdout.write('onnxruntime is not in /usr/bin/python3: a stand-in gives the stored features\n');
    }
    return execFileSync(python, [example, join(made, 'images.raw')], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] ?? '', PYTHONPATH: standIn, PYTHONDONTWRITEBYTECODE: '1' },
    });
  };
}
