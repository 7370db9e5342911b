// How many channels ONNX Runtime's CPU kernels keep together in their blocked layout on this processor: asked of a model of one node.
import { NCHWC } from '../lower/blocks.ts';
import { encodeModel } from '../lower/onnx-model.ts';
import { Session } from './session.ts';

/** A channel count that every block size is at least: the kernel fills up to a whole block. */
const PROBED_CHANNELS = 4;

let known: Promise<number | undefined> | undefined;

/** 16 with AVX-512, 8 with AVX2 or NEON; undefined where this build or processor has no blocked kernels. Asked once a process. */
export function channelBlock(): Promise<number | undefined> {
  known ??= probe();
  return known;
}

async function probe(): Promise<number | undefined> {
  const model = encodeModel({
    name: 'channel-block',
    inputs: [{ name: 'x', type: 'float32', shape: [1, 1, 1, PROBED_CHANNELS] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['batch', 'channels', 'height', 'width'] }],
    nodes: [{ op: 'ReorderInput', domain: NCHWC, inputs: ['x'], outputs: ['y'], attributes: { channels_last: 1 } }],
    constants: [],
  });
  let session: Session;
  try {
    session = await Session.create(model, { provider: 'cpu', threads: 1 });
  } catch {
    // A build without these operators refuses the model; patches serve then.
    return undefined;
  }
  try {
    const { y } = await session.run({
      x: { data: new Float32Array(PROBED_CHANNELS), shape: [1, 1, 1, PROBED_CHANNELS] },
    });
    const block = y!.shape[1]!;
    return block > 1 ? block : undefined;
  } finally {
    await session.close();
  }
}
