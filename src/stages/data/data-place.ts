// Where a data set lies on this machine. In: a folder as a program names it, PIPE_DATA; out: the folder that is there, or an error that says where
// it was looked for. Light: the planner calls it.
import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { StageError } from '../../stage/stage.ts';

/** Every folder that is looked at: an absolute one as it is; else below PIPE_DATA, then below the current folder. */
export function placesOf(folder: string, dataFolder: string | undefined): readonly string[] {
  if (isAbsolute(folder)) return [folder];
  return [...(dataFolder === undefined ? [] : [join(dataFolder, folder)]), resolve(folder)];
}

/** The first of the places that is a folder, or undefined. */
export async function findPlace(folder: string, dataFolder: string | undefined): Promise<string | undefined> {
  for (const place of placesOf(folder, dataFolder)) if (await isFolder(place)) return place;
  return undefined;
}

/** @throws StageError where there is none; `advice` says what to put there. */
export async function needPlace(
  what: string,
  folder: string,
  dataFolder: string | undefined,
  advice: string,
): Promise<string> {
  const found = await findPlace(folder, dataFolder);
  if (found !== undefined) return found;
  throw new StageError(
    `${what} is not on this machine: there is no folder ${describePlaces(folder, dataFolder)}`,
    advice,
  );
}

/** "/data/celeba or /home/me/celeba (PIPE_DATA is not set)". */
export function describePlaces(folder: string, dataFolder: string | undefined): string {
  const places = placesOf(folder, dataFolder).join(' or ');
  return dataFolder === undefined && !isAbsolute(folder) ? `${places} (PIPE_DATA is not set)` : places;
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
