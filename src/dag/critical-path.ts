// Which nodes to start first. In: an acyclic graph and the cost of each node; out: the cost of the longest way from each node to an end.
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
