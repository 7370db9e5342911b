// `pipe graph`: the steps of a pipeline and what flows between them, as text that Mermaid or Graphviz draws, or drawn as SVG.
import { writeFileSync } from 'node:fs';
import type { Binding, TypedGraph } from '../../graph/typed-graph.ts';
import type { DrawnStep } from '../../report/steps-drawing.ts';
import { compileOrReport } from '../compile-program.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';
import type { ProgramOptions } from '../options.ts';

export type GraphFormat = 'mermaid' | 'dot' | 'svg';

/** Without a format, the ending of the output file says which; without either, Mermaid. */
export async function graph(
  file: string,
  options: ProgramOptions & { readonly format?: GraphFormat; readonly output?: string },
): Promise<ExitCode> {
  const compiled = compileOrReport(file, options);
  if (compiled.graph === undefined) return exitCode.wrong;
  const text = await draw(compiled.graph, options.format ?? formatOf(options.output));
  if (options.output === undefined) writeLine(text);
  else {
    writeFileSync(options.output, `${text}\n`);
    writeLine(options.output);
  }
  return exitCode.done;
}

const ENDINGS: Readonly<Record<string, GraphFormat>> = { svg: 'svg', dot: 'dot', gv: 'dot', mmd: 'mermaid' };

function formatOf(output: string | undefined): GraphFormat {
  return ENDINGS[output?.split('.').at(-1) ?? ''] ?? 'mermaid';
}

async function draw(graph: TypedGraph, format: GraphFormat): Promise<string> {
  switch (format) {
    case 'mermaid':
      return toMermaid(graph);
    case 'dot':
      return toDot(graph);
    case 'svg': {
      const { graphPicture } = await import('../../report/graph-picture.ts');
      return graphPicture(`The steps of ${graph.pipeline.name}`, drawnSteps(graph)).trimEnd();
    }
  }
}

/** Steps, and the outputs of the pipeline behind them. */
function drawnSteps(graph: TypedGraph): readonly DrawnStep[] {
  const sources = (binding: Binding): readonly string[] =>
    binding.kind === 'output' ? [binding.step] : binding.kind === 'list' ? binding.items.flatMap(sources) : [];
  return [
    ...graph.steps.map(({ id, stage, inputs, outputs }) => ({
      ...{ id, stage, reads: [...new Set(Object.values(inputs).flatMap(sources))] },
      tip: `${id}: ${stage}; ${outputs.map(({ name, type }) => `${name}: ${type}`).join('; ')}`,
    })),
    ...graph.outputs.map(({ name, type, value }) => ({
      ...{ id: `output ${name}`, stage: `output.${type}`, reads: [...new Set(sources(value))] },
      tip: `output ${name}: ${type}`,
    })),
  ];
}

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** A Mermaid flowchart (https://mermaid.js.org): one node a step, one arrow an artifact, labelled with its type. */
export function toMermaid(graph: TypedGraph): string {
  const names = nodeNames(graph);
  const text = (value: string): string =>
    `"${value.replace(/[#"<>&]/g, (character) => `#${character.codePointAt(0)};`)}"`;
  return [
    'flowchart LR',
    ...graph.steps.map((step) => `  ${names.get(`step ${step.id}`)}[${text(`${step.id}: ${shortStage(step.stage)}`)}]`),
    ...graph.outputs.map((output) => `  ${names.get(`output ${output.name}`)}([${text(output.name)}])`),
    ...edges(graph).map((edge) => `  ${names.get(edge.from)} -->|${text(edge.label)}| ${names.get(edge.to)}`),
  ].join('\n');
}

/** A Graphviz digraph. */
export function toDot(graph: TypedGraph): string {
  const text = (value: string): string => `"${value.replace(/[\\"]/g, '\\$&')}"`;
  const names = nodeNames(graph);
  return [
    `digraph ${text(graph.pipeline.name)} {`,
    '  rankdir=LR;',
    '  node [shape=box, fontname="sans-serif"];',
    '  edge [fontname="sans-serif", fontsize=10];',
    ...graph.steps.map(
      (step) =>
        `  ${names.get(`step ${step.id}`)} [label=${text(`${step.id}\n${shortStage(step.stage)}`).replace('\n', '\\n')}];`,
    ),
    ...graph.outputs.map(
      (output) => `  ${names.get(`output ${output.name}`)} [label=${text(output.name)}, shape=ellipse];`,
    ),
    ...edges(graph).map((edge) => `  ${names.get(edge.from)} -> ${names.get(edge.to)} [label=${text(edge.label)}];`),
    '}',
  ].join('\n');
}

const shortStage = (stage: string): string => stage.slice(stage.lastIndexOf('.') + 1);

/** Both languages want plain identifiers; a step id holds brackets and equals signs. */
function nodeNames(graph: TypedGraph): ReadonlyMap<string, string> {
  return new Map([
    ...graph.steps.map((step, index) => [`step ${step.id}`, `s${index}`] as const),
    ...graph.outputs.map((output, index) => [`output ${output.name}`, `o${index}`] as const),
  ]);
}

function edges(graph: TypedGraph): readonly Edge[] {
  const typeOf = (step: string, output: string): string =>
    graph.steps.find(({ id }) => id === step)?.outputs.find(({ name }) => name === output)?.type ?? output;
  const from = (binding: Binding, to: string): readonly Edge[] => {
    switch (binding.kind) {
      case 'output':
        return [{ from: `step ${binding.step}`, to, label: typeOf(binding.step, binding.output) }];
      case 'list':
        return binding.items.flatMap((item) => from(item, to));
      case 'value':
        return [];
    }
  };
  return [
    ...graph.steps.flatMap((step) => Object.values(step.inputs).flatMap((binding) => from(binding, `step ${step.id}`))),
    ...graph.outputs.flatMap((output) => from(output.value, `output ${output.name}`)),
  ];
}
