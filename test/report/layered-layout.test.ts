import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutLayers, type LayoutNode } from '../../src/report/layered-layout.ts';

/** Random acyclic graphs: each node may come after any of those before it. */
const graphs = fc
  .array(fc.tuple(fc.integer({ min: 30, max: 200 }), fc.array(fc.nat(30), { maxLength: 4 })), {
    minLength: 1,
    maxLength: 14,
  })
  .map((rows) =>
    rows.map(([width, reads], i): LayoutNode => ({
      id: `n${i}`,
      width,
      height: 40,
      after: i === 0 ? [] : [...new Set(reads.map((read) => `n${read % i}`))],
    })),
  );

describe('a layered layout', () => {
  it('puts every node right of all that it comes after, none over another, all inside', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        const { nodes: placed, width, height, edges } = layOutLayers(nodes);
        const byId = new Map(placed.map((node) => [node.id, node]));
        for (const { id, after } of nodes) {
          const node = byId.get(id)!;
          expect(node.x - node.width / 2).toBeGreaterThanOrEqual(0);
          expect(node.x + node.width / 2).toBeLessThanOrEqual(width + 0.5);
          expect(node.y + node.height / 2).toBeLessThanOrEqual(height + 0.5);
          for (const other of after)
            expect(byId.get(other)!.x + byId.get(other)!.width / 2).toBeLessThan(node.x - node.width / 2);
        }
        for (const [i, a] of placed.entries())
          for (const b of placed.slice(i + 1)) {
            const apart =
              Math.abs(a.x - b.x) >= (a.width + b.width) / 2 - 0.5 ||
              Math.abs(a.y - b.y) >= (a.height + b.height) / 2 - 0.5;
            expect(apart).toBe(true);
          }
        expect(edges).toHaveLength(nodes.reduce((sum, node) => sum + node.after.length, 0));
      }),
      { numRuns: 40 },
    );
  });

  it('is the same each time', () => {
    fc.assert(
      fc.property(graphs, (nodes) => {
        expect(layOutLayers(nodes)).toEqual(layOutLayers(nodes));
      }),
      { numRuns: 10 },
    );
  });

  it('ignores what a node comes after but is not there', () => {
    expect(layOutLayers([{ id: 'a', width: 50, height: 40, after: ['gone'] }]).edges).toEqual([]);
  });
});
