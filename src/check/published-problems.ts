// Problems of published numbers as diagnostics (P504 and P601 to P604).
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import type { Name, PipelineDefinition, ProfileDefinition, Target } from '../syntax/ast.ts';

const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** A name that is none of `names`: what was meant, and the edit that says so. */
function meant(text: string, span: Span, names: readonly string[], write = (name: string): string => name) {
  const suggestion = nearestNames(text, names)[0];
  if (suggestion === undefined) return {};
  const written = write(suggestion);
  return { suggestion: written, fix: { title: `write \`${written}\``, edits: [{ span, text: written }] } };
}

/** `under NAME`, where the pipeline has no such profile. */
export function publishedUnderNothing(
  profile: Name,
  pipeline: PipelineDefinition,
  profiles: readonly ProfileDefinition[],
): Diagnostic {
  const names = profiles.map(({ name }) => name.text);
  const { text, span } = profile;
  return diagnose(
    'P504',
    `\`${pipeline.name.text}\` has no profile \`${text}\``,
    { span, text: 'not defined' },
    {
      ...meant(text, span, names),
      labels: profiles.map(({ name }) => ({ span: name.span, text: 'a profile' })),
      notes: [
        names.length === 0
          ? `A profile is written \`profile ${text} for ${pipeline.name.text} { … }\`.`
          : `Its profiles are ${quoted(names)}.`,
      ],
    },
  );
}

export function noSuchOutput({ output }: Target, pipeline: PipelineDefinition, outputs: readonly Name[]): Diagnostic {
  const names = outputs.map(({ text }) => text);
  const near = meant(output.text, output.span, names);
  const isMeant = outputs.find(({ text }) => text === near.suggestion);
  return diagnose(
    'P601',
    `\`${pipeline.name.text}\` has no output \`${output.text}\``,
    { span: output.span, text: 'not an output' },
    {
      ...near,
      labels: [
        isMeant === undefined
          ? { span: pipeline.name.span, text: 'this pipeline' }
          : { span: isMeant.span, text: `\`${isMeant.text}\` is defined here` },
      ],
      notes: names.length === 0 ? ['It has no outputs.'] : [`Its outputs are ${quoted(names)}.`],
    },
  );
}

/** A part of the way into an output that leads nowhere; `names` are those that could stand there. */
export function noSuchPart(
  title: string,
  part: { readonly text: string; readonly span: Span; readonly write?: (name: string) => string },
  names: readonly string[],
  note: string,
): Diagnostic {
  return diagnose(
    'P602',
    title,
    { span: part.span, text: 'not there' },
    { ...meant(part.text, part.span, names, part.write), notes: [note] },
  );
}

/** The way ends before it comes to a number. */
export function noNumber(target: Target, end: Span, given: string, note: string): Diagnostic {
  return diagnose(
    'P602',
    'a published number is compared with a number',
    { span: end, text: `this is ${given}` },
    { labels: [{ span: target.judgement.span, text: 'to be compared here' }], notes: [note] },
  );
}

export function publishedTwice(target: Target, name: string, earlier: Span): Diagnostic {
  return diagnose(
    'P603',
    `\`${name}\` is given twice`,
    { span: target.span, text: 'given again here' },
    {
      labels: [{ span: earlier, text: 'first given here' }],
      notes: ['Numbers of another paper or another table stand in a definition of their own.'],
    },
  );
}

export function missesItself({ paper, judgement, span }: Target): Diagnostic {
  const { kind, value } = judgement;
  return diagnose(
    'P604',
    `${paper} is itself not ${kind} ${value}`,
    { span: judgement.span, text: `the paper's number would miss this` },
    { labels: [{ span, text: `${paper} was published` }] },
  );
}
