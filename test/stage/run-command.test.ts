// Commands: how their text becomes arguments, and what is refused before or behind one. The real program is in test/cli/command-stage.test.ts.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeArtifact } from '../../src/artifacts/codec.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';
import { heldToType } from '../../src/stage/command-output.ts';
import { argumentsOf, runCommand } from '../../src/stage/run-command.ts';
import type { Task } from '../../src/stage/task.ts';

test.each([
  ['python3 embed.py', [], ['python3', 'embed.py']],
  ["sh -c 'echo a  b' ''", [], ['sh', '-c', 'echo a  b', '']],
  ["  x'y z'w\t", [], ['xy zw']],
])('%s', (text, _, words) => {
  expect(argumentsOf([text], new Map())).toEqual(words);
});

test('a value is one argument or part of one, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const parts = ['run --name=', { name: 'a' }, ' ', { name: 'a' }, ' end'];
      expect(argumentsOf(parts, new Map([['a', value]]))).toEqual(['run', `--name=${value}`, value, 'end']);
    }),
  );
});

const started = async (text: string, reads: readonly string[] = []): Promise<unknown> => {
  const files = memoryFileSystem({});
  await files.makeFolder('/work/folder');
  await files.write('/work/here.py', Buffer.from('1'));
  const task = { step: 's', parameters: {}, inputs: {}, outputs: [], outputFolder: '/work/out', supervised: false };
  const command = { parts: [text], folder: '/work', reads };
  const signal = new AbortController().signal;
  return runCommand(task as unknown as Task, command, files, async () => new Uint8Array(), signal);
};

test.each([
  ['a program that is nothing', "'' x", [], 'its first word, the program, is empty'],
  ['a program with a character that no argument holds', 'a\0b', [], 'its command cannot be started'],
  ['a file to read that is not there', 'true', ['here.py', 'gone.py'], 'it reads "gone.py", and there is no such file'],
  ['a folder to read', 'true', ['folder'], 'it reads "folder", and that is no file'],
])('%s is an error of the stage', async (_, text, reads, message) => {
  await expect(started(text, reads)).rejects.toThrow(
    expect.objectContaining({ name: 'StageError', message: expect.stringContaining(message) as string }),
  );
});

test('rows of UnitFeatures have length 1, or are zero', () => {
  const held = (type: string, ...data: readonly number[]): unknown =>
    heldToType(
      'f',
      'Features',
      type,
      encodeArtifact('Features', { count: data.length / 2, dimension: 2, data: Float32Array.from(data) }),
    );
  const fine = [0.6, 0.8, 0, 0, -1.0005, 0];
  expect(held('UnitFeatures<3, 2>', ...fine)).toMatchObject({ count: 3 });
  expect(() => held('UnitFeatures<2, 2>', 1, 0, 1, 1)).toThrow('a row of length 1.414 as f (row 1)');
  expect(() => held('UnitFeatures<1, 2>', NaN, 0)).toThrow('a row of length NaN as f (row 0)');
  expect(held('Features<2, 2>', 1, 0, 1, 1)).toMatchObject({ count: 2 });
});
