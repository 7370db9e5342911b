// What planning knows of a step that is a command of the user's own: its text and the files it reads decide its result, besides
// its parameters and inputs. In: the command of a step; out: facts, digests, what stands in the key.
import { resolve } from 'node:path';
import type { StepCommand } from '../graph/typed-graph.ts';
import type { Value } from '../graph/typed-graph.ts';
import type { StageFacts } from '../stage/stage.ts';

/** Raised when the same command may be run in another way. */
const COMMAND_VERSION = 1;

/** The name of the stage without its module: where a file lies decides nothing. */
export function commandFacts(stage: string): StageFacts {
  const name = `command ${stage.slice(stage.lastIndexOf('.') + 1)}`;
  return { name, version: COMMAND_VERSION, usesEngine: false, readsProvenance: false };
}

/** The parameters with the text of the command; its name is none that a parameter can have. */
export function withCommand(
  parameters: Readonly<Record<string, Value>>,
  { parts }: StepCommand,
): Readonly<Record<string, Value>> {
  return {
    ...parameters,
    'its command': parts.map((part) => (typeof part === 'string' ? part : `{${part.name}}`)).join(''),
  };
}

/** Digests of the files named behind `reads`, null where one is missing, and of words of the command that are files. */
export async function commandFiles(
  { parts, folder, reads }: StepCommand,
  digest: (path: string) => Promise<string | undefined>,
): Promise<Readonly<Record<string, string | null>>> {
  const found: Record<string, string | null> = {};
  for (const file of reads) found[file] = (await digest(resolve(folder, file))) ?? null;
  for (const word of parts.flatMap((part) => (typeof part === 'string' ? part.split(/[\s'"]+/) : []))) {
    const known = word === '' ? undefined : await digest(resolve(folder, word));
    if (known !== undefined) found[word] = known;
  }
  return found;
}
