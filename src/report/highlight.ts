// Light colouring of a program's text: comments, strings, numbers, keywords, types, and the names being bound.
// In: source text, right or wrong. Out: markup with the same text. Not a parser: what it does not know it leaves plain.
import { html, type Html } from './html.ts';

const TOKEN =
  /(?<doc>\/\/\/[^\n]*)|(?<comment>\/\/[^\n]*)|(?<string>"(?:[^"\\\n]|\\.)*"?)|(?<number>\b\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?\b)|(?<keyword>\b(?:import|from|pipeline|stage|profile|for|in|yield|output|one|of|true|false|none|by|module|command)\b)|(?<type>\b[A-Z]\w*\b)|(?<bound>\b[a-z_]\w*(?=\s*=[^=]))|(?<word>\w+)/g;

/** The source with a `<span>` about each token that has a colour. */
export function highlight(source: string): Html {
  const parts: (Html | string)[] = [];
  let end = 0;
  for (const match of source.matchAll(TOKEN)) {
    if (match.index > end) parts.push(source.slice(end, match.index));
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0];
    parts.push(kind === undefined || kind === 'word' ? match[0] : html`<span class="t-${kind}">${match[0]}</span>`);
    end = match.index + match[0].length;
  }
  parts.push(source.slice(end));
  return html`${parts}`;
}
