// The parsed form of a module: what is read back is what parsing gives, for that very text alone.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SourceFile } from '../../src/source/source-file.ts';
import { parseSource } from '../../src/syntax/parse-source.ts';
import { readParsedModule, writeParsedModule } from '../../src/syntax/parsed-module.ts';

const folder = join(import.meta.dirname, '../../stdlib/std');

describe('a module as a build has parsed it', () => {
  it.each(readdirSync(folder))('%s is what parsing gives', (file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const name = `std/${file.replace('.pipe', '')}`;
    const { file: parsed, diagnostics } = parseSource(new SourceFile(name, text));
    expect(readParsedModule(writeParsedModule(name, text), text)).toEqual({ file: parsed, diagnostics });
  });

  it('is none for another text, and none where it is damaged', () => {
    const text = 'stage one() -> { scores: Scores }';
    const json = writeParsedModule('std/one', text);
    expect(readParsedModule(json, text)).toBeDefined();
    expect(readParsedModule(json, `${text} `)).toBeUndefined();
    expect(readParsedModule(json.slice(0, -9), text)).toBeUndefined();
  });

  it('is not made of a text with a mistake', () => {
    expect(() => writeParsedModule('std/one', 'stage one( -> { scores: Scores }')).toThrow('std/one: ');
  });
});
