// `pipe language-server`: answers an editor on stdin and stdout until it says exit. Loads the front end, and no stage.
import { statSync } from 'node:fs';
import { startServer } from '../../language-server/server.ts';
import { version } from '../../version.ts';
import type { ExitCode } from '../exit-code.ts';
import { standardLibraryFolder } from '../installation.ts';
import { filesIn, programsUnder, readSource } from '../read-source.ts';

interface Kept {
  readonly stamp: string;
  readonly text: string | undefined;
}

/** The protocol's library ends the process. */
export function languageServer(): Promise<ExitCode> {
  const kept = new Map<string, Kept>();
  /** A file is read again when its time or size has changed. */
  const read = (path: string): string | undefined => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true) return undefined;
    const stamp = `${found.mtimeMs} ${found.size} ${found.ino}`;
    const known = kept.get(path);
    if (known?.stamp === stamp) return known.text;
    const text = readSource(path);
    kept.set(path, { stamp, text });
    return text;
  };
  const list = filesIn;
  const files = {
    read: orElse(read, undefined),
    list: orElse(list, []),
    programsUnder: orElse(programsUnder, []),
  };
  startServer(process.stdin, process.stdout, { files, stdlib: standardLibraryFolder(), version });
  return new Promise(() => undefined);
}

/** While someone works, files come and go, and some cannot be read; then there is nothing to know of them. */
const orElse =
  <R>(ask: (path: string) => R, otherwise: R) =>
  (path: string): R => {
    try {
      return ask(path);
    } catch {
      return otherwise;
    }
  };
