// Birds400-ABC, target of the cIDFD paper: the species of Kaggle's BIRDS 400 whose name starts with A, B or C (docs/methods.md §1.6). In: its folder; out: images,
// species, manifest. Later versions of that set have other species under the same names, so the counts of the right one are demanded.
import { join } from 'node:path';
import type { Target } from '../../decode/fit-image.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { choose, labelledFiles, listed } from './class-folders.ts';
import { needPlace } from './data-place.ts';
import { decodeDataset, describeFit } from './decode-dataset.ts';
import { listFolder } from './image-files.ts';

export interface Birds400Parameters {
  readonly count: number;
  readonly size: number;
  readonly folder: string;
}

/** As published [Oshima 2024, Table 1]. */
export const ABC = { classes: 144, images: 20_822 } as const;

export const birds400Abc = implementStage({
  parameters: {
    type: 'object',
    properties: {
      count: { type: 'integer', minimum: 1, maximum: ABC.images },
      size: { type: 'integer', minimum: 1, maximum: 1024 },
      folder: { type: 'string' },
    },
    required: ['count', 'size', 'folder'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', labels: 'Labels', manifest: 'Manifest' },
  run: (context: StageContext<Birds400Parameters, object>) => loadBirds(context, ABC),
});

/** `expected` are the counts that the species with A, B and C must come to. */
export async function loadBirds(
  context: StageContext<Birds400Parameters, object>,
  expected: { readonly classes: number; readonly images: number },
) {
  const { count, size, folder } = context.parameters;
  const advice = 'see docs/datasets.md on how to get BIRDS 400, and where to put it';
  const place = await needPlace('BIRDS 400', folder, context.dataFolder, advice);
  const root = await needPlace('the training split of BIRDS 400', join(place, 'train'), context.dataFolder, advice);
  // Names are used as they are, for some have two spaces in a row; they are tidied only to be shown.
  const species = listFolder(root)
    .folders.filter((name) => /^[ABC]/i.test(name))
    .map((name) => ({ folder: name, name: name.trim().replace(/\s+/g, ' ') }));
  if (species.length !== expected.classes) {
    throw new StageError(
      `${root} has ${species.length} species with A, B or C, expected ${expected.classes}`,
      'take the version of the set with 400 species (58,388 images in train); later ones have others',
    );
  }
  const all = await labelledFiles(root, species);
  if (all.files.length !== expected.images) {
    throw new StageError(
      `${root} has ${all.files.length} images of species with A, B or C, expected ${expected.images}`,
      'take the version of the set with 400 species (58,388 images in train), and unpack it whole',
    );
  }
  if (all.others.length > 0)
    context.warn(`passed over files that are no JPEG or PNG by their name: ${listed(all.others)}`);
  const { files, labels } = choose(root, all, count);
  const target: Target = { height: size, width: size, channels: 3, fit: 'crop' };
  const { images, manifest } = await decodeDataset(context, {
    ...{ name: 'Birds400-ABC', split: 'train', root, files, target, labels },
    rule: `species with A, B or C; ${count === all.files.length ? 'every image' : `${count} images, evenly spaced in the order of their names`}; ${describeFit(target)}`,
  });
  return { images, labels, manifest };
}
