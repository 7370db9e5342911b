// Which encoder of a run a name means: steps, outputs, what a composite was bound to; and what is said where it means none, or several.
import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/cache/digest.ts';
import { findEncoder, nameOf } from '../../src/export/find-encoder.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';
import type { RunRecord } from '../../src/run/run-record.ts';
import { recordOf, stepOf } from './run-record.ts';

const ENCODER = 'Encoder<8,8,1,4>';
const steps = [
  stepOf('images', { images: 'Images<9,8,8,1> 1' }),
  stepOf('keep', { encoder: `${ENCODER} 2`, features: 'UnitFeatures<9,4> 3' }),
  stepOf('each.trained[s=0]', { encoder: `${ENCODER} 4` }),
  stepOf('each.trained[s=1]', { encoder: `${ENCODER} 5` }),
  stepOf('double', { first: `${ENCODER} 6`, second: `${ENCODER} 7` }),
  stepOf('same', { encoder: `${ENCODER} 2` }),
  stepOf('failed', {}, { status: 'failed' }),
];

async function found(
  record: RunRecord,
  name: string | undefined,
  copies: Readonly<Record<string, string>> = {},
): Promise<string> {
  const files = memoryFileSystem();
  await files.makeFolder('/runs/r1/outputs');
  for (const [file, text] of Object.entries(copies)) await files.write(`/runs/r1/outputs/${file}`, text);
  return nameOf(await findEncoder(files, { record, folder: '/runs/r1' }, name));
}

/** A step whose encoder is the file with this content. */
const encoderOf = (step: string, text: string) => stepOf(step, { encoder: `${ENCODER} ${digestOf(text)}` });

describe('an encoder is found', () => {
  it.each([
    ['keep', 'keep.encoder'],
    ['keep.encoder', 'keep.encoder'],
    ['double.second', 'double.second'],
    ['each.trained[s=1]', 'each.trained[s=1].encoder'],
    ['each.trained[s=1].encoder', 'each.trained[s=1].encoder'],
  ])('by its step: %s', async (name, expected) => {
    expect(await found(recordOf(steps), name)).toBe(expected);
  });

  it('by what a composite was bound to, with or without the name of its output', async () => {
    const record = recordOf([steps[0]!, steps[2]!]);
    expect(await found(record, 'each')).toBe('each.trained[s=0].encoder');
    expect(await found(record, 'each.encoder')).toBe('each.trained[s=0].encoder');
  });

  it('by an output of the pipeline, also in a list, and wherever the store lies now', async () => {
    const record = recordOf([encoderOf('a', 'one'), encoderOf('b', 'two'), encoderOf('c', 'three')], {
      outputs: { best: '/elsewhere/outputs/best.onnx', all: ['/elsewhere/outputs/all-0.onnx', 'all-1.onnx'], n: 3 },
    });
    const copies = { 'best.onnx': 'two', 'all-0.onnx': 'one', 'all-1.onnx': 'three' };
    expect(await found(record, 'best', copies)).toBe('b.encoder');
    expect(await found(record, 'all[1]', copies)).toBe('c.encoder');
    // A copy that was worked on is not what the run gave.
    await expect(found(record, 'best', { ...copies, 'best.onnx': 'two!' })).rejects.toThrow('has no encoder best');
  });

  it('without a name: the only one that the pipeline hands out, or else the only one', async () => {
    const record = recordOf([encoderOf('helper', 'one'), encoderOf('b', 'two')], { outputs: { best: 'best.onnx' } });
    expect(await found(record, undefined, { 'best.onnx': 'two' })).toBe('b.encoder');
    expect(await found(recordOf([steps[1]!, steps[5]!]), undefined)).toBe('keep.encoder');
  });
});

describe('what is said where there is not one', () => {
  it('lists those there are', async () => {
    await expect(found(recordOf([steps[0]!]), undefined)).rejects.toThrow('run r1 (p, ok) has no encoder');
    await expect(found(recordOf(steps), 'images')).rejects.toMatchObject({
      message: 'run r1 (p, ok) has no encoder images',
      hint: expect.stringContaining('It has: keep.encoder, each.trained[s=0].encoder') as string,
    });
    await expect(found(recordOf(steps), undefined)).rejects.toThrow('has 5 encoders, and it is not said which');
    await expect(found(recordOf(steps), 'each')).rejects.toMatchObject({
      message: 'each may be any of 2 encoders of run r1 (p, ok)',
      hint: 'Name one of: each.trained[s=0].encoder, each.trained[s=1].encoder',
    });
    await expect(found(recordOf(steps), 'double')).rejects.toThrow('double may be any of 2 encoders');
  });
});
