// A run's record for tests of the export, with what a test says of its steps and outputs.
import type { RunRecord, RunRecordStep } from '../../src/run/run-record.ts';

export function stepOf(
  step: string,
  outputs: Readonly<Record<string, string>>,
  more: Partial<RunRecordStep> = {},
): RunRecordStep {
  return {
    ...{ step, stage: 'std/representation.idfd', parameters: {}, reads: [], verdict: 'run', reason: '', status: 'ran' },
    ...{ key: null, seconds: 1, threads: 1, log: null, error: null },
    // A type, and the digest that goes with it: 64 times one digit.
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, text]) => {
        const [type, digit] = text.split(' ') as [string, string];
        return [name, { type, digest: digit.repeat(64 / digit.length), bytes: 1 }];
      }),
    ),
    ...more,
  };
}

export function recordOf(steps: readonly RunRecordStep[], more: Partial<RunRecord> = {}): RunRecord {
  return {
    ...{ format: 1, id: 'r1', status: 'ok', parameters: [], command: 'npx pipe run p.pipe', engine: 'cpu', threads: 2 },
    pipeline: { name: 'p', doc: '', file: 'p.pipe', source: 'pipeline p() { output x = 1 }\n' },
    host: { cpu: 'a processor', cores: 2, memoryGiB: 8, node: 'v20.0.0', pipe: '1', platform: 'linux x64' },
    ...{ pid: 1, started: '', finished: null, seconds: null, outputs: {}, steps },
    ...more,
  };
}
