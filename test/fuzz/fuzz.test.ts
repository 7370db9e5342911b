// A short run of what `node bench/fuzz.mjs` does at length.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { faultFinder } from './faults.ts';
import { programsOf, projectReader } from './programs.ts';
import { randomInput } from './random-input.ts';

const root = join(import.meta.dirname, '../..');
const programs = programsOf(root);
const faultOf = faultFinder(projectReader(root));

test('whatever the text, it is checked, explained and, where it parses, formatted', () => {
  for (let index = 0; index < 600; index += 1) {
    const { kind, text } = randomInput(0, index, programs);
    expect(faultOf(text, 40 + (index % 80)), `input ${index} (${kind})\n${text}`).toBeUndefined();
  }
});
