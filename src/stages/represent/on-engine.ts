// Work on the engine, with its own errors told as the stage's: an engine that is not there, a network that does not fit the images.
import { EngineError } from '../../engine/engine-error.ts';
import { EncoderError } from '../../engine/nn/encoder-error.ts';
import { StageError } from '../../stage/stage.ts';

/** Runs `work`; where the engine is not there or the network cannot be made, throws the StageError that says so. */
export async function onEngine<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof EngineError || error instanceof EncoderError
      ? new StageError(error.message, error.hint)
      : error;
  }
}
