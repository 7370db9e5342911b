// The long run: inputs FROM to below TO of a seed, on one thread. Bundled and started by bench/fuzz.mjs.
import { faultFinder } from './faults.ts';
import { programsOf, projectReader } from './programs.ts';
import { randomInput } from './random-input.ts';

export interface FuzzReport {
  readonly seed: number;
  readonly inputs: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly seconds: number;
  /** The slowest input: one that takes long is as good as a crash to who waits for it. */
  readonly slowest: { readonly index: number; readonly ms: number };
  readonly faults: readonly { readonly index: number; readonly kind: string; readonly fault: string }[];
}

/** `tell` hears now and then how far it is. Ends early once there are `mostFaults`. */
export function fuzz(
  root: string,
  { seed, from, to, mostFaults = 20 }: { seed: number; from: number; to: number; mostFaults?: number },
  tell: (done: number, faults: number) => void,
): FuzzReport {
  const programs = programsOf(root);
  const faultOf = faultFinder(projectReader(root));
  const started = performance.now();
  const kinds: Record<string, number> = {};
  const faults: { index: number; kind: string; fault: string }[] = [];
  let slowest = { index: from, ms: 0 };
  let index = from;
  for (; index < to && faults.length < mostFaults; index += 1) {
    const { kind, text } = randomInput(seed, index, programs);
    const begun = performance.now();
    const fault = faultOf(text, 40 + (index % 80));
    const ms = performance.now() - begun;
    if (ms > slowest.ms) slowest = { index, ms };
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (fault !== undefined) faults.push({ index, kind, fault });
    if ((index - from) % 10_000 === 9_999) tell(index - from + 1, faults.length);
  }
  const seconds = (performance.now() - started) / 1000;
  return { seed, inputs: index - from, kinds, seconds, slowest, faults };
}

/** One input and what is wrong with it, to look at. */
export function one(root: string, seed: number, index: number): { readonly text: string; readonly fault?: string } {
  const { text } = randomInput(seed, index, programsOf(root));
  const fault = faultFinder(projectReader(root))(text, 40 + (index % 80));
  return fault === undefined ? { text } : { text, fault };
}
