// What a README says of encoders of every sort, and that no text of a program breaks out of its place.
import { describe, expect, it } from 'vitest';
import { describeEncoder } from '../../src/export/describe-encoder.ts';
import { encodersOf } from '../../src/export/find-encoder.ts';
import { encoderReadme } from '../../src/export/readme.ts';
import type { FoundClusters } from '../../src/export/find-clusters.ts';
import { encodeModel } from '../../src/engine/lower/onnx-model.ts';
import type { RunRecord, RunRecordStep } from '../../src/run/run-record.ts';
import { recordOf, stepOf } from './run-record.ts';

const clusters: FoundClusters = {
  ...{
    step: 'clusters',
    stage: 'std/clustering.kmeans',
    k: 2,
    dimension: 4,
    centres: new Float32Array(8),
    ofBank: true,
  },
};

function readme(
  { channels = 1, centres, onnx }: { channels?: number; centres?: FoundClusters; onnx?: Uint8Array } = {},
  step: Partial<RunRecordStep> = {},
  run: Partial<RunRecord> = {},
): string {
  const record = recordOf([stepOf('seen', {}), stepOf('keep', { encoder: `Encoder<8,8,${channels},4> e` }, step)], run);
  // A model without metadata: nothing is said of it that it does not say itself.
  const encoder = { onnx: onnx ?? new Uint8Array(0), height: 8, width: 8, channels, dimension: 4 };
  return encoderReadme(describeEncoder(encodersOf(record)[0]!, encoder, centres, record, new Map()));
}

describe('the README of an encoder', () => {
  it('claims no norm, clusters or engine of an encoder of which they are not known', () => {
    const text = readme({}, { stage: './mine.mine' });
    expect(text).not.toMatch(/length 1|## Clusters|engine|undefined|null/);
    expect(text).toContain('keep = ./mine.mine()');
    expect(text).not.toContain('seen');
  });

  it('says that centres were found in a memory bank, and names what was read where the record of the step is gone', () => {
    const text = readme({ centres: clusters }, { reads: ['seen'] });
    expect(text).toContain('were found in the memory bank');
    expect(text).toContain('keep = std/representation.idfd(seen)');
  });

  it('tells scores from the part that tells images apart', () => {
    const stage = 'std/contrast.contrast_head';
    const text = readme({}, { stage, parameters: { categories: 3, dimension: 1 } });
    expect(text).toContain('The first 3 numbers of a row are the scores of the categories, the other 1');
    expect(text).toContain('Each of the two parts of a row has Euclidean length 1.');
    const alone = readme({}, { stage, parameters: { categories: 4, dimension: 0 } });
    expect(alone).toContain('are the scores of the categories. Each row has Euclidean length 1');
    expect(readme({}, { stage, parameters: { categories: 0, dimension: 4 } })).not.toContain('## Clusters');
  });

  it.each([
    [{ 'pipe.network': '{"parts":[4],"behind":[{"parts":[2]},{"parts":[1,3]}]}' }, 'Each of the two parts of a row'],
    [{ 'pipe.network': '{"parts":[1,3],"behind":[{"parts":[4]}]}' }, 'Each row has Euclidean length 1'],
    [{ 'pipe.parts': '[3,1]' }, 'Each of the two parts of a row'],
  ])('takes the parts from what the model says of its last head: %o', (metadata, said) => {
    const onnx = encodeModel({ name: 'one', inputs: [], outputs: [], nodes: [], constants: [], metadata });
    expect(readme({ onnx }, { stage: 'std/representation.pretrained' })).toContain(said);
  });

  it('shows how a picture becomes images where that is one way only', () => {
    expect(readme({ channels: 3 })).toContain('.convert("RGB")');
    expect(readme({ channels: 2 })).not.toContain('PIL');
  });

  it('keeps texts of the program in their place', () => {
    const source = '/// ```\npipeline p() { output x = 1 }\n';
    const text = readme(
      {},
      {},
      {
        command: "npx pipe run 'a`b|c.pipe'",
        pipeline: { name: 'p', doc: 'One.\n# Two', file: 'p.pipe', source },
      },
    );
    expect(text).toContain('````pipe\n/// ```\n');
    expect(text).toContain("| command | `` npx pipe run 'a`b\\|c.pipe' `` |");
    expect(text).toContain('> One.\n> # Two\n');
  });
});
