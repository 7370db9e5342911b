// Terminal colours, or none.

export interface Paint {
  readonly bold: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly blue: (text: string) => string;
}

/** ANSI colours that read on dark and on light backgrounds; plain text where `color` is false. */
export function painter(color: boolean): Paint {
  const style = (code: number, end: number) => (text: string) =>
    color && text !== '' ? `\u001B[${code}m${text}\u001B[${end}m` : text;
  return { bold: style(1, 22), red: style(31, 39), yellow: style(33, 39), blue: style(36, 39) };
}
