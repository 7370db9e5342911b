// Which argument is for which parameter: a leading run without names, in order, then named ones.
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import type { Argument, CallExpression } from '../syntax/ast.ts';
import {
  argumentTwice,
  missingArguments,
  tooManyArguments,
  unknownArgument,
  unnamedBehindNamed,
} from './call-problems.ts';
import type { Signature, SignatureParameter } from './signature.ts';

export interface Matched {
  readonly parameterOf: ReadonlyMap<Argument, SignatureParameter>;
  /** Arguments for no parameter: still to be looked at for problems of their own. */
  readonly rest: readonly Argument[];
  /** An argument found no parameter: the one it was meant for may not be taken to have its default. */
  readonly isUnsettled: boolean;
}

export function matchArguments(
  call: CallExpression,
  signature: Signature,
  /** Parameters that `with` has given a value, with the places. */
  preset: ReadonlyMap<string, { readonly at: Span }>,
  report: (problem: Diagnostic) => void,
): Matched {
  const byParameter = new Map<string, Argument>();
  const parameterOf = new Map<Argument, SignatureParameter>();
  const rest: Argument[] = [];
  const unknown: string[] = [];
  const given = new Set(call.arguments.flatMap(({ name }) => (name === undefined ? [] : [name.text])));
  const open = preset.size === 0 ? signature.parameters : signature.parameters.filter(({ name }) => !preset.has(name));
  let position = 0;
  let lastNamed: Argument | undefined;
  let isUnclear = call.broken || signature.broken;
  for (const argument of call.arguments) {
    const parameter =
      argument.name === undefined
        ? open[position]
        : signature.parameters.find(({ name }) => name === argument.name!.text);
    if (argument.name === undefined) {
      position += 1;
      if (lastNamed !== undefined) {
        if (!isUnclear) report(unnamedBehindNamed(argument, lastNamed.span));
        isUnclear = true;
        rest.push(argument);
        continue;
      }
    } else {
      lastNamed = argument;
    }
    if (parameter === undefined) {
      if (!isUnclear)
        report(
          argument.name === undefined
            ? tooManyArguments(argument, signature)
            : unknownArgument(argument.name, signature, given),
        );
      if (argument.name !== undefined) unknown.push(argument.name.text);
      rest.push(argument);
      continue;
    }
    const earlier = byParameter.get(parameter.name)?.span ?? preset.get(parameter.name)?.at;
    if (earlier === undefined) {
      byParameter.set(parameter.name, argument);
      parameterOf.set(argument, parameter);
    } else {
      report(argumentTwice(parameter.name, argument.span, earlier));
      rest.push(argument);
    }
  }
  const missing = open.filter(
    ({ name, default: standard, type }) => !byParameter.has(name) && standard === undefined && type.kind !== 'optional',
  );
  if (missing.length === 0) return { parameterOf, rest, isUnsettled: rest.length > 0 || call.broken };
  // A misspelt name is one mistake, not also a missing argument.
  const misspelt = new Set(
    unknown.flatMap((name) =>
      nearestNames(
        name,
        missing.map((parameter) => parameter.name),
      ).slice(0, 1),
    ),
  );
  const reported = missing.filter(({ name }) => !misspelt.has(name));
  if (reported.length > 0 && !isUnclear) report(missingArguments(call, signature, reported));
  return { parameterOf, rest, isUnsettled: rest.length > 0 || call.broken };
}
