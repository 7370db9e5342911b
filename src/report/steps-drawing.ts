// Steps as boxes in layers from left to right, with wires from what each reads: the drawing that the page and `pipe graph` share.
// In: steps by name. Out: markup and its size; colours and fonts are for the style sheet around it.
import { html, type Html } from './html.ts';
import { layOutLayers, type PlacedNode, type Point } from './layered-layout.ts';
import { stageName } from './model/parameter-tables.ts';
import { coordinate } from './scale.ts';

export interface DrawnStep {
  readonly id: string;
  /** `std/representation.idfd`; drawn below the name. */
  readonly stage: string;
  readonly reads: readonly string[];
  /** Said of it when it is pointed at. */
  readonly tip: string;
}

export interface StepsDrawing {
  readonly width: number;
  readonly height: number;
  readonly marks: Html;
  /** The same in words. */
  readonly words: string;
}

/** Width of a character of the step's name at its font size; of the stage's, a little less. */
const CHARACTER = 7.3;
const STAGE_CHARACTER = 6.4;
const HEIGHT = 42;
/** Characters shown of a name. */
const LONGEST = 26;

function shorten(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 1)}…`;
}

/** The module of a stage, `std/representation` → `representation`: the kind of work it does. */
function moduleName(stage: string): string {
  const module = stage.slice(0, Math.max(0, stage.lastIndexOf('.')));
  return module.slice(module.lastIndexOf('/') + 1);
}

function widthOf(step: DrawnStep): number {
  return (
    Math.max(shorten(step.id).length * CHARACTER, shorten(stageName(step.stage)).length * STAGE_CHARACTER, 40) + 24
  );
}

/** From point to point, level at each, so that an edge leaves and arrives level. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  let d = `M${coordinate(first!.x)} ${coordinate(first!.y)}`;
  let last = first!;
  for (const point of rest) {
    const middle = coordinate((last.x + point.x) / 2);
    d +=
      point.y === last.y
        ? `H${coordinate(point.x)}`
        : `C${middle} ${coordinate(last.y)} ${middle} ${coordinate(point.y)} ${coordinate(point.x)} ${coordinate(point.y)}`;
    last = point;
  }
  return d;
}

function drawNode(step: DrawnStep, { x, y, width }: PlacedNode): Html {
  return html`<g
    class="node"
    data-module="${moduleName(step.stage)}"
    data-tip="${step.tip}"
    transform="translate(${coordinate(x - width / 2)} ${coordinate(y - HEIGHT / 2)})"
    ><rect width="${coordinate(width)}" height="${HEIGHT}" rx="4" /><rect
      class="edge"
      width="3"
      height="${HEIGHT}"
      rx="1.5"
    /><text x="13" y="17.5">${shorten(step.id)}</text
    ><text class="stage" x="13" y="32.5">${shorten(stageName(step.stage))}</text></g
  >`;
}

export function drawSteps(steps: readonly DrawnStep[]): StepsDrawing {
  const layout = layOutLayers(
    steps.map((step) => ({ id: step.id, width: widthOf(step), height: HEIGHT, after: step.reads })),
  );
  const placed = new Map(layout.nodes.map((node) => [node.id, node]));
  const words = steps
    .map((step) => (step.reads.length === 0 ? step.id : `${step.id} reads ${step.reads.join(' and ')}`))
    .join('; ');
  const edges = layout.edges.map((points) => html`<path class="wire" d="${curve(points)}" marker-end="url(#arrow)" />`);
  const nodes = steps.map((step) => drawNode(step, placed.get(step.id)!));
  const marks = html`<defs>
      <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
        <path d="M0 .8L7.5 4L0 7.2z" />
      </marker>
    </defs>
    ${edges}${nodes}`;
  return { width: layout.width, height: layout.height, marks, words };
}
