// Sample images laid out in one picture, a row a cluster: pixels in, a data URI out. The only import of sharp in the report.
// Grey images stay exact (PNG); colour images, which are photographs, become WebP, a tenth of the size.
import sharp from 'sharp';
import type { Images } from '../../artifacts/artifact.ts';
import type { SampleSheet } from './report-model.ts';

/** Longest side of a pictured image; larger ones are averaged down by a whole factor. */
const LONGEST_SIDE = 48;

export interface Raster {
  readonly width: number;
  readonly height: number;
  /** 1 (grey) or 3 (red, green, blue). */
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Lays out the given rows of images: `rows[r][c]` is the index of the image in row r, column c. Missing cells are mid-grey. */
export function layOut(
  images: Images,
  rows: readonly (readonly number[])[],
): { readonly raster: Raster; readonly cellWidth: number; readonly cellHeight: number } {
  const factor = Math.max(1, Math.ceil(Math.max(images.width, images.height) / LONGEST_SIDE));
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

async function encode(raster: Raster): Promise<string> {
  const picture = sharp(raster.data, {
    raw: { width: raster.width, height: raster.height, channels: raster.channels },
  });
  if (raster.channels === 3)
    return `data:image/webp;base64,${(await picture.webp({ quality: 80, effort: 4 }).toBuffer()).toString('base64')}`;
  const png = await picture.toColourspace('b-w').png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer();
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** The picture of the given rows of images, or undefined where there is none to show. */
export async function makeSampleSheet(
  images: Images,
  rows: readonly (readonly number[])[],
): Promise<SampleSheet | undefined> {
  if (rows.length === 0) return undefined;
  const { raster, cellWidth, cellHeight } = layOut(images, rows);
  return { uri: await encode(raster), rows: rows.length, columns: raster.width / cellWidth, cellWidth, cellHeight };
}
