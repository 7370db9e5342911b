// Where the file of a pretrained network lies on this machine, and its bytes. Light: the planner puts its content into step keys.
import { readFile, stat } from 'node:fs/promises';
import { StageError, type ExternalFile } from '../../stage/stage.ts';
import { describePlaces, placesOf } from '../data/data-place.ts';

async function findFile(file: string, dataFolder: string | undefined): Promise<string | undefined> {
  for (const place of placesOf(file, dataFolder)) {
    const isFile = await stat(place).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile) return place;
  }
  return undefined;
}

/** The file that a `pretrained` step with these parameters reads. */
export async function pretrainedFiles(
  parameters: Readonly<Record<string, unknown>>,
  dataFolder: string | undefined,
): Promise<readonly ExternalFile[]> {
  const file = String(parameters['file']);
  return [{ name: file, path: await findFile(file, dataFolder) }];
}

/** @throws StageError where it is not there. */
export async function needFile(file: string, dataFolder: string | undefined): Promise<Uint8Array> {
  const path = await findFile(file, dataFolder);
  if (path === undefined)
    throw new StageError(
      `the pretrained network is not on this machine: there is no file ${describePlaces(file, dataFolder)}`,
      'Export it to ONNX (torch.onnx.export with dynamic_axes for the batch) and put it there.',
    );
  return readFile(path);
}
