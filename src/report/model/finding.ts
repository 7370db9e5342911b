// The result in words, computed from the numbers alone: which methods group the images by class, and what their features follow.
// In: names, scores, similarity verdicts. Out: two sentences. The wording must fit any methods and any classes.
import { formatScore, joinNames } from '../format.ts';
import type { Finding, MethodScores, MethodSimilarities } from './report-model.ts';

/** From here on a clustering is said to group by class: three images of four are where their class is. */
const GROUPS = 0.75;
/** From here on it is said to do so in part. */
const IN_PART = 0.5;

function withAcc(methods: readonly string[], scores: readonly MethodScores[]): string {
  return joinNames(scores.map((score) => `${methods[score.method]!} (ACC ${formatScore(score.acc)})`));
}

function headline(methods: readonly string[], scores: readonly MethodScores[]): string {
  const ranked = [...scores].sort((a, b) => b.acc - a.acc || a.method - b.method);
  if (ranked.length === 0) return '';
  const good = ranked.filter((score) => score.acc >= GROUPS);
  const partly = ranked.filter((score) => score.acc >= IN_PART && score.acc < GROUPS);
  const bad = ranked.filter((score) => score.acc < IN_PART);
  const does = (list: readonly MethodScores[], one: string, many: string): string =>
    `${withAcc(methods, list)} ${list.length === 1 ? one : many}`;
  if (good.length === 0 && partly.length === 0) {
    if (ranked.length === 1) return `${does(ranked, 'does not group the images by class.', '')}`;
    const best = ranked[0]!;
    const rest = ranked.slice(1);
    return `No method groups the images by class: the best is ${withAcc(methods, [best])}, before ${withAcc(methods, rest)}.`;
  }
  const clauses = [
    good.length > 0 && does(good, 'groups the images by class', 'group the images by class'),
    partly.length > 0 &&
      does(
        partly,
        good.length > 0 ? 'does so in part' : 'groups the images by class in part',
        good.length > 0 ? 'do so in part' : 'group the images by class in part',
      ),
    bad.length > 0 && does(bad, 'does not', 'do not'),
  ].filter((clause): clause is string => clause !== false);
  return `${clauses.join('; ')}.`;
}

function reason(methods: readonly string[], similarities: readonly MethodSimilarities[]): string {
  const judged = similarities.filter((one) => one.verdict !== undefined);
  const names = (followsTarget: boolean): readonly string[] =>
    judged.filter((one) => one.verdict!.followsTarget === followsTarget).map((one) => methods[one.method]!);
  const target = names(true);
  const other = names(false);
  const verb = (list: readonly string[], one: string, many: string): string => (list.length === 1 ? one : many);
  const clauses = [
    target.length > 0 &&
      `the features of ${joinNames(target)} ${verb(target, 'bring', 'bring')} images of one class together across backgrounds`,
    other.length > 0 &&
      (target.length > 0
        ? `those of ${joinNames(other)} do not`
        : `the features of ${joinNames(other)} do not bring images of one class together across backgrounds`),
  ].filter((clause): clause is string => clause !== false);
  if (clauses.length === 0) return '';
  const sentence = clauses.join('; ');
  return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`;
}

/** The finding of a report. */
export function stateFinding(
  methods: readonly string[],
  scores: readonly MethodScores[],
  similarities: readonly MethodSimilarities[],
): Finding {
  return { headline: headline(methods, scores), reason: reason(methods, similarities) };
}
