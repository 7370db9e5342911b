// The values that a run gave its parameters, as `--set` takes them: so that a program can be compiled again as it was for a run.
// In: the parameters of a run's record. Out: settings, such as `tau=0.1,0.2`. Pure.
import type { TypedGraph, Value } from '../graph/typed-graph.ts';

type Parameter = TypedGraph['parameters'][number];

/** Whether several values of it were gone through: a list in the record where its type has no list. */
export const isSwept = ({ type, value }: Parameter): boolean => Array.isArray(value) && !type.startsWith('[');

export function settingOf(parameter: Parameter): string {
  const { name, type, value } = parameter;
  const values = isSwept(parameter) ? (value as readonly Value[]) : [value];
  return `${name}=${values.map((one) => written(one, type)).join(',')}`;
}

/** A record has bytes and seconds without a unit. */
function written(value: Value, type: string): string {
  if (value === null) return 'none';
  // The text of a stage is as it stands in a program.
  if (typeof value === 'string' && /^\[*stage[<(]/.test(type)) return value;
  if (typeof value === 'string') return `"${value.replaceAll(/[\\"{}]/g, '\\$&').replaceAll('\n', '\\n')}"`;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number') return `[${value.map((item) => written(item, type)).join(', ')}]`;
  // Without a point it would be an Int, which does not reach as far.
  if (/\bFloat\b/.test(type) && /^-?\d+$/.test(String(value))) return `${value}.0`;
  const unit = /\bMemory\b/.test(type) ? ' B' : /\bDuration\b/.test(type) ? ' s' : '';
  return `${value}${unit}`;
}
