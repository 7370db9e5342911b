// The graph of the steps, left to right in layers, as inline SVG. Layers and crossings are dagre's; the only import of it.
// In: provenance steps. Out: a section, or undefined where there are none.
import dagre from '@dagrejs/dagre';
import { formatSeconds } from '../format.ts';
import { html, type Html } from '../html.ts';
import { stageName } from '../model/parameter-tables.ts';
import { coordinate } from '../scale.ts';
import type { ProvenanceStep } from '../../stage/provenance.ts';
import { scrollable, type Section } from './section.ts';

const CHARACTER = 6.9;
const HEIGHT = 40;
const LONGEST = 26;
const MARGIN = 6;

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Placed extends Point {
  readonly step: ProvenanceStep;
  readonly width: number;
}

interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Placed[];
  readonly edges: readonly (readonly Point[])[];
}

function shorten(name: string): string {
  return name.length <= LONGEST ? name : `${name.slice(0, LONGEST - 1)}…`;
}

/** The module of a stage, `std/representation` → `representation`: the kind of work it does. */
function moduleName(stage: string): string {
  const module = stage.slice(0, Math.max(0, stage.lastIndexOf('.')));
  return module.slice(module.lastIndexOf('/') + 1);
}

/** Places the steps in layers, each right of all that it reads. */
export function layOutSteps(steps: readonly ProvenanceStep[]): Layout {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 38, edgesep: 8, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const step of steps) {
    const width = Math.max(shorten(step.id).length, shorten(stageName(step.stage)).length * 0.9, 6) * CHARACTER + 22;
    graph.setNode(step.id, { width, height: HEIGHT });
  }
  for (const step of steps) for (const read of step.reads) if (graph.hasNode(read)) graph.setEdge(read, step.id);
  dagre.layout(graph);
  const nodes = steps.map((step): Placed => {
    const node = graph.node(step.id) as { x: number; y: number; width: number };
    return { step, x: node.x, y: node.y, width: node.width };
  });
  const edges = graph.edges().map((edge: { v: string; w: string }) => (graph.edge(edge) as { points: Point[] }).points);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  return { width, height, nodes, edges };
}

/** A smooth line through the bends of an edge: straight to the middle of each stretch, curved about each bend. */
function curve(points: readonly Point[]): string {
  const at = (point: Point): string => `${coordinate(point.x)} ${coordinate(point.y)}`;
  const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const first = points[0]!;
  const last = points.at(-1)!;
  let d = `M${at(first)}`;
  for (let i = 1; i < points.length - 1; i += 1)
    d += `Q${at(points[i]!)} ${at(i === points.length - 2 ? last : middle(points[i]!, points[i + 1]!))}`;
  return points.length > 2 ? d : `${d}L${at(last)}`;
}

function drawNode({ step, x, y, width }: Placed): Html {
  const tip = `${step.id}: ${step.stage}, ${formatSeconds(step.seconds)}; ${step.outputs.map((output) => `${output.name}: ${output.type}`).join('; ')}`;
  return html`<g
    class="node"
    data-module="${moduleName(step.stage)}"
    data-tip="${tip}"
    transform="translate(${coordinate(x - width / 2)} ${coordinate(y - HEIGHT / 2)})"
    ><rect width="${coordinate(width)}" height="${HEIGHT}" rx="5" /><rect
      class="edge"
      width="3"
      height="${HEIGHT}"
      rx="1.5"
    /><text x="12" y="16.5">${shorten(step.id)}</text
    ><text class="stage" x="12" y="31">${shorten(stageName(step.stage))}</text></g
  >`;
}

/** The graph of the steps. */
export function stepsGraphSection(steps: readonly ProvenanceStep[]): Section | undefined {
  if (steps.length === 0) return undefined;
  const layout = layOutSteps(steps);
  const words = steps
    .map((step) => (step.reads.length === 0 ? step.id : `${step.id} reads ${step.reads.join(' and ')}`))
    .join('; ');
  const svg = html`<svg
    class="graph"
    viewBox="0 0 ${coordinate(layout.width)} ${coordinate(layout.height)}"
    style="--w:${Math.ceil(layout.width)}px"
    role="img"
    aria-label="Graph of the steps: ${words}."
  >
    <defs>
      <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
        <path d="M0 .8L7.5 4L0 7.2z" />
      </marker>
    </defs>
    ${layout.edges.map((points) => html`<path class="wire" d="${curve(points)}" marker-end="url(#arrow)" />`)}${layout.nodes.map(drawNode)}
  </svg>`;
  return {
    id: 'graph',
    title: 'What ran',
    lead: html`${steps.length} ${steps.length === 1 ? 'step' : 'steps'}, each by the name it has in the program and by
    its stage. What a step reads stands to its left.`,
    body: scrollable('Graph of the steps', svg),
  };
}
