// The names that someone who typed `name` may have meant, nearest first: optimal string alignment (Damerau-Levenshtein with adjacent swaps).

/** Edits (insert, delete, replace, swap of neighbours; a change of case counts a half) that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const [x, y] = [a[i - 1]!, b[j - 1]!];
      const replace = x === y ? 0 : x.toLowerCase() === y.toLowerCase() ? 0.5 : 1;
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + replace);
      if (i > 1 && j > 1 && x === b[j - 2] && a[i - 2] === y) best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

/**
 * Those of `candidates` that are near enough to `name` to be worth proposing, nearest first, equal ones in the order given.
 * Near enough: an edit for every three letters, or one is a beginning or a `_` part of the other.
 */
export function nearestNames(name: string, candidates: Iterable<string>): readonly string[] {
  const ranked: { readonly candidate: string; readonly distance: number }[] = [];
  for (const candidate of new Set(candidates)) {
    if (candidate === name) continue;
    const distance = editDistance(name, candidate);
    const longest = Math.max(name.length, candidate.length);
    const shortest = Math.min(name.length, candidate.length);
    const contained =
      shortest >= 3 &&
      (candidate.startsWith(name) || name.startsWith(candidate) || candidate.split('_').includes(name));
    if (distance <= Math.max(1, Math.floor(longest / 3)) && distance < longest) ranked.push({ candidate, distance });
    else if (contained) ranked.push({ candidate, distance: longest });
  }
  return ranked.sort((a, b) => a.distance - b.distance).map(({ candidate }) => candidate);
}

/**
 * The same for paths of files: folder and ending are left out of account, since they are alike and would make any two names near.
 * One that differs in nothing else comes first.
 */
export function nearestFiles(path: string, candidates: readonly string[]): readonly string[] {
  const stem = (other: string): string => other.replace(/^.*[/\\]/, '').replace(/(?<=.)\.[^.]*$/, '');
  const name = stem(path);
  const others = candidates.filter((candidate) => candidate !== path);
  return [name, ...nearestNames(name, others.map(stem))].flatMap((near) =>
    others.filter((candidate) => stem(candidate) === near),
  );
}
