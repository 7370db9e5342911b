// `pipe bench train-step`: how long one training step takes, for comparison with other frameworks (see docs/benchmarks.md).
import type { TrainStepBench } from '../../engine/bench/train-step.ts';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { writeLine } from '../output.ts';

export interface TrainStepOptions extends TrainStepBench {
  readonly json?: boolean;
}

export async function benchmarkTrainStep(options: TrainStepOptions): Promise<ExitCode> {
  const { benchTrainStep } = await import('../../engine/bench/train-step.ts');
  const timing = await benchTrainStep(options);
  if (options.json === true) writeLine(JSON.stringify(timing));
  else
    writeLine(
      `${timing.model}, batch ${timing.batch}, ${timing.size}×${timing.size}×${timing.channels}, bank ${timing.bank}, ${timing.engine}, ${timing.threads} thread${timing.threads === 1 ? '' : 's'}: ` +
        `${timing.step_ms} ms a step (${timing.idle_ms} ms of it between computations), ${timing.images_per_s} images/s (compiled in ${timing.compile_ms} ms, at most ${timing.peak_mib} MiB of memory)`,
    );
  return exitCode.done;
}
