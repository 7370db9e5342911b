// Programs as files on the command line: reading one, and saying what is wrong with a path. What is wrong in a program is a diagnostic; what
// is wrong with the path is a UsageError.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { nearestFiles } from '../diagnostics/nearest-names.ts';
import { UsageError } from './exit-code.ts';

/** Names of neighbouring programs in one message. */
const MOST_LISTED = 10;

/** Undefined where there is no such file. Throws UsageError for one that cannot be read, or is no text. */
export function readSource(path: string): string | undefined {
  try {
    return decodeSource(readFileSync(path), path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined;
    throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** The text of a file. Bytes that are no text would give a page of errors, each about one of them. */
export function decodeSource(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    throw new UsageError(
      `${path} is not a text in UTF-8`,
      isUtf16 ? 'It is in UTF-16: save it as UTF-8.' : 'Programs are text files in UTF-8; is this the right file?',
    );
  }
}

/** Throws UsageError where `file` is not there or is a folder, with what may have been meant. */
export function requireFile(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() === true) return;
  if (found?.isDirectory() === true) {
    const [first] = programsIn(file);
    throw new UsageError(
      `${file} is a folder`,
      first === undefined ? undefined : `Name a program, such as ${join(file, first)}.`,
    );
  }
  if (found !== undefined) return; // A pipe such as /dev/stdin can be read.
  const folder = dirname(file);
  const programs = programsIn(folder);
  const [nearest] = nearestFiles(basename(file), programs);
  const hint =
    nearest !== undefined
      ? `Did you mean ${join(folder, nearest)}?`
      : programs.length > 0
        ? `In ${normalize(folder)} there are: ${programs.slice(0, MOST_LISTED).join(', ')}${programs.length > MOST_LISTED ? ', …' : '.'}`
        : undefined;
  throw new UsageError(`there is no file ${file}`, hint);
}

/** Names of the programs in a folder, sorted; none where it cannot be read. */
export function programsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.pipe') && name !== '.pipe')
      .sort();
  } catch {
    return [];
  }
}

/** Names of all files in a folder, sorted; none where it cannot be read. */
export function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** A file itself; of a folder every program in it, hidden folders and installed packages apart. */
export function programsUnder(path: string): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
    requireFile(path);
    return [path];
  }
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') return [];
    const inner = join(path, entry.name);
    if (entry.isDirectory()) return programsUnder(inner);
    return entry.name.endsWith('.pipe') ? [inner] : [];
  });
}
