// A directed graph as data, with the questions asked of it everywhere: order, cycles, reachability.
// It knows no domain: a node is a name, an edge goes from a node to one that it reads.

/** `reads` names, for each node, the nodes that must come before it. Every name in it is a node. */
export interface Digraph {
  readonly nodes: readonly string[];
  readonly reads: ReadonlyMap<string, readonly string[]>;
}

/** Builds a graph from pairs; names read but not listed are an error of the caller. */
export function digraph(entries: Iterable<readonly [node: string, reads: readonly string[]]>): Digraph {
  const reads = new Map<string, readonly string[]>();
  for (const [node, names] of entries) reads.set(node, [...new Set(names)]);
  for (const [node, names] of reads) {
    for (const name of names) if (!reads.has(name)) throw new RangeError(`${node} reads ${name}, which is no node`);
  }
  return { nodes: [...reads.keys()], reads };
}

/** The nodes that a node reads, in the order given. */
export function readsOf(graph: Digraph, node: string): readonly string[] {
  return graph.reads.get(node) ?? [];
}

/** For each node those that read it. */
export function readers(graph: Digraph): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>(graph.nodes.map((node) => [node, []]));
  for (const node of graph.nodes) for (const name of readsOf(graph, node)) result.get(name)!.push(node);
  return result;
}

export type Ordering =
  | { readonly order: readonly string[]; readonly cycle: undefined }
  /** The nodes of one cycle in reading order: each reads the next, the last reads the first. */
  | { readonly order: undefined; readonly cycle: readonly string[] };

/** Every node after all that it reads; ties in the order of `nodes`. Depth first, without recursion, so that long chains are safe. */
export function topologicalOrder(graph: Digraph): Ordering {
  const order: string[] = [];
  const done = new Set<string>();
  for (const start of graph.nodes) {
    const path: { readonly node: string; next: number }[] = [];
    const onPath = new Set<string>();
    if (!done.has(start)) enter(start);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const next = readsOf(graph, top.node)[top.next];
      top.next += 1;
      if (next === undefined) {
        path.pop();
        onPath.delete(top.node);
        done.add(top.node);
        order.push(top.node);
      } else if (onPath.has(next)) {
        const names = path.map((entry) => entry.node);
        return { order: undefined, cycle: names.slice(names.indexOf(next)) };
      } else if (!done.has(next)) {
        enter(next);
      }
    }
    function enter(node: string): void {
      path.push({ node, next: 0 });
      onPath.add(node);
    }
  }
  return { order, cycle: undefined };
}

/** All that a node reads, directly or not, in the order of `nodes`; the node itself is not among them unless it is on a cycle. */
export function ancestors(graph: Digraph, node: string): readonly string[] {
  const found = reachable(node, (name) => readsOf(graph, name));
  return graph.nodes.filter((name) => found.has(name));
}

/** For each node the set of its ancestors. */
export function closure(graph: Digraph): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(graph.nodes.map((node) => [node, reachable(node, (name) => readsOf(graph, name))]));
}

function reachable(start: string, next: (node: string) => readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [start];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const name of next(node)) {
      if (found.has(name)) continue;
      found.add(name);
      open.push(name);
    }
  }
  return found;
}
