// Where the splits of ImageNet and a list of its classes lie. Light: the planner calls it.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findPlace, placesOf } from './data-place.ts';

export type ImagenetSplit = 'train' | 'val';

/** Names in use for the folder of a split. */
export const SPLIT_FOLDERS: Readonly<Record<ImagenetSplit, readonly string[]>> = {
  train: ['train', 'ILSVRC2012_img_train'],
  val: ['val', 'ILSVRC2012_img_val'],
};

export async function findSplit(place: string, split: ImagenetSplit): Promise<string | undefined> {
  for (const name of SPLIT_FOLDERS[split]) {
    const found = await findPlace(join(place, name), undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

export async function findListFile(file: string, dataFolder: string | undefined): Promise<string | undefined> {
  for (const path of placesOf(file, dataFolder)) {
    const isThere = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}
