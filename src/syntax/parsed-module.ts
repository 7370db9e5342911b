// A module without a mistake as its parsed form, so that what a build has parsed need not be parsed at every start. In: a text; out: JSON, which is
// good for that very text and no other.
import { SourceFile } from '../source/source-file.ts';
import type { File } from './ast.ts';
import { parseSource, type ParsedSource } from './parse-source.ts';

interface Stored {
  readonly text: string;
  readonly file: Omit<File, 'perhapsDefined'>;
}

/** Where the parsed form of a module lies, from the path of its text. */
export const parsedPath = (path: string): string => `${path}.json`;

/** @throws Error where the text has a mistake: such a module is always parsed, for its messages. */
export function writeParsedModule(name: string, text: string): string {
  const { file, diagnostics } = parseSource(new SourceFile(name, text));
  if (diagnostics.length > 0) throw new Error(`${name}: ${diagnostics.map(({ title }) => title).join('; ')}`);
  const { perhapsDefined, ...plain } = file;
  if (perhapsDefined.size > 0) throw new Error(`${name}: it has names that may be defined in a damaged place`);
  return JSON.stringify({ text, file: plain } satisfies Stored);
}

/** What {@link writeParsedModule} made, if it is of this text; undefined where it is of another, or damaged. */
export function readParsedModule(json: string, text: string): Pick<ParsedSource, 'file' | 'diagnostics'> | undefined {
  try {
    const stored = JSON.parse(json) as Stored;
    if (stored.text !== text) return undefined;
    return { file: { ...stored.file, perhapsDefined: new Set() }, diagnostics: [] };
  } catch {
    return undefined;
  }
}
