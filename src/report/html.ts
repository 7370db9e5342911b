// Markup that is safe by construction: every interpolated string is escaped unless it is itself markup.
// In: template literals. Out: Html values, joined to one text at the very end. Knows nothing of reports.

/** Markup that is known to be safe to write into a page. Only {@link html} and {@link trusted} make one. */
export interface Html {
  readonly html: string;
}

/** What may stand in a template: text is escaped, numbers are written as they are, lists are joined, absent values vanish. */
export type Content = Html | string | number | false | null | undefined | readonly Content[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text for element content and for quoted attribute values. Control characters that no HTML text may hold become U+FFFD. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd');
}

/** Marks a text as markup without escaping it: only for text made by this program, such as the style sheet. */
export function trusted(markup: string): Html {
  return { html: markup };
}

function write(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  if ('html' in content) return content.html;
  return content.map(write).join('');
}

/** The fixed parts of each template without the indentation that the source has: one text for each place in the program. */
const fixedParts = new WeakMap<TemplateStringsArray, readonly string[]>();

function withoutIndentation(strings: TemplateStringsArray): readonly string[] {
  const known = fixedParts.get(strings);
  if (known) return known;
  const parts = strings.map((part) => part.replace(/\n\s+/g, '\n'));
  fixedParts.set(strings, parts);
  return parts;
}

/** A template of markup. Attribute values must be quoted in the template: `html`<a title="${text}">``. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  const parts = withoutIndentation(strings);
  let out = parts[0]!;
  for (const [i, value] of values.entries()) out += write(value) + parts[i + 1]!;
  return { html: out };
}

/** A block of data for scripts. `<` and line separators are written as escapes, so that no text in it can end the element. */
export function drawJson(id: string, data: unknown): Html {
  const json = JSON.stringify(data)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
  return trusted(`<script type="application/json" id="${escapeHtml(id)}">${json}</script>`);
}
