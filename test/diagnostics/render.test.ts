import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnostics/diagnostic.ts';
import { diagnosticToJson } from '../../src/diagnostics/diagnostic-to-json.ts';
import { cellsOf, textWidth } from '../../src/diagnostics/display-width.ts';
import { nearestNames, editDistance } from '../../src/diagnostics/nearest-names.ts';
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostics.ts';
import { SourceFile } from '../../src/source/source-file.ts';

function render(text: string, part: string, { width = 80, color = false, label = 'here' } = {}): string {
  const start = text.indexOf(part);
  const problem = diagnose('P201', 'a title', {
    span: { file: 'a.pipe', start, end: start + part.length },
    text: label,
  });
  return renderDiagnostics([problem], new Map([['a.pipe', new SourceFile('a.pipe', text)]]), { color, width });
}

describe('excerpts', () => {
  test.each([
    ['a tab', '\tx = wrong', 'wrong', '1 |     x = wrong\n  |         ^^^^^ here'],
    ['a tab in the middle', 'ab\tx = wrong', 'wrong', '1 | ab  x = wrong\n  |         ^^^^^ here'],
    ['wide characters', '日本 = "語" + wrong', 'wrong', '1 | 日本 = "語" + wrong\n  |               ^^^^^ here'],
    ['a wide character underlined', 'x = 語', '語', '1 | x = 語\n  |     ^^ here'],
    ['combining marks', 'e\u0301e\u0301 wrong', 'wrong', '1 | e\u0301e\u0301 wrong\n  |    ^^^^^ here'],
    ['an emoji', '"😀" wrong', 'wrong', '1 | "😀" wrong\n  |      ^^^^^ here'],
    ['CRLF', 'one\r\nwrong\r\nthree', 'wrong', '2 | wrong\n  | ^^^^^ here'],
    ['a last line without an end', 'one\nwrong', 'wrong', '2 | wrong\n  | ^^^^^ here'],
    ['an empty file', '', '', '1 |\n  | ^ here'],
    ['the end of the text', 'one\n', '', '1 | one\n  | ^ here'],
    ['several lines', 'f(\n a\n)', 'f(\n a\n)', '1 | f(\n  | ^^ here'],
    ['a control character', 'x \u001B[31m wrong', 'wrong', '1 | x \uFFFD[31m wrong\n  |         ^^^^^ here'],
    ['a character that turns the writing around', '\u202Ewrong', 'wrong', '1 | \uFFFDwrong\n  |  ^^^^^ here'],
  ])('%s', (_, text, part, expected) => {
    expect(render(text, part).split('\n').slice(3).join('\n')).toBe(expected);
  });

  test('nothing is wider than the terminal, and what is underlined is in view', () => {
    const line = `${'a + '.repeat(60)}wrong${' + b'.repeat(60)}`;
    for (const width of [20, 40, 60, 80, 120]) {
      const text = render(line, 'wrong', { width, label: 'a label of several words that must be wrapped somewhere' });
      for (const row of text.split('\n')) expect(textWidth(row)).toBeLessThanOrEqual(width);
      const code = text.split('\n').find((row) => row.startsWith('1 |'))!;
      const mark = text.split('\n').find((row) => row.includes('^'))!;
      expect(code.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1)).toBe('wrong');
    }
  });

  test('colours change nothing but colours', () => {
    const plain = render('x = wrong', 'wrong');
    const colored = render('x = wrong', 'wrong', { color: true });
    expect(colored).not.toBe(plain);

    expect(colored.replace(/\u001B\[\d+m/g, '')).toBe(plain);
  });

  test('cells cover the line', () => {
    const cells = cellsOf('a\t日😀e\u0301');
    expect(cells.map(({ width }) => width)).toEqual([1, 3, 2, 2, 1, 0]);
    expect(cells.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 5, 6]);
  });
});

test('JSON has one-based places and no undefined', () => {
  const source = new SourceFile('a.pipe', 'one\nx = wrong');
  const problem = diagnose(
    'P201',
    'a title',
    { span: { file: 'a.pipe', start: 8, end: 13 }, text: 'here' },
    {
      labels: [{ span: { file: 'a.pipe', start: 0, end: 3 }, text: 'there' }],
      suggestion: 'right',
      fix: { title: 'write `right`', edits: [{ span: { file: 'a.pipe', start: 8, end: 13 }, text: 'right' }] },
    },
  );
  const place = { file: 'a.pipe', line: 2, column: 5, endLine: 2, endColumn: 10, start: 8, end: 13 };
  expect(diagnosticToJson(problem, new Map([['a.pipe', source]]))).toEqual({
    code: 'P201',
    severity: 'error',
    title: 'a title',
    ...place,
    label: 'here',
    labels: [{ file: 'a.pipe', line: 1, column: 1, endLine: 1, endColumn: 4, start: 0, end: 3, label: 'there' }],
    notes: [],
    suggestion: 'right',
    fix: { title: 'write `right`', edits: [{ ...place, text: 'right' }] },
  });
});

describe('nearest names', () => {
  test.each([
    ['epcohs', 1],
    ['Epochs', 0.5],
    ['epoch', 1],
    ['epochss', 1],
    ['epachs', 1],
    ['xyz', 6],
  ])('%s is %d from epochs', (name, distance) => expect(editDistance(name, 'epochs')).toBe(distance));

  test('nearest first, far ones not at all', () => {
    expect(nearestNames('epohcs', ['batch', 'epoch', 'epochs', 'tau'])).toEqual(['epochs', 'epoch']);
    expect(nearestNames('colour', ['count', 'seed'])).toEqual([]);
    expect(nearestNames('labels', ['plain_labels', 'x'])).toEqual(['plain_labels']);
    expect(nearestNames('a', ['a', 'a', 'b'])).toEqual([]);
  });
});
