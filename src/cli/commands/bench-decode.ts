// `pipe bench decode`: how many files of images are decoded in a second, for comparison with other programs (see docs/benchmarks.md).
import type { DecodeBench } from '../../decode/bench-decode.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';

export interface BenchDecodeOptions extends Omit<DecodeBench, 'width' | 'height'> {
  /** Width and height of the files. */
  readonly pixels?: readonly [number, number];
  readonly json?: boolean;
}

export async function benchmarkDecode({ pixels, json, ...options }: BenchDecodeOptions): Promise<ExitCode> {
  const { benchDecode } = await import('../../decode/bench-decode.ts');
  const [width, height] = pixels ?? [options.size, options.size];
  const timing = await benchDecode({ ...options, width, height });
  if (json === true) writeLine(JSON.stringify(timing));
  else
    writeLine(
      `${timing.files} ${timing.format} files of ${width}×${height} to ${timing.size}×${timing.size}, ${timing.threads} thread${timing.threads === 1 ? '' : 's'}: ` +
        `${timing.images_per_s} images/s, ${timing.peak_mb} MB at most`,
    );
  return exitCode.done;
}
