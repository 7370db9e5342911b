import { describe, expect, it } from 'vitest';
import { program, runPipe } from '../run-pipe.ts';

describe('pipe docs', () => {
  it('shows a stage, as wide as the terminal', async () => {
    for (const columns of ['60', '120']) {
      const { code, stdout } = await runPipe(['docs', 'cidfd'], { env: { COLUMNS: columns } });
      expect(code).toBe(0);
      for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(Number(columns));
      expect(stdout).toContain('tau_xb: Float > 0 = 0.1,');
    }
  });

  it('finds a stage by its whole name, a module, and lists all', async () => {
    const one = JSON.parse((await runPipe(['docs', 'std/clustering.kmeans', '--json'])).stdout) as object;
    expect(one).toMatchObject({ name: 'kmeans', module: 'std/clustering', dimensions: ['N', 'D'] });
    const module = await runPipe(['docs', 'std/metrics']);
    expect(module.stdout).toContain('mean_std');
    expect(module.stdout).not.toContain('kmeans');
    const all = JSON.parse((await runPipe(['docs', '--json'])).stdout) as { module: string }[];
    expect(all.map((each) => each.module)).toContain('std/visual');
  });

  it('shows a stage of a file, also where the rest of it is wrong', async () => {
    const file = program(
      '/// Mine.\nstage mine(k: Int = 2) -> { r: Scores } { output r = k }\nstage other(k: Nonsense) -> { r: Scores }\n',
    );
    const { code, stdout, stderr } = await runPipe(['docs', 'mine', '--file', file]);
    expect(code).toBe(0);
    expect(stdout).toContain('Mine.');
    expect(stderr).toContain('there is no type `Nonsense`');
  });

  it('proposes the nearest name', async () => {
    const { code, stderr } = await runPipe(['docs', 'kmean']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean kmeans?');
  });
});
