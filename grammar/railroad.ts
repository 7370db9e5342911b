// A rule of the grammar as a railroad diagram. In: its form. Out: SVG that needs nothing else, with colours that are read on a light and on a dark
// page: boxes have a ground of their own, and the lines a grey that stands out from both.
import railroad, { type Part } from 'railroad-diagrams';
import type { GrammarRule, RuleForm } from './rule-forms.ts';

const STYLE = `path{stroke:#7d8590;stroke-width:2;fill:none}
rect{stroke:#7d8590;stroke-width:1.5;fill:#dbe9fb}
rect[rx]{fill:#fdf0d0}
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;text-anchor:middle;fill:#1d1e22}`;

/** Words and signs are drawn round, what is defined elsewhere is drawn square. */
export function drawRule({ name, form }: GrammarRule): string {
  const drawn = railroad.Diagram(part(form)).format(10).toString();
  const title = `<title>The grammar of ${name}</title>`;
  return drawn.replace(
    /^<svg class="[^"]*"([^>]*)>/,
    `<svg xmlns="http://www.w3.org/2000/svg"$1>\n${title}\n<style>${STYLE}</style>`,
  );
}

function part(form: RuleForm): Part {
  switch (form.kind) {
    case 'sequence':
      return railroad.Sequence(...form.items.map(part));
    case 'choice':
      return railroad.Choice(0, ...form.items.map(part));
    case 'optional':
      return railroad.Optional(part(form.item));
    case 'repeated':
      return form.between === undefined
        ? railroad.OneOrMore(part(form.item))
        : railroad.OneOrMore(part(form.item), part(form.between));
    case 'text':
      return railroad.Terminal(form.text);
    case 'word':
    case 'rule':
      return railroad.NonTerminal(form.name);
  }
}
