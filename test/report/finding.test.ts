import { describe, expect, it } from 'vitest';
import { stateFinding } from '../../src/report/model/finding.ts';
import { describeSimilarities, judgeSimilarities } from '../../src/report/model/similarity.ts';
import type { MethodScores } from '../../src/report/model/report-model.ts';

const PAIRS = [
  ['same', 'different'],
  ['different', 'same'],
  ['same', 'same'],
  ['different', 'different'],
] as const;

function say(accuracies: Record<string, number>): string {
  const scores = Object.values(accuracies).map((acc, method): MethodScores => ({
    method,
    acc,
    nmi: 0,
    ari: 0,
    count: 1,
    runs: 1,
    step: undefined,
    runSteps: [],
    deviation: undefined,
  }));
  return stateFinding(Object.keys(accuracies), scores, []).headline.replaceAll('\u00a0', ' ');
}

function panels(means: readonly number[]): Parameters<typeof judgeSimilarities>[0] {
  return means.map((mean, i) => ({ background: PAIRS[i]![0], target: PAIRS[i]![1], mean, density: [] }));
}

describe('the finding', () => {
  it.each([
    [{ IDFD: 0.276, cIDFD: 0.893 }, 'cIDFD groups the images by class (ACC 0.893); IDFD does not (ACC 0.276).'],
    [
      { A: 0.8, B: 0.9, C: 0.3, D: 0.2 },
      'B (ACC 0.900) and A (ACC 0.800) group the images by class; C (ACC 0.300) and D (ACC 0.200) do not.',
    ],
    [{ A: 0.9, B: 0.6 }, 'A groups the images by class (ACC 0.900); B does so in part (ACC 0.600).'],
    [{ A: 0.6, B: 0.1 }, 'A groups the images by class in part (ACC 0.600); B does not (ACC 0.100).'],
    [{ A: 0.3, B: 0.4 }, 'No method groups the images by class; the best is B (ACC 0.400).'],
    [{ A: 0.3 }, 'A does not group the images by class (ACC 0.300).'],
    [{ A: 0.95 }, 'A groups the images by class (ACC 0.950).'],
    [{}, ''],
  ])('of %j', (accuracies, sentence) => expect(say(accuracies)).toBe(sentence));

  it('gives the deviation where there is one', () => {
    const scores = [
      {
        ...{ method: 0, acc: 0.841, nmi: 0, ari: 0, count: 1, runs: 3, deviation: { acc: 0.08, nmi: 0, ari: 0 } },
        ...{ step: undefined, runSteps: [] },
      },
    ];
    expect(stateFinding(['A'], scores, []).headline.replaceAll('\u00a0', ' ')).toBe(
      'A groups the images by class (ACC 0.841 ± 0.080).',
    );
  });

  it('says what the features follow, where it was measured', () => {
    const follows = describeSimilarities(1, { edges: [], panels: panels([-0.047, 0.447, 0.449, -0.048]) });
    const ignores = describeSimilarities(0, { edges: [], panels: panels([0.205, 0.21, 0.53, -0.103]) });
    expect(stateFinding(['IDFD', 'cIDFD'], [], [ignores, follows]).reason).toBe(
      'The features of cIDFD bring images of one class together across backgrounds; those of IDFD do not.',
    );
    expect(stateFinding(['IDFD', 'cIDFD'], [], [ignores]).reason).toBe(
      'The features of IDFD do not bring images of one class together across backgrounds.',
    );
    expect(stateFinding(['IDFD'], [], []).reason).toBe('');
  });
});

describe('the check of Figure 6', () => {
  it('asks whether m2 − m1 exceeds half of m3 − m1', () => {
    expect(judgeSimilarities(panels([-0.047, 0.447, 0.449, -0.048]))).toMatchObject({ followsTarget: true });
    expect(judgeSimilarities(panels([0.205, 0.21, 0.53, -0.103]))).toMatchObject({ followsTarget: false });
    expect(judgeSimilarities(panels([0, 0.25, 0.5, 0]))).toEqual({ gain: 0.25, threshold: 0.25, followsTarget: false });
  });

  it('is not made where a kind of pair is missing', () => {
    expect(judgeSimilarities(panels([0.1, 0.2]))).toBeUndefined();
  });

  it('puts the panels into the order of the paper', () => {
    const shuffled = [...panels([1, 2, 3, 4])].reverse();
    expect(describeSimilarities(0, { edges: [], panels: shuffled }).panels.map((panel) => panel.mean)).toEqual([
      1, 2, 3, 4,
    ]);
  });
});
