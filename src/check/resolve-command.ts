// `by command "…"` → the command as the graph holds it. Every name in its braces is one of the stage's, and every result is written by it.
import { posix } from 'node:path';
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { StepCommand } from '../graph/typed-graph.ts';
import type { CommandImplementation, Name, StageDefinition } from '../syntax/ast.ts';
import type { Recorder } from './recorder.ts';

/** `module` is the key of the module that declares the stage. */
export function resolveCommand(
  { parts, reads, span }: CommandImplementation,
  stage: StageDefinition,
  module: string,
  report: (problem: Diagnostic) => void,
  record: Recorder,
): StepCommand {
  const named = [...stage.parameters, ...stage.results].map(({ name }) => name);
  const names = named.map(({ text }) => text);
  const given = new Map(stage.parameters.map(({ name }) => [name.text, name.span]));
  let isClear = !stage.broken;
  const resolved = parts.map((part): StepCommand['parts'][number] => {
    if (part.kind === 'text') return part.text;
    const { value } = part;
    const meant = value.kind === 'name' ? named.find(({ text }) => text === value.name) : undefined;
    if (meant !== undefined) {
      record.use(value.span, meant.span);
      return { name: meant.text };
    }
    if (value.kind !== 'error' && isClear) report(notANameOfTheStage(stage, names, part.span, value));
    isClear = false;
    return '';
  });
  if (parts.length === 0) isClear = false;
  const quotes = resolved.reduce(
    (count, part) => count + (typeof part === 'string' ? part.split("'").length - 1 : 0),
    0,
  );
  if (quotes % 2 === 1 && isClear) report(openQuote(span));
  for (const { name } of stage.results) {
    const other = given.get(name.text);
    if (other === undefined) continue;
    if (isClear) report(twoMeanings(name, other));
    isClear = false;
  }
  for (const { name } of stage.results) {
    const isWritten = resolved.some((part) => typeof part !== 'string' && part.name === name.text);
    if (!isWritten && isClear) report(notWritten(name, span));
  }
  return { parts: resolved, folder: posix.dirname(module.replaceAll('\\', '/')), reads: reads.map(({ text }) => text) };
}

function notANameOfTheStage(
  { name }: StageDefinition,
  names: readonly string[],
  span: Name['span'],
  value: { readonly kind: string; readonly name?: unknown },
): Diagnostic {
  const given = value.kind === 'name' ? String(value.name) : undefined;
  const suggestion = given === undefined ? undefined : nearestNames(given, names)[0];
  return diagnose(
    'P515',
    given === undefined
      ? 'only a name can stand in the braces of a command'
      : `\`${name.text}\` has nothing named \`${given}\``,
    { span, text: 'not a parameter and not a result' },
    {
      suggestion,
      labels: [{ span: name.span, text: `it has ${names.join(', ')}` }],
      fix:
        suggestion === undefined
          ? undefined
          : { title: `write \`${suggestion}\``, edits: [{ span, text: `{${suggestion}}` }] },
    },
  );
}

function notWritten(result: Name, command: Name['span']): Diagnostic {
  return diagnose(
    'P515',
    `the command does not say where \`${result.text}\` is written`,
    { span: command, text: `\`{${result.text}}\` is missing` },
    {
      labels: [{ span: result.span, text: 'promised here' }],
      notes: [`\`{${result.text}}\` stands for the file that the command must write.`],
    },
  );
}

function twoMeanings(result: Name, parameter: Name['span']): Diagnostic {
  return diagnose(
    'P515',
    `\`{${result.text}}\` could be what is given, or what is written`,
    { span: result.span, text: 'a result of this name' },
    {
      labels: [{ span: parameter, text: 'and a parameter' }],
      notes: ['In a command every name stands for one thing: give one of them another name.'],
    },
  );
}

function openQuote(command: Name['span']): Diagnostic {
  return diagnose(
    'P515',
    'a quote in the command is not closed',
    { span: command, text: "an odd number of `'`" },
    {
      notes: ["`'…'` keeps a word with spaces together. A `'` of the command's own can come from a String parameter."],
    },
  );
}
