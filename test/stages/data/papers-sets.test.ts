// CelebA-ROH and -RNH, Birds400-ABC and ImageNet on small folders in their real forms, whole and damaged on purpose.
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Images, Labels, Manifest } from '../../../src/artifacts/artifact.ts';
import { StageError } from '../../../src/stage/stage.ts';
import { loadBirds } from '../../../src/stages/data/birds400.ts';
import { celebaRnh, loadCelebaRoh } from '../../../src/stages/data/celeba.ts';
import { birds400Files, celebaFiles, imagenetFiles } from '../../../src/stages/data/folder-files.ts';
import { imagenet } from '../../../src/stages/data/imagenet.ts';
import { runStage, stageContext } from '../run-stage.ts';
import { firstOfEach, imageFile, putFiles } from './image-fixtures.ts';

let dataFolder: string;
const jpegs: Uint8Array[] = [];
beforeAll(async () => {
  for (let index = 0; index < 12; index += 1) jpegs.push(await imageFile('jpeg', [20 * index, 20 * index, 20 * index]));
});
beforeEach(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'pipe-papers-'));
});
afterEach(() => rm(dataFolder, { recursive: true, force: true }));

interface Loaded {
  readonly images: Images;
  readonly labels: Labels;
  readonly manifest: Manifest;
}
async function failure(work: Promise<unknown>): Promise<StageError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StageError);
  return error as StageError;
}
/** Which of the JPEGs each image is: quality 100 keeps a grey but for a level. */
const which = ({ data, height, width }: Images) =>
  firstOfEach(data, height * width * 3).map((value) => Math.round(value / 20));

describe('CelebA', () => {
  /** Receding hairline, hat, part, identity of each image. */
  type Face = readonly [hairline: number, hat: number, part: number, identity: number];
  const faces: readonly Face[] = [
    [1, -1, 0, 1],
    [-1, -1, 0, 1],
    [-1, 1, 0, 2],
    [-1, -1, 0, 3],
    [1, 1, 0, 4],
    [-1, -1, 0, 4],
    [-1, -1, 0, 5],
    [1, -1, 1, 6],
    [-1, -1, 2, 7],
  ];
  const name = (index: number) => `${String(index + 1).padStart(6, '0')}.jpg`;
  const attributes = (
    rows: readonly string[] = faces.map(
      ([hairline, hat], at) => `${name(at)} -1  ${hairline} ${hat === 1 ? ' 1' : '-1'}`,
    ),
  ) => `${rows.length}\r\nYoung Receding_Hairline Wearing_Hat \r\n${rows.map((row) => `${row}\r\n`).join('')}`;
  const partition = () => faces.map(([, , part], at) => `${name(at)} ${part} \n`).join('');
  const identities = () => faces.map(([, , , identity], at) => `${name(at)} ${identity}\n`).join('');
  const put = (files: Readonly<Record<string, string | Uint8Array>> = {}) =>
    putFiles(join(dataFolder, 'celeba'), {
      'list_attr_celeba.txt': attributes(),
      'list_eval_partition.txt': partition(),
      'identity_CelebA.txt': identities(),
      ...Object.fromEntries(faces.map((_, at) => [`img_align_celeba/${name(at)}`, jpegs[at]!])),
      ...files,
    });
  const roh = async (expected: number, parameters: object = {}) =>
    (await loadCelebaRoh(
      stageContext({ parameters: { count: 2, size: 4, folder: 'celeba', ...parameters }, dataFolder }),
      expected,
    )) as unknown as Loaded;
  const rnh = async (parameters: object = {}) =>
    (
      await runStage(celebaRnh, {
        parameters: { count: 4, size: 4, folder: 'celeba', identity_disjoint: false, seed: 0, ...parameters },
        dataFolder,
      })
    ).outputs as unknown as Loaded;

  test('the union, where it comes to the number: training partition, hats over hairlines', async () => {
    await put();
    const { images, labels, manifest } = await roh(3, { count: 3 });
    expect(which(images)).toEqual([0, 2, 4]);
    expect(labels).toEqual({ values: Int32Array.of(0, 1, 1), names: ['receding hairline', 'hat'] });
    expect(manifest.rule).toContain('with both: hat');
    expect(manifest.sources.map(({ name, files }) => [name, files])).toEqual([
      ['list_attr_celeba.txt', 1],
      ['list_eval_partition.txt', 1],
      ['images', 3],
    ]);
  });

  test('exactly one of the two, where that comes to the number', async () => {
    await put();
    const { images, labels, manifest } = await roh(2);
    expect(which(images)).toEqual([0, 2]);
    expect([...labels.values]).toEqual([0, 1]);
    expect(manifest.rule).toContain('not both');
  });

  test('neither: the counts are told, and nothing is made', async () => {
    await put();
    const error = await failure(roh(21_065));
    expect(error.message).toBe(
      'CelebA-ROH must come to 21065 images, and neither rule gives that: of 7 images of the training partition 2 have ' +
        'Receding_Hairline, 2 Wearing_Hat, 1 both; either: 3, exactly one: 2',
    );
    expect(error.hint).toContain('docs/datasets.md');
  });

  test('the background has neither, drawn by the seed, without the people of the target if that is wanted', async () => {
    await put();
    expect(which((await rnh()).images)).toEqual([1, 3, 5, 6]);
    const some = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (seed) => which((await rnh({ count: 2, seed })).images)),
    );
    expect(new Set(some.map(String)).size).toBeGreaterThan(1);
    for (const two of some) expect(two.every((one) => [1, 3, 5, 6].includes(one)) && two[0]! < two[1]!).toBe(true);
    expect(which((await rnh({ count: 2, identity_disjoint: true })).images)).toEqual([3, 6]);
    expect((await failure(rnh({ identity_disjoint: true }))).message).toBe(
      'celeba_rnh: count is 4, and 2 images have neither attribute and no person of the target',
    );
  });

  const row = (at: number, text: string) =>
    attributes(faces.map((_, index) => (index === at ? text : `${name(index)} -1 -1 -1`)));
  test.each<[string, Record<string, string>, RegExp]>([
    [
      'an attribute file with a missing row',
      { 'list_attr_celeba.txt': attributes().replace(/000003.*\r\n/, '') },
      /list_attr_celeba\.txt has 8 rows, and its first line says 9: rows are missing/,
    ],
    [
      'a row with a missing value',
      { 'list_attr_celeba.txt': row(3, '000004.jpg -1 1') },
      /list_attr_celeba\.txt: line 6 has 2 values, expected 3, one an attribute/,
    ],
    [
      'a value that is none',
      { 'list_attr_celeba.txt': row(0, '000001.jpg -1 0 1') },
      /line 3 has "0" for Receding_Hairline, expected 1 or -1/,
    ],
    [
      'no such attribute',
      { 'list_attr_celeba.txt': attributes().replace('Wearing_Hat', 'Hat') },
      /line 2 has no Wearing_Hat among 3 names/,
    ],
    [
      'a first line that is no number',
      { 'list_attr_celeba.txt': 'image attributes\n' },
      /line 1 is "image attributes", expected the number of images/,
    ],
    [
      'a partition file with a missing row',
      { 'list_eval_partition.txt': partition().replace(/000002.*\n/, '') },
      /list_eval_partition\.txt has no row for 000002\.jpg, which line 4 of .*list_attr_celeba\.txt names/,
    ],
    [
      'a partition file with a row too many',
      { 'list_eval_partition.txt': `${partition()}000099.jpg 0\n` },
      /names 10 images, .*list_attr_celeba\.txt 9/,
    ],
    [
      'a part that is none',
      { 'list_eval_partition.txt': partition().replace('000001.jpg 0', '000001.jpg 3') },
      /list_eval_partition\.txt has part 3 for 000001\.jpg, expected 0, 1 or 2/,
    ],
    [
      'a partition file of something else',
      { 'list_eval_partition.txt': '000001.jpg train\n' },
      /list_eval_partition\.txt: line 1 is "000001\.jpg train", expected a file name and a number/,
    ],
  ])('%s: refused with file and line', async (_, files, message) => {
    await put(files);
    const error = await failure(roh(3));
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/^(replace the file by a fresh copy|both files must come)/);
  });

  test('an absent list, absent images, a missing and a damaged image are told by name', async () => {
    await put();
    await rm(join(dataFolder, 'celeba/img_align_celeba/000003.jpg'));
    expect((await failure(roh(3, { count: 3 }))).message).toMatch(
      /cannot decode .*img_align_celeba\/000003\.jpg: there is no such file/,
    );
    await put({ 'img_align_celeba/000003.jpg': jpegs[2]!.subarray(0, 200) });
    expect((await failure(roh(3, { count: 3 }))).message).toMatch(
      /img_align_celeba\/000003\.jpg: it is (damaged or )?cut off/,
    );
    await rm(join(dataFolder, 'celeba/list_eval_partition.txt'));
    expect((await failure(roh(3))).hint).toContain('put list_eval_partition.txt of CelebA there');
    await rm(join(dataFolder, 'celeba/img_align_celeba'), { recursive: true });
    expect((await failure(roh(3))).hint).toMatch(/^unpack img_align_celeba\.zip in .*celeba$/);
    await rm(join(dataFolder, 'celeba'), { recursive: true });
    expect((await failure(roh(3))).message).toMatch(/^CelebA is not on this machine: there is no folder .*celeba/);
  });

  test('a list of the published size with another checksum is damaged', async () => {
    const bytes = new Uint8Array(2_836_386).fill(32);
    await put({ 'list_eval_partition.txt': bytes });
    expect((await failure(roh(3))).message).toMatch(
      /list_eval_partition\.txt is damaged: its MD5 is [0-9a-f]{32}, published is d32c9cbf5e040fd4025c592c306e6668/,
    );
  });

  test('the key holds the lists that are read, and the images', async () => {
    await put();
    const files = (more: object = {}) => celebaFiles({ folder: 'celeba', ...more }, dataFolder, '/nowhere');
    const [attribute, part, images] = await files();
    expect([attribute!.path, part!.path]).toEqual(
      ['list_attr_celeba.txt', 'list_eval_partition.txt'].map((file) => join(dataFolder, 'celeba', file)),
    );
    expect(images!.listing).toMatch(/^[0-9a-f]{64}$/);
    expect((await files({ identity_disjoint: true })).map((file) => file.name)).toContain('identity_CelebA.txt');
  });
});

describe('Birds400-ABC', () => {
  const put = (files: Readonly<Record<string, Uint8Array>> = {}) =>
    putFiles(join(dataFolder, 'birds400/train'), {
      'ABBOTTS  BABBLER/1.jpg': jpegs[0]!,
      'ABBOTTS  BABBLER/2.jpg': jpegs[1]!,
      'BALD EAGLE /1.jpg': jpegs[2]!,
      'CRANE/1.jpg': jpegs[3]!,
      'DUNLIN/1.jpg': jpegs[4]!,
      ...files,
    });
  const load = async (expected = { classes: 3, images: 4 }, count = 4) =>
    (await loadBirds(
      stageContext({ parameters: { count, size: 4, folder: 'birds400' }, dataFolder }),
      expected,
    )) as unknown as Loaded;

  test('species with A, B and C of the training split, by their names as they are, tidied to be shown', async () => {
    await put();
    const { images, labels, manifest } = await load();
    expect(which(images)).toEqual([0, 1, 2, 3]);
    expect(labels).toEqual({ values: Int32Array.of(0, 0, 1, 2), names: ['ABBOTTS BABBLER', 'BALD EAGLE', 'CRANE'] });
    expect(manifest.name).toBe('Birds400-ABC');
    expect(which((await load(undefined, 2)).images)).toEqual([0, 2]);
  });

  test.each<[string, Record<string, Uint8Array>, RegExp]>([
    [
      'another number of species',
      { 'CUCKOO/1.jpg': new Uint8Array(9) },
      /train has 4 species with A, B or C, expected 3/,
    ],
    [
      'another number of images',
      { 'CRANE/2.jpg': new Uint8Array(9) },
      /train has 5 images of species with A, B or C, expected 4/,
    ],
  ])('%s is another version, and refused', async (_, files, message) => {
    await put(files);
    const error = await failure(load());
    expect(error.message).toMatch(message);
    expect(error.hint).toContain('take the version of the set with 400 species');
  });

  test('a missing folder is told, and the key holds the species that count', async () => {
    expect((await failure(load())).message).toMatch(/^BIRDS 400 is not on this machine: there is no folder .*birds400/);
    await put();
    const listing = async () => (await birds400Files({ folder: 'birds400' }, dataFolder, '/nowhere'))[0]!.listing;
    const before = await listing();
    const add = (name: string) => putFiles(join(dataFolder, 'birds400/train'), { [name]: jpegs[5]! });
    await add('DUNLIN/2.jpg');
    expect(await listing()).toBe(before);
    await rename(join(dataFolder, 'birds400/train/CRANE'), join(dataFolder, 'birds400/train/CROW'));
    const renamed = await listing();
    expect(renamed).not.toBe(before);
    await add('CROW/2.jpg');
    expect(await listing()).not.toBe(renamed);
  });
});

describe('ImageNet', () => {
  const [king, orange, dog] = ['n02056570', 'n07747607', 'n02085936'];
  const given = {
    ...{ split: 'train', count: 3, classes: 3, subset: [] as string[], class_list: null, size: 4 },
    ...{ shorter_side: null, folder: 'imagenet' },
  };
  const put = (split = 'train') =>
    putFiles(join(dataFolder, 'imagenet', split), {
      [`${king}/${king}_1.JPEG`]: jpegs[0]!,
      [`${dog}/${dog}_1.JPEG`]: jpegs[1]!,
      [`${orange}/${orange}_1.JPEG`]: jpegs[2]!,
    });
  const load = async (change: object = {}) =>
    (await runStage(imagenet, { parameters: { ...given, ...change }, dataFolder })).outputs as unknown as Loaded;

  test('labels by folder, by the order of a subset, by the line of a list; either name of the split', async () => {
    await put();
    const all = await load();
    expect(which(all.images)).toEqual([0, 1, 2]);
    expect(all.labels.names).toEqual([king, dog, orange]);
    const two = await load({ count: 2, classes: 2, subset: [orange, king] });
    expect(which(two.images)).toEqual([2, 0]);
    expect(two.labels).toEqual({ values: Int32Array.of(0, 1), names: [orange, king] });

    await putFiles(dataFolder, { 'list.txt': `${orange} orange\r\n\n${dog}  Maltese dog, Maltese terrier\n` });
    const listed = await load({ count: 2, classes: 2, class_list: 'list.txt' });
    expect(listed.labels.names).toEqual(['orange', 'Maltese dog, Maltese terrier']);
    expect(which(listed.images)).toEqual([2, 1]);
    expect(listed.manifest.sources[0]).toMatchObject({ name: 'list.txt', files: 1 });
    await put('ILSVRC2012_img_val');
    expect((await load({ split: 'val', shorter_side: 5 })).manifest).toMatchObject({
      split: 'val',
      rule: '3 classes; every image; shorter side resized to 5, the middle 4×4 cut out, RGB',
    });
  });

  test.each<[string, object, () => Promise<unknown>, RegExp]>([
    [
      'a missing class folder',
      { subset: [king, 'n09999999'], classes: 2 },
      put,
      /train has no folder for 1 of 2 classes: n09999999/,
    ],
    ['another number of classes', { classes: 1000 }, put, /train has 3 classes, expected classes: 1000/],
    ['no such split', { split: 'val' }, put, /imagenet has no folder val or ILSVRC2012_img_val/],
    ['no folder', {}, async () => undefined, /^ImageNet is not on this machine/],
    [
      'validation images that are not sorted',
      { split: 'val' },
      () => putFiles(join(dataFolder, 'imagenet/val'), { 'ILSVRC2012_val_00000001.JPEG': jpegs[0]! }),
      /val holds images, not folders of classes/,
    ],
    [
      'a list that is not there',
      { class_list: 'none.txt' },
      put,
      /the list of classes none\.txt is neither below PIPE_DATA/,
    ],
    [
      'a list of something else',
      { class_list: 'bad.txt' },
      () => put().then(() => putFiles(dataFolder, { 'bad.txt': `${king} king penguin\nking penguin\n` })),
      /bad\.txt: line 2 starts with "king", expected a WordNet number/,
    ],
    ['both lists', { class_list: 'list.txt', subset: [king] }, put, /subset and class_list are both given/],
  ])('%s: refused', async (_, change, prepare, message) => {
    await prepare();
    const error = await failure(load(change));
    expect(error.message).toMatch(message);
    expect(error.hint).toBeTruthy();
  });

  test('the key holds the classes that are read, and the list of them', async () => {
    await put();
    const files = (change: object) => imagenetFiles({ ...given, ...change }, dataFolder, '/nowhere');
    const before = await files({ subset: [king] });
    await putFiles(join(dataFolder, 'imagenet/train'), { [`${dog}/2.JPEG`]: jpegs[3]! });
    expect(await files({ subset: [king] })).toEqual(before);
    await putFiles(join(dataFolder, 'imagenet/train'), { [`${king}/2.JPEG`]: jpegs[3]! });
    expect(await files({ subset: [king] })).not.toEqual(before);
    await putFiles(dataFolder, { 'list.txt': king });
    expect((await files({ class_list: 'list.txt' }))[0]).toEqual({
      name: 'list.txt',
      path: join(dataFolder, 'list.txt'),
    });
  });
});
