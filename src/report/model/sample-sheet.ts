// Sample images laid out in one picture, a row a cluster: pixels in, a data URI out. The only import of sharp in the report.
// Grey samples stay exact (PNG); colour samples, which are photographs, become WebP, and the many thumbnails JPEG: each the smallest of its kind.
import sharp, { type Sharp } from 'sharp';
import type { Images, Labels } from '../../artifacts/artifact.ts';
import { spread } from './clustering.ts';
import type { SampleSheet, Thumbnails } from './report-model.ts';

/** Longest side of a sample in pixels. */
const LONGEST_SIDE = 48;

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/**
 * Lays out the given rows of images: `rows[r][c]` is the index of the image in row r, column c. Missing cells are mid-grey.
 * Images with a side longer than `longestSide` pixels are averaged down by a whole factor.
 */
export function layOut(
  images: Images,
  rows: readonly (readonly number[])[],
  longestSide: number,
): { readonly raster: Raster; readonly cellWidth: number; readonly cellHeight: number } {
  const factor = Math.max(1, Math.ceil(Math.max(images.width, images.height) / longestSide));
  const cellWidth = Math.max(1, Math.floor(images.width / factor));
  const cellHeight = Math.max(1, Math.floor(images.height / factor));
  const channels = images.channels >= 3 ? 3 : 1;
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const width = columns * cellWidth;
  const data = new Uint8Array(width * rows.length * cellHeight * channels).fill(128);
  for (const [r, row] of rows.entries())
    for (const [c, image] of row.entries())
      for (let y = 0; y < cellHeight; y += 1)
        for (let x = 0; x < cellWidth; x += 1)
          for (let channel = 0; channel < channels; channel += 1)
            data[((r * cellHeight + y) * width + c * cellWidth + x) * channels + channel] = average(
              images,
              image,
              x,
              y,
              channel,
              factor,
            );
  return { raster: { width, height: rows.length * cellHeight, channels, data }, cellWidth, cellHeight };
}

/** Mean of the factor×factor block whose corner is (x, y) times factor. */
function average(images: Images, image: number, x: number, y: number, channel: number, factor: number): number {
  const height = Math.min(factor, images.height);
  const width = Math.min(factor, images.width);
  let sum = 0;
  for (let dy = 0; dy < height; dy += 1)
    for (let dx = 0; dx < width; dx += 1) {
      const pixel = (image * images.height + y * factor + dy) * images.width + x * factor + dx;
      sum += images.data[pixel * images.channels + channel]!;
    }
  return Math.round(sum / (height * width));
}

async function encodeExactly(raster: Raster): Promise<string> {
  const png = await open(raster).toColourspace('b-w').png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}

async function encodeSmall(raster: Raster): Promise<string> {
  return `data:image/webp;base64,${(await open(raster).webp({ quality: 80, effort: 4 }).toBuffer()).toString('base64')}`;
}

async function encodeTiny(raster: Raster): Promise<string> {
  const image = raster.channels === 1 ? open(raster).toColourspace('b-w') : open(raster);
  return `data:image/jpeg;base64,${(await image.jpeg({ quality: 40, mozjpeg: true }).toBuffer()).toString('base64')}`;
}

function open({ data, width, height, channels }: Raster): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** The picture of the given rows of images, or undefined where there is none to show. */
export async function makeSampleSheet(
  images: Images,
  rows: readonly (readonly number[])[],
): Promise<SampleSheet | undefined> {
  if (rows.length === 0) return undefined;
  const { raster, cellWidth, cellHeight } = layOut(images, rows, LONGEST_SIDE);
  const uri = raster.channels === 1 ? await encodeExactly(raster) : await encodeSmall(raster);
  return { uri, rows: rows.length, columns: raster.width / cellWidth, cellWidth, cellHeight };
}

/** Most thumbnails in a page, cells in a line of their sheet, longest side of one in pixels. */
const MOST_THUMBNAILS = 2500;
const PER_LINE = 50;
const THUMBNAIL_SIDE = 32;

/** Small pictures of the images on the maps, or undefined where there are no maps. Where there are too many, some go without. */
export async function makeThumbnails(
  images: Images,
  labels: Labels,
  mapped: readonly (readonly number[])[],
): Promise<Thumbnails | undefined> {
  const all = [...new Set(mapped.flat())].sort((a, b) => a - b);
  if (all.length === 0) return undefined;
  const rows = spread(all, MOST_THUMBNAILS);
  const lines = Array.from({ length: Math.ceil(rows.length / PER_LINE) }, (_, i) =>
    rows.slice(i * PER_LINE, (i + 1) * PER_LINE),
  );
  const { raster, cellWidth, cellHeight } = layOut(images, lines, THUMBNAIL_SIDE);
  const sheet = {
    uri: await encodeTiny(raster),
    rows: lines.length,
    columns: raster.width / cellWidth,
    cellWidth,
    cellHeight,
  };
  return { sheet, rows, classes: rows.map((row) => labels.values[row]!) };
}
