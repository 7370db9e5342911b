// Which nodes to start first, and which ones the whole must wait for. In: an acyclic graph and the cost of each node; out: the cost of the
// longest way from each node to an end, and the longest way of all.
import { readers, topologicalOrder, type Digraph } from './digraph.ts';

/** For each node its own cost and that of the costliest chain of nodes that wait for it. Starting the largest first keeps the whole short. */
export function remainingCost(graph: Digraph, cost: (node: string) => number): ReadonlyMap<string, number> {
  const { order } = topologicalOrder(graph);
  if (order === undefined) throw new RangeError('a graph with a cycle has no critical path');
  const waiting = readers(graph);
  const result = new Map<string, number>();
  for (const node of order.toReversed()) {
    const after = Math.max(0, ...waiting.get(node)!.map((name) => result.get(name)!));
    result.set(node, cost(node) + after);
  }
  return result;
}

/** The costliest chain of nodes, each waiting for the one before it: no schedule is quicker. Nodes without a cost are left out of it. */
export function criticalPath(
  graph: Digraph,
  cost: (node: string) => number,
): { readonly cost: number; readonly path: readonly string[] } {
  const remaining = remainingCost(graph, cost);
  const waiting = readers(graph);
  const path: string[] = [];
  let next: readonly string[] = graph.nodes;
  for (;;) {
    const node = next.reduce<string | undefined>(
      (best, name) => (best === undefined || remaining.get(name)! > remaining.get(best)! ? name : best),
      undefined,
    );
    if (node === undefined || remaining.get(node)! === 0) break;
    path.push(node);
    next = waiting.get(node)!;
  }
  const [first] = path;
  return { cost: first === undefined ? 0 : remaining.get(first)!, path: path.filter((node) => cost(node) > 0) };
}
