// What a step takes of the machine while it runs, and how much there is. Never enters a key.
import { engines } from '../engine/runtime/engines.ts';
import type { EngineName } from '../engine/runtime/engine.ts';
import type { Step } from '../graph/typed-graph.ts';
import type { Host } from '../platform/host.ts';
import type { StageFacts } from '../stage/stage.ts';
import type { Amounts } from './resources.ts';

/** Threads of a step: the share that this run gives, where it can use more than one. */
export const threadsOf = (facts: StageFacts, threads: number): number =>
  facts.usesEngine || facts.usesThreads === true ? threads : 1;

/** A step takes its threads as cores, and the GPU where it is on an engine that has one. Memory in bytes, as annotated. */
export function demandOf(step: Step, facts: StageFacts, threads: number, engine: EngineName): Amounts {
  return {
    steps: 1,
    cores: threadsOf(facts, threads),
    engines: facts.usesEngine ? 1 : 0,
    memory: step.annotations.memory ?? 0,
    gpu: facts.usesEngine && engines[engine].gpu ? 1 : 0,
  };
}

/** `jobs`: steps at once; where it is above the cores, the cores are shared. */
export function limitsOf(host: Host, jobs: number | undefined, threads: number): Amounts {
  return {
    steps: Math.max(1, jobs ?? host.cores),
    cores: Math.max(host.cores, jobs ?? 0),
    engines: Math.max(1, Math.floor(host.cores / threads)),
    memory: host.memory,
    gpu: 1,
  };
}
