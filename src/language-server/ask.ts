// What an expression that stands before a cursor comes to, by the check's own rules: the stage that is being called, the thing before a dot.
import { evaluateQuietly } from '../check/evaluate-quietly.ts';
import { single, type Datum, type StageDatum } from '../check/datum.ts';
import { namesInScope, type Entry, type Scope } from '../check/scope.ts';
import { parseLoneExpression } from '../syntax/parse-source.ts';
import { tokenEnd } from '../../grammar/parse.ts';
import type { Analysis } from './analysis.ts';
import { chainStart, type Bracket, type Cursor } from './cursor.ts';

/** The scope of the innermost block around the cursor that was checked, else that of the module. */
export function scopeAt({ meanings, file }: Analysis, { brackets, tokens }: Cursor): Scope | undefined {
  for (const { kind, index } of brackets.toReversed()) {
    const scope = kind === 'block' ? meanings.scopes.get(tokens[index]!.startOffset) : undefined;
    if (scope !== undefined) return scope;
  }
  return meanings.scopeOf?.(file);
}

/** Names in force at the cursor, inner ones first: what is defined further down is not, nor is what is just being defined. */
export function* namesAt(analysis: Analysis, cursor: Cursor): Generator<readonly [string, Entry]> {
  const scope = scopeAt(analysis, cursor);
  if (scope === undefined) return;
  const before = cursor.tokens.slice(0, cursor.count);
  const own = before.findLast((token) => token.tokenType.name === 'BindingName')?.startOffset;
  for (const [name, entry] of namesInScope(scope)) {
    const { span, what } = entry;
    const isLater = what !== 'stage' && span.file === analysis.file && analysis.moved(span.start) >= cursor.offset;
    if (!isLater && analysis.moved(span.start) !== own) yield [name, entry];
  }
}

/** What the chain that ends with the token at `last` comes to; undefined where no expression ends there. */
export function chainBefore(analysis: Analysis, cursor: Cursor, last: number): Datum | undefined {
  const start = chainStart(cursor.tokens, last);
  const scope = scopeAt(analysis, cursor);
  const { scopeOf } = analysis.meanings;
  if (start === undefined || scope === undefined || scopeOf === undefined) return undefined;
  const from = cursor.tokens[start]!.startOffset;
  const { expression } = parseLoneExpression(analysis.source, from, tokenEnd(cursor.tokens[last]!));
  return evaluateQuietly(expression, scope, scopeOf);
}

/** The stage that a bracket's arguments are for: of a call, or of `with`. */
export function stageOf(analysis: Analysis, cursor: Cursor, { kind, index }: Bracket): StageDatum | undefined {
  if (kind !== 'call' && kind !== 'with') return undefined;
  const datum = chainBefore(analysis, cursor, kind === 'call' ? index - 1 : index - 2);
  const stage = datum === undefined ? undefined : single(datum);
  return stage?.kind === 'stage' ? stage : undefined;
}
