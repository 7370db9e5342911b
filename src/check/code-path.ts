// The path behind `by module`: its form, and where it leads. Pure; whether a file is there is for the reader to say.
import { posix } from 'node:path';

const code = /\.(ts|mts|js|mjs)$/;

export const isCode = (name: string): boolean => code.test(name);

export const isCodePath = (text: string): boolean => /^\.\.?\//.test(text) && isCode(text);

/** Where the code of a stage lies, seen from where the program was started. `from` is the key of the module that names it. */
export function codePath(text: string, from: string): string {
  return posix.join(posix.dirname(from.replaceAll('\\', '/')), text);
}
