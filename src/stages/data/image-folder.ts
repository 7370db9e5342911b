// Any folder of JPEG and PNG files as a data set. In: a folder with one folder a class, or with the images themselves; out: images of one size, labels,
// manifest. The numbers of images and classes are said in the program, for they are part of its types, and are held to what is there.
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { choose, classFolders, labelledFiles, listed, subsetFolders } from './class-folders.ts';
import { needPlace } from './data-place.ts';
import { decodeDataset, describeFit } from './decode-dataset.ts';
import { FIT_PROPERTIES, targetOf, type FitParameters } from './fit-parameters.ts';

export interface ImageFolderParameters extends FitParameters {
  readonly folder: string;
  readonly count: number;
  readonly classes: number;
  readonly subset: readonly string[];
}

export const imageFolder = implementStage({
  parameters: {
    type: 'object',
    properties: {
      folder: { type: 'string' },
      count: { type: 'integer', minimum: 1, maximum: 10_000_000 },
      classes: { type: 'integer', minimum: 1, maximum: 100_000 },
      ...FIT_PROPERTIES,
      subset: { type: 'array', items: { type: 'string' } },
    },
    required: ['folder', 'count', 'classes', ...Object.keys(FIT_PROPERTIES), 'subset'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', labels: 'Labels', manifest: 'Manifest' },
  async run(context: StageContext<ImageFolderParameters, object>) {
    const { folder, count, classes, subset } = context.parameters;
    const target = targetOf('image_folder', context.parameters);
    const root = await needPlace(
      `image_folder: ${folder}`,
      folder,
      context.dataFolder,
      'give a folder that is absolute, or below PIPE_DATA or the current folder',
    );
    const found =
      subset.length === 0
        ? classFolders(root)
        : subsetFolders(
            root,
            subset.map((name) => ({ folder: name, name })),
            'name folders as they are written',
          );
    if (found.length !== classes) {
      throw new StageError(
        `${subset.length === 0 ? root : 'subset'} has ${found.length} classes (${listed(found.map(({ name }) => name))}), expected classes: ${classes}`,
        `set classes: ${found.length}`,
      );
    }
    const all = await labelledFiles(root, found);
    if (all.others.length > 0)
      context.warn(`passed over files that are no JPEG or PNG by their name: ${listed(all.others)}`);
    const { files, labels } = choose(root, all, count);
    const { images, manifest } = await decodeDataset(context, {
      ...{ name: folder, split: 'all', root, files, target, labels },
      rule: `${count === all.files.length ? 'every image' : `${count} of ${all.files.length} images, evenly spaced in the order of their names`}; ${describeFit(target)}`,
    });
    return { images, labels, manifest };
  },
});
