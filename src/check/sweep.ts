// `--set tau=0.1,0.2` where `tau` takes one value → one setting for each value: a sweep, every combination of which is checked.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Type } from '../types/type.ts';
import { malformedSet } from './pipeline-problems.ts';
import type { Setting } from './settings.ts';
import type { SignatureParameter } from './signature.ts';
import { splitAtCommas } from './split-at-commas.ts';

/** Combinations that one command may ask for. */
const mostCells = 1000;

export interface Sweep {
  /** The parameters that have several values, in the order of the settings. */
  readonly names: readonly string[];
  /** Every combination; the only one where nothing is swept. */
  readonly cells: readonly (readonly Setting[])[];
}

export function sweepOf(
  settings: readonly Setting[],
  parameters: readonly SignatureParameter[],
  report: (problem: Diagnostic) => void,
): Sweep {
  const each = settings.map((setting) => {
    const type = parameters.find(({ name }) => name === setting.name.text)?.type;
    return type === undefined ? [setting] : alternatives(setting, type);
  });
  const swept = each.filter((values) => values.length > 1);
  const count = swept.reduce((product, values) => product * values.length, 1);
  if (count > mostCells) {
    report(malformedSet(swept[0]![0]!.at, `${count} combinations, at most ${mostCells}`));
    return { names: [], cells: [each.map(([first]) => first!)] };
  }
  const cells = each.reduce<readonly (readonly Setting[])[]>(
    (made, values) => made.flatMap((cell) => values.map((value) => [...cell, value])),
    [[]],
  );
  return { names: swept.map(([first]) => first!.name.text), cells };
}

/** The values of a setting, each once. A text may hold commas itself, so of texts only quoted ones are several. */
function alternatives(setting: Setting, type: Type): readonly Setting[] {
  const inner = type.kind === 'optional' ? type.inner : type;
  if (inner.kind !== 'scalar' && inner.kind !== 'enumeration' && inner.kind !== 'stage') return [setting];
  const parts = splitAtCommas(setting.text);
  const isText = inner.kind === 'scalar' && inner.name === 'String';
  if (isText && !parts.every(({ text }) => text.trim().startsWith('"'))) return [setting];
  const seen = new Set<string>();
  return parts.flatMap(({ text, start }) => {
    if (seen.has(text.trim())) return [];
    seen.add(text.trim());
    const from = setting.at.start + start;
    return [{ name: setting.name, text, at: { ...setting.at, start: from, end: from + text.length } }];
  });
}
