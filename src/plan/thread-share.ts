// How many threads a step on the engine gets. It depends on the machine and the graph alone, never on what happens to run or to be
// cached: the same machine gives the same thread count, and so the same bytes.
import type { Digraph } from '../dag/digraph.ts';
import { width } from '../dag/width.ts';

/** Cores shared by as many engine steps as can be under way at once; `asked` overrides. At least 1. */
export function threadShare(
  cores: number,
  graph: Digraph,
  engineSteps: readonly string[],
  asked: number | undefined,
): number {
  if (asked !== undefined) return Math.max(1, Math.floor(asked));
  return Math.max(1, Math.floor(cores / Math.max(1, width(graph, engineSteps))));
}
