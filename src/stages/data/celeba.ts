// CelebA-ROH (faces with a receding hairline or a hat, target) and CelebA-RNH (faces with neither, background) of the cIDFD paper, from CelebA's own files
// (docs/methods.md §1.5). The paper gives 21,065 images and no rule; the one rule that fits is checked by counting, and fails loudly.
import type { Labels } from '../../artifacts/artifact.ts';
import type { Target } from '../../decode/fit-image.ts';
import { randomKey, RandomStream } from '../../random/random.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';
import { readCelebaLists, type CelebaImage, type CelebaLists } from './celeba-lists.ts';
import { needPlace } from './data-place.ts';
import { decodeDataset, describeFit } from './decode-dataset.ts';

export interface CelebaRohParameters {
  readonly count: number;
  readonly size: number;
  readonly folder: string;
}

export interface CelebaRnhParameters extends CelebaRohParameters {
  readonly identity_disjoint: boolean;
  readonly seed: number;
}

/** Images of the target, as published [Oshima 2024, Table 1]. */
export const ROH_IMAGES = 21_065;
const IMAGES = 'img_align_celeba';

const common = {
  size: { type: 'integer', minimum: 1, maximum: 1024 },
  folder: { type: 'string' },
};

export const celebaRoh = implementStage({
  parameters: {
    type: 'object',
    properties: { count: { type: 'integer', minimum: 1, maximum: ROH_IMAGES }, ...common },
    required: ['count', 'size', 'folder'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', labels: 'Labels', manifest: 'Manifest' },
  run: (context: StageContext<CelebaRohParameters, object>) => loadCelebaRoh(context, ROH_IMAGES),
});

export const celebaRnh = implementStage({
  parameters: {
    type: 'object',
    properties: {
      count: { type: 'integer', minimum: 1, maximum: 141_705 },
      ...common,
      identity_disjoint: { type: 'boolean' },
      seed: { type: 'integer' },
    },
    required: ['count', 'size', 'folder', 'identity_disjoint', 'seed'],
    additionalProperties: false,
  },
  outputs: { images: 'Images', manifest: 'Manifest' },
  run: loadCelebaRnh,
});

/** `expected` is the number of images that the target must come to. */
export async function loadCelebaRoh(context: StageContext<CelebaRohParameters, object>, expected: number) {
  const { count } = context.parameters;
  const { root, lists } = await open(context, false);
  const { images: all, rule } = targetOf(lists.images, expected);
  if (count > all.length)
    throw new StageError(`celeba_roh: count is ${count}, and the target has ${all.length} images`);
  const chosen = all.slice(0, count);
  const labels: Labels = {
    values: Int32Array.from(chosen, ({ hat }) => (hat ? 1 : 0)),
    names: ['receding hairline', 'hat'],
  };
  const target = fitOf(context.parameters.size);
  const { images, manifest } = await decodeDataset(context, {
    ...{ name: 'CelebA-ROH', split: 'train', root, target, labels, lists: lists.sources },
    files: chosen.map(({ file }) => ({ name: `${IMAGES}/${file}` })),
    rule: `partition 0, ${rule}; ${count === all.length ? 'every image' : `the first ${count}`}; ${describeFit(target)}`,
  });
  return { images, labels, manifest };
}

async function loadCelebaRnh(context: StageContext<CelebaRnhParameters, object>) {
  const { count, size, identity_disjoint, seed } = context.parameters;
  const { root, lists } = await open(context, identity_disjoint);
  const train = lists.images.filter(({ part }) => part === 0);
  const shown = new Set(
    identity_disjoint
      ? train.filter(({ recedingHairline, hat }) => recedingHairline || hat).map(({ identity }) => identity)
      : [],
  );
  const left = train.filter(({ recedingHairline, hat, identity }) => !recedingHairline && !hat && !shown.has(identity));
  if (count > left.length) {
    throw new StageError(
      `celeba_rnh: count is ${count}, and ${left.length} images have neither attribute${identity_disjoint ? ' and no person of the target' : ''}`,
      `ask for count: ${left.length} or fewer`,
    );
  }
  const order = new RandomStream(randomKey(seed, 'celeba-rnh')).permutation(left.length);
  // In the order of the files: a disk reads them faster.
  const chosen = [...order.subarray(0, count)].sort((a, b) => a - b).map((index) => left[index]!);
  const target = fitOf(size);
  return decodeDataset(context, {
    ...{ name: 'CelebA-RNH', split: 'train', root, target, lists: lists.sources, seed },
    files: chosen.map(({ file }) => ({ name: `${IMAGES}/${file}` })),
    rule: `partition 0, neither attribute${identity_disjoint ? ', no person of the target' : ''}, ${count} of ${left.length} drawn without replacement; ${describeFit(target)}`,
  });
}

/**
 * The images with either attribute, or with exactly one, whichever come to the published number.
 * @throws StageError with the three counts where neither does.
 */
export function targetOf(
  all: readonly CelebaImage[],
  expected: number,
): { readonly images: readonly CelebaImage[]; readonly rule: string } {
  const train = all.filter(({ part }) => part === 0);
  const either = train.filter(({ recedingHairline, hat }) => recedingHairline || hat);
  const exactlyOne = either.filter(({ recedingHairline, hat }) => recedingHairline !== hat);
  if (either.length === expected) return { images: either, rule: 'receding hairline or hat (with both: hat)' };
  if (exactlyOne.length === expected) return { images: exactlyOne, rule: 'receding hairline or hat, not both' };
  const hairlines = train.filter(({ recedingHairline }) => recedingHairline).length;
  const hats = train.filter(({ hat }) => hat).length;
  throw new StageError(
    `CelebA-ROH must come to ${expected} images, and neither rule gives that: of ${train.length} images of the training partition ${hairlines} have ` +
      `Receding_Hairline, ${hats} Wearing_Hat, ${either.length - exactlyOne.length} both; either: ${either.length}, exactly one: ${exactlyOne.length}`,
    'compare the attribute and partition files with the published ones (docs/datasets.md)',
  );
}

async function open(
  { parameters, dataFolder }: StageContext<CelebaRohParameters, object>,
  withIdentities: boolean,
): Promise<{ readonly root: string; readonly lists: CelebaLists }> {
  const root = await needPlace(
    'CelebA',
    parameters.folder,
    dataFolder,
    'see docs/datasets.md on how to get CelebA, and where to put it',
  );
  await needPlace('the images of CelebA', `${root}/${IMAGES}`, dataFolder, `unpack ${IMAGES}.zip in ${root}`);
  return { root, lists: await readCelebaLists(root, withIdentities) };
}

/** The middle square: as wide as the picture, and as high. */
const fitOf = (size: number): Target => ({ height: size, width: size, channels: 3, fit: 'crop' });
