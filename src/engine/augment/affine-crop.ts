// A crop of random area and aspect, rotated: one bilinear sample an output pixel, reflected at the image's border (docs/methods.md §3.1).
import * as tf from '../tensor.ts';
import type { Tensor, Tensor4D } from '../tensor.ts';
import type { ImageShape, Primitive } from './primitive.ts';

export interface AffineCrop {
  readonly kind: 'affine-crop';
  /** Smallest and largest area of the crop, as a share of the image. */
  readonly scale: readonly [number, number];
  /** Largest rotation either way, degrees. */
  readonly rotation: number;
}

const LARGEST_ASPECT = Math.log(4 / 3);

/**
 * An image's numbers: the column in the image of an output pixel that lies `dx` columns and `dy` rows from the view's middle is
 * [0]·dx + [1]·dy + [2], its row [3]·dx + [4]·dy + [5].
 */
export function affineCrop(options: AffineCrop, input: ImageShape): Primitive {
  const [height, width] = input;
  return {
    output: input,
    numbers: 6,
    draw(random, into) {
      const area = random.uniform(...options.scale);
      const aspect = Math.exp(random.uniform(-LARGEST_ASPECT, LARGEST_ASPECT));
      const scaleX = Math.min(1, Math.sqrt(area * aspect));
      const scaleY = Math.min(1, Math.sqrt(area / aspect));
      const centreX = random.uniform(-1, 1) * (1 - scaleX);
      const centreY = random.uniform(-1, 1) * (1 - scaleY);
      const angle = (random.uniform(-1, 1) * options.rotation * Math.PI) / 180;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      into.set([scaleX * cos, ((-scaleY * sin) / height) * width, ((centreX + 1) * width - 1) / 2]);
      into.set([((scaleX * sin) / width) * height, scaleY * cos, ((centreY + 1) * height - 1) / 2], 3);
    },
    apply(images, numbers) {
      const batch = images.shape[0];
      const matrices = tf.reshape(numbers, [batch, 2, 3]);
      const places = tf.matMul(matrices, fromMiddle(height, width));
      const along = (axis: number): Tensor =>
        tf.reshape(tf.slice(places, [0, axis, 0], [batch, 1, height * width]), [batch, -1]);
      return sample(images, along(0), along(1));
    },
  };
}

/** Columns and rows of all pixels counted from the middle, and ones, [1, 3, height · width]. */
function fromMiddle(height: number, width: number): Tensor {
  const pixels = Array.from({ length: height * width }, (_, at) => at);
  return tf.tensor(
    [
      pixels.map((at) => (at % width) - (width - 1) / 2),
      pixels.map((at) => Math.floor(at / width) - (height - 1) / 2),
      pixels.map(() => 1),
    ].flat(),
    [1, 3, height * width],
  );
}

/** Values of images [B, H, W, C] at places [B, H·W] in pixels, no farther outside than the image is long. */
function sample(images: Tensor4D, x: Tensor, y: Tensor): Tensor4D {
  const [batch, height, width, channels] = images.shape;
  const columns = neighbours(x, width);
  const rows = neighbours(y, height);
  const first = tf.tensor(
    Int32Array.from({ length: batch }, (_, image) => image * height * width),
    [batch, 1],
    'int32',
  );
  const at = tf.add(tf.add(tf.mul(rows.first, tf.scalar(width, 'int32')), columns.first), first);
  const [right, down] = [width > 1 ? 1 : 0, height > 1 ? width : 0];
  const pixels = tf.reshape(images, [batch * height * width, channels]);
  // Channel by channel, so that a share multiplies long runs of numbers and not three at a time. The reshapes keep ONNX Runtime from
  // moving the transposes past the arithmetic, which would undo that.
  const value = (step: number): Tensor => {
    const gathered = tf.gather(pixels, tf.add(at, tf.scalar(step, 'int32')));
    const planes = channels === 1 ? gathered : tf.transpose(gathered, [0, 2, 1]);
    return tf.reshape(planes, [batch, channels, height, width]);
  };
  const between = (a: Tensor, b: Tensor, share: Tensor): Tensor =>
    tf.add(a, tf.mul(tf.sub(b, a), tf.reshape(share, [batch, 1, height, width])));
  const upper = between(value(0), value(right), columns.share);
  const lower = between(value(down), value(down + right), columns.share);
  const sampled = tf.reshape(between(upper, lower, rows.share), [batch, channels, height * width]);
  return tf.reshape(channels === 1 ? sampled : tf.transpose(sampled, [0, 2, 1]), images.shape);
}

/**
 * The pixel before each place along one axis, and the share of the one after it. A place outside is reflected at the outer edge of
 * the outermost pixel, within whose outer half the value stays.
 */
function neighbours(place: Tensor, length: number): { readonly first: Tensor; readonly share: Tensor } {
  const fromStart = tf.abs(tf.add(place, 0.5));
  const inside = tf.clipByValue(tf.sub(length - 0.5, tf.abs(tf.sub(fromStart, length))), 0, length - 1);
  const first = tf.minimum(tf.floor(inside), Math.max(0, length - 2));
  return { first: tf.cast(first, 'int32'), share: tf.sub(inside, first) };
}
