// The image files below a folder, and a digest of them for keys. In: a folder; out: names in a fixed order, what else lies there, a digest of names,
// sizes and times. Nothing is opened. Light: the planner calls it.
import { createHash } from 'node:crypto';
import { readdirSync, statSync, type Dirent } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';

export interface ImageListing {
  /** Paths below the folder, with `/`, by code unit. */
  readonly images: readonly string[];
  /** Files that are no images by their name; hidden ones are passed over in silence. */
  readonly others: readonly string[];
}

const IMAGE = /\.(jpe?g|png)$/i;
/** A link that leads to a folder above would never end. */
const DEEPEST = 16;
/** Entries between two turns of the event loop. */
const TURN = 1000;

/** True for a name that ends as those of JPEG and PNG files do. */
export const isImageName = (name: string): boolean => IMAGE.test(name);

// Lists are sorted without a comparison of one's own: by code unit, the same on every machine.

/** Names in a folder by code unit, hidden ones left out, links followed. Throws what the file system throws. */
export function listFolder(folder: string): { readonly folders: readonly string[]; readonly files: readonly string[] } {
  const folders: string[] = [];
  const files: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    if (leadsToFolder(folder, entry)) folders.push(entry.name);
    else files.push(entry.name);
  }
  return { folders: folders.sort(), files: files.sort() };
}

/** All that is below a folder, at any depth. */
export async function listImages(folder: string): Promise<ImageListing> {
  const images: string[] = [];
  const others: string[] = [];
  let seen = 0;
  const visit = async (below: string, depth: number): Promise<void> => {
    if (depth > DEEPEST)
      throw new Error(`${join(folder, below)} is more than ${DEEPEST} folders deep: a link may lead upwards`);
    const { folders, files } = listFolder(join(folder, below));
    for (const name of files) (isImageName(name) ? images : others).push(below === '' ? name : `${below}/${name}`);
    seen += files.length;
    if (seen > TURN) {
      seen = 0;
      await setImmediate();
    }
    for (const name of folders) await visit(below === '' ? name : `${below}/${name}`, depth + 1);
  };
  await visit('', 0);
  return { images: images.sort(), others };
}

/** Names, sizes and times of the images below these folders: equal listings stand for equal content in keys. Undefined where a folder is missing. */
export async function listingDigest(folders: readonly string[]): Promise<string | undefined> {
  const hash = createHash('sha256');
  let seen = 0;
  try {
    for (const folder of folders) {
      for (const name of (await listImages(folder)).images) {
        const { size, mtimeMs } = statSync(join(folder, name));
        hash.update(`${name}\0${size}\0${mtimeMs}\n`);
        seen += 1;
        if (seen % TURN === 0) await setImmediate();
      }
      // Two classes that change their names are not the same any more.
      hash.update(`${basename(folder)}\0\n`);
    }
  } catch {
    // The stage says what is wrong.
    return undefined;
  }
  return hash.digest('hex');
}

function leadsToFolder(folder: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(join(folder, entry.name)).isDirectory();
  } catch {
    // It leads nowhere; reading it says so.
    return false;
  }
}
