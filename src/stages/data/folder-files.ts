// What the stages that read folders of images put into step keys: a digest of names, sizes and times for the images, the content of what lists them.
// Light: the planner calls it.
import { join } from 'node:path';
import type { ExternalFile, StageFacts } from '../../stage/stage.ts';
import { CELEBA_LISTS } from './celeba-lists-published.ts';
import { findPlace } from './data-place.ts';
import { listFolder, listingDigest } from './image-files.ts';
import { findListFile, findSplit, type ImagenetSplit } from './imagenet-files.ts';
import { isFile } from './published-set.ts';

type ExternalFiles = NonNullable<StageFacts['externalFiles']>;
type Parameters = Readonly<Record<string, unknown>>;

/** `image_folder`, `image_crops`: all that is below the folder, or the folders of a subset. */
export const imageFolderFiles: ExternalFiles = async (parameters, dataFolder) => {
  const folder = String(parameters['folder']);
  const root = await findPlace(folder, dataFolder);
  return [await listing(folder, root === undefined ? [] : below(root, subsetOf(parameters)))];
};

export const birds400Files: ExternalFiles = async ({ folder }, dataFolder) => {
  const root = await findPlace(join(String(folder), 'train'), dataFolder);
  const species = root === undefined ? [] : foldersIn(root).filter((name) => /^[ABC]/i.test(name));
  return [await listing(`${String(folder)}/train`, root === undefined ? [] : below(root, species))];
};

export const celebaFiles: ExternalFiles = async (parameters, dataFolder) => {
  const folder = String(parameters['folder']);
  const root = await findPlace(folder, dataFolder);
  const { attributes, partition, identities } = CELEBA_LISTS;
  const lists = [attributes, partition, ...(parameters['identity_disjoint'] === true ? [identities] : [])];
  const files = lists.map(async ({ name }): Promise<ExternalFile> => {
    const path = root === undefined ? undefined : join(root, name);
    return { name, path: path !== undefined && (await isFile(path)) ? path : undefined };
  });
  const images = root === undefined ? [] : [join(root, 'img_align_celeba')];
  return [...(await Promise.all(files)), await listing('img_align_celeba', images)];
};

export const imagenetFiles: ExternalFiles = async (parameters, dataFolder) => {
  const split = parameters['split'] as ImagenetSplit;
  const folder = String(parameters['folder']);
  const place = await findPlace(folder, dataFolder);
  const root = place === undefined ? undefined : await findSplit(place, split);
  const list = parameters['class_list'];
  const files: ExternalFile[] =
    typeof list === 'string' ? [{ name: list, path: await findListFile(list, dataFolder) }] : [];
  return [...files, await listing(`${folder}/${split}`, root === undefined ? [] : below(root, subsetOf(parameters)))];
};

const subsetOf = ({ subset }: Parameters): readonly string[] => (Array.isArray(subset) ? subset.map(String) : []);

/** The folders with these names, or all of it. */
const below = (root: string, names: readonly string[]): readonly string[] =>
  names.length === 0 ? [root] : names.map((name) => join(root, name));

async function listing(name: string, folders: readonly string[]): Promise<ExternalFile> {
  const digest = folders.length === 0 ? undefined : await listingDigest(folders);
  return { name, path: undefined, ...(digest === undefined ? {} : { listing: digest }) };
}

function foldersIn(root: string): readonly string[] {
  try {
    return listFolder(root).folders;
  } catch {
    // The stage says what is wrong.
    return [];
  }
}
