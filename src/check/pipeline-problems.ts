// Problems of pipelines, profiles and `--set` as diagnostics (P501 to P514).
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestNames } from '../diagnostics/nearest-names.ts';
import type { Span } from '../source/span.ts';
import type { Name, PipelineDefinition, ProfileDefinition } from '../syntax/ast.ts';
import type { SignatureParameter } from './signature.ts';

const start = (file: string): Span => ({ file, start: 0, end: 0 });

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

export function noPipeline(file: string): Diagnostic {
  return diagnose(
    'P501',
    'there is no pipeline in this file',
    { span: start(file), text: 'nothing to run' },
    {
      notes: ['A pipeline is written `pipeline name(…) { … output result = … }`.'],
    },
  );
}

export function severalPipelines(file: string, pipelines: readonly PipelineDefinition[]): Diagnostic {
  const [first, ...rest] = pipelines.map(({ name }) => ({ span: name.span, text: `\`${name.text}\`` }));
  return diagnose('P502', 'this file has several pipelines', first ?? { span: start(file), text: '' }, {
    labels: rest,
    notes: [`Choose one with --pipeline: ${list(pipelines.map(({ name }) => name.text))}.`],
  });
}

export function noSuchPipeline(name: string, file: string, pipelines: readonly PipelineDefinition[]): Diagnostic {
  const names = pipelines.map((pipeline) => pipeline.name.text);
  return diagnose(
    'P503',
    `there is no pipeline \`${name}\` in this file`,
    { span: pipelines[0]?.name.span ?? start(file), text: pipelines.length === 0 ? 'none here' : 'this is one' },
    {
      suggestion: nearestNames(name, names)[0],
      notes: names.length === 0 ? [] : [`Its pipelines are ${list(names)}.`],
    },
  );
}

/** `--profile NAME`, where the pipeline has none of that name. */
export function noSuchProfile(
  name: string,
  pipeline: PipelineDefinition,
  profiles: readonly ProfileDefinition[],
): Diagnostic {
  const names = profiles.map((profile) => profile.name.text);
  return diagnose(
    'P504',
    `\`${pipeline.name.text}\` has no profile \`${name}\``,
    { span: pipeline.name.span, text: 'this pipeline' },
    {
      suggestion: nearestNames(name, names)[0],
      labels: profiles.map((profile) => ({ span: profile.name.span, text: 'a profile' })),
      notes: [
        names.length === 0
          ? `A profile is written \`profile ${name} for ${pipeline.name.text} { … }\`.`
          : `Its profiles are ${list(names)}.`,
      ],
    },
  );
}

export function profileOfNothing(pipeline: Name, pipelines: readonly PipelineDefinition[]): Diagnostic {
  const suggestion = nearestNames(
    pipeline.text,
    pipelines.map(({ name }) => name.text),
  )[0];
  return diagnose(
    'P503',
    `there is no pipeline \`${pipeline.text}\` in this file`,
    { span: pipeline.span, text: 'not defined' },
    {
      suggestion,
      labels: pipelines
        .filter(({ name }) => name.text === suggestion)
        .map(({ name }) => ({ span: name.span, text: `\`${name.text}\` is defined here` })),
      fix:
        suggestion === undefined
          ? undefined
          : { title: `write \`${suggestion}\``, edits: [{ span: pipeline.span, text: suggestion }] },
    },
  );
}

export function unknownParameter(
  name: Name,
  pipeline: PipelineDefinition,
  parameters: readonly SignatureParameter[],
): Diagnostic {
  const names = parameters.map((parameter) => parameter.name);
  const suggestion = nearestNames(name.text, names)[0];
  const meant = parameters.find((parameter) => parameter.name === suggestion);
  return diagnose(
    'P505',
    `\`${pipeline.name.text}\` has no parameter \`${name.text}\``,
    { span: name.span, text: 'not a parameter' },
    {
      suggestion,
      labels: [
        meant === undefined
          ? { span: pipeline.name.span, text: 'this pipeline' }
          : { span: meant.declared, text: `\`${meant.name}\` is declared here` },
      ],
      notes: names.length === 0 ? ['It has no parameters.'] : [`Its parameters are ${list(names)}.`],
      fix:
        suggestion === undefined
          ? undefined
          : { title: `write \`${suggestion}\``, edits: [{ span: name.span, text: suggestion }] },
    },
  );
}

export function malformedSet(span: Span, problem: string): Diagnostic {
  return diagnose(
    'P506',
    'this setting is not understood',
    { span, text: problem },
    { notes: ['It is written --set name=value, such as --set count=1000 or --set seeds=[0,1,2].'] },
  );
}

export function noValue(parameter: SignatureParameter, pipeline: PipelineDefinition): Diagnostic {
  return diagnose(
    'P507',
    `\`${parameter.name}\` of \`${pipeline.name.text}\` has no value`,
    { span: parameter.declared, text: 'no default' },
    {
      notes: [`Give one with --set ${parameter.name}=… or in a profile.`],
    },
  );
}

export function setTwice(name: Name, earlier: Span): Diagnostic {
  return diagnose(
    'P508',
    `\`${name.text}\` is set twice`,
    { span: name.span, text: 'set again here' },
    { labels: [{ span: earlier, text: 'first set here' }] },
  );
}

export function notAPipelineParameter(parameter: SignatureParameter, type: string): Diagnostic {
  return diagnose(
    'P401',
    `a pipeline takes values, not ${type}`,
    { span: parameter.declared, text: 'made by a stage' },
    {
      notes: ['Nothing is before a pipeline. Make this in its body, with a stage.'],
    },
  );
}

export function noOutputs(pipeline: PipelineDefinition): Diagnostic {
  return diagnose(
    'P513',
    `\`${pipeline.name.text}\` has no outputs`,
    { span: pipeline.name.span, text: 'nothing would run' },
    {
      notes: ['Only what an output needs is run. Add `output name = …` to its body.'],
    },
  );
}

export function tooManyCalls(pipeline: PipelineDefinition, most: number): Diagnostic {
  return diagnose(
    'P514',
    `\`${pipeline.name.text}\` unfolds into too many steps`,
    { span: pipeline.name.span, text: `more than ${most}` },
    {
      notes: ['Calls within stages and rounds within rounds multiply. Split the sweep into several pipelines.'],
    },
  );
}
