// Lays one set of images over another, pixel by pixel: front + (1 − front) · behind, in 0..1. In: two sets of one shape; out: a third.
import type { Images } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

export interface OverlayInputs {
  readonly front: Images;
  readonly behind: Images;
}

export const overlay = implementStage({
  parameters: { type: 'object', properties: {}, additionalProperties: false },
  outputs: { images: 'Images' },
  async run(context: StageContext<object, OverlayInputs>) {
    const { front, behind } = context.inputs;
    if (shapeOf(front) !== shapeOf(behind)) {
      throw new StageError(`overlay: front has ${shapeOf(front)} images, behind has ${shapeOf(behind)}`);
    }
    const { count, height, width, channels } = front;
    const data = new Uint8Array(front.data.length);
    for (let i = 0; i < data.length; i += 1) {
      const over = front.data[i]!;
      // 255 · (f + (1 − f) · b) for f and b in 0..1, rounded to the nearest byte.
      data[i] = Math.round(over + ((255 - over) * behind.data[i]!) / 255);
    }
    context.progress({ done: count, total: count, unit: 'images' });
    return { images: { count, height, width, channels, data } };
  },
});

function shapeOf({ count, height, width, channels }: Images): string {
  return `${count}×${height}×${width}×${channels}`;
}
