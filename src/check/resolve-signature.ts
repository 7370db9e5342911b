// A stage's declaration → its signature. Each declaration is resolved once, so its problems are reported once.
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { Parameter, StageDefinition } from '../syntax/ast.ts';
import { isSolvableFor } from '../types/dimension-arithmetic.ts';
import { variablesIn } from '../types/dimension.ts';
import { askedIn, dimensionsOf } from '../types/dimensions-of.ts';
import { formatDimension, formatType } from '../types/format-type.ts';
import { errorType, type ArtifactType, type Type } from '../types/type.ts';
import { resolveCode } from './resolve-code.ts';
import { resolveCommand } from './resolve-command.ts';
import { reportDuplicates } from './module-problems.ts';
import { noRecorder, type Recorder } from './recorder.ts';
import { resolveType, type DimensionNames } from './resolve-type.ts';
import type { Signature, SignatureParameter } from './signature.ts';
import { roleOf } from './stage-promise.ts';
import { freeInStageType, resultType, stageForNoBody } from './stage-type-problems.ts';

export function resolveSignature(
  stage: StageDefinition,
  module: string,
  report: (problem: Diagnostic) => void,
  record: Recorder = noRecorder,
): Signature {
  for (const names of [
    [...stage.dimensions, ...stage.parameters.map(({ name }) => name)],
    stage.results.map(({ name }) => name),
  ])
    reportDuplicates(names, report);
  const sizes = stage.parameters
    .filter(({ type }) => type.kind === 'named' && type.name.text === 'Int')
    .map(({ name }) => name);
  const dimensions = new Map([...sizes, ...stage.dimensions].map(({ text, span }) => [text, span]));
  const parameters = resolveParameters(stage.parameters, dimensions, report, record).map((parameter) => {
    if (stage.body !== undefined || stage.broken || parameter.role !== 'stage') return parameter;
    report(stageForNoBody(stage.name.text, parameter));
    return { ...parameter, type: errorType, role: 'value' as const };
  });
  const results = stage.results.map(({ name, type, span, doc }) => ({
    name: name.text,
    type: resultType(name.text, resolveType(type, dimensions, report, record), span, report),
    ...{ span, doc },
  }));
  const isUnclear = stage.broken || [...parameters, ...results].some(({ type }) => holdsError(type));
  if (stage.body === undefined) {
    reportValues(results, report);
    reportLearningFromLabels(stage.name.text, parameters, results, report);
  }
  if (!isUnclear)
    reportFree(
      sizes.map(({ text }) => text),
      parameters,
      results,
      report,
    );
  return {
    name: stage.name.text,
    id: `${module.replace(/\.pipe$/, '')}.${stage.name.text}`,
    module,
    doc: stage.doc,
    span: stage.name.span,
    dimensions: stage.dimensions.map(({ text, span, addsUp }) => ({ name: text, span, addsUp })),
    parameters,
    results,
    annotations: stage.annotations,
    body: stage.body,
    command:
      stage.implementation?.kind === 'command'
        ? resolveCommand(stage.implementation, stage, module, report, record)
        : undefined,
    code:
      stage.implementation?.kind === 'module'
        ? resolveCode(stage.implementation, { parameters, results }, module)
        : undefined,
    broken: stage.broken,
  };
}

/** The parameters of a stage or a pipeline with their types. */
export function resolveParameters(
  parameters: readonly Parameter[],
  dimensions: DimensionNames,
  report: (problem: Diagnostic) => void,
  record: Recorder,
): readonly SignatureParameter[] {
  return parameters.map(({ name, type: syntax, default: standard, doc, span }) => {
    const type = resolveType(syntax, dimensions, report, record);
    const declared = { ...span, end: Math.max(name.span.end, syntax.span.end) };
    return {
      name: name.text,
      span: name.span,
      declared,
      type,
      role: roleOf(type),
      default: standard,
      doc,
    };
  });
}

function holdsError(type: Type): boolean {
  return (
    type.kind === 'error' ||
    (type.kind === 'list' && holdsError(type.element)) ||
    (type.kind === 'optional' && holdsError(type.inner)) ||
    (type.kind === 'stage' && [...type.takes, ...type.results].some((field) => holdsError(field.type)))
  );
}

/** Variables that no call could find: those that stand only in results, and those that the inputs do not tell apart. */
function reportFree(
  sizes: readonly string[],
  parameters: Signature['parameters'],
  results: Signature['results'],
  report: (problem: Diagnostic) => void,
): void {
  const fixed = new Set(sizes);
  const given = parameters.flatMap(({ type, declared }) => {
    const asked = askedIn(type);
    return dimensionsOf(type).map((dimension) => ({ dimension, declared, asked, free: variablesIn(dimension) }));
  });
  for (let found = true; found;) {
    found = false;
    for (const { dimension, free, asked } of given) {
      // What a stage gives follows from what it is given.
      if (asked.some((name) => !fixed.has(name))) continue;
      const [unknown, second] = free.filter((name) => !fixed.has(name));
      if (unknown === undefined || second !== undefined || !isSolvableFor(unknown, dimension)) continue;
      fixed.add(unknown);
      found = true;
    }
  }
  const reported = new Set<string>();
  const reportOnce = (name: string, problem: Diagnostic): void => {
    if (!reported.has(name)) report(problem);
    reported.add(name);
  };
  for (const { type, declared } of parameters) {
    const name = askedIn(type).find((candidate) => !fixed.has(candidate));
    if (name !== undefined) reportOnce(name, freeInStageType(name, declared));
  }
  for (const { dimension, declared, free } of given) {
    const name = free.find((candidate) => !fixed.has(candidate));
    if (name !== undefined) reportOnce(name, unsolvableDimension(name, formatDimension(dimension), declared));
    for (const other of free) if (!fixed.has(other)) reported.add(other);
  }
  for (const { type, span } of results) {
    const name = dimensionsOf(type)
      .flatMap(variablesIn)
      .find((candidate) => !fixed.has(candidate));
    if (name !== undefined) reportOnce(name, freeDimension(name, span));
  }
}

/** A stage without a body makes artifacts, each of its own. */
function reportValues(results: Signature['results'], report: (problem: Diagnostic) => void): void {
  for (const { name, type, span } of results) {
    if (type.kind === 'artifact' || type.kind === 'error') continue;
    report(
      diagnose(
        'P417',
        `the output \`${name}\` of a stage without a body must be an artifact`,
        { span, text: `this is ${formatType(type)}` },
        {
          notes: [
            'A stage without a body writes files while it runs, one an output. Values, lists and optional outputs are for stages with a body, which are known when the program is checked.',
          ],
        },
      ),
    );
  }
}

/** What is learned, and so may not be learned from labels: a composite stage is made of stages that are held to this themselves. */
const learned: readonly string[] = ['Encoder', 'Features', 'Clusters', 'Embedding', 'TrainingLog'];

function artifactsIn(type: Type): readonly ArtifactType[] {
  switch (type.kind) {
    case 'artifact':
      return [type];
    case 'list':
      return artifactsIn(type.element);
    case 'optional':
      return artifactsIn(type.inner);
    case 'record':
      return type.fields.flatMap((field) => artifactsIn(field.type));
    case 'stage':
    case 'scalar':
    case 'enumeration':
    case 'error':
      return [];
  }
}

function reportLearningFromLabels(
  stage: string,
  parameters: Signature['parameters'],
  results: Signature['results'],
  report: (problem: Diagnostic) => void,
): void {
  const labels = parameters.find(({ type }) => artifactsIn(type).some(({ name }) => name === 'Labels'));
  const made = results.find(({ type }) => artifactsIn(type).some(({ name }) => learned.includes(name)));
  if (labels === undefined || made === undefined) return;
  report(
    diagnose(
      'P413',
      `\`${stage}\` reads labels, and gives ${formatType(made.type)}`,
      { span: labels.declared, text: 'labels are read here' },
      {
        labels: [{ span: made.span, text: 'and this would be learned from them' }],
        notes: [
          'Nothing is learned from labels here: a stage that reads them gives scores, or what is shown, or images and labels again.',
          'Leave the labels out, and read them in a stage that scores the result.',
        ],
      },
    ),
  );
}

function freeDimension(name: string, span: Span): Diagnostic {
  return diagnose(
    'P406',
    `nothing says what \`${name}\` is`,
    { span, text: `\`${name}\` stands only in results` },
    {
      notes: [
        'A dimension of a result must also stand in an input, or be an Int parameter: it is known before the stage runs.',
      ],
    },
  );
}

function unsolvableDimension(name: string, formula: string, declared: Span): Diagnostic {
  return diagnose(
    'P406',
    `nothing says what \`${name}\` is`,
    { span: declared, text: `\`${name}\` cannot be found from ${formula}` },
    {
      notes: [
        'Arithmetic is solved for one unknown, which is neither multiplied by an unknown nor divided by.',
        `Let \`${name}\` stand alone in another input, or make it an Int parameter.`,
      ],
    },
  );
}
