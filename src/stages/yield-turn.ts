// Long synchronous loops call this between two pieces of work, so that messages leave the process and Ctrl-C is heard.
import { setImmediate } from 'node:timers/promises';

/**
 * Lets the event loop turn once.
 * @throws the signal's reason where it has been aborted.
 */
export async function yieldTurn(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
