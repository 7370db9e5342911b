// Where the value of a step's parameter comes from, in words: the stage's default, an expression, and behind it a parameter of the
// pipeline with its default, a profile or --set.
import type { TypedGraph, ValueSource } from '../graph/typed-graph.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Span } from '../source/span.ts';

export interface ValueOrigin {
  readonly kind: 'stage default' | 'expression' | 'pipeline default' | 'profile' | 'set';
  /** For people; names the place. */
  readonly text: string;
  /** `file:line:column` of the argument, where there is one. */
  readonly argument: string | null;
  /** Of the value itself. */
  readonly written: string;
}

type Sources = ReadonlyMap<string, SourceFile>;

export function originOf(
  source: ValueSource | undefined,
  graph: TypedGraph,
  sources: Sources,
  profile: string | undefined,
): ValueOrigin | undefined {
  if (source === undefined) return undefined;
  const { argument, origin } = source;
  const written = placeText(origin, sources);
  if (argument === undefined) return { kind: 'stage default', text: `default, ${written}`, argument: null, written };
  const place = placeText(argument, sources);
  const expression = textAt(argument, sources);
  const parameter = graph.parameters.find(({ at }) => at !== undefined && holds(at, origin));
  const base = { argument: place, written };
  if (parameter !== undefined && !holds(argument, origin)) {
    const whence = {
      set: 'from --set',
      profile: `from profile ${profile ?? ''}`.trimEnd(),
      default: `default of the pipeline, ${written}`,
    }[parameter.origin];
    const kind = parameter.origin === 'default' ? 'pipeline default' : parameter.origin;
    const via = expression === parameter.name ? parameter.name : `${expression} at ${place}, by ${parameter.name}`;
    return { ...base, kind, text: `${via}: ${whence}` };
  }
  const isLiteral = /^(-?[\d.]|"|\[|true$|false$|none$)/.test(expression);
  return { ...base, kind: 'expression', text: isLiteral ? `at ${place}` : `${expression} at ${place}` };
}

const holds = (outer: Span, inner: Span): boolean =>
  outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;

/** Longer expressions are cut. */
const LONGEST = 40;

function textAt({ file, start, end }: Span, sources: Sources): string {
  const text = (sources.get(file)?.text.slice(start, end) ?? '').replace(/\s+/g, ' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

/** `file:line:column`. */
export function placeText({ file, start }: Span, sources: Sources): string {
  if (file === '--set') return '--set';
  const position = sources.get(file)?.position(start);
  return position === undefined ? file : `${file}:${position.line}:${position.column}`;
}
