// Recorded computation in, its digest out: equal for equal graphs alone. Everything that lowering reads is in it, the order of inputs and
// outputs too, and numbers to the last bit.
import { createHash } from 'node:crypto';
import type { TraceGraph } from './graph.ts';

/** SHA-256, hexadecimal. */
export function traceDigest({ nodes, outputs }: TraceGraph): string {
  return sha256(JSON.stringify([nodes, Object.entries(outputs)], exactly));
}

/** JSON has one text for 0 and -0, and one for NaN and both infinities; arrays of a constant go in by their digest. */
function exactly(_name: string, value: unknown): unknown {
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { number: Object.is(value, -0) ? '-0' : String(value) };
  if (ArrayBuffer.isView(value))
    return {
      array: value.constructor.name,
      sha256: sha256(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)),
    };
  return value;
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');
