// Threads, and what steps take of the machine.
import { expect, test } from 'vitest';
import { digraph } from '../../src/dag/digraph.ts';
import { threadShare } from '../../src/plan/thread-share.ts';
import { resourcePool } from '../../src/run/resources.ts';

test('threads: cores over the steps that can be under way at once', () => {
  // discard → keep, and plain beside them: two at once.
  const graph = digraph([
    ['plain', []],
    ['discard', []],
    ['keep', ['discard']],
    ['other', []],
  ]);
  const engines = ['plain', 'discard', 'keep'];
  expect(threadShare(2, graph, engines, undefined)).toBe(1);
  expect(threadShare(8, graph, engines, undefined)).toBe(4);
  expect(threadShare(1, graph, engines, undefined)).toBe(1);
  expect(threadShare(8, graph, [], undefined)).toBe(8);
  expect(threadShare(2, graph, engines, 6)).toBe(6);
});

test('a step that asks for more than there is runs alone', () => {
  const pool = resourcePool({ cores: 2, memory: 10 });
  expect(pool.take({ cores: 1, memory: 99 })).toBe(true);
  expect(pool.take({ cores: 1, memory: 1 })).toBe(false);
  expect(pool.take({ cores: 1, unlimited: 7 })).toBe(true);
  expect(pool.take({ cores: 1 })).toBe(false);
  pool.give({ cores: 1, memory: 99 });
  expect(pool.take({ cores: 1, memory: 10 })).toBe(true);
});
