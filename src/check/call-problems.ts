// Problems of arguments as diagnostics (P301 to P305, P512).
import { diagnose, type Diagnostic, type Label } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import type { Argument, CallExpression, Name } from '../syntax/ast.ts';
import type { Signature, SignatureParameter } from './signature.ts';

const firstLine = (doc: string): string => doc.split('\n')[0]!;

/** One message for all that are missing from one call. */
export function missingArguments(
  call: CallExpression,
  signature: Signature,
  missing: readonly SignatureParameter[],
): Diagnostic {
  const names = missing.map(({ name }) => `\`${name}\``);
  const list = names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
  const { callee } = call;
  return diagnose(
    'P301',
    `\`${signature.name}\` needs ${list}`,
    { span: callee.span, text: `${list} ${names.length === 1 ? 'is' : 'are'} missing` },
    {
      labels: missing.map(({ declared, name }) => ({ span: declared, text: `\`${name}\` has no default` })),
      notes: missing.flatMap(({ name, doc }) => (doc === '' ? [] : [`${name}: ${firstLine(doc)}`])),
    },
  );
}

export function unknownArgument(name: Name, signature: Signature, given: ReadonlySet<string>): Diagnostic {
  const names = signature.parameters.map((parameter) => parameter.name);
  // A parameter that the call does not give yet was more likely meant.
  const suggestion =
    nearestNames(
      name.text,
      names.filter((other) => !given.has(other)),
    )[0] ?? nearestNames(name.text, names)[0];
  const meant = signature.parameters.find((parameter) => parameter.name === suggestion);
  const labels: readonly Label[] =
    meant === undefined
      ? [{ span: signature.span, text: 'declared here' }]
      : [{ span: meant.declared, text: `\`${meant.name}\` is declared here` }];
  return diagnose(
    'P302',
    `\`${signature.name}\` has no parameter \`${name.text}\``,
    { span: name.span, text: 'not a parameter' },
    {
      suggestion,
      labels,
      notes: suggestion === undefined ? [`Its parameters are ${names.join(', ')}.`] : [],
      fix:
        suggestion === undefined
          ? undefined
          : { title: `write \`${suggestion}\``, edits: [{ span: name.span, text: suggestion }] },
    },
  );
}

export function argumentTwice(name: string, again: Span, earlier: Span): Diagnostic {
  return diagnose(
    'P303',
    `\`${name}\` is given twice`,
    { span: again, text: 'given again here' },
    { labels: [{ span: earlier, text: 'first given here' }] },
  );
}

export function tooManyArguments(argument: Argument, signature: Signature): Diagnostic {
  const count = signature.parameters.length;
  return diagnose(
    'P304',
    `\`${signature.name}\` has only ${count} ${count === 1 ? 'parameter' : 'parameters'}`,
    { span: argument.span, text: 'one too many' },
    {
      labels: [{ span: signature.span, text: 'declared here' }],
    },
  );
}

export function unnamedBehindNamed(argument: Argument, named: Span): Diagnostic {
  return diagnose(
    'P305',
    'this argument needs a name',
    { span: argument.span, text: 'which parameter is this?' },
    {
      labels: [{ span: named, text: 'a named argument stands before it' }],
      notes: ['Arguments without names come first, in the order of the parameters.'],
    },
  );
}

export function noImplementation(signature: Signature, at: Span): Diagnostic {
  return diagnose(
    'P512',
    `\`${signature.name}\` has no implementation`,
    { span: at, text: 'cannot run' },
    {
      labels: [{ span: signature.span, text: 'declared without a body here' }],
      notes: [
        'Give it a body, `{ … output name = … }`, a command, `by command "…"`, or a module, `by module "./….ts"`.',
      ],
    },
  );
}
