// Which program is `pipe` here, and what it is called with for a lens. Pure: knows nothing of the editor.

export interface Program {
  readonly command: string;
  readonly arguments: readonly string[];
}

/** What a lens is of, as the language server says it. */
export interface Target {
  readonly file: string;
  readonly pipeline?: string | undefined;
  readonly profile?: string | undefined;
  readonly step?: string | undefined;
}

/** `configured` is the setting; `folders` are those that are open; `node` is a Node.js to run a checkout with. */
export function findProgram(
  configured: readonly string[],
  folders: readonly string[],
  exists: (path: string) => boolean,
  { node, isWindows }: { readonly node: string; readonly isWindows: boolean },
): Program {
  const [command, ...rest] = configured;
  if (command !== undefined) return { command, arguments: rest };
  for (const folder of folders) {
    const checkout = `${folder}/dist/cli.js`;
    if (exists(checkout) && exists(`${folder}/dist/stdlib/std`)) return { command: node, arguments: [checkout] };
    const installed = `${folder}/node_modules/.bin/pipe${isWindows ? '.cmd' : ''}`;
    if (exists(installed)) return { command: installed, arguments: [] };
  }
  return { command: 'pipe', arguments: [] };
}

/** The arguments of `pipe run`, `pipe plan` or `pipe explain`. */
export function argumentsFor(
  verb: 'run' | 'plan' | 'explain',
  { file, pipeline, profile, step }: Target,
): readonly string[] {
  return [
    verb,
    file,
    ...(verb === 'explain' && step !== undefined ? [step] : []),
    ...(pipeline === undefined ? [] : ['--pipeline', pipeline]),
    ...(profile === undefined ? [] : ['--profile', profile]),
  ];
}
