// The parameters of a step against a JSON Schema, as the last word before a stage runs.
import { Ajv, type ErrorObject } from 'ajv';
import { StageError } from './stage-error.ts';
import type { Task } from './task.ts';

/** @throws StageError that names every parameter that does not fit */
export function checkParameters(task: Pick<Task, 'stage' | 'parameters'>, schema: object): void {
  const ajv = new Ajv({ allErrors: true, strict: false, verbose: true });
  const validate = ajv.compile(schema);
  if (validate(task.parameters)) return;
  const problems = (validate.errors ?? []).map(describeProblem);
  throw new StageError(`stage ${task.stage} does not accept its parameters: ${problems.join('; ')}`);
}

function describeProblem(problem: ErrorObject): string {
  const name = problem.instancePath.slice(1).replaceAll('/', '.') || 'parameters';
  return `${name} ${problem.message ?? 'is wrong'}${name === 'parameters' ? '' : `, not ${JSON.stringify(problem.data)}`}`;
}
