// Figure 6 of the cIDFD paper for display, and its numeric check (docs/methods.md §6.1).
// In: Similarities of one method. Out: panels in the paper's order, and whether the features follow the target.
import type { Similarities } from '../../artifacts/artifact.ts';
import type { MethodSimilarities, SimilarityPanel, SimilarityVerdict } from './report-model.ts';

/** The four kinds of pairs in the order of the paper: (background, target). */
export const PAIR_TYPES = [
  { background: 'same', target: 'different' },
  { background: 'different', target: 'same' },
  { background: 'same', target: 'same' },
  { background: 'different', target: 'different' },
] as const;

function find(panels: readonly SimilarityPanel[], type: (typeof PAIR_TYPES)[number]): SimilarityPanel | undefined {
  return panels.find((panel) => panel.background === type.background && panel.target === type.target);
}

/** Whether pairs that share only the target are as alike as pairs that share all: m2 − m1 > ½ (m3 − m1). */
export function judgeSimilarities(panels: readonly SimilarityPanel[]): SimilarityVerdict | undefined {
  const [m1, m2, m3] = PAIR_TYPES.map((type) => find(panels, type)?.mean);
  if (m1 === undefined || m2 === undefined || m3 === undefined) return undefined;
  const gain = m2 - m1;
  const threshold = 0.5 * (m3 - m1);
  return { gain, threshold, followsTarget: gain > threshold };
}

/** One method's panels, in the order of the paper. */
export function describeSimilarities(method: number, similarities: Similarities): MethodSimilarities {
  const panels = PAIR_TYPES.flatMap((type) => find(similarities.panels, type) ?? []);
  return { method, edges: similarities.edges, panels, verdict: judgeSimilarities(panels) };
}
