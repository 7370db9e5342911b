// What planning knows of a step whose stage is the user's own, by command or by module; nothing for one of the standard library.
import type { Step } from '../graph/typed-graph.ts';
import type { StageFacts } from '../stage/stage.ts';
import { commandFacts, commandFiles, withCommand } from './command-step.ts';
import { moduleDigests, moduleFacts, withResults } from './module-step.ts';
import type { Computation } from './step-key.ts';

export function ownFacts(step: Step): StageFacts | undefined {
  if (step.command !== undefined) return commandFacts(step.stage);
  return step.module === undefined ? undefined : moduleFacts(step.stage);
}

/** Its parameters, and what else of it stands in the program. */
export function decidingParameters(step: Step): Computation['parameters'] {
  if (step.command !== undefined) return withCommand(step.parameters, step.command);
  return step.module === undefined ? step.parameters : withResults(step.parameters, step.module);
}

/** Digests of the files that decide its result, by name; null where one is missing. */
export async function ownDigests(
  { command, module }: Step,
  digest: (path: string) => Promise<string | undefined>,
): Promise<Readonly<Record<string, string | null>> | undefined> {
  if (command !== undefined) return commandFiles(command, digest);
  return module === undefined ? undefined : moduleDigests(module, digest);
}
