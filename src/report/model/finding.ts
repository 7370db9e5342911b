// The result in words, computed from the numbers alone: which methods group the images by class, and what their features follow.
// In: names, scores, similarity verdicts. Out: two sentences. The wording must fit any methods and any classes.
import { formatMean, joinNames } from '../format.ts';
import type { Finding, MethodScores, MethodSimilarities } from './report-model.ts';

/** From here on a clustering is said to group by class: three images of four are where their class is. */
const GROUPS = 0.75;
/** From here on it is said to do so in part. */
const IN_PART = 0.5;

function accuracy(score: MethodScores): string {
  return formatMean(score.acc, score.deviation?.acc).replaceAll(' ', '\u00a0');
}

/** "A groups the images (ACC 0.9)", or "A (ACC 0.9) and B (ACC 0.8) group the images". */
function does(methods: readonly string[], scores: readonly MethodScores[], one: string, many: string): string {
  const figure = (score: MethodScores): string => `(ACC\u00a0${accuracy(score)})`;
  const [first, ...rest] = scores;
  if (rest.length === 0) return `${methods[first!.method]!} ${one} ${figure(first!)}`;
  return `${joinNames(scores.map((score) => `${methods[score.method]!} ${figure(score)}`))} ${many}`;
}

function headline(methods: readonly string[], scores: readonly MethodScores[]): string {
  const ranked = [...scores].sort((a, b) => b.acc - a.acc || a.method - b.method);
  if (ranked.length === 0) return '';
  const good = ranked.filter((score) => score.acc >= GROUPS);
  const partly = ranked.filter((score) => score.acc >= IN_PART && score.acc < GROUPS);
  const bad = ranked.filter((score) => score.acc < IN_PART);
  if (good.length === 0 && partly.length === 0) {
    const [best, ...rest] = ranked;
    if (rest.length === 0) return `${does(methods, ranked, 'does not group the images by class', '')}.`;
    return `No method groups the images by class; the best is ${methods[best!.method]!} (ACC\u00a0${accuracy(best!)}).`;
  }
  const groups = ['groups the images by class', 'group the images by class'] as const;
  const inPart =
    good.length > 0
      ? (['does so in part', 'do so in part'] as const)
      : ([`${groups[0]} in part`, `${groups[1]} in part`] as const);
  const clauses = [
    good.length > 0 && does(methods, good, groups[0], groups[1]),
    partly.length > 0 && does(methods, partly, inPart[0], inPart[1]),
    bad.length > 0 && does(methods, bad, 'does not', 'do not'),
  ].filter((clause): clause is string => clause !== false);
  return `${clauses.join('; ')}.`;
}

function reason(methods: readonly string[], similarities: readonly MethodSimilarities[]): string {
  const judged = similarities.filter((one) => one.verdict !== undefined);
  const names = (followsTarget: boolean): readonly string[] =>
    judged.filter((one) => one.verdict!.followsTarget === followsTarget).map((one) => methods[one.method]!);
  const target = names(true);
  const other = names(false);
  const clauses = [
    target.length > 0 && `the features of ${joinNames(target)} bring images of one class together across backgrounds`,
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
