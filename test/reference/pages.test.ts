// Holds docs/stdlib to the declarations in stdlib/: npx vitest run test/reference -u writes the pages anew.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readReference, type ModuleReference } from '../../src/reference/module-reference.ts';
import { indexPage, modulePage, pageName } from '../../src/reference/reference-page.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);

const modules = readdirSync(join(root, 'stdlib/std'))
  .filter((name) => name.endsWith('.pipe'))
  .sort()
  .map((name): ModuleReference => {
    const { reference, diagnostics } = readReference(
      `std/${name.replace(/\.pipe$/, '')}`,
      { read },
      join(root, 'stdlib'),
    );
    expect(diagnostics).toEqual([]);
    return reference!;
  });

describe('docs/stdlib', () => {
  it.each(modules.map((module) => [module.module, module] as const))('is current for %s', async (name, module) => {
    await expect(modulePage(module)).toMatchFileSnapshot(`../../docs/stdlib/${pageName(name)}`);
  });

  it('lists every stage', async () => {
    await expect(indexPage(modules)).toMatchFileSnapshot('../../docs/stdlib/README.md');
  });

  it('has no page of a module that is gone', () => {
    const pages = modules.map(({ module }) => pageName(module));
    expect(readdirSync(join(root, 'docs/stdlib')).sort()).toEqual([...pages, 'README.md'].sort());
  });
});

describe('a reference', () => {
  const text = `/// About the file.

/// Two lines
/// of it.
stage s<N>(
  /// A | bar.
  a: Labels<N>,
  b: Float > 0 = 1.50,
  c: one of "x", "y",
) -> {
  /// What comes out.
  r: Scores,
}
@retries(2)
`;
  const { reference } = readReference(
    'own.pipe',
    { read: (path) => (path === 'own.pipe' ? text : undefined) },
    'stdlib',
  );

  it('has what is declared, as it is written', () => {
    expect(reference).toEqual({
      module: 'own.pipe',
      doc: 'About the file.',
      stages: [
        {
          ...{ name: 's', module: 'own.pipe', doc: 'Two lines\nof it.', dimensions: ['N'] },
          parameters: [
            { name: 'a', type: 'Labels<N>', default: undefined, doc: 'A | bar.', role: 'input' },
            { name: 'b', type: 'Float > 0', default: '1.50', doc: '', role: 'value' },
            { name: 'c', type: 'one of "x", "y"', default: undefined, doc: '', role: 'value' },
          ],
          results: [{ name: 'r', type: 'Scores', doc: 'What comes out.' }],
          annotations: ['@retries(2)'],
          primitive: true,
        },
      ],
    });
  });

  it('becomes a page', () => {
    const page = modulePage(reference!);
    expect(page).toContain('| `a` | `Labels<N>` | A \\| bar. |');
    expect(page).toContain('| `c` | `one of "x", "y"` | must be given |');
    expect(page).toContain('| `r` | `Scores` | What comes out. |');
  });

  it('is undefined for a module that is not there', () => {
    expect(readReference('std/none', { read: () => undefined }, 'stdlib').reference).toBeUndefined();
  });
});
