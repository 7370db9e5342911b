// The command line as a person would type it again: in messages, in the run record and on the report page.

/** From the arguments after the program's name. `npx` because that works in a clone whether or not `pipe` is on the path. */
export const commandText = (argumentList: readonly string[]): string =>
  ['npx', 'pipe', ...argumentList.map(quote)].join(' ');

/** POSIX shell quoting, only where it is needed. */
const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
