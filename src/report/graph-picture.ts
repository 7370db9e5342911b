// The steps of a pipeline as one SVG file that needs nothing else: its own style, for light and dark grounds, system fonts.
// In: steps by name, and a title. Out: the text of the file.
import { html, trusted } from './html.ts';
import { paletteDeclarations } from './palette.ts';
import { coordinate } from './scale.ts';
import { drawSteps, type DrawnStep } from './steps-drawing.ts';

const LIGHT =
  '--ground:#fcfbf8;--surface:#ffffff;--ink:#1d1e22;--muted:#5b5e66;--line:#e5e2da;--strong:#c9c5ba;--accent:#1f6fae;';
const DARK =
  '--ground:#121316;--surface:#191b1f;--ink:#e9e7e2;--muted:#a5a8b0;--line:#2b2e34;--strong:#4a4e57;--accent:#6ab3ec;';

/** The kinds of stages have the colours that they have in the report. */
const STYLE = `
svg{${LIGHT}${paletteDeclarations(0, 5, 'light')}background:var(--ground)}
@media (prefers-color-scheme:dark){svg{${DARK}${paletteDeclarations(0, 5, 'dark')}}}
.ground{fill:var(--ground)}
.wire{fill:none;stroke:var(--strong);stroke-width:1.2}
marker path{fill:var(--strong)}
.node rect{fill:var(--surface);stroke:var(--line)}
.node .edge{stroke:none;fill:var(--accent)}
.node[data-module=datasets] .edge{fill:var(--method2)}
.node[data-module=representation] .edge{fill:var(--method0)}
.node[data-module=clustering] .edge{fill:var(--method3)}
.node[data-module=metrics] .edge{fill:var(--method4)}
.node[data-module=output] rect{fill:var(--ground);stroke:var(--strong)}
.node[data-module=output] .edge{fill:none;stroke:none}
.node text{font:500 12px ui-monospace,"SF Mono",SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:var(--ink)}
.node .stage{font-size:10.5px;font-weight:400;fill:var(--muted)}
`;

const MARGIN = 12;

export function graphPicture(title: string, steps: readonly DrawnStep[]): string {
  const { width, height, marks, words } = drawSteps(steps);
  const [w, h] = [coordinate(width + 2 * MARGIN), coordinate(height + 2 * MARGIN)];
  const svg = html`<svg
    xmlns="http://www.w3.org/2000/svg"
    width="${w}"
    height="${h}"
    viewBox="0 0 ${w} ${h}"
    role="img"
  >
    <title>${title}</title>
    <desc>${words}</desc>
    <style>
      ${trusted(STYLE)}
    </style>
    <rect class="ground" width="${w}" height="${h}" />
    <g transform="translate(${MARGIN} ${MARGIN})">${marks}</g>
  </svg>`;
  return `${svg.html}\n`;
}
