// The one way in which data sets that are read from files become outputs. In: sizes, pixels in pieces of whole images, labels, sources; out: the images
// in their file, written while they come, and a manifest with counts, hashes, mean and deviation. It must not know any format.
import type { Labels, Manifest, ManifestSource } from '../../artifacts/artifact.ts';
import { StageError, type StageContext } from '../../stage/stage.ts';
import type { ImageSizes, WrittenImages } from '../../stage/write-images.ts';

export interface Dataset {
  readonly name: string;
  readonly split: string;
  readonly sizes: ImageSizes;
  /** Whole images, one after the other. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Asked for when all pieces have come: formats that keep labels beside pixels know them only then. */
  readonly labels?: () => Labels;
  readonly sources: () => readonly ManifestSource[];
  readonly seed?: number;
  readonly rule: string;
}

/** Stages read an artifact into one array, which holds no more on Node.js 20. */
const LARGEST = 2 ** 32 - 1;
/** Milliseconds over which the shown speed is averaged. */
const RATE_OVER = 2000;

/** @throws StageError where the images are more than a later stage can read; whatever `pieces` throws. */
export async function writeDataset(
  context: Pick<StageContext<unknown>, 'writeImages' | 'progress' | 'signal'>,
  dataset: Dataset,
): Promise<{ readonly images: WrittenImages; readonly manifest: Manifest }> {
  const { name, split, sizes, pieces, seed, rule } = dataset;
  checkSizes(name, sizes);
  const histograms = Array.from({ length: sizes.channels }, () => new Float64Array(256));
  const images = await context.writeImages('images', sizes, counted(context, sizes, pieces, histograms));
  const { mean, deviation } = moments(histograms);
  const labels = dataset.labels?.();
  const { count, height, width, channels } = sizes;
  const manifest: Manifest = {
    ...{ name, split, count, height, width, channels },
    classes: labels === undefined ? [] : classCounts(labels),
    ...{ mean, deviation },
    sources: dataset.sources(),
    seed: seed ?? null,
    rule,
  };
  return { images, manifest };
}

/** @throws StageError where a later stage could not read so many images of this size. */
export function checkSizes(name: string, { count, height, width, channels }: ImageSizes): void {
  const size = height * width * channels;
  if (count * size <= LARGEST) return;
  throw new StageError(
    `${name}: ${count} images of ${height}×${width}×${channels} are ${((count * size) / 2 ** 30).toFixed(1)} GiB, and one set may hold 4 GiB`,
    `ask for at most ${Math.floor(LARGEST / size)} images of this size, or for smaller ones`,
  );
}

async function* counted(
  { progress, signal }: Pick<StageContext<unknown>, 'progress' | 'signal'>,
  { count, height, width, channels }: ImageSizes,
  pieces: AsyncIterable<Uint8Array>,
  histograms: readonly Float64Array[],
): AsyncGenerator<Uint8Array> {
  const size = height * width * channels;
  let done = 0;
  let since = { time: performance.now(), done: 0 };
  let rate: number | undefined;
  progress({ done: 0, total: count, unit: 'images' });
  for await (const piece of pieces) {
    signal.throwIfAborted();
    histograms.forEach((histogram, channel) => {
      for (let at = channel; at < piece.length; at += channels) histogram[piece[at]!]! += 1;
    });
    yield piece;
    done += piece.length / size;
    const now = performance.now();
    if (now - since.time > RATE_OVER) {
      rate = ((done - since.done) * 1000) / (now - since.time);
      since = { time: now, done };
    }
    progress({ done, total: count, unit: 'images', ...(rate === undefined ? {} : { rate, rateUnit: 'images' }) });
  }
}

/** Of values in 0..1, from how often each byte occurs: exact sums, so that the result does not depend on the order of images. */
function moments(histograms: readonly Float64Array[]): Pick<Manifest, 'mean' | 'deviation'> {
  const each = histograms.map((histogram) => {
    const [n, sum, squares] = histogram.reduce(
      ([n, sum, squares], count, value) => [n + count, sum + count * value, squares + count * value * value] as const,
      [0, 0, 0] as readonly [number, number, number],
    );
    const mean = sum / n;
    return { mean: mean / 255, deviation: Math.sqrt(Math.max(0, squares / n - mean * mean)) / 255 };
  });
  return { mean: each.map(({ mean }) => mean), deviation: each.map(({ deviation }) => deviation) };
}

function classCounts({ values, names }: Labels): Manifest['classes'] {
  const counts = new Array<number>(names.length).fill(0);
  for (const value of values) counts[value]! += 1;
  return names.map((name, index) => ({ name, count: counts[index]! }));
}
