// Graph questions against slow definitions, on random graphs.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remainingCost } from '../../src/dag/critical-path.ts';
import { ancestors, digraph, readers, readsOf, topologicalOrder, type Digraph } from '../../src/dag/digraph.ts';
import { width } from '../../src/dag/width.ts';

/** Any graph over up to 8 nodes, with cycles and self loops. */
const anyGraph = fc
  .integer({ min: 1, max: 8 })
  .chain((n) =>
    fc
      .array(fc.array(fc.nat(n - 1), { maxLength: 3 }), { minLength: n, maxLength: n })
      .map((reads) => digraph(reads.map((names, i) => [`n${i}`, names.map((name) => `n${name}`)]))),
  );

/** Only edges to earlier nodes. */
const acyclicGraph = anyGraph.map((graph) =>
  digraph(graph.nodes.map((node, i) => [node, readsOf(graph, node).filter((name) => Number(name.slice(1)) < i)])),
);

function reaches(graph: Digraph, from: string, to: string, steps = graph.nodes.length): boolean {
  if (steps === 0) return false;
  return readsOf(graph, from).some((name) => name === to || reaches(graph, name, to, steps - 1));
}

describe('topologicalOrder', () => {
  test('puts every node once, after all that it reads', () => {
    fc.assert(
      fc.property(acyclicGraph, (graph) => {
        const { order } = topologicalOrder(graph);
        expect(order!.toSorted()).toEqual(graph.nodes.toSorted());
        for (const node of graph.nodes) {
          for (const name of readsOf(graph, node)) expect(order!.indexOf(name)).toBeLessThan(order!.indexOf(node));
        }
      }),
    );
  });

  test('names a real cycle exactly where there is one', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const { cycle } = topologicalOrder(graph);
        expect(cycle !== undefined).toBe(graph.nodes.some((node) => reaches(graph, node, node)));
        cycle?.forEach((node, i) => expect(readsOf(graph, node)).toContain(cycle[(i + 1) % cycle.length]));
      }),
    );
  });

  test('is at ease with a long chain', () => {
    const count = 20_000;
    const chain = digraph(
      Array.from({ length: count }, (_, i) => [`n${i}`, i + 1 < count ? [`n${i + 1}`] : []] as const),
    );
    expect(topologicalOrder(chain).order![0]).toBe(`n${count - 1}`);
  });

  test('keeps the order given where it can', () => {
    const graph = digraph([
      ['a', []],
      ['b', []],
      ['c', ['a']],
    ]);
    expect(topologicalOrder(graph).order).toEqual(['a', 'b', 'c']);
  });
});

test('a name that is no node is an error', () => {
  expect(() => digraph([['a', ['b']]])).toThrow('a reads b, which is no node');
});

test('readers is reads turned round', () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      for (const node of graph.nodes) {
        for (const other of graph.nodes) {
          expect(readers(graph).get(node)!.includes(other)).toBe(readsOf(graph, other).includes(node));
        }
      }
    }),
  );
});

test('ancestors are the nodes that can be reached', () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      for (const node of graph.nodes) {
        expect(ancestors(graph, node)).toEqual(graph.nodes.filter((name) => reaches(graph, node, name)));
      }
    }),
  );
});

test('width is the size of the largest set of independent nodes', () => {
  fc.assert(
    fc.property(acyclicGraph, fc.integer({ min: 0, max: 255 }), (graph, mask) => {
      const nodes = graph.nodes.filter((_, i) => (mask >> i) % 2 === 1);
      let largest = 0;
      for (let set = 0; set < 2 ** nodes.length; set += 1) {
        const chosen = nodes.filter((_, i) => (set >> i) % 2 === 1);
        const independent = chosen.every((a) => chosen.every((b) => !reaches(graph, a, b)));
        if (independent) largest = Math.max(largest, chosen.length);
      }
      expect(width(graph, nodes)).toBe(largest);
    }),
    { numRuns: 60 },
  );
});

test('the remaining cost is that of the costliest chain of readers', () => {
  fc.assert(
    fc.property(acyclicGraph, fc.array(fc.nat(20), { minLength: 8, maxLength: 8 }), (graph, costs) => {
      const cost = (node: string): number => costs[Number(node.slice(1))]!;
      const slow = (node: string): number =>
        cost(node) + Math.max(0, ...graph.nodes.filter((name) => readsOf(graph, name).includes(node)).map(slow));
      const found = remainingCost(graph, cost);
      for (const node of graph.nodes) expect(found.get(node)).toBe(slow(node));
    }),
  );
});
