// Colours of the command line, by meaning. Off, every function gives its text back unchanged.

export interface Paint {
  readonly strong: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly careful: (text: string) => string;
  readonly active: (text: string) => string;
}

/** The sixteen colours of every terminal, so that a light and a dark theme both stay legible. */
export function paintFor(color: boolean): Paint {
  const sgr =
    (open: number, close: number) =>
    (text: string): string =>
      color && text !== '' ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    strong: sgr(1, 22),
    faint: sgr(2, 22),
    good: sgr(32, 39),
    bad: sgr(31, 39),
    careful: sgr(33, 39),
    active: sgr(36, 39),
  };
}
