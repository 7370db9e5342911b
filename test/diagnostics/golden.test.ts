import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { codes } from '../../src/diagnostics/codes.ts';
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostics.ts';
import { compileGolden, goldenFolder, readGolden } from './read-golden.ts';

const golden = readGolden();

describe('messages', () => {
  test.each(golden)('$name', async (program) => {
    const { diagnostics, sources } = compileGolden(program);
    expect(diagnostics.map(({ code }) => code)).toContain(program.code);
    const text = renderDiagnostics(diagnostics, sources, { color: false, width: 100 });
    await expect(`${text}\n`).toMatchFileSnapshot(join(goldenFolder, `${program.name}.txt`));
  });

  test('every code has a golden program', () => {
    expect([...new Set(golden.map(({ code }) => code))].sort()).toEqual(Object.keys(codes).sort());
  });
});
