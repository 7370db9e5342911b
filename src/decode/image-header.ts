// What the first bytes of a file say of the image in it: format, size, kind of pixels. Nothing is decoded.

export interface ImageHeader {
  readonly format: 'jpeg' | 'png';
  readonly width: number;
  readonly height: number;
  /** Channels that are stored: 4 in a JPEG are inks. */
  readonly channels: number;
}

/** What a file is instead. */
const OTHERS: readonly (readonly [name: string, starts: readonly number[], at?: number])[] = [
  ['a GIF', [0x47, 0x49, 0x46, 0x38]],
  ['a WebP image', [0x57, 0x45, 0x42, 0x50], 8],
  ['a TIFF image', [0x49, 0x49, 0x2a, 0x00]],
  ['a TIFF image', [0x4d, 0x4d, 0x00, 0x2a]],
  ['a BMP image', [0x42, 0x4d]],
  ['an AVIF or HEIF image', [0x66, 0x74, 0x79, 0x70], 4],
];
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** By PNG's colour type; of a palette, what it stands for. */
const PNG_CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

const startsWith = (bytes: Uint8Array, start: readonly number[], at = 0): boolean =>
  start.every((byte, index) => bytes[at + index] === byte);

/** Throws an Error whose message is the reason: "it is a GIF, not a JPEG or PNG". */
export function readImageHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length === 0) throw new Error('it is empty');
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return jpegHeader(bytes);
  if (startsWith(bytes, PNG_SIGNATURE)) return pngHeader(bytes);
  const other = OTHERS.find(([, start, at]) => startsWith(bytes, start, at));
  throw new Error(`it is ${other === undefined ? 'no image' : other[0]}, and only JPEG and PNG are read`);
}

function pngHeader(bytes: Uint8Array): ImageHeader {
  if (bytes.length < 33) throw new Error('it is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const channels = PNG_CHANNELS[bytes[25]!];
  if (!startsWith(bytes, [0x49, 0x48, 0x44, 0x52], 12) || channels === undefined)
    throw new Error('its header is damaged');
  return { format: 'png', width: view.getUint32(16), height: view.getUint32(20), channels };
}

/** From the first frame header (SOF), past whatever else comes before it. */
function jpegHeader(bytes: Uint8Array): ImageHeader {
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new Error('its header is damaged');
    const marker = bytes[at + 1]!;
    // Fill bytes, and markers that stand alone.
    if (marker === 0xff || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += marker === 0xff ? 1 : 2;
      continue;
    }
    const length = bytes[at + 2]! * 256 + bytes[at + 3]!;
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame) {
      if (at + 10 > bytes.length) break;
      if (bytes[at + 4] !== 8) throw new Error(`it has ${bytes[at + 4]} bits a channel, and only 8 are read`);
      return {
        format: 'jpeg',
        height: bytes[at + 5]! * 256 + bytes[at + 6]!,
        width: bytes[at + 7]! * 256 + bytes[at + 8]!,
        channels: bytes[at + 9]!,
      };
    }
    // Scan data, or the end of the image, before any frame.
    if (marker === 0xda || marker === 0xd9 || length < 2) throw new Error('its header is damaged');
    at += 2 + length;
  }
  throw new Error('it is cut off');
}
