// Writes IDX files for tests, whole or damaged on purpose.

/** An IDX file of unsigned bytes with this shape; `data` need not fit it. */
export function idxFile(shape: readonly number[], data: Uint8Array, magic = 0x0800 | shape.length): Uint8Array {
  const file = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, magic);
  shape.forEach((length, axis) => view.setUint32(4 + 4 * axis, length));
  file.set(data, 4 + 4 * shape.length);
  return file;
}

/** `count` images of 28×28, image i all of brightness i mod 256. */
export function imagesFile(count: number, height = 28, width = 28): Uint8Array {
  return idxFile(
    [count, height, width],
    Uint8Array.from({ length: count * height * width }, (_, at) => Math.floor(at / (height * width))),
  );
}

/** `count` labels, label i being i mod 10. */
export function labelsFile(count: number): Uint8Array {
  return idxFile(
    [count],
    Uint8Array.from({ length: count }, (_, i) => i % 10),
  );
}
