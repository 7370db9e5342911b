// A set of images in memory, and batches of them as a network reads them.

/** 8-bit images, NHWC. */
export interface ImageSet {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** Writes the images of these rows one after the other into `out`, float32 in 0..1. */
export function gatherImages(out: Float32Array, images: ImageSet, rows: Int32Array): void {
  const size = images.height * images.width * images.channels;
  let at = 0;
  for (const row of rows) {
    const end = (row + 1) * size;
    for (let from = row * size; from < end; from += 1) {
      out[at] = images.data[from]! / 255;
      at += 1;
    }
  }
}
