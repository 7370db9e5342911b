// The text files of CelebA, with sizes and checksums: those that torchvision compares. Light: the planner imports it.
import type { PublishedFile } from './published-file.ts';

export const CELEBA_LISTS = {
  attributes: { name: 'list_attr_celeba.txt', size: 26_721_026, md5: '75e246fa4810816ffd6ee81facbd244c' },
  partition: { name: 'list_eval_partition.txt', size: 2_836_386, md5: 'd32c9cbf5e040fd4025c592c306e6668' },
  identities: { name: 'identity_CelebA.txt', size: 3_424_458, md5: '32bd1bd63d3c78cd57e08160ec5ed1e2' },
} as const satisfies Readonly<Record<string, PublishedFile>>;
