// What happened in a run, as a file: the contract of everything that looks at runs afterwards. Written when a run starts (status
// `running`) and when it ends; a record that still says `running` after its process is gone was interrupted.
import type { FileSystem } from '../platform/file-system.ts';
import type { TypedGraph } from '../graph/typed-graph.ts';
import type { ProvenanceStep, Provenance } from '../stage/provenance.ts';
import { lazyValidator, readValidated } from '../cache/validated-json.ts';
import type { Verdict } from '../plan/verdict.ts';
import type { Comparison } from './compare-published.ts';
import type { RunStatus } from './events.ts';

export type StepStatus = 'waiting' | 'ran' | 'reused' | 'failed' | 'skipped' | 'cancelled';

export interface RunRecordStep {
  readonly step: string;
  readonly stage: string;
  readonly parameters: ProvenanceStep['parameters'];
  readonly reads: readonly string[];
  readonly verdict: Verdict;
  readonly reason: string;
  readonly status: StepStatus;
  readonly key: string | null;
  /** Of the computation, in this run or in the one that stored it. */
  readonly seconds: number | null;
  readonly threads: number | null;
  readonly outputs: Readonly<
    Record<string, { readonly type: string; readonly digest: string; readonly bytes: number }>
  >;
  /** Path in the run's folder, where the step ran. */
  readonly log: string | null;
  readonly error: string | null;
}

export interface RunRecord {
  readonly format: 1;
  readonly id: string;
  readonly status: RunStatus | 'running';
  readonly pipeline: TypedGraph['pipeline'];
  readonly parameters: TypedGraph['parameters'];
  readonly command: string;
  readonly engine: string;
  readonly threads: number;
  readonly host: Provenance['host'];
  /** The process that runs it. */
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly finished: string | null;
  readonly seconds: number | null;
  readonly steps: readonly RunRecordStep[];
  /** As in the event `finished`. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** As in the event of that name; not there where nothing was published. */
  readonly published?: readonly Comparison[];
}

const text = { type: 'string' };
const optionalText = { type: ['string', 'null'] };
const optionalNumber = { type: ['number', 'null'] };

const isRunRecord = lazyValidator<RunRecord>({
  type: 'object',
  additionalProperties: false,
  required: [
    ...['format', 'id', 'status', 'pipeline', 'parameters', 'command', 'engine', 'threads', 'host', 'pid', 'started'],
    ...['finished', 'seconds', 'steps', 'outputs'],
  ],
  properties: {
    format: { type: 'integer', const: 1 },
    id: text,
    status: { enum: ['running', 'ok', 'failed', 'cancelled'] },
    pipeline: {
      type: 'object',
      required: ['name', 'doc', 'file', 'source'],
      properties: { name: text, doc: text, file: text, source: text },
    },
    parameters: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'type', 'value', 'origin'],
        properties: { name: text, type: text, value: {}, origin: { enum: ['default', 'profile', 'set'] } },
      },
    },
    command: text,
    engine: text,
    threads: { type: 'integer' },
    host: { type: 'object' },
    pid: { type: 'integer' },
    started: text,
    finished: optionalText,
    seconds: optionalNumber,
    steps: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: [
          ...['step', 'stage', 'parameters', 'reads', 'verdict', 'reason', 'status', 'key', 'seconds', 'threads'],
          ...['outputs', 'log', 'error'],
        ],
        properties: {
          step: text,
          stage: text,
          parameters: { type: 'object' },
          reads: { type: 'array', items: text },
          verdict: { enum: ['reuse', 'run', 'depends'] },
          reason: text,
          status: { enum: ['waiting', 'ran', 'reused', 'failed', 'skipped', 'cancelled'] },
          key: optionalText,
          seconds: optionalNumber,
          threads: optionalNumber,
          outputs: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              required: ['type', 'digest', 'bytes'],
              properties: { type: text, digest: text, bytes: { type: 'integer' } },
            },
          },
          log: optionalText,
          error: optionalText,
        },
      },
    },
    outputs: { type: 'object' },
    published: { type: 'array', items: { type: 'object' } },
  },
});

/** Undefined where the file is missing or is no whole run record. */
export function readRunRecord(files: FileSystem, path: string): Promise<RunRecord | undefined> {
  return readValidated(files, path, isRunRecord);
}
