// Work on the engine, with its own errors told as the stage's.
import { EngineError } from '../../engine/engine-error.ts';
import { StageError } from '../../stage/stage.ts';

/** Runs `work`; where the engine is not there, throws the StageError that says so. */
export async function onEngine<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof EngineError ? new StageError(error.message, error.hint) : error;
  }
}
