// The server as a process: how it ends, and that it loads no more than a check.
import { describe, expect, test } from 'vitest';
import { runPipe } from '../cli/run-pipe.ts';
import { Editor } from './editor.ts';

describe('the process', () => {
  test('ends with 0 behind shutdown and exit', async () => {
    const editor = await Editor.start();
    expect(await editor.stop()).toBe(0);
    expect(editor.faults).toEqual([]);
  });

  test('ends when the editor is gone', async () => {
    const finished = await runPipe(['language-server', '--stdio'], { input: '' });
    expect(finished.code).toBe(1);
    expect(finished.stdout).toBe('');
  });

  test('outlives documents that are no programs, and requests about documents that are not there', async () => {
    const editor = await Editor.start();
    await editor.write('bytes.pipe', '\u0000\uFFFF"{"{(((([<\r\r\n'.repeat(50));
    const position = { line: 9000, character: 9000 };
    expect(await editor.ask('textDocument/hover', 'bytes.pipe', { position })).toBeNull();
    expect(await editor.ask('textDocument/completion', 'no-such.pipe', { position })).toEqual([]);
    expect(await editor.ask('textDocument/hover', 'file://%ZZ', { position })).toBeNull();
    expect((await editor.problems('bytes.pipe')).length).toBeGreaterThan(0);
    expect(editor.faults).toEqual([]);
    expect(await editor.stop()).toBe(0);
  });
});
