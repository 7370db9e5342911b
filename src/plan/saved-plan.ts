// A plan as a file, and what has moved between two of them: so that a run can be held to what was looked at. In: plans as plain data.
// Out: sentences. It compares digests and verdicts; it never decides anew.
import type { Digest, StepKey } from '../cache/digest.ts';
import { lazyValidator } from '../cache/validated-json.ts';
import type { DecidedStep } from './plan.ts';
import type { Verdict } from './verdict.ts';

/** What was asked for: enough to ask for it again. */
export interface PlanQuestion {
  readonly file: string;
  readonly pipeline: string | null;
  readonly profile: string | null;
  readonly set: readonly string[];
  readonly engine: string;
  readonly threads: number | null;
  readonly jobs: number | null;
  /** Folder of the store. */
  readonly cache: string;
}

export interface SavedStep {
  readonly step: string;
  readonly stage: string;
  readonly version: number;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly key: StepKey | null;
  /** Digest of the stage, its version and its parameters. */
  readonly family: Digest;
  /** Digests of the files that it reads from outside the store. */
  readonly external: Readonly<Record<string, string | null>>;
}

export interface SavedPlan {
  readonly format: 1;
  /** Version of pipe. */
  readonly pipe: string;
  readonly question: PlanQuestion;
  /** Digests of the program, of what it imports and of the library's modules, by name. */
  readonly sources: Readonly<Record<string, Digest>>;
  readonly engine: string;
  readonly threads: number;
  readonly steps: readonly SavedStep[];
}

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const integerOrNull = { type: ['integer', 'null'] };

export const isSavedPlan = lazyValidator<SavedPlan>({
  type: 'object',
  additionalProperties: false,
  required: ['format', 'pipe', 'question', 'sources', 'engine', 'threads', 'steps'],
  properties: {
    format: { type: 'integer', const: 1 },
    pipe: text,
    question: {
      type: 'object',
      additionalProperties: false,
      required: ['file', 'pipeline', 'profile', 'set', 'engine', 'threads', 'jobs', 'cache'],
      properties: {
        ...{ file: text, pipeline: textOrNull, profile: textOrNull, set: { type: 'array', items: text } },
        ...{ engine: text, threads: integerOrNull, jobs: integerOrNull, cache: text },
      },
    },
    sources: { type: 'object', additionalProperties: text },
    engine: text,
    threads: { type: 'integer' },
    steps: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['step', 'stage', 'version', 'verdict', 'reason', 'key', 'family', 'external'],
        properties: {
          ...{ step: text, stage: text, version: { type: 'integer' }, reason: text, key: textOrNull, family: text },
          verdict: { enum: ['reuse', 'run', 'depends'] },
          external: { type: 'object', additionalProperties: textOrNull },
        },
      },
    },
  },
});

export function savedStep({ step, decision, verdict, reason }: DecidedStep): SavedStep {
  const { computation, family, key } = decision;
  const { version, external } = computation;
  return { step: step.id, stage: step.stage, version, verdict, reason, key: key ?? null, family, external };
}

/** What has changed since a plan was saved, a sentence each, the cause before what follows from it. Empty where it still holds. */
export function whatMoved(saved: SavedPlan, now: SavedPlan): readonly string[] {
  const moved: string[] = [];
  if (saved.pipe !== now.pipe) moved.push(`pipe is version ${now.pipe}, was ${saved.pipe}`);
  for (const [name, digest, was] of differing(saved.sources, now.sources)) {
    const what = name.startsWith('std/') ? 'the library module' : 'the program';
    moved.push(
      `${what} ${name} ${digest === undefined ? 'is read no more' : was === undefined ? 'is new' : 'changed'}`,
    );
  }
  if (saved.engine !== now.engine) moved.push(`the engine is ${now.engine}, was ${saved.engine}`);
  if (saved.threads !== now.threads) moved.push(`a step would have ${now.threads} threads, was ${saved.threads}`);
  const before = new Map(saved.steps.map((step) => [step.step, step]));
  const files = new Set<string>();
  const stages = new Set<string>();
  for (const step of now.steps) {
    const was = before.get(step.step);
    before.delete(step.step);
    if (was === undefined) moved.push(`step ${step.step} is new`);
    else {
      if (was.version !== step.version)
        stages.add(`the implementation of ${step.stage} is version ${step.version}, was ${was.version}`);
      for (const [name] of differing(was.external, step.external)) files.add(`file ${name} changed`);
    }
  }
  moved.push(...stages, ...files, ...[...before.keys()].map((step) => `step ${step} is there no more`));
  // With the same causes on both sides, a step can differ only by what the store holds.
  return moved.length > 0 ? moved : now.steps.flatMap((step, index) => movedInStore(saved.steps[index]!, step));
}

function movedInStore(was: SavedStep, now: SavedStep): readonly string[] {
  if (was.verdict !== now.verdict) {
    return [`${now.step} was to ${VERBS[was.verdict]}, and now would ${VERBS[now.verdict]}: ${now.reason}`];
  }
  return was.key === now.key && was.family === now.family ? [] : [`what ${now.step} would compute is not the same`];
}

const VERBS: Readonly<Record<Verdict, string>> = {
  reuse: 'be reused',
  run: 'run',
  depends: 'run only if its inputs change',
};

function differing<T>(
  was: Readonly<Record<string, T>>,
  now: Readonly<Record<string, T>>,
): readonly (readonly [name: string, now: T | undefined, was: T | undefined])[] {
  return [...new Set([...Object.keys(was), ...Object.keys(now)])]
    .map((name) => [name, now[name], was[name]] as const)
    .filter(([, value, before]) => value !== before);
}
