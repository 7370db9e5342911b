// docs/diagnostics/README.md is made from the golden programs, so it is always what `pipe check` says. `npx vitest -u` writes it.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codes, type Code } from '../../src/diagnostics/codes.ts';
import { renderDiagnostics } from '../../src/diagnostics/render-diagnostics.ts';
import { compileGolden, readGolden } from './read-golden.ts';

const groups: Readonly<Record<string, string>> = {
  P0: 'Text',
  P1: 'Files and modules',
  P2: 'Names',
  P3: 'Arguments',
  P4: 'Types and values',
  P5: 'Pipelines, parameters, annotations',
  P6: 'Published numbers',
};

const introduction = `# Diagnostics

What \`pipe check\` and \`pipe run\` say about a program, by code. Each code has one meaning and keeps it. An error stops a run, a warning
does not. \`pipe check --json\` prints the same as an array of objects, with one-based lines and columns, the labels of all involved
places, and, where there is one, a fix that a tool may apply.

How to read one: the title says what is wrong; \`^\` underlines where, \`-\` the other places that have to do with it, in whatever file they
are; lines behind \`=\` say why it must be so; \`help\` is the likely name or the edit that would do.
`;

function section(code: Code): string {
  const program = readGolden().find((golden) => golden.code === code)!;
  const { diagnostics, sources } = compileGolden(program);
  const example = diagnostics.find((diagnostic) => diagnostic.code === code)!;
  const message = renderDiagnostics([example], sources, { color: false, width: 100 });
  return `### ${code}: ${codes[code]}\n\n\`\`\`text\n${message}\n\`\`\`\n`;
}

test('every code is documented, with an example', async () => {
  const all = Object.keys(codes) as readonly Code[];
  const parts = Object.entries(groups).flatMap(([prefix, title]) => [
    `## ${title}\n`,
    ...all.filter((code) => code.startsWith(prefix)).map(section),
  ]);
  await expect([introduction, ...parts].join('\n')).toMatchFileSnapshot(
    join(import.meta.dirname, '../../docs/diagnostics/README.md'),
  );
});
