// A text with a name, and the map from offsets to lines and columns. Lines are found when first asked for: a run without problems never does.

/** One source text. `name` is what spans carry in `file`: a path, a module name such as `std/datasets`, or `--set`. */
export class SourceFile {
  readonly name: string;
  readonly text: string;
  #starts: readonly number[] | undefined;

  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
  }

  /** Offsets at which lines start. Lines end with LF, CRLF or a lone CR. */
  get lineStarts(): readonly number[] {
    this.#starts ??= [0, ...Array.from(this.text.matchAll(/\r\n|\n|\r/g), (match) => match.index + match[0].length)];
    return this.#starts;
  }

  /** Zero-based line of an offset, by binary search. An offset past the end is on the last line. */
  lineOf(offset: number): number {
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Text of a zero-based line, without its end. */
  line(index: number): string {
    const start = this.lineStarts[index];
    if (start === undefined) return '';
    return this.text.slice(start, this.lineStarts[index + 1]).replace(/[\r\n]+$/, '');
  }

  /** One-based line and column (in UTF-16 units) of an offset, as editors count them. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const line = this.lineOf(offset);
    return { line: line + 1, column: offset - this.lineStarts[line]! + 1 };
  }
}
