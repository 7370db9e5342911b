// The real programs that are edited at random: every program of the project, good or bad. In: the root of the project; out: texts and a reader.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folders = ['pipelines', 'stdlib/std', 'test/diagnostics/golden', 'test/syntax/format/golden'];

export function programsOf(root: string): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.pipe'))
      .sort()
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  );
}

/** Reads each file once. */
export function projectReader(root: string): (path: string) => string | undefined {
  const texts = new Map<string, string | undefined>();
  return (path) => {
    if (!texts.has(path)) {
      try {
        texts.set(path, readFileSync(join(root, path), 'utf8'));
      } catch {
        texts.set(path, undefined);
      }
    }
    return texts.get(path);
  };
}
