// Compiled training steps across runs of the real program: found, harmless where damaged, and nothing in a result.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOf, program, runPipe, temporaryFolder } from './run-pipe.ts';

const TRAINING = `import { glyphs } from "std/datasets"
import { idfd } from "std/representation"

pipeline learned(seed: Int = 0) {
  digits = glyphs(count: 24)
  output features = idfd(digits.images, backbone: "conv3", batch: 8, epochs: 1, seed: seed).features
}
`;

/** Digests of what the training gave, and what was warned of. */
async function train(store: string, seed = 0) {
  const finished = await runPipe([
    ...[
      'run',
      program(TRAINING),
      '--set',
      `seed=${seed}`,
      '--engine',
      'cpu',
      '--threads',
      '1',
      '--json',
      '--cache',
      store,
    ],
  ]);
  expect(finished).toMatchObject({ code: 0 });
  const events = eventsOf(finished);
  const trained = events.find((event) => event.event === 'ran' && event.step !== 'digits');
  return {
    outputs: trained?.event === 'ran' ? trained.outputs : undefined,
    warnings: events.flatMap((event) => (event.event === 'log' ? [event.message] : [])),
  };
}

describe('compiled steps', () => {
  it('are kept in the store, serve the next training, and give the same bytes; a damaged one is compiled again', async () => {
    const [first, second] = [join(temporaryFolder(), 'store'), join(temporaryFolder(), 'store')];
    const fresh = await train(first);
    expect(fresh.outputs).toBeDefined();
    expect(fresh.warnings).toEqual([]);
    const names = readdirSync(join(first, 'compiled'));
    expect(names.length).toBeGreaterThan(1);

    // Of two compiled steps one is hurt: the other serves.
    const compiled = join(second, 'compiled');
    cpSync(join(first, 'compiled'), compiled, { recursive: true });
    const bytes = readFileSync(join(compiled, names[0]!));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(join(compiled, names[0]!), bytes);
    const again = await train(second);
    expect(again.outputs).toEqual(fresh.outputs);
    expect(again.warnings).toEqual([expect.stringContaining('compiled step is damaged')]);

    // Another seed is another result of the same steps: nothing is compiled anew.
    expect((await train(second, 1)).warnings).toEqual([]);
    expect(readdirSync(compiled)).toEqual(names);

    const listed = await runPipe(['cache', 'ls', '--cache', second]);
    expect(listed.stdout).toContain(`${names.length} compiled training steps`);
    const verified = await runPipe(['cache', 'verify', '--json', '--cache', second]);
    expect(JSON.parse(verified.stdout)).toMatchObject({ compiled: names.length, damagedCompiled: [] });
  });
});
