// ImageNet by folder, whole or some of its classes. In: the folder with `train` and `val`, a split, classes by their WordNet number; out: images, labels, manifest.
// Labels are in the order of the list of classes; without one, of the folders' names.
import { readFile } from 'node:fs/promises';
import type { ManifestSource } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { choose, classFolders, labelledFiles, listed, subsetFolders, type ClassFolder } from './class-folders.ts';
import { needPlace } from './data-place.ts';
import { decodeDataset, describeFit } from './decode-dataset.ts';
import { targetOf } from './fit-parameters.ts';
import { findListFile, findSplit, SPLIT_FOLDERS, type ImagenetSplit } from './imagenet-files.ts';
import { isImageName, listFolder } from './image-files.ts';
import { checkWhileReading } from './published-file.ts';

export interface ImagenetParameters {
  readonly split: ImagenetSplit;
  readonly count: number;
  readonly classes: number;
  readonly subset: readonly string[];
  readonly class_list: string | null;
  readonly size: number;
  readonly shorter_side: number | null;
  readonly folder: string;
}

const side = { minimum: 1, maximum: 1024 };
const ADVICE = 'see docs/datasets.md on how to get ImageNet, and where to put it';

export const imagenet = implementStage({
  parameters: {
    type: 'object',
    properties: {
      split: { enum: ['train', 'val'] },
      count: { type: 'integer', minimum: 1, maximum: 1_281_167 },
      classes: { type: 'integer', minimum: 1, maximum: 1000 },
      subset: { type: 'array', items: { type: 'string' } },
      class_list: { type: ['string', 'null'] },
      size: { type: 'integer', ...side },
      shorter_side: { type: ['integer', 'null'], ...side },
      folder: { type: 'string' },
    },
    required: ['split', 'count', 'classes', 'subset', 'class_list', 'size', 'shorter_side', 'folder'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', labels: 'Labels', manifest: 'Manifest' },
  run: loadImagenet,
});

async function loadImagenet(context: StageContext<ImagenetParameters, object>) {
  const { split, count, classes, size, shorter_side, folder } = context.parameters;
  const target = targetOf('imagenet', { height: size, width: size, channels: 3, fit: 'crop', shorter_side });
  const place = await needPlace('ImageNet', folder, context.dataFolder, ADVICE);
  const root = await findSplit(place, split);
  if (root === undefined) throw new StageError(`${place} has no folder ${SPLIT_FOLDERS[split].join(' or ')}`, ADVICE);
  refuseFlat(root);
  const { subset, list } = await classesOf(context);
  const found =
    subset === undefined
      ? classFolders(root)
      : subsetFolders(root, subset, 'unpack the archives of these classes there');
  if (found.length !== classes)
    throw new StageError(
      `${subset === undefined ? root : 'the list of classes'} has ${found.length} classes, expected classes: ${classes}`,
      `set classes: ${found.length}`,
    );
  const all = await labelledFiles(root, found);
  if (all.others.length > 0)
    context.warn(`passed over files that are no JPEG or PNG by their name: ${listed(all.others)}`);
  const { files, labels } = choose(root, all, count);
  const { images, manifest } = await decodeDataset(context, {
    ...{ name: 'ImageNet', split, root, files, target, labels, lists: list === undefined ? [] : [list] },
    rule: `${found.length} classes; ${count === all.files.length ? 'every image' : `${count} of ${all.files.length} images, evenly spaced in the order of their names`}; ${describeFit(target)}`,
  });
  return { images, labels, manifest };
}

/** The validation images are distributed in one folder, without their classes. */
function refuseFlat(root: string): void {
  const { folders, files } = listFolder(root);
  if (folders.length === 0 && files.some(isImageName)) {
    throw new StageError(
      `${root} holds images, not folders of classes`,
      'sort them into one folder a class by the published ground truth (docs/datasets.md)',
    );
  }
}

async function classesOf({
  parameters: { subset, class_list },
  dataFolder,
}: StageContext<ImagenetParameters, object>): Promise<{
  readonly subset: readonly ClassFolder[] | undefined;
  readonly list: ManifestSource | undefined;
}> {
  if (class_list === null)
    return {
      subset: subset.length === 0 ? undefined : subset.map((name) => ({ folder: name, name })),
      list: undefined,
    };
  if (subset.length > 0) throw new StageError('imagenet: subset and class_list are both given', 'give one of the two');
  const path = await findListFile(class_list, dataFolder);
  if (path === undefined)
    throw new StageError(
      `the list of classes ${class_list} is neither below PIPE_DATA nor below the current folder`,
      'write its path, or put it there',
    );
  const bytes = await readFile(path);
  const check = checkWhileReading(path, { name: class_list, size: 0, md5: undefined });
  check.add(bytes);
  const lines = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim());
  const named = lines.flatMap((line, index): readonly ClassFolder[] => {
    if (line === '') return [];
    const [folder = '', ...words] = line.split(/\s+/);
    if (!/^n\d{8}$/.test(folder))
      throw new StageError(
        `${path}: line ${index + 1} starts with "${folder.slice(0, 20)}", expected a WordNet number such as n02056570`,
        'write one class a line, its number first',
      );
    return [{ folder, name: words.length === 0 ? folder : words.join(' ') }];
  });
  return { subset: named, list: check.end() };
}
