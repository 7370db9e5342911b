// The golden programs: one bad program a file, named after its code. A first line `// --set a=1 --profile p` gives the command line.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type Compiled } from '../../src/compile.ts';

export const goldenFolder = join(import.meta.dirname, 'golden');
export const stdlibFolder = join(import.meta.dirname, '../../stdlib');

export interface Golden {
  /** `P402-dimensions`. */
  readonly name: string;
  readonly code: string;
  readonly program: string;
}

export function readGolden(): readonly Golden[] {
  return readdirSync(goldenFolder)
    .filter((file) => file.endsWith('.pipe'))
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.pipe'.length),
      code: file.slice(0, 4),
      program: readFileSync(join(goldenFolder, file), 'utf8'),
    }));
}

/** Compiles with paths relative to the golden folder, so that messages hold no machine's paths. */
export function compileGolden({ name, program }: Golden): Compiled {
  const options = /^\/\/ (.*)/.exec(program)?.[1] ?? '';
  const option = (pattern: RegExp): string | undefined => pattern.exec(options)?.[1];
  return compile({
    file: option(/^file: (\S+)/) ?? `${name}.pipe`,
    pipeline: option(/--pipeline (\S+)/),
    profile: option(/--profile (\S+)/),
    set: Array.from(options.matchAll(/--set (\S+)/g), (match) => match[1]!),
    purpose: options.includes('--check') ? 'check' : 'run',
    stdlib: 'stdlib',
    reader: {
      read: (path) => readText(place(path)),
      list: (folder) => readdirSync(place(folder)),
    },
  });
}

function place(path: string): string {
  return path.startsWith('stdlib') ? join(stdlibFolder, path.slice('stdlib'.length)) : join(goldenFolder, path);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
