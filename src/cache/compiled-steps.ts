// Compiled training steps by key, kept so that the next run need not compile them again. One sealed file each, which names its key. They are no
// results: a file that is missing or damaged costs a second, and so does one that cannot be written. A worker writes them; it has only the folder.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Clock } from '../platform/clock.ts';
import type { FileSystem } from '../platform/file-system.ts';
import type { Host } from '../platform/host.ts';
import { digestOf } from './digest.ts';
import { readSealed, UNFINISHED, writeSealed } from './sealed-file.ts';

export interface CompiledSteps {
  /** What was written under this key on this kind of machine; undefined where there is nothing whole. */
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, content: Uint8Array): Promise<void>;
  /** Removes what was read and turned out to be of no use, and says why. */
  reject(key: string, why: string): Promise<void>;
  /** What `make` leaves in the file that it is told, which is gone afterwards; undefined where it fails. */
  captured(make: (path: string) => Promise<void>): Promise<Uint8Array | undefined>;
}

export interface CompiledStepsOptions {
  readonly files: FileSystem;
  readonly clock: Clock;
  readonly folder: string;
  /** Besides its key a compiled step may depend on the processor: machines that differ have their own. */
  readonly host: Pick<Host, 'platform' | 'cpu'>;
  /** Hears what went wrong and was done without. */
  readonly warn: (message: string) => void;
}

/** Never rejects: what goes wrong is said, and done without. */
export function compiledSteps({ files, clock, folder, host, warn }: CompiledStepsOptions): CompiledSteps {
  const nameOf = (key: string): string => digestOf(JSON.stringify([key, host.platform, host.cpu]));
  const place = (name: string): string => join(folder, name);
  const discard = async (name: string, why: string): Promise<void> => {
    warn(`${why}: it is compiled again`);
    await files.remove(place(name)).catch(() => false);
  };
  const unstored = (error: unknown): void => warn(`the compiled step cannot be stored: ${(error as Error).message}`);
  return {
    async read(key) {
      const name = nameOf(key);
      try {
        const content = await readSealed(files, place(name));
        if (content === undefined) return undefined;
        const compiled = content === 'damaged' ? undefined : withoutName(content, name);
        if (compiled === undefined) await discard(name, `a stored compiled step is damaged (${place(name)})`);
        else await files.touch(place(name), clock.now());
        return compiled;
      } catch (error) {
        warn(`a stored compiled step cannot be read, and is compiled again: ${(error as Error).message}`);
        return undefined;
      }
    },
    async write(key, content) {
      const name = nameOf(key);
      try {
        await writeSealed(files, place(name), [new TextEncoder().encode(name), content]);
      } catch (error) {
        unstored(error);
      }
    },
    reject: (key, why) => discard(nameOf(key), `a stored compiled step is of no use here (${why})`),
    async captured(make) {
      const path = join(folder, `${randomUUID()}${UNFINISHED}`);
      try {
        await files.makeFolder(folder);
        await make(path);
        return await files.read(path);
      } catch (error) {
        unstored(error);
        return undefined;
      } finally {
        await files.remove(path).catch(() => false);
      }
    },
  };
}

/** The content without the name in front of it; undefined where that is another's. */
function withoutName(content: Uint8Array, name: string): Uint8Array | undefined {
  const found = new TextDecoder().decode(content.subarray(0, name.length));
  return found === name ? content.subarray(name.length) : undefined;
}

/** Whether a file of the folder is what was written under its name. */
export async function isWholeCompiledStep(files: FileSystem, path: string, name: string): Promise<boolean> {
  const content = await readSealed(files, path);
  return content !== undefined && content !== 'damaged' && withoutName(content, name) !== undefined;
}
