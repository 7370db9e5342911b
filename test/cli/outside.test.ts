// A run leaves nothing outside its store: no state of the user, nothing in the temporary folder, nothing beside the program.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { program, runPipe, temporaryFolder } from './run-pipe.ts';

const TRAINING = `import { glyphs } from "std/datasets"
import { idfd } from "std/representation"

pipeline small() {
  output features = idfd(glyphs(count: 200).images, backbone: "conv3", epochs: 1).features
}
`;

it('trains without leaving anything in the home, the temporary or the working folder', async () => {
  const place = temporaryFolder();
  const folders = Object.fromEntries(['home', 'tmp', 'work'].map((name) => [name, join(place, name)])) as Record<
    'home' | 'tmp' | 'work',
    string
  >;
  for (const folder of Object.values(folders)) mkdirSync(folder);
  const finished = await runPipe(['run', program(TRAINING), '--cache', join(place, 'store')], {
    cwd: folders.work,
    env: { HOME: folders.home, TMPDIR: folders.tmp },
  });
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  for (const folder of Object.values(folders)) expect(readdirSync(folder, { recursive: true })).toEqual([]);
});
