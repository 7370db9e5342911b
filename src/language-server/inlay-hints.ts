// What was inferred of bindings and outputs, shown behind their names: the types with dimensions, which no program writes.
import { InlayHintKind, type InlayHint } from 'vscode-languageserver-types';
import { single, type Datum } from '../check/datum.ts';
import { formatType } from '../types/format-type.ts';
import type { Analysis } from './analysis.ts';
import { describeHeld, fenced } from './describe.ts';
import { positionAt } from './places.ts';
import { blocksIn, statementsIn } from './walk.ts';

/** Longer ones are cut; the whole is in the tooltip. */
const LONGEST = 60;

export function inlayHints(
  { module, meanings, source }: Analysis,
  range: { readonly start: number; readonly end: number },
): readonly InlayHint[] {
  const hints: InlayHint[] = [];
  for (const block of blocksIn(module.file)) {
    for (const statement of statementsIn(block)) {
      if (statement.kind === 'yield' || statement.broken) continue;
      const { span } = statement.name;
      const datum = meanings.values.get(span.start);
      if (datum === undefined || span.end < range.start || span.start > range.end) continue;
      const text = shapesOf(datum);
      if (text === undefined) continue;
      hints.push({
        position: positionAt(span.end, source),
        label: `: ${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}`,
        kind: InlayHintKind.Type,
        tooltip: { kind: 'markdown', value: fenced(`${statement.name.text}: ${describeHeld(datum)}`) },
      });
    }
  }
  return hints;
}

/** Undefined where there are no dimensions to show. */
function shapesOf(datum: Datum): string | undefined {
  const held = single(datum);
  if (held.kind === 'artifact') return held.type.dimensions.length === 0 ? undefined : formatType(held.type);
  if (held.kind === 'list') {
    const [first] = held.items;
    const shapes = first === undefined ? undefined : shapesOf(first);
    return shapes === undefined || held.items.some((item) => shapesOf(item) !== shapes) ? undefined : `[${shapes}]`;
  }
  if (held.kind !== 'result') return undefined;
  const shapes = held.outputs.flatMap(({ name, datum: output }) => {
    const shape = shapesOf(output);
    return shape === undefined ? [] : [`${name}: ${shape}`];
  });
  return shapes.length === 0 ? undefined : shapes.join(', ');
}
