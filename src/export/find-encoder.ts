// Which encoder of a run is meant. In: the run's record and a name as a user gives it; out: the one encoder, or an ExportError that lists those there
// are. Reads of the store only the copies of outputs, to tell which of them a name is.
import { join } from 'node:path';
import { asDigest, type Digest } from '../cache/digest.ts';
import type { FileSystem } from '../platform/file-system.ts';
import type { RunRecord, RunRecordStep } from '../run/run-record.ts';
import { ExportError } from './export-error.ts';

export interface FoundEncoder {
  readonly step: RunRecordStep;
  readonly output: string;
  /** `Encoder<28, 28, 1, 128>`. */
  readonly type: string;
  readonly digest: Digest;
  readonly bytes: number;
}

/** Names in one message. */
const MOST_LISTED = 12;

/** As `pipe export` takes it: the step, and its output where the step has several encoders. */
export const nameOf = ({ step, output }: FoundEncoder): string => `${step.step}.${output}`;

/** Of the steps that ran or were reused, in the order of the run. */
export function encodersOf({ steps }: RunRecord): readonly FoundEncoder[] {
  return steps.flatMap((step) =>
    Object.entries(step.outputs).flatMap(([output, { type, digest, bytes }]) =>
      type.split('<')[0] === 'Encoder' ? [{ step, output, type, digest: asDigest(digest), bytes }] : [],
    ),
  );
}

/**
 * @param name a step, `step.output`, an output of the pipeline, or what a composite stage was bound to; undefined for the only encoder that the
 * pipeline hands out, or else the only one there is.
 * @throws ExportError where there is none, or more than one.
 */
export async function findEncoder(
  files: FileSystem,
  { record, folder }: { readonly record: RunRecord; readonly folder: string },
  name: string | undefined,
): Promise<FoundEncoder> {
  const encoders = encodersOf(record);
  const run = `run ${record.id} (${record.pipeline.name}, ${record.status})`;
  if (encoders.length === 0)
    throw new ExportError(
      `${run} has no encoder`,
      'A stage that trains one gives it: idfd, cidfd, cdc, momentum_contrast and others. Another run is named with --run.',
    );
  const handedOut = await handedOutBy(files, record, folder);
  const outputNamed = (one: FoundEncoder): readonly string[] => handedOut.get(one.digest) ?? [];
  const several = sameBytesOnce(
    name === undefined ? preferred(encoders, outputNamed) : matches(encoders, name, outputNamed),
  );
  const [first] = several;
  if (first === undefined) throw new ExportError(`${run} has no encoder ${name ?? ''}`, `It has: ${listed(encoders)}`);
  if (several.length === 1) return first;
  throw new ExportError(
    name === undefined
      ? `${run} has ${several.length} encoders, and it is not said which`
      : `${name} may be any of ${several.length} encoders of ${run}`,
    `Name one of: ${listed(several)}`,
  );
}

const listed = (encoders: readonly FoundEncoder[]): string =>
  `${encoders.slice(0, MOST_LISTED).map(nameOf).join(', ')}${encoders.length > MOST_LISTED ? ', …' : ''}`;

/** What the pipeline hands out is what it is for; an encoder that only helped, such as cIDFD's frozen one, is seldom meant. */
function preferred(
  encoders: readonly FoundEncoder[],
  outputNamed: (one: FoundEncoder) => readonly string[],
): readonly FoundEncoder[] {
  const outputs = encoders.filter((one) => outputNamed(one).length > 0);
  return outputs.length > 0 ? outputs : encoders;
}

/** The most exact reading that fits any. */
function matches(
  encoders: readonly FoundEncoder[],
  name: string,
  outputNamed: (one: FoundEncoder) => readonly string[],
): readonly FoundEncoder[] {
  const owner = name.replace(/\.[^.[\]]*$/, '');
  const inside = (whole: string, step: string): boolean => step.startsWith(`${whole}.`) || step.startsWith(`${whole}[`);
  const readings: readonly ((one: FoundEncoder) => boolean)[] = [
    (one) => nameOf(one) === name || one.step.step === name,
    (one) => outputNamed(one).includes(name),
    ({ step }) => inside(name, step.step),
    ({ step }) => inside(owner, step.step),
  ];
  for (const reads of readings) {
    const found = encoders.filter(reads);
    if (found.length > 0) return found;
  }
  return [];
}

/** Two steps that gave the same bytes are one encoder. */
function sameBytesOnce(encoders: readonly FoundEncoder[]): readonly FoundEncoder[] {
  const seen = new Set<string>();
  return encoders.filter(({ digest }) => !seen.has(digest) && seen.add(digest));
}

/** Names of outputs by the digest of their file. The record names files, not steps; a copy that was edited since is no encoder of the run. */
async function handedOutBy(
  files: FileSystem,
  { outputs }: RunRecord,
  folder: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = new Map<string, readonly string[]>();
  for (const [name, value] of Object.entries(outputs)) {
    const each = Array.isArray(value)
      ? value.flat(9).map((file: unknown, at) => ({ as: `${name}[${at}]`, file }))
      : [{ as: name, file: value }];
    for (const { as, file } of each) {
      if (typeof file !== 'string' || !file.endsWith('.onnx')) continue;
      // Its name alone: the store may have been moved since.
      const path = join(folder, 'outputs', file.replace(/^.*[/\\]/, ''));
      if ((await files.stat(path))?.kind !== 'file') continue;
      const digest = await files.hash(path);
      names.set(digest, [...(names.get(digest) ?? []), as]);
    }
  }
  return names;
}
