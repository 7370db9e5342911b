// Times decoding: makes files of its own, then decodes them all. The files stay where a folder is given, so that another program can be given the same.
import { copyFile, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeImages } from './decode-images.ts';

export interface DecodeBench {
  readonly files: number;
  /** Side of the images that are wanted. */
  readonly size: number;
  /** Of the files. */
  readonly width: number;
  readonly height: number;
  readonly format: 'jpeg' | 'png';
  readonly threads: number;
  /** Where the files are made, or found if they are there already; they stay. Without it: a temporary folder. */
  readonly folder?: string;
}

export interface DecodeTiming extends Omit<DecodeBench, 'folder'> {
  readonly engine: string;
  readonly seconds: number;
  readonly images_per_s: number;
  /** Largest resident memory of the whole process while it decodes, MB (1e6 bytes). */
  readonly peak_mb: number;
}

/** Files with the same content again: making an image costs more than decoding it. */
const DIFFERENT = 500;

export async function benchDecode(options: DecodeBench): Promise<DecodeTiming> {
  const { files, size, threads, folder } = options;
  const place = folder ?? (await mkdtemp(join(tmpdir(), 'pipe-bench-decode-')));
  try {
    const paths = await makeFiles(place, options);
    let peak = 0;
    const look = (): void => {
      peak = Math.max(peak, process.memoryUsage.rss());
    };
    const watch = setInterval(look, 5);
    const start = performance.now();
    let decoded = 0;
    for await (const { count } of decodeImages(
      paths,
      { height: size, width: size, channels: 3, fit: 'crop' },
      { threads },
    )) {
      decoded += count;
      look();
    }
    const seconds = (performance.now() - start) / 1000;
    clearInterval(watch);
    if (decoded !== files) throw new Error(`${decoded} of ${files} files were decoded`);
    const { width, height, format } = options;
    return {
      ...{ engine: 'pipe', files, size, width, height, format, threads },
      seconds: Number(seconds.toFixed(3)),
      images_per_s: Number((files / seconds).toFixed(1)),
      peak_mb: Number((peak / 1e6).toFixed(1)),
    };
  } finally {
    if (folder === undefined) await rm(place, { recursive: true, force: true });
  }
}

async function makeFiles(folder: string, { files, width, height, format }: DecodeBench): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const present = new Set(await readdir(folder));
  const paths: string[] = [];
  for (let index = 0; index < files; index += 1) {
    const name = `${width}x${height}-${String(index).padStart(7, '0')}.${format}`;
    paths.push(join(folder, name));
    if (present.has(name)) continue;
    if (index >= DIFFERENT) await copyFile(paths[index % DIFFERENT]!, paths[index]!);
    else await writeFile(paths[index]!, await encode(width, height, index, format));
  }
  return paths;
}

/** Smooth patches under a little noise, of which a JPEG of quality 90 is about as large as one of a photograph. */
async function encode(width: number, height: number, index: number, format: 'jpeg' | 'png'): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at += 1) {
    const channel = at % 3;
    const column = ((at - channel) / 3) % width;
    const row = Math.floor(at / 3 / width);
    const wave = Math.sin(column / (4 + ((index + channel) % 9))) * Math.cos(row / (5 + ((index * 3 + channel) % 7)));
    data[at] = 128 + 100 * wave + ((at * 2654435761 + index * 40503) >>> 28);
  }
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  return format === 'jpeg' ? image.jpeg({ quality: 90 }).toBuffer() : image.png().toBuffer();
}
