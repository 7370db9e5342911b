// Published numbers as a user meets them: after a run, in its events and its record, and by `pipe check-table`.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOf, runPipe, temporaryFolder } from './run-pipe.ts';

const PROGRAM = `pipeline p(x: Float = 0.8) {
  output accuracy = x
}
profile smoke for p { x: 0.2 }
published "A, Table 2" for p { accuracy: 0.83 within 0.05 }
`;

const WITH_PAGE = `import { glyphs } from "std/datasets"
import { scores, mean_std } from "std/metrics"
import { report } from "std/visual"
stage halves<N, H, W, C>(images: Images<N, H, W, C>, seed: Int = 0) -> { clusters: Clusters<N, 10> }
by module "./halves.js"
pipeline p(seeds: [Int] = [0, 1]) {
  digits = glyphs(count: 60)
  clusters = for s in seeds { yield halves(digits.images, seed: s) }
  runs = for s in seeds { yield scores(clusters[s], digits.labels) }
  mean = mean_std(runs)
  output agreement = mean
  output page = report("Halves", methods: ["halves"], images: digits.images, labels: digits.labels, scores: [mean], clusters: [clusters[0]])
}
published "A, Table 2" for p { agreement.acc: 0.9 within 0.9 }
`;

const HALVES = `export default {
  async run({ inputs, parameters: { seed } }) {
    const { count } = await inputs.images.read();
    const assignments = Int32Array.from({ length: count }, (_, at) => (at + seed) % 10);
    return { clusters: { k: 10, assignments, centres: new Float32Array(0), inertia: 0 } };
  },
};
`;

function folderWith(text: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'p.pipe'), text);
  return folder;
}

describe('published numbers', () => {
  it('are those of a run that gave a value to a parameter without a default', async () => {
    const cwd = folderWith(PROGRAM.replace('x: Float = 0.8', 'x: Float'));
    await runPipe(['run', 'p.pipe', '--set', 'x=0.82'], { cwd });
    const checked = await runPipe(['check-table', 'p.pipe'], { cwd });
    expect(checked.stderr).toBe('');
    expect(checked.stdout).toContain('1 of 1 number held');
    expect(checked.code).toBe(0);
  });

  it('are shown after a run, told in its events before the last, and kept in its record', async () => {
    const cwd = folderWith(PROGRAM);
    const shown = await runPipe(['run', 'p.pipe'], { cwd });
    expect(shown.stdout).toContain('A, Table 2');
    expect(shown.stdout).toMatch(/✔ +accuracy +0\.830 +0\.800 +−0\.030 +within 0\.05/);
    const told = await runPipe(['run', 'p.pipe', '--json'], { cwd });
    const events = told.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ event }) => event).slice(-2)).toEqual(['published', 'finished']);
    const record = JSON.parse(readFileSync(join(String(events.at(-1)!['run']), 'record.json'), 'utf8')) as object;
    expect(record).toMatchObject({ published: events.at(-2)!['targets'] });
  });

  it('are checked against the last run, with the bounds of the program as it is now', async () => {
    const cwd = folderWith(PROGRAM);
    expect(await runPipe(['check-table', 'p.pipe'], { cwd })).toMatchObject({ code: 2, stdout: '' });
    await runPipe(['run', 'p.pipe'], { cwd });
    expect((await runPipe(['check-table', 'p.pipe'], { cwd })).code).toBe(0);
    writeFileSync(join(cwd, 'p.pipe'), PROGRAM.replace('within 0.05', 'at least 0.81'));
    const missed = await runPipe(['check-table', 'p.pipe'], { cwd });
    expect(missed.code).toBe(1);
    expect(missed.stdout).toContain('0 of 1 number held, 1 missed');
  });

  it('stand on the page that a run leaves, and not on the stored one; changing them runs nothing', async () => {
    const cwd = folderWith(WITH_PAGE);
    writeFileSync(join(cwd, 'halves.js'), HALVES);
    const pageOf = async (): Promise<string> => {
      const events = eventsOf(await runPipe(['run', 'p.pipe', '--json'], { cwd }));
      const { outputs, steps } = events.at(-1) as unknown as { outputs: { page: string }; steps: object };
      ran = steps;
      return readFileSync(outputs.page, 'utf8');
    };
    let ran: object = {};
    const first = await pageOf();
    expect(first).toContain('<code>agreement.acc</code>');
    expect(first).toMatch(/href="#step-runs%5Bs%3D0%5D"[^]*id="step-runs\[s=0\]"/);
    const stored = readdirSync(join(cwd, '.pipe'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.includes('blobs'))
      .map((name) => join(cwd, '.pipe', name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'utf8'))
      .filter((text) => text.startsWith('<!doctype html>'));
    expect(stored).toHaveLength(1);
    expect(stored[0]).not.toContain('<code>agreement.acc</code>');
    writeFileSync(join(cwd, 'p.pipe'), WITH_PAGE.replace('0.9 within 0.9', '0.7 within 0.8'));
    const second = await pageOf();
    expect(ran).toMatchObject({ ran: 0 });
    // The program as it was when the page was made is on it too.
    expect(second).toContain('<td>within 0.8</td>');
    expect(second).not.toContain('<td>within 0.9</td>');
  });

  it('never pass by a run under another profile', async () => {
    const cwd = folderWith(PROGRAM.replace('0.83 within', '0.2 within'));
    const run = await runPipe(['run', 'p.pipe', '--profile', 'smoke'], { cwd });
    expect(run.stdout).toContain('not comparable: x is 0.2, not 0.8');
    expect(run.stdout).not.toContain('✔');
    const checked = await runPipe(['check-table', 'p.pipe', '--json'], { cwd });
    expect(checked.code).toBe(2);
    expect(JSON.parse(checked.stdout)).toMatchObject({ targets: [{ name: 'accuracy', verdict: 'not comparable' }] });
  });

  it('are checked in each cell of a sweep, as the run compared them', async () => {
    const cwd = folderWith(
      PROGRAM.replace('x: Float = 0.8', 'x: Float = 0.8, note: String? = none, limit: Duration = 90 s')
        .replace('output accuracy', 'output text = "{note} {limit}"\n  output accuracy')
        .replace('profile smoke for p { x: 0.2 }', ''),
    );
    const run = ['run', 'p.pipe', '--set', 'x=0.8,0.2', '--set', 'note="a{1 + 1}"', '--json'];
    const told = await runPipe(run, { cwd });
    const event = told.stdout.split('\n').find((line) => line.includes('"published"'))!;
    const checked = await runPipe(['check-table', 'p.pipe', '--json'], { cwd });
    expect(checked).toMatchObject({ code: 1, stderr: '' });
    const { targets } = JSON.parse(checked.stdout) as { targets: readonly object[] };
    expect(targets).toEqual((JSON.parse(event) as { targets: unknown }).targets);
    expect(targets).toMatchObject([
      { name: 'accuracy[x=0.8]', verdict: 'holds' },
      { name: 'accuracy[x=0.2]', verdict: 'misses' },
    ]);
    writeFileSync(join(cwd, 'p.pipe'), PROGRAM.replace('x: Float', 'x: Float > 0.5').replace(/^profile.*$/m, ''));
    const narrowed = await runPipe(['check-table', 'p.pipe'], { cwd });
    expect(narrowed).toMatchObject({ code: 2, stdout: '' });
    expect(narrowed.stderr).toContain('0.2');
  });

  it('are asked for where there are none, and of runs that are there', async () => {
    const cwd = folderWith(PROGRAM);
    await runPipe(['run', 'p.pipe'], { cwd });
    const noRun = await runPipe(['check-table', 'p.pipe', '--run', 'x'], { cwd });
    expect(noRun.code).toBe(2);
    expect(noRun.stderr).toMatch(/there is no run x[^]*The latest are \d{8}T/);
    writeFileSync(join(cwd, 'p.pipe'), PROGRAM.replace(/^published.*$/m, ''));
    const none = await runPipe(['check-table', 'p.pipe'], { cwd });
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('has no published numbers for p');
  });
});
