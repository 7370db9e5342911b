// `pipe graph`: the steps of a pipeline and what flows between them, as text that Mermaid or Graphviz draws.
import type { Binding, TypedGraph } from '../../graph/typed-graph.ts';
import { compileOrReport } from '../compile-program.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';
import type { ProgramOptions } from '../options.ts';

export async function graph(file: string, options: ProgramOptions & { format: 'mermaid' | 'dot' }): Promise<ExitCode> {
  const compiled = compileOrReport(file, options);
  if (compiled.graph === undefined) return exitCode.wrong;
  writeLine(options.format === 'dot' ? toDot(compiled.graph) : toMermaid(compiled.graph));
  return exitCode.done;
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
