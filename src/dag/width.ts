// How many nodes of a graph can be under way at the same time. In: an acyclic graph and the nodes of interest; out: a number.
import { closure, type Digraph } from './digraph.ts';

/**
 * The size of the largest set of `nodes` of which none depends on another (the largest antichain).
 * By Dilworth's theorem it is the number of chains that cover them, which is their count less a maximum matching of the
 * relation "comes before" (Fulkerson 1956); the matching is found by augmenting paths (Kuhn 1955).
 */
export function width(graph: Digraph, nodes: readonly string[]): number {
  const before = closure(graph);
  const wanted = new Set(nodes);
  const earlier = new Map(nodes.map((node) => [node, [...before.get(node)!].filter((name) => wanted.has(name))]));
  /** For each earlier node the later one that follows it in its chain. */
  const follower = new Map<string, string>();

  function augment(node: string, tried: Set<string>): boolean {
    for (const name of earlier.get(node)!) {
      if (tried.has(name)) continue;
      tried.add(name);
      const taken = follower.get(name);
      if (taken === undefined || augment(taken, tried)) {
        follower.set(name, node);
        return true;
      }
    }
    return false;
  }

  let matched = 0;
  for (const node of nodes) if (augment(node, new Set())) matched += 1;
  return nodes.length - matched;
}
