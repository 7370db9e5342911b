// The benchmarks as commands: one line of JSON with the fields that their peers print too. How fast anything is, is not tested.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runPipe, temporaryFolder } from './run-pipe.ts';

describe('pipe bench decode', () => {
  const small = ['bench', 'decode', '--files', '70', '--size', '16', '--pixels', '40x30', '--threads', '2'];

  it('makes files, decodes them all, and prints one line', async () => {
    const folder = join(temporaryFolder(), 'files');
    const finished = await runPipe([...small, '--format', 'png', '--folder', folder, '--json']);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(finished.stdout.trimEnd().split('\n')).toHaveLength(1);
    const timing = JSON.parse(finished.stdout) as Readonly<Record<string, unknown>>;
    expect(timing).toMatchObject({
      engine: 'pipe',
      files: 70,
      size: 16,
      width: 40,
      height: 30,
      format: 'png',
      threads: 2,
    });
    for (const field of ['seconds', 'images_per_s', 'peak_mb']) expect(timing[field]).toBeGreaterThan(0);
    expect(readdirSync(folder)).toHaveLength(70);
  });

  it('says the same in words', async () => {
    const finished = await runPipe(small);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    expect(finished.stdout).toMatch(
      /^70 jpeg files of 40×30 to 16×16, 2 threads: [\d.]+ images\/s, [\d.]+ MB at most\n$/,
    );
  });

  it('refuses a size that is none', async () => {
    const finished = await runPipe(['bench', 'decode', '--pixels', '40']);
    expect(finished.code).toBe(2);
    expect(finished.stderr).toContain('It is a width and a height, such as 500x400.');
  });
});

describe('pipe bench train-step', () => {
  it('times a step that makes its views, and says how long nothing was computed', async () => {
    const finished = await runPipe(
      'bench train-step --model small_cnn --batch 8 --size 12 --channels 3 --bank 20 --dim 8 --threads 1 --steps 2 --warmup 1 --augmentation moco2_no_blur --json'.split(
        ' ',
      ),
    );
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    const timing = JSON.parse(finished.stdout) as Readonly<Record<string, number>>;
    expect(timing).toMatchObject({ engine: 'cpu', augmentation: 'moco2_no_blur', batch: 8 });
    expect(timing.idle_ms).toBeGreaterThan(0);
    expect(timing.idle_ms).toBeLessThan(timing.step_ms!);
    // A second process found the compiled step of the first.
    expect(timing.compile_ms).toBeGreaterThan(0);
    expect(timing.compile_stored_ms).toBeGreaterThan(0);
  });
});

describe('pipe bench umap', () => {
  it('maps rows of its own making, which it leaves for a peer', async () => {
    const save = join(temporaryFolder(), 'rows.bin');
    const finished = await runPipe([
      'bench',
      'umap',
      '--rows',
      '200',
      '--dim',
      '6',
      '--threads',
      '1',
      '--save',
      save,
      '--json',
    ]);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    const timing = JSON.parse(finished.stdout) as Readonly<Record<string, number>>;
    expect(timing).toMatchObject({ engine: 'pipe', rows: 200, dim: 6, neighbours: 15, threads: 1, spread: 1 });
    expect(timing.neighbours_seconds).toBeGreaterThan(0);
    expect(timing.seconds).toBeGreaterThan(timing.neighbours_seconds!);
    expect(statSync(save).size).toBe(4 * 200 * 6);
  });
});
