// Folders of classes with image files below them: the form in which ImageNet, Birds 400 and most sets of one's own come. In: a folder, and which of its
// folders are the classes; out: the files in order with their labels. What does not fit together is an error that names the folder.
import { basename, join } from 'node:path';
import type { Labels } from '../../artifacts/artifact.ts';
import { StageError } from '../../stage/stage.ts';
import { evenlySpaced } from './decode-dataset.ts';
import { isImageName, listFolder, listImages } from './image-files.ts';

/** One class: its folder below the root, and the name that is shown. */
export interface ClassFolder {
  readonly folder: string;
  readonly name: string;
}

export interface LabelledFiles {
  readonly files: readonly { readonly name: string }[];
  readonly labels: Labels;
  /** Files that are no JPEG or PNG by their name. */
  readonly others: readonly string[];
}

/**
 * The classes of a folder: its folders, by code unit; where it has none, itself is the only class.
 * @throws StageError where images lie beside folders of classes, where it is not clear whether they count.
 */
export function classFolders(root: string): readonly ClassFolder[] {
  const { folders, files } = listFolder(root);
  if (folders.length === 0) return [{ folder: '', name: basename(root) }];
  const stray = files.find(isImageName);
  if (stray !== undefined) {
    throw new StageError(
      `${join(root, stray)} lies beside folders of classes (${folders[0]}, …)`,
      'move images into the folder of their class, or folders that are no classes elsewhere',
    );
  }
  return folders.map((folder) => ({ folder, name: folder }));
}

/**
 * The folders named in `subset`, in its order, which is that of the labels.
 * @throws StageError for a name that is no folder of the root, or stands there twice.
 */
export function subsetFolders(root: string, subset: readonly ClassFolder[], advice: string): readonly ClassFolder[] {
  const present = new Set(listFolder(root).folders);
  const missing = subset.filter(({ folder }) => !present.has(folder));
  if (missing.length > 0) {
    const names = missing.slice(0, 5).map(({ folder }) => folder);
    throw new StageError(
      `${root} has no folder for ${missing.length} of ${subset.length} classes: ${names.join(', ')}${missing.length > 5 ? ', …' : ''}`,
      advice,
    );
  }
  const twice = subset.find(({ folder }, at) => subset.findIndex((other) => other.folder === folder) !== at);
  if (twice !== undefined) throw new StageError(`class ${twice.folder} is named twice`, 'name every class once');
  return subset;
}

/**
 * All images of the classes, class by class.
 * @throws StageError for a class without an image.
 */
export async function labelledFiles(root: string, classes: readonly ClassFolder[]): Promise<LabelledFiles> {
  const files: { readonly name: string }[] = [];
  const values: number[] = [];
  const others: string[] = [];
  for (const [label, { folder }] of classes.entries()) {
    const found = await listImages(join(root, folder));
    const path = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
    if (found.images.length === 0) {
      throw new StageError(
        `${join(root, folder)} holds no JPEG or PNG file${found.others.length === 0 ? '' : `, only ${listed(found.others)}`}`,
        'put its images there, or remove the folder',
      );
    }
    for (const name of found.images) {
      files.push({ name: path(name) });
      values.push(label);
    }
    others.push(...found.others.map(path));
  }
  return { files, labels: { values: Int32Array.from(values), names: classes.map(({ name }) => name) }, others };
}

/**
 * `count` of the files, evenly spaced, with their labels.
 * @throws StageError where there are fewer.
 */
export function choose(what: string, { files, labels }: LabelledFiles, count: number): Omit<LabelledFiles, 'others'> {
  if (count > files.length)
    throw new StageError(
      `${what} holds ${files.length} images, fewer than count: ${count}`,
      `set count: ${files.length}`,
    );
  const chosen = evenlySpaced(files.length, count);
  return {
    files: chosen.map((index) => files[index]!),
    labels: { values: Int32Array.from(chosen, (index) => labels.values[index]!), names: labels.names },
  };
}

/** "a.txt, b.gif, … (12)". */
export function listed(names: readonly string[]): string {
  return names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')}, … (${names.length})`;
}
