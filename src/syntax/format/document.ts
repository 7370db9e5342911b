// Texts that may be laid out in more than one way: the document algebra of Wadler (A prettier printer, 2003), with comments as a kind of
// their own, because nothing may follow one on its line. Only values are made here; render-document.ts chooses the layout.

/** Where a document has to have a line end, whatever the width. */
interface Breaks {
  readonly breaks: boolean;
  /** The same, but for a comment at its very end, which needs a line end behind the document and none in it. */
  readonly breaksInside: boolean;
}

export type Doc =
  | string
  | (Breaks &
      (
        | { readonly kind: 'concat'; readonly parts: readonly Doc[] }
        /** On one line where it fits and nothing in it breaks; else each `line` that is directly in it is a line end. */
        | { readonly kind: 'group'; readonly content: Doc }
        | { readonly kind: 'indent'; readonly content: Doc }
        /** `flat`, or a line end; `blank`: then an empty line too. */
        | { readonly kind: 'line'; readonly flat: '' | ' '; readonly blank: boolean }
        | { readonly kind: 'newline'; readonly blank: boolean }
        /** Goes before a comment that ends the line; `broken`: stands only where its group is on several lines. */
        | { readonly kind: 'comma'; readonly broken: boolean }
        /** `own`: on a line of its own, else behind what is before it. */
        | { readonly kind: 'comment'; readonly text: string; readonly own: boolean }
      ));

const soft = { breaks: false, breaksInside: false } as const;
const hard = { breaks: true, breaksInside: true } as const;

export const breaksIn = (doc: Doc): boolean => typeof doc !== 'string' && doc.breaks;
const breaksInside = (doc: Doc): boolean => typeof doc !== 'string' && doc.breaksInside;

export function concat(...docs: readonly Doc[]): Doc {
  const parts = docs.filter((doc) => doc !== '');
  const last = parts.at(-1);
  if (last === undefined) return '';
  if (parts.length === 1) return last;
  return {
    kind: 'concat',
    parts,
    breaks: parts.some(breaksIn),
    breaksInside: parts.slice(0, -1).some(breaksIn) || breaksInside(last),
  };
}

export const group = (content: Doc): Doc => ({
  kind: 'group',
  content,
  breaks: breaksIn(content),
  breaksInside: breaksInside(content),
});

export const indent = (content: Doc): Doc => ({
  kind: 'indent',
  content,
  breaks: breaksIn(content),
  breaksInside: breaksInside(content),
});

/** A space, or a line end; `blank`: where it is a line end, an empty line too. */
export const line = (blank = false): Doc => ({ ...soft, kind: 'line', flat: ' ', blank });
/** Nothing, or a line end. */
export const softLine: Doc = { ...soft, kind: 'line', flat: '', blank: false };
export const newline: Doc = { ...hard, kind: 'newline', blank: false };
export const blankLine: Doc = { ...hard, kind: 'newline', blank: true };
export const comma: Doc = { ...soft, kind: 'comma', broken: false };
export const commaIfBroken: Doc = { ...soft, kind: 'comma', broken: true };
export const ownComment = (text: string): Doc => ({ ...hard, kind: 'comment', text, own: true });
export const endComment = (text: string): Doc => ({
  breaks: true,
  breaksInside: false,
  kind: 'comment',
  text,
  own: false,
});
