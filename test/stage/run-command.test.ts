import fc from 'fast-check';
import { expect, test } from 'vitest';
import { argumentsOf } from '../../src/stage/run-command.ts';

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
