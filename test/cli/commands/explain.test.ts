// `pipe explain` on a real store: before a run, after it, and with something changed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { program, runPipe, temporaryFolder } from '../run-pipe.ts';

const PROGRAM = `import { glyphs, stripes, overlay } from "std/datasets"

pipeline p(count: Int = 10, seed: Int = 0, size: Int = 28) {
  front  = glyphs(count: count, seed: seed + 1)
  behind = stripes(count: count, size: size, duty_min: 0.25)
  output images = overlay(front.images, behind.images)
}

profile big for p { count: 12 }
`;

interface Explained {
  readonly verdict: string;
  readonly changes?: readonly object[];
  readonly parameters: readonly {
    readonly name: string;
    readonly value: unknown;
    readonly from: { readonly kind: string; readonly text: string };
  }[];
  readonly inputs: readonly {
    readonly name: string;
    readonly digest?: string;
    readonly from: readonly { readonly step: string; readonly verdict: string }[];
  }[];
  readonly readBy: readonly object[];
  readonly handedOutAs: readonly string[];
  readonly files: readonly { readonly path: string; readonly state: string }[];
}

it('tells what is known of a step', async () => {
  const [file, store] = [program(PROGRAM), temporaryFolder()];
  const explain = async (step: string, ...more: readonly string[]): Promise<Explained> => {
    const { stdout } = await runPipe(['explain', file, step, '--json', '--cache', store, ...more]);
    return JSON.parse(stdout) as Explained;
  };

  const before = await explain('behind', '--profile', 'big', '--set', 'size=28');
  expect(before).toMatchObject({ verdict: 'run', files: [], readBy: [{ step: 'images', input: 'behind' }] });
  const from = Object.fromEntries(before.parameters.map(({ name, from: { kind, text } }) => [name, [kind, text]]));
  expect(from['count']).toEqual(['profile', 'count: from profile big']);
  expect(from['size']).toEqual(['set', 'size: from --set']);
  expect(from['duty_min']).toEqual(['expression', `at ${file}:5:56`]);
  expect(from['duty_max']![0]).toBe('stage default');
  expect(from['duty_max']![1]).toMatch(/^default, std\/datasets:\d+:\d+$/);
  const front = await explain('front');
  expect(front.parameters.find(({ name }) => name === 'count')!.from.text).toBe(
    `count: default of the pipeline, ${file}:3:25`,
  );
  expect(front.parameters.find(({ name }) => name === 'seed')!.from.text).toContain(`seed + 1 at ${file}:4:39`);

  await runPipe(['run', file, '--cache', store]);
  const after = await explain('images');
  expect(after).toMatchObject({ verdict: 'reuse', changes: [], handedOutAs: ['images'] });
  expect(after.files.map(({ state }) => state)).toEqual(['there']);
  expect(after.files.every(({ path }) => existsSync(path))).toBe(true);

  const changed = await explain('behind', '--set', 'count=11');
  expect(changed.changes).toEqual([{ kind: 'parameter', name: 'count', now: 11, was: 10 }]);
  const waiting = await explain('images', '--set', 'seed=5');
  expect(waiting.verdict).toBe('depends');
  expect(waiting.inputs.map(({ name, from: [source] }) => [name, source!.step, source!.verdict])).toEqual([
    ['front', 'front', 'run'],
    ['behind', 'behind', 'reuse'],
  ]);
  expect(waiting.inputs[0]!.digest).toBeUndefined();
  expect(waiting.inputs[1]!.digest).toMatch(/^[0-9a-f]{64}$/);
  await runPipe(['run', file, '--cache', store, '--set', 'seed=5']);
  // Back to the first settings: the input differs from the last run's, by the step that made it.
  expect((await explain('images')).changes).toMatchObject([{ kind: 'input', name: 'front', from: ['front'] }]);
});

it('fits the terminal', async () => {
  const file = program(PROGRAM, 'p.pipe');
  for (const columns of ['60', '120']) {
    const { stdout } = await runPipe(['explain', 'p.pipe', 'behind', '--cache', temporaryFolder()], {
      cwd: join(file, '..'),
      env: { COLUMNS: columns },
    });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(Number(columns));
    await expect(stdout).toMatchFileSnapshot(`../golden/explain-${columns}.txt`);
  }
});

it('proposes the nearest step', async () => {
  const { code, stderr } = await runPipe(['explain', program(PROGRAM), 'behid', '--cache', temporaryFolder()]);
  expect(code).toBe(2);
  expect(stderr).toContain('pipeline p has no step behid');
  expect(stderr).toContain('Did you mean behind?');
});
