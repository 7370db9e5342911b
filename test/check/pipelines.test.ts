import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Binding, TypedGraph } from '../../src/graph/typed-graph.ts';
import { codesOf, graphOf, projectText } from './compile-text.ts';

const root = join(import.meta.dirname, '../..');

function printBinding(binding: Binding): string {
  if (binding.kind === 'output') return `${binding.step}.${binding.output}`;
  return binding.kind === 'list' ? `[${binding.items.map(printBinding).join(', ')}]` : JSON.stringify(binding.value);
}

function print(graph: TypedGraph): string {
  const steps = graph.steps.map(({ id, stage, inputs, outputs }) => {
    const given = Object.entries(inputs).map(([name, binding]) => `${name}: ${printBinding(binding)}`);
    return `${id} = ${stage}(${given.join(', ')}) -> ${outputs.map(({ type }) => type).join(', ')}`;
  });
  return [
    ...steps,
    ...graph.outputs.map(({ name, value, type }) => `output ${name}: ${type} = ${printBinding(value)}`),
  ].join('\n');
}

test('a graph as a whole', async () => {
  const graph = graphOf(projectText('test/check/golden/compare.pipe'), { profile: 'smoke', set: ['seeds=[0, 1]'] });
  await expect(`${print(graph)}\n`).toMatchFileSnapshot('golden/compare.graph.txt');
});

describe('the pipelines of the project', () => {
  test.each(readdirSync(join(root, 'pipelines')).filter((file) => file.endsWith('.pipe')))(
    '%s has no problem, and no warning',
    (file) => {
      expect(codesOf(projectText(`pipelines/${file}`))).toEqual([]);
    },
  );

  test.each(readdirSync(join(root, 'stdlib/std')))('the module %s has no problem', (file) => {
    const path = `stdlib/std/${file}`;
    expect(codesOf('', { file: path, purpose: 'check' })).toEqual([]);
  });

  test('a step stands after all that it reads, and ids are unique', () => {
    const graph = graphOf(projectText('pipelines/stripe-mnist.pipe'), { set: ['seeds=[3,4,5]'] });
    const seen = new Set<string>();
    const steps = (binding: Binding): readonly string[] =>
      binding.kind === 'output' ? [binding.step] : binding.kind === 'list' ? binding.items.flatMap(steps) : [];
    for (const { id, inputs } of graph.steps) {
      for (const input of Object.values(inputs)) for (const step of steps(input)) expect(seen).toContain(step);
      expect(seen).not.toContain(id);
      seen.add(id);
    }
    expect(seen.size).toBeGreaterThan(30);
  });
});
