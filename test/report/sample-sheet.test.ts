import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Images } from '../../src/artifacts/artifact.ts';
import { layOut, makeSampleSheet, makeThumbnails } from '../../src/report/model/sample-sheet.ts';

function images(count: number, side: number, channels: number): Images {
  const data = Uint8Array.from({ length: count * side * side * channels }, (_, i) => (i * 37 + 11) % 256);
  return { count, height: side, width: side, channels, data };
}

describe('a sample sheet', () => {
  it('holds each image exactly, in its row and column', () => {
    const given = images(5, 4, 1);
    const { raster, cellWidth, cellHeight } = layOut(given, [[4, 0], [2]], 48);
    expect([raster.width, raster.height, cellWidth, cellHeight]).toEqual([8, 8, 4, 4]);
    const cell = (row: number, column: number): number[] =>
      Array.from({ length: 16 }, (_, i) => raster.data[(row * 4 + Math.floor(i / 4)) * 8 + column * 4 + (i % 4)]!);
    expect(cell(0, 0)).toEqual([...given.data.subarray(4 * 16, 5 * 16)]);
    expect(cell(0, 1)).toEqual([...given.data.subarray(0, 16)]);
    expect(cell(1, 0)).toEqual([...given.data.subarray(2 * 16, 3 * 16)]);
    expect(new Set(cell(1, 1))).toEqual(new Set([128]));
  });

  it('averages large images down', () => {
    const flat: Images = { count: 1, height: 96, width: 96, channels: 3, data: new Uint8Array(96 * 96 * 3).fill(200) };
    const { raster, cellWidth } = layOut(flat, [[0]], 48);
    expect(cellWidth).toBe(48);
    expect(new Set(raster.data)).toEqual(new Set([200]));
  });

  it('shows images of two channels by their first, and drops a fourth', () => {
    expect(layOut(images(1, 2, 2), [[0]], 48).raster).toMatchObject({
      channels: 1,
      data: Uint8Array.from([11, 85, 159, 233]),
    });
    expect(layOut(images(1, 1, 4), [[0]], 48).raster).toMatchObject({
      channels: 3,
      data: Uint8Array.from([11, 48, 85]),
    });
  });

  it('is a grey PNG without loss, the same bytes each time', async () => {
    const given = images(3, 7, 1);
    const sheet = (await makeSampleSheet(given, [[0, 1, 2]]))!;
    const again = await makeSampleSheet(given, [[0, 1, 2]]);
    expect(again).toEqual(sheet);
    expect(sheet).toMatchObject({ rows: 1, columns: 3, cellWidth: 7, cellHeight: 7 });
    const decoded = sharp(Buffer.from(sheet.uri.slice('data:image/png;base64,'.length), 'base64'));
    expect((await decoded.metadata()).format).toBe('png');
    expect(new Uint8Array(await decoded.extractChannel(0).raw().toBuffer())).toEqual(
      layOut(given, [[0, 1, 2]], 48).raster.data,
    );
  });

  it('is a WebP for colour images, and nothing for no rows', async () => {
    expect((await makeSampleSheet(images(2, 8, 3), [[0, 1]]))!.uri).toMatch(/^data:image\/webp;base64,/);
    expect(await makeSampleSheet(images(2, 8, 3), [])).toBeUndefined();
  });
});

describe('thumbnails', () => {
  const labels = { names: ['a', 'b'], values: Int32Array.from({ length: 200 }, (_, i) => i % 2) };

  it('hold each mapped image once, with its class', async () => {
    const { sheet, rows, classes } = (await makeThumbnails(images(200, 8, 1), labels, [
      [3, 8, 150],
      [3, 9],
    ]))!;
    expect(rows).toEqual([3, 8, 9, 150]);
    expect(classes).toEqual([1, 0, 1, 0]);
    expect(sheet).toMatchObject({ rows: 1, columns: 4, cellWidth: 8, cellHeight: 8 });
    expect(sheet.uri).toMatch(/^data:image\/jpeg;base64,/);
  });

  it('are none where nothing is mapped, and at most a few thousand', async () => {
    expect(await makeThumbnails(images(2, 4, 1), labels, [])).toBeUndefined();
    const many = { names: ['a'], values: new Int32Array(6000) };
    const all = Array.from({ length: 6000 }, (_, i) => i);
    expect((await makeThumbnails(images(6000, 2, 1), many, [all]))!.rows).toHaveLength(2500);
  });
});
