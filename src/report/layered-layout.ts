// Places the nodes of an acyclic graph in layers from left to right. Layers and order are dagre's; the only import of it.
// In: sizes and edges. Out: coordinates. Knows neither steps nor markup.
import dagre from '@dagrejs/dagre';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface LayoutNode {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Nodes that must stand to the left. */
  readonly after: readonly string[];
}

export interface PlacedNode extends Point {
  readonly id: string;
  /** As wide as the widest of its layer. */
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  /** From the right side of one node to the left side of another, through free places. */
  readonly edges: readonly (readonly Point[])[];
}

/** The part of dagre's graph that is used here; its own declarations do not resolve under Node's module rules. */
interface DagreGraph {
  setGraph(label: Readonly<Record<string, unknown>>): void;
  setDefaultEdgeLabel(label: () => object): void;
  setNode(id: string, label: { width: number; height: number }): void;
  setEdge(from: string, to: string): void;
  hasNode(id: string): boolean;
  node(id: string): Point & { readonly width: number; readonly height: number };
  edge(edge: { readonly v: string; readonly w: string }): { readonly points: readonly Point[] };
  edges(): readonly { readonly v: string; readonly w: string }[];
  graph(): { readonly width: number; readonly height: number };
}

const { graphlib, layout } = dagre as unknown as {
  readonly graphlib: { readonly Graph: new () => DagreGraph };
  readonly layout: (graph: DagreGraph) => void;
};

function place(nodes: readonly LayoutNode[], ranker: string): Layout {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 52, edgesep: 10, marginx: 4, marginy: 4, ranker });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of nodes) graph.setNode(id, { width, height });
  for (const { id, after } of nodes) for (const other of after) if (graph.hasNode(other)) graph.setEdge(other, id);
  layout(graph);

  const widest = new Map<number, number>();
  for (const { id } of nodes) {
    const { x, width } = graph.node(id);
    widest.set(x, Math.max(widest.get(x) ?? 0, width));
  }
  const placed = new Map(
    nodes.map(({ id, height }) => {
      const { x, y } = graph.node(id);
      return [id, { id, x, y, height, width: widest.get(x)! }];
    }),
  );
  const edges = graph.edges().map((edge): readonly Point[] => {
    const [from, to] = [placed.get(edge.v)!, placed.get(edge.w)!];
    // Level through every layer that the edge passes, so that it bends only in the gaps between layers.
    const between = graph
      .edge(edge)
      .points.slice(1, -1)
      .flatMap(({ x, y }): readonly Point[] => {
        const half = (widest.get(x) ?? NaN) / 2;
        return Number.isNaN(half)
          ? []
          : [
              { x: x - half, y },
              { x: x + half, y },
            ];
      });
    return [{ x: from.x + from.width / 2, y: from.y }, ...between, { x: to.x - to.width / 2, y: to.y }];
  });
  return { width: graph.graph().width, height: graph.graph().height, nodes: [...placed.values()], edges };
}

function side(a: Point, b: Point, c: Point): number {
  return Math.sign((c.y - a.y) * (b.x - a.x) - (b.y - a.y) * (c.x - a.x));
}

function crosses(a: Point, b: Point, c: Point, d: Point): boolean {
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** How hard a layout is to read: crossings count most, then how far edges climb and fall. */
function disorder(edges: Layout['edges']): number {
  const segments = edges.map((points) => points.slice(1).map((point, i) => [points[i]!, point] as const));
  let crossings = 0;
  for (const [i, one] of segments.entries())
    for (const other of segments.slice(i + 1))
      for (const [a, b] of one) for (const [c, d] of other) if (crosses(a, b, c, d)) crossings += 1;
  const climb = segments.flat().reduce((sum, [a, b]) => sum + Math.abs(b.y - a.y), 0);
  return crossings * 80 + climb;
}

/** Above this many nodes the first layout is taken: comparing more would cost more than it gives. */
const MOST_COMPARED = 150;

/** The most readable of a few layered layouts: dagre's result depends on the order in which it is told of the nodes. */
export function layOutLayers(nodes: readonly LayoutNode[]): Layout {
  const backwards = [...nodes].reverse();
  if (nodes.length > MOST_COMPARED) return place(backwards, 'longest-path');
  const candidates = ['network-simplex', 'longest-path'].flatMap((ranker) => [
    place(backwards, ranker),
    place(nodes, ranker),
  ]);
  const costs = candidates.map(({ edges }) => disorder(edges));
  return candidates[costs.indexOf(Math.min(...costs))]!;
}
