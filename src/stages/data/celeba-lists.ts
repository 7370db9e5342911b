// The text files of CelebA: attributes, partition, identities (docs/methods.md §1.5). In: a folder; out: what they say of each image, in order. Line ends
// and spaces vary between copies. What is wrong is told with the file and the line.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestSource } from '../../artifacts/artifact.ts';
import { StageError } from '../../stage/stage.ts';
import { CELEBA_LISTS } from './celeba-lists-published.ts';
import { checkWhileReading, type PublishedFile } from './published-file.ts';

export interface CelebaImage {
  readonly file: string;
  readonly recedingHairline: boolean;
  readonly hat: boolean;
  /** 0 train, 1 validation, 2 test. */
  readonly part: number;
  /** Undefined where identities were not asked for. */
  readonly identity: number | undefined;
}

export interface CelebaLists {
  readonly images: readonly CelebaImage[];
  readonly sources: readonly ManifestSource[];
}

const ATTRIBUTES = { recedingHairline: 'Receding_Hairline', hat: 'Wearing_Hat' } as const;

/** @throws StageError that names file and line: missing, cut off, a row that does not fit, files that do not name the same images. */
export async function readCelebaLists(folder: string, withIdentities: boolean): Promise<CelebaLists> {
  const attributes = await readLines(folder, CELEBA_LISTS.attributes);
  const partition = await readPairs(folder, CELEBA_LISTS.partition);
  const identities = withIdentities ? await readPairs(folder, CELEBA_LISTS.identities) : undefined;
  const { path, lines } = attributes;

  const announced = Number(lines[0]);
  if (!Number.isSafeInteger(announced) || announced < 1)
    throw wrong(path, 1, `is "${(lines[0] ?? '').slice(0, 40)}"`, 'the number of images');
  const names = (lines[1] ?? '').split(/\s+/);
  const [hairline, hat] = Object.values(ATTRIBUTES).map((name) => {
    const at = names.indexOf(name);
    if (at < 0) throw wrong(path, 2, `has no ${name} among ${names.length} names`, 'the names of the attributes');
    return at;
  }) as [number, number];

  const rows = lines.slice(2);
  if (rows.length !== announced) {
    throw new StageError(
      `${path} has ${rows.length} rows, and its first line says ${announced}: ${rows.length < announced ? 'rows are missing' : 'there are too many'}`,
      'replace the file by a fresh copy',
    );
  }
  const images = rows.map((row, index): CelebaImage => {
    const [file = '', ...values] = row.split(/\s+/);
    const line = index + 3;
    if (values.length !== names.length)
      throw wrong(path, line, `has ${values.length} values`, `${names.length}, one an attribute`);
    const is = (at: number): boolean => {
      if (values[at] !== '1' && values[at] !== '-1')
        throw wrong(path, line, `has "${values[at]}" for ${names[at]}`, '1 or -1');
      return values[at] === '1';
    };
    const part = partition.values.get(file);
    if (part === undefined) throw absent(partition.path, file, path, line);
    if (part > 2)
      throw new StageError(
        `${partition.path} has part ${part} for ${file}, expected 0, 1 or 2`,
        'replace the file by a fresh copy',
      );
    const identity = identities?.values.get(file);
    if (identities !== undefined && identity === undefined) throw absent(identities.path, file, path, line);
    return { file, recedingHairline: is(hairline), hat: is(hat), part, identity };
  });
  if (partition.values.size !== images.length) {
    throw new StageError(
      `${partition.path} names ${partition.values.size} images, ${path} ${images.length}`,
      'both files must come from the same copy of CelebA',
    );
  }
  const sources = [attributes, partition, ...(identities === undefined ? [] : [identities])].map(
    ({ source }) => source,
  );
  return { images, sources };
}

interface Lines {
  readonly path: string;
  readonly lines: readonly string[];
  readonly source: ManifestSource;
}

async function readLines(folder: string, file: PublishedFile): Promise<Lines> {
  const path = join(folder, file.name);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new StageError(
      `cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`,
      `put ${file.name} of CelebA there (docs/datasets.md)`,
    );
  }
  const check = checkWhileReading(path, file);
  check.add(bytes);
  const source = check.end();
  const lines = new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  return { path, lines, source };
}

/** Lines of a file name and a whole number. */
async function readPairs(
  folder: string,
  file: PublishedFile,
): Promise<Lines & { readonly values: ReadonlyMap<string, number> }> {
  const read = await readLines(folder, file);
  const values = new Map<string, number>();
  for (const [index, line] of read.lines.entries()) {
    const [name = '', text = '', more] = line.split(/\s+/);
    if (!/^\d+$/.test(text) || more !== undefined)
      throw wrong(read.path, index + 1, `is "${line.slice(0, 40)}"`, 'a file name and a number');
    values.set(name, Number(text));
  }
  return { ...read, values };
}

function wrong(path: string, line: number, found: string, expected: string): StageError {
  return new StageError(`${path}: line ${line} ${found}, expected ${expected}`, 'replace the file by a fresh copy');
}

function absent(path: string, file: string, named: string, line: number): StageError {
  return new StageError(
    `${path} has no row for ${file}, which line ${line} of ${named} names`,
    'both files must come from the same copy of CelebA',
  );
}
