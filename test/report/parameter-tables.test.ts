import { describe, expect, it } from 'vitest';
import { baseName, makeParameterTables } from '../../src/report/model/parameter-tables.ts';
import type { ProvenanceStep } from '../../src/stage/provenance.ts';
import { makeProvenance } from './fixture.ts';

function step(id: string, stage: string, parameters: Record<string, unknown>): ProvenanceStep {
  return { id, stage, parameters, reads: [], outputs: [], key: '', seconds: 0, engine: undefined, threads: undefined };
}

describe('parameter tables', () => {
  const tables = makeParameterTables(makeProvenance().steps);
  const training = tables.find((table) => table.columns.some((column) => column.name === 'keep'))!;

  it('puts stages that share their parameters side by side', () => {
    expect(training.columns.map(({ name, stage }) => `${name}: ${stage}`)).toEqual([
      'plain: idfd',
      'discard: idfd',
      'keep: cidfd',
    ]);
    expect(tables.map((table) => table.columns.map((column) => column.name).join(' '))).toEqual([
      'digits',
      'behind background',
      'plain discard keep',
      'plain_clusters keep_clusters',
      'plain_scores keep_scores',
      'plain_map keep_map',
      'plain_pairs keep_pairs',
    ]);
  });

  it('marks the rows in which the steps differ, and leaves a gap where a stage has no such parameter', () => {
    expect(training.rows.filter((row) => row.differs).map((row) => row.name)).toEqual(['backbone', 'tau', 'epochs']);
    expect(training.rows.find((row) => row.name === 'tau_xb')!.values).toEqual([undefined, undefined, '0.1']);
  });

  it('shows every parameter of every step exactly once', () => {
    const cells = tables.flatMap((table) =>
      table.rows.flatMap((row) => row.values.filter((value) => value !== undefined)),
    );
    const given = makeProvenance().steps.flatMap((one) => Object.keys(one.parameters));
    expect(cells).toHaveLength(given.length);
  });

  it('joins the cells of a comprehension in one column', () => {
    const [table] = makeParameterTables(
      [0, 1, 2].map((seed) => step(`keep[s=${seed}]`, 'std/x.y', { epochs: 5, seed })),
    );
    expect(table).toEqual({
      columns: [{ name: 'keep', stage: 'y', steps: 3 }],
      rows: [
        { name: 'epochs', values: ['5'], differs: false },
        { name: 'seed', values: ['0, 1, 2'], differs: false },
      ],
    });
    expect(baseName('keep[s=1].inner[t=2]')).toBe('keep.inner');
  });

  it('leaves out steps without parameters', () => {
    expect(makeParameterTables([step('target', 'std/datasets.overlay', {})])).toEqual([]);
  });
});
