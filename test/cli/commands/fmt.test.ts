// `pipe fmt` as a process: what it writes, what it leaves alone, and its exit status.
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firstDifference } from '../../../src/cli/commands/fmt.ts';
import { paintFor } from '../../../src/cli/paint.ts';
import { program, runPipe, temporaryFolder } from '../run-pipe.ts';

const UNTIDY = 'pipeline p( ) { // why\n output x=1 }\n';
const TIDY = 'pipeline p() { // why\n  output x = 1\n}\n';

describe('pipe fmt', () => {
  it('writes a program in its form, by a new file with the mode of the old one', async () => {
    const path = program(UNTIDY);
    chmodSync(path, 0o640);
    const before = statSync(path);
    const { code, stdout } = await runPipe(['fmt', path]);
    expect([code, stdout]).toEqual([0, `${path}\n1 program: 1 formatted\n`]);
    expect(readFileSync(path, 'utf8')).toBe(TIDY);
    const after = statSync(path);
    expect(after.mode).toBe(before.mode);
    expect(after.ino).not.toBe(before.ino);
    expect(readdirSync(join(path, '..'))).toEqual(['program.pipe']);
  });

  it('does not touch a program that is in it', async () => {
    const path = program(TIDY);
    utimesSync(path, 1000, 1000);
    const { code, stdout } = await runPipe(['fmt', path]);
    expect([code, stdout]).toEqual([0, '1 program: 1 as before\n']);
    expect(statSync(path).mtimeMs).toBe(1_000_000);
  });

  it('follows a link', async () => {
    const path = program(UNTIDY);
    const link = join(temporaryFolder(), 'link.pipe');
    symlinkSync(path, link);
    await runPipe(['fmt', link]);
    expect(readFileSync(path, 'utf8')).toBe(TIDY);
    expect(statSync(link, { throwIfNoEntry: false })?.ino).toBe(statSync(path).ino);
  });

  it('leaves alone what it does not understand, and formats the rest', async () => {
    const wrong = 'pipeline p( { output x=1 }\n';
    const [path, other] = [program(wrong), program(UNTIDY)];
    const { code, stdout, stderr } = await runPipe(['fmt', path, other]);
    expect(code).toBe(2);
    expect(stdout).toBe(`${other}\n2 programs: 1 formatted, 1 not understood\n`);
    expect(stderr).toContain('error[P004]');
    expect(readFileSync(path, 'utf8')).toBe(wrong);
    expect(readFileSync(other, 'utf8')).toBe(TIDY);
  });

  it('formats every program of a folder, hidden folders and packages apart', async () => {
    const folder = temporaryFolder();
    for (const inner of ['', 'a', 'a/b', '.hidden', 'node_modules']) {
      mkdirSync(join(folder, inner), { recursive: true });
      writeFileSync(join(folder, inner, 'p.pipe'), UNTIDY);
    }
    const { stdout } = await runPipe(['fmt', '.'], { cwd: folder });
    expect(stdout).toBe('a/b/p.pipe\na/p.pipe\np.pipe\n3 programs: 3 formatted\n');
  });

  it('says for --check which are not in their form, from where on, and changes nothing', async () => {
    const [path, other] = [program(UNTIDY), program(TIDY)];
    const { code, stdout } = await runPipe(['fmt', '--check', path, other]);
    expect(code).toBe(1);
    expect(stdout).toBe(
      [
        `--- ${path}`,
        `+++ ${path} as pipe fmt writes it`,
        '@@ line 1 @@',
        '-pipeline p( ) { // why',
        '- output x=1 }',
        '+pipeline p() { // why',
        '+  output x = 1',
        '+}',
        '2 programs: 1 not formatted, 1 formatted\n',
      ].join('\n'),
    );
    expect(readFileSync(path, 'utf8')).toBe(UNTIDY);
    expect((await runPipe(['fmt', '--check', other])).code).toBe(0);
  });

  it('goes from stdin to stdout', async () => {
    expect(await runPipe(['fmt'], { input: UNTIDY })).toMatchObject({ code: 0, stdout: TIDY });
    expect(await runPipe(['fmt', '-'], { input: TIDY })).toMatchObject({ code: 0, stdout: TIDY });
    expect(await runPipe(['fmt', '--check', '-'], { input: UNTIDY })).toMatchObject({ code: 1 });
    expect(await runPipe(['fmt', '-'], { input: 'pipeline (' })).toMatchObject({ code: 2, stdout: '' });
  });

  it.runIf(process.getuid?.() === 0)('leaves a program as it was where its folder cannot be written', async () => {
    const path = program(UNTIDY);
    chmodSync(join(path, '..'), 0o555);
    const { code, stderr } = await runPipe(['fmt', path], { uid: 65534 });
    chmodSync(join(path, '..'), 0o755);
    expect(code).toBe(1);
    expect(stderr).toContain('permission denied');
    expect(readFileSync(path, 'utf8')).toBe(UNTIDY);
  });

  it('refuses what is not there', async () => {
    const { code, stderr } = await runPipe(['fmt', join(temporaryFolder(), 'none.pipe')]);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no file');
  });
});

describe('the first difference', () => {
  const lines = (was: string, is: string): readonly string[] => firstDifference('f', was, is, paintFor(false)).slice(2);

  it('ends where both go on alike', () => {
    expect(lines('a\nb\nc\n', 'a\nx\ny\nc\n')).toEqual(['@@ line 2 @@', '-b', '+x', '+y']);
    expect(lines('a\n\n\n\nb\n', 'a\nb\n')).toEqual(['@@ line 2 @@', '-', '-', '-']);
    expect(lines('a', 'a\n')).toEqual(['@@ line 2 @@', '+']);
  });

  it('is cut where it is long', () => {
    const many = Array.from({ length: 9 }, (_, index) => `${index}`).join('\n');
    expect(lines(many, 'x')).toHaveLength(1 + 7 + 1);
  });
});
