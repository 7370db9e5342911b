// Rotation of the hue in HSV: the largest and the smallest channel of a pixel keep their values, and the hue goes round.
import * as tf from '../tensor.ts';
import type { Tensor, Tensor4D } from '../tensor.ts';

/** Colours [B, 3, H, W] in 0..1 with the hue turned by `turn` [B, 1, 1, 1], in whole turns. Greys stay as they are. */
export function rotateHue(planes: Tensor4D, turn: Tensor): Tensor4D {
  const [batch, , height, width] = planes.shape;
  const plane = (channel: number): Tensor => tf.slice(planes, [0, channel, 0, 0], [batch, 1, height, width]);
  const [red, green, blue] = [plane(0), plane(1), plane(2)];
  const high = tf.maximum(tf.maximum(red, green), blue);
  const low = tf.minimum(tf.minimum(red, green), blue);
  const chroma = tf.sub(high, low);
  const redLeads = tf.equal(red, high);
  const greenLeads = tf.equal(green, high);
  const choose = (ifRed: Tensor, ifGreen: Tensor, ifBlue: Tensor): Tensor =>
    tf.where(redLeads, ifRed, tf.where(greenLeads, ifGreen, ifBlue));
  const constant = (value: number): Tensor => tf.fill(red.shape, value);
  const difference = choose(tf.sub(green, blue), tf.sub(blue, red), tf.sub(red, green));
  // In sixths of a turn from red, −1 to 5; where the chroma is 0, so is the difference.
  const hue = tf.add(tf.div(difference, tf.maximum(chroma, 1e-12)), choose(constant(0), constant(2), constant(4)));
  const turned = tf.add(hue, tf.mul(turn, 6));
  const sixths = tf.sub(turned, tf.mul(tf.floor(tf.mul(turned, 1 / 6)), 6));
  const share = (value: Tensor): Tensor => tf.add(low, tf.mul(chroma, tf.clipByValue(value, 0, 1)));
  const from = (centre: number): Tensor => tf.abs(tf.sub(sixths, centre));
  return tf.concat([share(tf.sub(from(3), 1)), share(tf.sub(2, from(2))), share(tf.sub(2, from(4)))], 1) as Tensor4D;
}
