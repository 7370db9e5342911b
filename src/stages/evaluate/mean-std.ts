// Mean and sample standard deviation (n − 1) of scores over runs, docs/methods.md §5.4. In: scores of several runs; out: one.
// The contingency table and matching are those of the first run: clusters of different runs have no common order to add them in.
import type { Scores } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

const MEASURES = ['acc', 'nmi', 'ari'] as const;

export const meanStd = implementStage({
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  outputs: { scores: 'Scores' },
  async run(context: StageContext<object, { readonly each: readonly Scores[] }>) {
    const { each } = context.inputs;
    const first = each[0];
    if (first === undefined) throw new StageError('mean_std: the list of scores is empty', 'give at least one run');
    const mean = byMeasure((measure) => each.reduce((sum, scores) => sum + scores[measure], 0) / each.length);
    // One run has no deviation: it is left out rather than called zero.
    const deviation =
      each.length < 2
        ? undefined
        : byMeasure((measure) =>
            Math.sqrt(
              each.reduce((sum, scores) => sum + (scores[measure] - mean[measure]) ** 2, 0) / (each.length - 1),
            ),
          );
    const { count, contingency, matching, classes } = first;
    return {
      scores: { ...mean, count, contingency, matching, classes, runs: each.length, ...(deviation && { deviation }) },
    };
  },
});

function byMeasure(value: (measure: (typeof MEASURES)[number]) => number) {
  const [acc, nmi, ari] = MEASURES.map(value) as [number, number, number];
  return { acc, nmi, ari };
}
