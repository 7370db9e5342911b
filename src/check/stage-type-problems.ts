// Problems of types of stages as diagnostics (P418, P419), and what is added to P406 in one.
import { diagnose, type Diagnostic, type Label } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { StageTypeExpression } from '../syntax/ast.ts';
import { formatType } from '../types/format-type.ts';
import { errorType, stageTypeIn, type Type } from '../types/type.ts';
import { stageLabel, type StageDatum } from './datum.ts';
import type { SignatureParameter } from './signature.ts';
import { elsewhere, type Wanted } from './type-problems.ts';

/** One reason why a stage does not fit. */
export interface Misfit {
  /** A full sentence. */
  readonly text: string;
  readonly labels: readonly Label[];
}

/** One problem for a stage, with everything that does not fit. */
export function stageDoesNotFit(
  stage: StageDatum,
  type: Type,
  misfits: readonly Misfit[],
  { what, at, declared }: Wanted,
): Diagnostic {
  const { name, span } = stage.signature;
  const within = misfits.flatMap(({ labels }) => labels);
  return diagnose(
    'P418',
    `\`${name}\` cannot be ${what}`,
    { span: at, text: `this is \`${stageLabel(stage)}\`` },
    {
      labels: [
        ...elsewhere(stage.named ?? at, `\`${name}\` is named here`, at),
        ...(within.length > 0 ? within : elsewhere(span, `\`${name}\` is declared here`, at)),
        ...elsewhere(declared, 'its type is declared here', at),
      ],
      notes: [...misfits.map(({ text }) => text), `What is wanted is \`${formatType(type, { refinements: false })}\`.`],
    },
  );
}

/** Its values are the parameters of the run: an artifact is made in it. */
export function artifactInSetting(
  stage: StageDatum,
  argument: string,
  at: Span,
  { what, declared }: Wanted,
): Diagnostic {
  return diagnose(
    'P418',
    `\`${stage.signature.name}\` cannot be ${what} with an artifact as its \`${argument}\``,
    { span: at, text: 'made by a stage' },
    {
      labels: elsewhere(declared, 'a parameter of a pipeline is declared here', at),
      notes: [
        'Nothing is before a pipeline. Give it in the body, `method with { … }`, by a parameter that the type names.',
      ],
    },
  );
}

export function stageForNoBody(stage: string, { declared, type }: SignatureParameter): Diagnostic {
  return diagnose(
    'P419',
    `\`${stage}\` has no body, so it cannot take a stage`,
    { span: declared, text: stageTypeIn(type) === type ? 'a stage is taken here' : 'stages are taken here' },
    {
      notes: [
        'A stage is called while the program is checked, by a body. What a stage without a body is given are values and artifacts.',
      ],
    },
  );
}

/** The type of an output: not known where it is that of a stage, which is reported. */
export function resultType(output: string, type: Type, at: Span, report: (problem: Diagnostic) => void): Type {
  if (stageTypeIn(type) === undefined) return type;
  report(stageIsNoOutput(output, at));
  return errorType;
}

function stageIsNoOutput(output: string, span: Span): Diagnostic {
  return diagnose(
    'P419',
    `the output \`${output}\` cannot be a stage`,
    { span, text: 'a stage is promised here' },
    { notes: ['Outputs are what stages make: artifacts, and values. A stage is given to a stage as a parameter.'] },
  );
}

/** A dimension of the declaration around it that nothing but the type asks for. */
export function freeInStageType(name: string, declared: Span): Diagnostic {
  return diagnose(
    'P406',
    `nothing says what \`${name}\` is`,
    { span: declared, text: `\`${name}\` only stands in what a stage is given` },
    {
      notes: [
        `A call finds a dimension in its inputs, and in the outputs of the stages that it is given. One that each call in the body finds anew is named behind \`stage\`: \`stage<${name}>(…)\`.`,
      ],
    },
  );
}

/** A dimension that is not there may be one of the type's own. */
export function namedBehindStage(problem: Diagnostic, { span, dimensions }: StageTypeExpression): Diagnostic {
  if (problem.code !== 'P406' || problem.suggestion !== undefined || problem.fix !== undefined) return problem;
  const name = /`(\w+)`/.exec(problem.title)?.[1];
  if (name === undefined) return problem;
  const [first] = dimensions;
  const at = first === undefined ? span.start + 'stage'.length : first.span.start;
  const text = first === undefined ? `<${name}>` : `${name}, `;
  return {
    ...problem,
    notes: [...problem.notes, `One that each call finds anew is named behind \`stage\`: \`stage<${name}>(…)\`.`],
    fix: { title: `name \`${name}\` behind \`stage\``, edits: [{ span: { ...span, start: at, end: at }, text }] },
  };
}
