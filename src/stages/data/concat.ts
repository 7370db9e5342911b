// One image set after the other, or one set of labels. In: sets of images of one shape, or labels of the same classes; out: all of them.
import type { Images, Labels } from '../../artifacts/artifact.ts';
import { implementStage, StageError, type StageContext } from '../../stage/stage.ts';

const parameters = { type: 'object', properties: {}, additionalProperties: false };

export const concat = implementStage({
  parameters,
  outputs: { images: 'Images' },
  async run(context: StageContext<object, { readonly parts: readonly Images[] }>) {
    const { parts } = context.inputs;
    const [first] = parts;
    if (first === undefined) throw new StageError('concat: the list is empty', 'give at least one image set');
    const { height, width, channels } = first;
    const stray = parts.find((part) => shapeOf(part) !== shapeOf(first));
    if (stray !== undefined)
      throw new StageError(`concat: images of ${shapeOf(stray)} after images of ${shapeOf(first)}`);
    const data = new Uint8Array(parts.reduce((length, part) => length + part.data.length, 0));
    parts.reduce((at, part) => {
      data.set(part.data, at);
      return at + part.data.length;
    }, 0);
    return { images: { count: parts.reduce((sum, { count }) => sum + count, 0), height, width, channels, data } };
  },
});

export const concatLabels = implementStage({
  parameters,
  outputs: { labels: 'Labels' },
  async run(context: StageContext<object, { readonly parts: readonly Labels[] }>) {
    const { parts } = context.inputs;
    const [first] = parts;
    if (first === undefined)
      throw new StageError('concat_labels: the list is empty', 'give at least one set of labels');
    const named = (labels: Labels): string => labels.names.join(', ');
    const stray = parts.find((part) => named(part) !== named(first));
    if (stray !== undefined)
      throw new StageError(`concat_labels: classes ${named(stray)} after classes ${named(first)}`);
    return { labels: { values: Int32Array.from(parts.flatMap(({ values }) => [...values])), names: first.names } };
  },
});

function shapeOf({ height, width, channels }: Images): string {
  return `${height}×${width}×${channels}`;
}
