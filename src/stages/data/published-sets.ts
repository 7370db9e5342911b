// The data sets that are published as an archive: CIFAR-10, CIFAR-100, STL-10, with sizes and checksums as published, and which files a step reads. Light: the planner
// calls it.
import type { StageFacts } from '../../stage/stage.ts';
import { setExternalFiles, type PublishedSet } from './published-set.ts';

type ExternalFiles = NonNullable<StageFacts['externalFiles']>;

const BATCH = 10_000;
const cifar10File = (name: string) => ({ name, size: BATCH * 3073, md5: undefined });

/** In the order of the training images. */
export const CIFAR10_TRAIN = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.bin`);
export const CIFAR10_TEST = ['test_batch.bin'];

export const CIFAR10: PublishedSet = {
  title: 'CIFAR-10',
  folder: 'cifar-10-batches-bin',
  files: [...CIFAR10_TRAIN, ...CIFAR10_TEST].map(cifar10File),
  archive: {
    name: 'cifar-10-binary.tar.gz',
    urls: ['https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz'],
    size: 170_052_171,
    md5: 'c32a1d4ab5d03f1284b67883e8d87530',
  },
};

export const CIFAR100: PublishedSet = {
  title: 'CIFAR-100',
  folder: 'cifar-100-binary',
  files: [
    { name: 'train.bin', size: 50_000 * 3074, md5: '6172c7755cfe09b2fe270c85cebc1b15' },
    { name: 'test.bin', size: 10_000 * 3074, md5: '4499cfba6c016c1be1438163640a0898' },
  ],
  archive: {
    name: 'cifar-100-binary.tar.gz',
    urls: ['https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz'],
    size: 168_513_733,
    md5: '03b5dce01913d631647c71ecec9e9cb8',
  },
};

const STL10_IMAGE = 3 * 96 * 96;

export const STL10: PublishedSet = {
  title: 'STL-10',
  folder: 'stl10_binary',
  files: [
    { name: 'train_X.bin', size: 5000 * STL10_IMAGE, md5: '918c2871b30a85fa023e0c44e0bee87f' },
    { name: 'train_y.bin', size: 5000, md5: '5a34089d4802c674881badbb80307741' },
    { name: 'test_X.bin', size: 8000 * STL10_IMAGE, md5: '7f263ba9f9e0b06b93213547f721ac82' },
    { name: 'test_y.bin', size: 8000, md5: '36f9794fa4beb8a2c72628de14fa638e' },
    { name: 'unlabeled_X.bin', size: 100_000 * STL10_IMAGE, md5: '5242ba1fed5e4be9e1e742405eb56ca4' },
  ],
  archive: {
    name: 'stl10_binary.tar.gz',
    urls: ['http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz'],
    size: 2_640_397_119,
    md5: '91f7769df0f17e558f3565bffb0c7dfb',
  },
};

/** Only the files that are read enter the key: with fewer images, fewer batches. */
export const cifar10Files: ExternalFiles = (parameters, dataFolder, downloadFolder) => {
  const batches = CIFAR10_TRAIN.slice(0, Math.ceil(Number(parameters['train']) / BATCH));
  const names = [...batches, ...(Number(parameters['test']) > 0 ? CIFAR10_TEST : [])];
  return setExternalFiles(CIFAR10, names, parameters['folder'], dataFolder, downloadFolder);
};

export const cifar100Files: ExternalFiles = (parameters, dataFolder, downloadFolder) => {
  const names = ['train', 'test'].filter((part) => Number(parameters[part]) > 0).map((part) => `${part}.bin`);
  return setExternalFiles(CIFAR100, names, parameters['folder'], dataFolder, downloadFolder);
};

export const stl10Files: ExternalFiles = (parameters, dataFolder, downloadFolder) => {
  const parts = ['train', 'test'].filter((part) => Number(parameters[part]) > 0);
  const names = parts.flatMap((part) => [`${part}_X.bin`, `${part}_y.bin`]);
  return setExternalFiles(STL10, names, parameters['folder'], dataFolder, downloadFolder);
};

export const stl10UnlabelledFiles: ExternalFiles = (parameters, dataFolder, downloadFolder) =>
  setExternalFiles(STL10, ['unlabeled_X.bin'], parameters['folder'], dataFolder, downloadFolder);
