// A saved plan on disk: made from what a command compiled and planned, written whole, read and checked. What is wrong with it is a UsageError.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { digestOf } from '../cache/digest.ts';
import type { Compiled } from '../compile.ts';
import type { Plan } from '../plan/plan.ts';
import type { DecidedStep } from '../plan/plan.ts';
import { isSavedPlan, savedStep, type PlanQuestion, type SavedPlan } from '../plan/saved-plan.ts';
import { version } from '../version.ts';
import { UsageError } from './exit-code.ts';
import type { RunOptions } from './options.ts';

export function planQuestion(file: string, options: RunOptions): PlanQuestion {
  const { pipeline = null, profile = null, set, engine, threads = null, jobs = null, cache } = options;
  return { file, pipeline, profile, set, engine, threads, jobs, cache };
}

/** The options that ask the same question again. */
export function optionsOf({ pipeline, profile, set, engine, threads, jobs, cache }: PlanQuestion): RunOptions {
  return {
    ...{ set, engine, cache },
    ...(pipeline === null ? {} : { pipeline }),
    ...(profile === null ? {} : { profile }),
    ...(threads === null ? {} : { threads }),
    ...(jobs === null ? {} : { jobs }),
  };
}

export function savedPlan(
  question: PlanQuestion,
  { sources }: Compiled,
  { engine, threads, decided }: Plan & { readonly decided: readonly DecidedStep[] },
): SavedPlan {
  const texts = [...sources.values()].filter(({ name }) => name !== '--set');
  return {
    ...{ format: 1, pipe: version, question },
    sources: Object.fromEntries(texts.map(({ name, text }) => [name, digestOf(text)])),
    ...{ engine, threads, steps: decided.map(savedStep) },
  };
}

export function writeSavedPlan(path: string, plan: SavedPlan): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(plan, null, 1)}\n`);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

export function readSavedPlan(path: string): SavedPlan {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw new UsageError(`there is no plan ${path}`, SAVE);
    if (!(error instanceof SyntaxError)) throw error;
  }
  if (!isSavedPlan(value)) throw new UsageError(`${path} is no saved plan of this version of pipe`, SAVE);
  return value;
}

const SAVE = 'pipe plan FILE --save plan.json writes one.';

/** Sentences shown of what moved. */
const MOST_SHOWN = 6;

/** The error of a plan that does not hold any more. */
export function stalePlan(path: string, { question: { file } }: SavedPlan, moved: readonly string[]): UsageError {
  const rest = moved.length - MOST_SHOWN;
  const lines = [...moved.slice(0, MOST_SHOWN), ...(rest > 0 ? [`and ${rest} more`] : [])];
  return new UsageError(
    `${path} does not hold any more, nothing ran:\n${lines.map((line) => `  - ${line}`).join('\n')}`,
    `Look at a new one: pipe plan ${file} --save ${path}, with the settings of before.`,
  );
}
