import fc from 'fast-check';
import { expect, it } from 'vitest';
import { highlight } from '../../src/report/highlight.ts';
import { escapeHtml } from '../../src/report/html.ts';

it('adds colour and changes no character of any text', () => {
  const word = fc.constantFrom(
    'pipeline',
    'a',
    ' ',
    '\n',
    '// x',
    '"s',
    '"',
    '1.5e3',
    'Int',
    ' = ',
    '==',
    '<b>',
    '&',
    '/// d',
    '(',
    'é',
  );
  fc.assert(
    fc.property(
      fc.array(word).map((words) => words.join('')),
      (source) => {
        expect(highlight(source).html.replace(/<\/?span[^>]*>/g, '')).toBe(escapeHtml(source));
      },
    ),
  );
});

it('tells keywords, names being bound, strings, numbers, types and comments apart', () => {
  expect(highlight('output x = f(n: 0.5, s: "a") // Int').html).toBe(
    '<span class="t-keyword">output</span> <span class="t-bound">x</span> = f(n: <span class="t-number">0.5</span>, s: <span class="t-string">&quot;a&quot;</span>) <span class="t-comment">// Int</span>',
  );
});
