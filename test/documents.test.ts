// Holds the documents to the code: generated parts are current (npx vitest run -u writes them anew), links lead somewhere, programs compile.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Compiled, compile } from '../src/compile.ts';
import { renderDiagnostics } from '../src/diagnostics/render-diagnostics.ts';
import { follow } from './followed-pipeline.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const architecture = join(root, 'ARCHITECTURE.md');
const documents = [
  ...readdirSync(root).map((name) => join(root, name)),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join(root, 'docs', name)),
].filter((path) => path.endsWith('.md'));

/** What stands between `<!-- name -->` with its fence and the end of the fence. */
const generated = (name: string): RegExp =>
  new RegExp(`(<!-- generated: ${name} -->\\n\`\`\`\\w*\\n)(?:[\\s\\S]*?\\n)??(\`\`\`)`);

/** Compiles a program that is on no disk, against the standard library that is. */
function compileText(file: string, text: string): Compiled {
  const read = (path: string): string | undefined =>
    path === file ? text : existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  return compile({ file, set: [], reader: { read }, stdlib: join(root, 'stdlib') });
}

describe('ARCHITECTURE.md', () => {
  it('follows its ten-line pipeline as the code does today', async () => {
    const text = readFileSync(architecture, 'utf8');
    const program = generated('program').exec(text)?.[0].split('\n').slice(2, -1).join('\n');
    expect(program).toBeDefined();
    const forms = await follow(`${program}\n`, root);
    const current = Object.entries(forms).reduce((whole, [name, form]) => {
      expect(whole, `a place for ${name}`).toMatch(generated(name));
      return whole.replace(generated(name), (_, open: string, close: string) => `${open}${form}\n${close}`);
    }, text);
    await expect(current).toMatchFileSnapshot('../ARCHITECTURE.md');
  });
});

describe('README.md', () => {
  it('shows a mistake as the checker does today', async () => {
    const program = `import { glyphs, stripes, overlay } from "std/datasets"

pipeline digits(count: Int = 3000) {
  front  = glyphs(count: count)
  behind = stripes(count: 2000)
  output images = overlay(front.images, behind.images)
}
`;
    const { diagnostics, sources } = compileText('digits.pipe', program);
    const shown = renderDiagnostics(diagnostics, sources, { color: false, width: 100 }).trimEnd();
    const text = readFileSync(join(root, 'README.md'), 'utf8');
    expect(text).toMatch(generated('diagnostic'));
    const current = text.replace(
      generated('diagnostic'),
      (_, open: string, close: string) => `${open}${shown}\n${close}`,
    );
    await expect(current).toMatchFileSnapshot('../README.md');
  });

  it('shows programs that compile', () => {
    const programs = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```pipe\n([\s\S]*?)```/g)].map(
      (match) => match[1]!,
    );
    expect(programs.length).toBeGreaterThan(0);
    for (const program of programs) {
      const { diagnostics } = compileText('readme.pipe', program);
      expect(diagnostics.map(({ title }) => title)).toEqual([]);
    }
  });
});

describe('links', () => {
  it.each(documents.map((path) => [path.slice(root.length), path]))('of %s lead to files that are there', (_, path) => {
    const links = [...readFileSync(path, 'utf8').matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)].map((match) => match[1]!);
    const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(dirname(path), link)));
    expect(broken).toEqual([]);
  });
});
