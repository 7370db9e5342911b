// How many terminal columns a text takes. Enough of Unicode's East Asian Width and of combining marks to keep underlines under their words.

const tabStop = 4;

/** Columns of one code point: 0 for combining marks and joiners, 2 for wide characters and pictographs, else 1. */
export function characterWidth(character: string): number {
  if (character >= ' ' && character <= '~') return 1;
  if (/^[\p{Mn}\p{Me}\u200B-\u200D\uFE00-\uFE0F]$/u.test(character)) return 0;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x1100) return 1;
  const isWide =
    code <= 0x115f ||
    (code >= 0x2e80 && code <= 0x303e) ||
    (code >= 0x3041 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0xffe0 && code <= 0xffe6) ||
    (code >= 0x20000 && code <= 0x3fffd) ||
    /^\p{Emoji_Presentation}$/u.test(character);
  return isWide ? 2 : 1;
}

export interface Cell {
  /** What is drawn: tabs are spaces, control characters a replacement character. */
  readonly text: string;
  readonly width: number;
  /** UTF-16 offset in the line. */
  readonly offset: number;
}

const unprintable = /^[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]$/u;

/** What is drawn for a character: control characters and such as turn the writing around would reach the terminal otherwise. */
function drawn(character: string): string {
  if (character >= ' ' && character <= '~') return character;
  return unprintable.test(character) && characterWidth(character) !== 0 ? '\uFFFD' : character;
}

/** A text from outside, safe to print: the user's program is quoted in titles and labels. */
export function printable(text: string): string {
  return Array.from(text, drawn).join('');
}

/** A line as drawn, one cell for each code point. */
export function cellsOf(line: string): readonly Cell[] {
  let column = 0;
  let offset = 0;
  return Array.from(line, (character) => {
    const text = character === '\t' ? ' '.repeat(tabStop - (column % tabStop)) : drawn(character);
    const width = character === '\t' ? text.length : characterWidth(text);
    const cell = { text, width, offset };
    column += width;
    offset += character.length;
    return cell;
  });
}

export function textWidth(text: string): number {
  return [...text].reduce((sum, character) => sum + characterWidth(character), 0);
}

/** Words of a text in lines of at most `width` columns; a longer word has a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
