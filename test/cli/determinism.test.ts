// The same program, seed, engine and threads give the same bytes in another store, however many steps run at once.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { eventsOf, program, runPipe, temporaryFolder } from './run-pipe.ts';

const PROGRAM = `import { glyphs } from "std/datasets"
import { idfd } from "std/representation"
import { kmeans } from "std/clustering"

pipeline learned(seeds: [Int] = [0, 1]) {
  images = glyphs(count: 200).images
  each = for s in seeds {
    learned = idfd(images, backbone: "conv3", dimension: 16, epochs: 2, seed: s)
    yield kmeans(learned.features, k: 4, seed: s)
  }
  output clusters = each
}
`;

it('gives the same files with one step at a time and with two', { timeout: 120_000 }, async () => {
  const file = program(PROGRAM);
  const outputs = async (jobs: string): Promise<Readonly<Record<string, unknown>>> => {
    const options = ['--json', '--threads', '1', '--jobs', jobs, '--cache', join(temporaryFolder(), 'store')];
    const finished = await runPipe(['run', file, ...options]);
    expect(finished).toMatchObject({ code: 0, stderr: '' });
    return Object.fromEntries(
      eventsOf(finished).flatMap((event) => (event.event === 'ran' ? [[event.step, event.outputs]] : [])),
    );
  };
  const one = await outputs('1');
  expect(Object.keys(one)).toHaveLength(5);
  expect(await outputs('2')).toEqual(one);
});
