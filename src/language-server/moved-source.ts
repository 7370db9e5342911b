// An earlier text whose places are told as they are in a later one, so that what is known of the earlier can be shown while the later is not yet
// checked. Between the two is one edit: what stands before the first difference and behind the last has kept its meaning.
import { SourceFile } from '../source/source-file.ts';

export class MovedSource extends SourceFile {
  readonly later: SourceFile;
  readonly #start: number;
  readonly #end: number;
  readonly #grown: number;

  constructor(earlier: SourceFile, later: SourceFile) {
    super(earlier.name, earlier.text);
    this.later = later;
    const [was, is] = [earlier.text, later.text];
    const most = Math.min(was.length, is.length);
    let start = 0;
    while (start < most && was[start] === is[start]) start += 1;
    let tail = 0;
    while (tail < most - start && was.at(-1 - tail) === is.at(-1 - tail)) tail += 1;
    this.#start = start;
    this.#end = was.length - tail;
    this.#grown = is.length - was.length;
  }

  /** Where in the later text what starts at an offset of the earlier one does; what was changed is where the change begins. */
  startOf(offset: number): number {
    if (offset < this.#start) return offset;
    return offset >= this.#end ? offset + this.#grown : this.#start;
  }

  /** The same of what ends there, which is in front of what was put in. */
  endOf(offset: number): number {
    return offset <= this.#start ? offset : this.startOf(offset);
  }

  override position(offset: number): { readonly line: number; readonly column: number } {
    return this.later.position(this.endOf(offset));
  }

  /** Where in the earlier text an offset of the later one is. */
  earlierOf(offset: number): number {
    if (offset <= this.#start) return offset;
    return offset >= this.#end + this.#grown ? offset - this.#grown : this.#start;
  }
}
