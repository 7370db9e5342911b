// A place in a source text, as offsets. Lines and columns are computed late, by source-file.ts, only to draw.

/** Half-open range of UTF-16 offsets `[start, end)` in the file named `file` (a path, or a module name such as `std/datasets`). */
export interface Span {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}
