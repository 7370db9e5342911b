// The command line itself: help, exit codes, what is said about a wrong one. Nothing here runs a step.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examineData, examineStore } from '../../src/cli/doctor/examine-places.ts';
import type { Findings } from '../../src/cli/doctor/examine.ts';
import { ENGINE_NAMES } from '../../src/engine/runtime/engine.ts';
import { eventsOf, program, runPipe, temporaryFolder } from './run-pipe.ts';

const quickstart = 'pipelines/quickstart.pipe';

describe('pipe --help', () => {
  it('shows commands, examples, environment and exit codes', async () => {
    const help = await runPipe(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    await expect(help.stdout).toMatchFileSnapshot('golden/help.txt');
  });

  it('shows each command its own help', async () => {
    for (const command of [
      ['run'],
      ['check'],
      ['plan'],
      ['graph'],
      ['check-table'],
      ['export'],
      ['doctor'],
      ['cache', 'ls'],
      ['cache', 'gc'],
      ['cache', 'verify'],
    ]) {
      const help = await runPipe([...command, '--help']);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain(`Usage: pipe ${command.join(' ')}`);
    }
  });

  it('is also what help shows', async () => {
    expect((await runPipe(['help'])).stdout).toBe((await runPipe(['--help'])).stdout);
    expect((await runPipe(['help', 'cache', 'gc'])).code).toBe(0);
  });
});

describe('a wrong command line has exit code 2 and a message that helps', () => {
  it.each([
    ['no command', [], 'Usage: pipe'],
    ['a misspelt command', ['rnu', quickstart], '(Did you mean run?)'],
    ['a misspelt command of cache', ['cache', 'verfy'], '(Did you mean verify?)'],
    ['a misspelt option', ['run', quickstart, '--profle', 'smoke'], '(Did you mean --profile?)'],
    ['no file', ['check'], "missing required argument 'file'\nSee pipe check --help."],
    ['neither a file nor a plan', ['run'], 'no program to run'],
    ['a file too many', ['run', quickstart, quickstart], 'too many arguments'],
    [
      'an engine that does not exist',
      ['run', quickstart, '--engine', 'quantum'],
      'auto, cpu, webgpu, cuda, tfjs-gpu, reference',
    ],
    ['no threads', ['run', quickstart, '--threads', '0'], 'whole number from 1 on'],
    ['half a job', ['run', quickstart, '--jobs', '1.5'], 'whole number from 1 on'],
    ['a setting without a value', ['run', quickstart, '--set', 'epochs'], 'name=value'],
    ['an age without a unit', ['cache', 'gc', '--max-age', '30'], 'such as 30d'],
    ['a folder for a program', ['run', 'pipelines'], 'pipelines is a folder'],
    ['a file for a store', ['plan', quickstart, '--cache', 'package.json'], 'It is a file, not a folder.'],
    ['no name for a store', ['cache', 'ls', '--cache', ''], 'It is the name of a folder.'],
  ])('%s', async (_, argumentList, message) => {
    const finished = await runPipe(argumentList);
    expect(finished.code).toBe(2);
    expect(finished.stdout).toBe('');
    expect(finished.stderr).toContain(message);
    expect(finished.stderr).not.toMatch(/\n\s+at /);
  });

  it('proposes the file that was meant', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'birds.pipe'), '');
    mkdirSync(join(folder, '.pipe'));
    const finished = await runPipe(['check', 'brids.pipe'], { cwd: folder });
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain('there is no file brids.pipe');
    expect(finished.stderr).toContain('Did you mean birds.pipe?');
    const unlike = await runPipe(['check', 'nope.pipe'], { cwd: folder });
    expect(unlike.stderr).toContain('In . there are: birds.pipe.');
  });

  it('reads no file that is not UTF-8', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'wide.pipe'), '\ufeffpipeline p() { output x = 1 }', 'utf16le');
    writeFileSync(join(folder, 'image.pipe'), Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff, 0x00));
    writeFileSync(join(folder, 'marked.pipe'), '\ufeffpipeline p() { output x = 1 }');
    const wide = await runPipe(['check', 'wide.pipe'], { cwd: folder });
    expect(wide).toMatchObject({ code: 2, stdout: '' });
    expect(wide.stderr).toBe('error: wide.pipe is not a text in UTF-8\n  It is in UTF-16: save it as UTF-8.\n');
    const image = await runPipe(['check', 'image.pipe'], { cwd: folder });
    expect(image.stderr).toContain('image.pipe is not a text in UTF-8');
    expect(await runPipe(['check', 'marked.pipe'], { cwd: folder })).toMatchObject({ code: 0 });
  });

  it('names an engine that is for later, and falls back to none', async () => {
    const finished = await runPipe(['run', quickstart, '--engine', 'cuda', '--cache', temporaryFolder()]);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain('cuda');
  });

  it('ends its JSON with finished all the same', async () => {
    const finished = await runPipe(['run', quickstart, '--json', '--threads', 'many']);
    expect(finished.code).toBe(2);
    expect(eventsOf(finished).at(-1)).toMatchObject({
      event: 'finished',
      status: 'failed',
      steps: { ran: 0, reused: 0, failed: 0 },
      run: '',
    });
  });
});

describe('a wrong program has exit code 2 and shows the place', () => {
  it('of a misspelt name, with the nearest one', async () => {
    const file = program(
      'import { glyphs } from "std/datasets"\n\npipeline p() {\n  digits = glyps(count: 300)\n  output images = digits.images\n}\n',
    );
    const finished = await runPipe(['run', file, '--cache', temporaryFolder()]);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain('program.pipe:4:12');
    expect(finished.stderr).toContain('glyphs');
  });

  it.each([
    ['an unknown parameter', 'epoch=3', 'epochs'],
    ['a value out of range', 'epochs=0', '1..1000'],
    ['a value of the wrong type', 'epochs="many"', 'Int'],
  ])('of %s in --set', async (_, setting, names) => {
    const finished = await runPipe(['run', quickstart, '--set', setting, '--cache', temporaryFolder()]);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain('--set');
    expect(finished.stderr).toContain(setting);
    expect(finished.stderr).toContain(names);
  });

  it('of an unknown profile or pipeline, with those there are', async () => {
    const profile = await runPipe(['run', quickstart, '--profile', 'smoek']);
    expect(profile).toMatchObject({ code: 2 });
    expect(profile.stderr).toContain('smoke');
    const pipeline = await runPipe(['run', quickstart, '--pipeline', 'quick']);
    expect(pipeline).toMatchObject({ code: 2 });
    expect(pipeline.stderr).toContain('quickstart');
  });

  it('as events, with --json: the diagnostics, then finished', async () => {
    const finished = await runPipe(['run', quickstart, '--set', 'epochs=0', '--json']);
    expect(finished.code).toBe(2);
    const [diagnostics, last, ...rest] = eventsOf(finished);
    expect(rest).toEqual([]);
    expect(diagnostics).toMatchObject({ event: 'diagnostics', diagnostics: [{ severity: 'error' }] });
    expect(last).toMatchObject({
      event: 'finished',
      status: 'failed',
      outputs: {},
      steps: { ran: 0, reused: 0, failed: 0 },
      seconds: expect.any(Number) as number,
      run: '',
    });
  });
});

describe('pipe check', () => {
  it('finds nothing wrong with the pipelines here', async () => {
    const finished = await runPipe(['check', quickstart, 'pipelines/stripe-mnist.pipe']);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(finished.stdout.split('\n').filter(Boolean)).toHaveLength(2);
  });

  it('gives an empty array where nothing is wrong, and every error of every file where something is', async () => {
    const good = await runPipe(['check', '--json', quickstart]);
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(good.stdout)).toEqual([]);
    const one = program('pipeline one() {\n  output a = nothing\n}\n', 'one.pipe');
    const two = program('pipeline two() {\n  output b = nowhere\n}\n', 'two.pipe');
    const bad = await runPipe(['check', '--json', one, two]);
    expect(bad).toMatchObject({ code: 2, stderr: '' });
    const found = JSON.parse(bad.stdout) as readonly Record<string, unknown>[];
    expect(JSON.stringify(found)).toContain('one.pipe');
    expect(JSON.stringify(found)).toContain('two.pipe');
    for (const each of found)
      expect(each).toMatchObject({
        code: expect.any(String) as string,
        severity: expect.any(String) as string,
        title: expect.any(String) as string,
      });
  });
});

describe('colours', () => {
  const broken = 'pipeline p() {\n  output a = nothing\n}\n';
  it.each([
    ['none in a pipe', {}, false],
    ['some where FORCE_COLOR asks for them', { FORCE_COLOR: '1' }, true],
    ['none where NO_COLOR forbids them, whatever else', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('%s', async (_, env, expected) => {
    const finished = await runPipe(['check', program(broken)], { env });
    expect(finished.stderr.includes('\u001b[')).toBe(expected);
  });
});

describe('pipe graph', () => {
  it('draws a whole pipeline for Mermaid and for Graphviz', async () => {
    // A program of its own: the pipelines here are tuned now and then.
    const file = program(
      'import { glyphs, stripes, overlay } from "std/datasets"\n\npipeline small() {\n  digits = glyphs(count: 300)\n  output images = overlay(digits.images, stripes(count: 300).images)\n}\n',
    );
    const mermaid = await runPipe(['graph', file]);
    expect(mermaid).toMatchObject({ code: 0, stderr: '' });
    await expect(mermaid.stdout).toMatchFileSnapshot('golden/small.mmd');
    const dot = await runPipe(['graph', file, '--format', 'dot']);
    expect(dot.stdout).toMatch(/^digraph "small" \{[\s\S]*\}\n$/);
  });
});

describe('pipe doctor', () => {
  it('tells what this machine can do, and exits 0 where pipelines can run', async () => {
    const finished = await runPipe(['doctor', '--json', '--cache', join(temporaryFolder(), 'store')]);
    expect(finished.stderr).toBe('');
    const findings = JSON.parse(finished.stdout) as Findings;
    expect(findings.packages.map(({ name }) => name)).toEqual(['onnxruntime-node', 'sharp']);
    expect(findings.engines.map(({ name }) => name)).toEqual([...ENGINE_NAMES]);
    expect(findings.engines.find(({ name }) => name === 'reference')).toMatchObject({ usable: true });
    for (const { usable, advice } of findings.engines) if (!usable) expect(advice).toMatch(/\.$/);
    expect(finished.code).toBe(findings.auto.engine === undefined ? 1 : 0);
  });

  it('says where the data folder is not what it should be', async () => {
    expect(await examineData('/nowhere/at/all')).toMatchObject({ mnist: false, note: 'there is no such folder' });
    expect(await examineData(undefined)).toMatchObject({ folder: undefined, mnist: false });
  });

  it('takes MNIST to be there only with its images and its labels', async () => {
    const data = temporaryFolder();
    mkdirSync(join(data, 'mnist', 'train-labels-idx1-ubyte.gz'), { recursive: true });
    expect((await examineData(data)).note).toMatch(/^MNIST is not there/);
    writeFileSync(join(data, 'mnist', 'train-images-idx3-ubyte.gz'), '');
    expect((await examineData(data)).note).toMatch(/^of MNIST, train-labels-idx1-ubyte is not there/);
    writeFileSync(join(data, 'train-labels-idx1-ubyte'), '');
    expect(await examineData(data)).toMatchObject({ mnist: true, note: 'MNIST is there' });
  });

  it.skipIf(process.getuid?.() === 0)('says that a store cannot be written', async () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o500);
    expect(await examineStore(folder)).toMatchObject({
      writable: false,
      problem: expect.stringMatching(/EACCES/) as string,
    });
    chmodSync(folder, 0o700);
  });
});
