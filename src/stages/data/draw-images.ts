// Draws a set of images one by one with progress. In: sizes and a function that fills one image; out: all of them in one array.
import type { Images } from '../../artifacts/artifact.ts';
import { StageError, type StageContext } from '../../stage/stage.ts';
import { yieldTurn } from '../yield-turn.ts';

/** Images between two reports of progress. */
const BATCH = 500;
/** One byte array holds no more (V8's limit for typed arrays on 64 bits is at least this). */
const LARGEST = 2 ** 32 - 1;

/**
 * `count` grey images of height × width; `draw(index, pixels)` fills the height × width bytes of one.
 * @throws StageError where they do not fit into one array.
 */
export async function drawImages(
  context: Pick<StageContext<unknown>, 'progress' | 'signal'>,
  { count, height, width }: { readonly count: number; readonly height: number; readonly width: number },
  draw: (index: number, pixels: Uint8Array) => void,
): Promise<Images> {
  const size = height * width;
  if (count * size > LARGEST) {
    throw new StageError(
      `${count} images of ${height}×${width} need ${((count * size) / 2 ** 30).toFixed(1)} GiB; one set may hold 4 GiB`,
      `ask for at most ${Math.floor(LARGEST / size)} images of this size`,
    );
  }
  const data = new Uint8Array(count * size);
  for (let index = 0; index < count; index += 1) {
    if (index % BATCH === 0) {
      context.progress({ done: index, total: count, unit: 'images' });
      await yieldTurn(context.signal);
    }
    draw(index, data.subarray(index * size, (index + 1) * size));
  }
  context.progress({ done: count, total: count, unit: 'images' });
  return { count, height, width, channels: 1, data };
}
