// The bytes of a JPEG or PNG in, its pixels out. The decoders of ordinary files are WebAssembly: they start in no time, and a damaged file cannot
// bring the process down. JPEGs of four inks are left to libvips.
import { decode as decodeJpeg } from '@cwasm/jpeg-turbo';
import { decode as decodePng } from '@cwasm/lodepng';
import { readImageHeader } from './image-header.ts';

/** 8-bit red, green, blue and a fourth byte that means nothing here, row by row. What is transparent has the colour that is stored. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** Bytes of a pixel. */
export const STRIDE = 4;

/** Larger images are refused: a few bytes can claim to be gigabytes of pixels. */
const MOST_PIXELS = 100_000_000;

/** Values are as stored: no colour profile and no orientation is applied. Throws an Error whose message is the reason. */
export async function decodePixels(bytes: Uint8Array): Promise<Pixels> {
  const { format, width, height, channels } = readImageHeader(bytes);
  if (width < 1 || height < 1) throw new Error(`its size is ${width}×${height}`);
  if (width * height > MOST_PIXELS)
    throw new Error(`it has ${width}×${height} pixels, more than ${MOST_PIXELS / 1e6} million`);
  try {
    if (format === 'png') return decodePng(bytes);
    return channels === 4 ? await decodeInks(bytes) : decodeJpeg(bytes);
  } catch {
    // The decoders only say that they failed.
    throw new Error('it is damaged or cut off');
  }
}

/** Inks become colours by plain subtraction, as in Pillow: what is stored decides, not a profile. */
async function decodeInks(bytes: Uint8Array): Promise<Pixels> {
  const { default: sharp } = await import('sharp');
  const { data, info } = await sharp(bytes, { failOn: 'truncated', ignoreIcc: true })
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== STRIDE) throw new Error(`${info.channels} channels where four inks were expected`);
  for (let at = 0; at < data.length; at += STRIDE) {
    const light = 255 - data[at + 3]!;
    for (let ink = at; ink < at + 3; ink += 1) data[ink] = light - dividedBy255(data[ink]! * light);
  }
  return { width: info.width, height: info.height, data };
}

/** Of a product of two bytes, rounded. */
function dividedBy255(product: number): number {
  const raised = product + 128;
  return ((raised >> 8) + raised) >> 8;
}
