import { describe, expect, it } from 'vitest';
import { toDot, toMermaid } from '../../../src/cli/commands/graph.ts';
import type { Binding, Step, TypedGraph } from '../../../src/graph/typed-graph.ts';

const span = { file: 'a.pipe', start: 0, end: 1 };
const from = (step: string, output: string): Binding => ({ kind: 'output', step, output });

function step(id: string, stage: string, inputs: Step['inputs'], name: string, type: string): Step {
  const kind = type.replace(/<.*/, '');
  return { id, stage, parameters: {}, inputs, outputs: [{ name, kind, type }], annotations: {}, span };
}

const graph: TypedGraph = {
  pipeline: { name: 'tiny', doc: '', file: 'a.pipe', source: '' },
  parameters: [],
  steps: [
    step('digits', 'std/datasets.glyphs', {}, 'images', 'Images<400, 28, 28, 1>'),
    step(
      'keep[seed=1]',
      'std/representation.idfd',
      { images: from('digits', 'images') },
      'features',
      'Features<400, 128>',
    ),
    step(
      'page',
      'std/visual.report',
      { maps: { kind: 'list', items: [from('keep[seed=1]', 'features')] } },
      'page',
      'Page',
    ),
  ],
  outputs: [
    { name: 'page', type: 'Page', value: from('page', 'page'), span },
    { name: 'size', type: 'Int', value: { kind: 'value', value: 400 }, span },
  ],
};

describe('pipe graph', () => {
  it('draws for Mermaid: a node a step, an arrow an artifact', () => {
    expect(toMermaid(graph)).toBe(
      [
        'flowchart LR',
        '  s0["digits: glyphs"]',
        '  s1["keep[seed=1]: idfd"]',
        '  s2["page: report"]',
        '  o0(["page"])',
        '  o1(["size"])',
        '  s0 -->|"Images#60;400, 28, 28, 1#62;"| s1',
        '  s1 -->|"Features#60;400, 128#62;"| s2',
        '  s2 -->|"Page"| o0',
      ].join('\n'),
    );
  });

  it('draws the same for Graphviz', () => {
    const dot = toDot(graph);
    expect(dot).toContain('digraph "tiny" {');
    expect(dot).toContain('  s1 [label="keep[seed=1]\\nidfd"];');
    expect(dot).toContain('  s0 -> s1 [label="Images<400, 28, 28, 1>"];');
    expect(dot.endsWith('}')).toBe(true);
  });
});
