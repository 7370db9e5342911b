// "run" and "plan" above a pipeline and its profiles, "explain" above a statement that makes a step. What a click does is the editor's: the
// commands are `pipe.run`, `pipe.plan` and `pipe.explain`, with one argument that says of what.
import type { CodeLens, Command } from 'vscode-languageserver-types';
import type { Step } from '../graph/typed-graph.ts';
import type { Block, Statement } from '../syntax/ast.ts';
import type { Analysis } from './analysis.ts';
import { rangeOf } from './places.ts';
import { statementsIn } from './walk.ts';

/** The argument of the commands. */
export interface LensTarget {
  readonly file: string;
  /** Undefined where the file has no other. */
  readonly pipeline: string | undefined;
  readonly profile?: string;
  readonly step?: string;
}

export function codeLenses(analysis: Analysis): readonly CodeLens[] {
  const { file, module, meanings, source } = analysis;
  const { pipelines, profiles } = module.file;
  const nameOf = (pipeline: string): string | undefined => (pipelines.length > 1 ? pipeline : undefined);
  const lens = (span: { start: number; end: number }, title: string, command: string, target: LensTarget): CodeLens => {
    const shown: Command = { title, command, arguments: [target] };
    return { range: rangeOf(span, source), command: shown };
  };
  const lenses: CodeLens[] = [];
  for (const pipeline of pipelines) {
    const target = { file, pipeline: nameOf(pipeline.name.text) };
    const { span } = pipeline.name;
    lenses.push(lens(span, '▷ run', 'pipe.run', target), lens(span, 'plan', 'pipe.plan', target));
    const { steps = [] } = meanings.graphs.get(pipeline) ?? {};
    for (const { statement, step } of stepsOf(pipeline.body, steps))
      lenses.push(lens(statement.span, 'explain', 'pipe.explain', { ...target, step: step.id }));
  }
  for (const { name, pipeline } of profiles) {
    if (!pipelines.some((candidate) => candidate.name.text === pipeline.text)) continue;
    const target = { file, pipeline: nameOf(pipeline.text), profile: name.text };
    lenses.push(lens(name.span, '▷ run', 'pipe.run', target), lens(name.span, 'plan', 'pipe.plan', target));
  }
  return lenses;
}

/** The statements whose value is a call that makes a step, each with its first step. */
function stepsOf(
  body: Block,
  steps: readonly Step[],
): readonly { readonly statement: Statement; readonly step: Step }[] {
  const byPlace = new Map<string, Step>();
  for (const step of steps) {
    const key = `${step.span.file}:${step.span.start}:${step.span.end}`;
    if (!byPlace.has(key)) byPlace.set(key, step);
  }
  return [...statementsIn(body)].flatMap((statement) => {
    let { value } = statement;
    while (value.kind === 'member') value = value.of;
    const step = byPlace.get(`${value.span.file}:${value.span.start}:${value.span.end}`);
    return step === undefined ? [] : [{ statement, step }];
  });
}
