import { describe, expect, it } from 'vitest';
import { paintFor } from '../../src/cli/paint.ts';
import { describeTerminal } from '../../src/cli/terminal.ts';

const tty = { isTTY: true, columns: 100, rows: 30 };

describe('describeTerminal', () => {
  it('takes colours, redrawing and the size from a terminal', () => {
    expect(describeTerminal(tty, {})).toEqual({ color: true, live: true, columns: 100, rows: 30 });
  });

  it('neither colours nor redraws what is no terminal', () => {
    expect(describeTerminal({}, {})).toEqual({ color: false, live: false, columns: 80, rows: 24 });
  });

  it.each([
    ['NO_COLOR takes colours away, and nothing else', { NO_COLOR: '1' }, { color: false, live: true }],
    ['an empty NO_COLOR counts as not set', { NO_COLOR: '' }, { color: true, live: true }],
    ['NO_COLOR wins over FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, { color: false }],
    ['FORCE_COLOR=0 takes colours away', { FORCE_COLOR: '0' }, { color: false }],
    ['a dumb terminal is never redrawn', { TERM: 'dumb' }, { color: false, live: false }],
    ['the log of continuous integration is never redrawn', { CI: 'true' }, { color: true, live: false }],
  ])('%s', (_, environment, expected) => {
    expect(describeTerminal(tty, environment)).toMatchObject(expected);
  });

  it('colours a pipe where it is forced to', () => {
    expect(describeTerminal({}, { FORCE_COLOR: '1' })).toMatchObject({ color: true, live: false });
  });

  it('takes COLUMNS for a pipe, and ignores nonsense', () => {
    expect(describeTerminal({}, { COLUMNS: '50' }).columns).toBe(50);
    expect(describeTerminal({}, { COLUMNS: 'wide' }).columns).toBe(80);
    expect(describeTerminal({}, { COLUMNS: '3' }).columns).toBe(20);
  });
});

describe('paintFor', () => {
  it('gives text back unchanged where there are no colours', () => {
    expect(paintFor(false).bad('no')).toBe('no');
    expect(paintFor(true).bad('no')).toBe('\u001b[31mno\u001b[39m');
  });
});
