import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { toDot, toMermaid } from '../../../src/cli/commands/graph.ts';
import type { Binding, Step, TypedGraph } from '../../../src/graph/typed-graph.ts';
import { runPipe, temporaryFolder } from '../run-pipe.ts';

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

describe('pipe graph --output', () => {
  it('draws what the ending says: SVG that needs nothing else, with every step and output', async () => {
    const folder = temporaryFolder();
    const [svg, dot] = [join(folder, 'graph.svg'), join(folder, 'graph.dot')];
    const drawn = await runPipe(['graph', 'pipelines/quickstart.pipe', '--output', svg]);
    expect([drawn.code, drawn.stdout]).toEqual([0, `${svg}\n`]);
    const text = readFileSync(svg, 'utf8');
    expect(text).toMatch(/^<svg\s+xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(text.match(/class="node"/g)).toHaveLength(18 + 3);
    expect(text).toContain('prefers-color-scheme:dark');
    expect(text).not.toMatch(/<script|href=|src=|url\((?!#)/);
    expect(text.replace('http://www.w3.org/2000/svg', '')).not.toContain('http');
    await runPipe(['graph', 'pipelines/quickstart.pipe', '-o', dot]);
    expect(readFileSync(dot, 'utf8')).toMatch(/^digraph /);
    const { stdout } = await runPipe(['graph', 'pipelines/quickstart.pipe', '--format', 'svg']);
    expect(stdout).toBe(text);
  });
});
