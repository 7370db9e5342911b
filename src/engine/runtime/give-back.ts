// Memory back to the system at once. In: arrays that nobody will read again; after it they have length 0. Without it they are garbage, of which V8
// knows the handles and not the weight: a training that makes some hundred MiB a step would hold those of several.
import { MessageChannel } from 'node:worker_threads';

/** A message to a closed port takes its buffers with it, and is dropped. */
const nowhere = (() => {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  return port1;
})();

export function giveBack(arrays: readonly ArrayBufferView[]): void {
  const buffers = new Set(arrays.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer));
  if (buffers.size > 0) nowhere.postMessage(null, [...buffers]);
}
