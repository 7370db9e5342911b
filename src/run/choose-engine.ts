// From the engine asked for to the engine used. Never a silent fallback: a chosen engine that is not there is an error. What `auto` found on
// a machine is noted in the store, so that a GPU is tried once and a plan, which tries nothing, knows what a run would take.
import { writeAtomically } from '../cache/atomic-write.ts';
import { canonicalJson, digestOf } from '../cache/digest.ts';
import { storing } from '../cache/store-error.ts';
import type { Store } from '../cache/store.ts';
import { lazyValidator, readValidated } from '../cache/validated-json.ts';
import { chooseAuto, type Devices } from '../engine/runtime/devices.ts';
import { ENGINE_NAMES, isEngineName, type EngineName } from '../engine/runtime/engine.ts';
import { engines } from '../engine/runtime/engines.ts';
import { PlanError } from '../plan/plan-error.ts';
import type { Host } from '../platform/host.ts';

export interface ChosenEngine {
  readonly engine: EngineName;
  /** `asked`: by name. `noted`: an earlier run found it. `tried`: it worked just now. `default`: the CPU, which needs no look. */
  readonly by: 'asked' | 'noted' | 'tried' | 'default';
  /** For the user: why it may not be the engine that a run takes, or not the one hoped for. */
  readonly note?: string;
}

/** The machine and the store, as far as the choice needs them. */
export interface EngineSurroundings {
  readonly devices: Devices;
  readonly host: Host;
  readonly store: Store;
}

/** What `auto` takes on a machine as it is now: only what a trial found there, never the lack of anything. */
interface Noted {
  readonly format: 1;
  readonly machine: string;
  readonly engine: EngineName;
}

const isNoted = lazyValidator<Noted>({
  type: 'object',
  required: ['format', 'machine', 'engine'],
  properties: {
    format: { type: 'integer', const: 1 },
    machine: { type: 'string' },
    engine: { enum: ENGINE_NAMES.filter((name) => engines[name].gpu) },
  },
});

/** Throws PlanError where no engine has this name. */
export function checkEngineName(asked: string): void {
  if (asked !== 'auto' && !isEngineName(asked))
    throw new PlanError(`there is no engine "${asked}"`, `Use --engine auto, ${ENGINE_NAMES.join(', ')}.`);
}

/**
 * An engine that is named is taken at its word; `auto` looks at the machine, if any step needs an engine. `mayTry`: a GPU may be tried
 * and the finding noted; otherwise only what was noted counts.
 */
export async function chooseEngine(
  asked: string,
  { devices, host, store }: EngineSurroundings,
  { needed, mayTry }: { readonly needed: boolean; readonly mayTry: boolean },
): Promise<ChosenEngine> {
  if (isEngineName(asked)) return { engine: asked, by: 'asked' };
  const signs = needed ? await devices.signs() : [];
  if (signs.length === 0) return { engine: 'cpu', by: 'default' };
  const { files, layout } = store;
  const machine = digestOf(canonicalJson([host.name, ...signs, ...devices.settings]));
  const noted = await readValidated(files, layout.engine, isNoted);
  if (noted?.machine === machine) return { engine: noted.engine, by: 'noted' };
  if (!mayTry)
    return { engine: 'cpu', by: 'default', note: 'planned for the CPU: no run has tried the GPU of this machine yet' };
  const { engine, warning } = await chooseAuto(devices);
  if (engine === 'cpu') return { engine, by: 'default', ...(warning === undefined ? {} : { note: warning }) };
  const note: Noted = { format: 1, machine, engine };
  await storing(`cannot note the engine of this machine in ${layout.root}`, () =>
    writeAtomically(files, layout.tmp, layout.engine, `${JSON.stringify(note)}\n`),
  );
  return { engine, by: 'tried' };
}

/**
 * Tries the chosen engine before the first step that needs it, so that a run does not end in the middle for want of it. Where `auto` relied on
 * a note that no longer holds, the note goes and undefined is given: choose again. Throws PlanError where an engine that was named is not there.
 */
export async function confirmEngine(
  chosen: ChosenEngine,
  { devices, store }: EngineSurroundings,
): Promise<ChosenEngine | undefined> {
  const { engine, by } = chosen;
  if (by === 'default' || by === 'tried' || !engines[engine].gpu) return chosen;
  const trial = await devices.attempt(engine);
  const software = trial.works && trial.device?.kind === 'software' ? trial.device.name : undefined;
  if (by === 'noted') {
    if (trial.works && software === undefined) return chosen;
    await store.files.remove(store.layout.engine);
    return undefined;
  }
  if (!trial.works) {
    const add = trial.command === undefined ? '' : ` To add it: ${trial.command}`;
    throw new PlanError(trial.message, `${trial.advice ?? 'See pipe doctor.'}${add}`);
  }
  if (software === undefined) return chosen;
  const note = `${engine} computes on a software device here (${software}), many times slower than the engine cpu`;
  return { ...chosen, note };
}
