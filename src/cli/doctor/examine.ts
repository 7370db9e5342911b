// What doctor finds out about a machine, as plain data. Draws nothing. What looks at the machine's GPUs, engines and packages is handed in.
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { resolve } from 'node:path';
import { chooseAuto, type Device, type Devices, type Trial } from '../../engine/runtime/devices.ts';
import { ENGINE_NAMES, type EngineName } from '../../engine/runtime/engine.ts';
import { engines } from '../../engine/runtime/engines.ts';
import type { Gpu } from '../../platform/gpus.ts';
import { version } from '../../version.ts';
import { examineData, examineStore, type DataFinding, type StoreFinding } from './examine-places.ts';
import type { PackageFinding } from './probe-packages.ts';

export interface EngineFinding {
  readonly name: EngineName;
  readonly usable: boolean;
  /** What computes where it is usable, what is wrong where it is not. */
  readonly note: string;
  /** What it computed on, for engines on a GPU. */
  readonly device?: Device;
  /** What it needs. */
  readonly advice?: string;
  /** The one command that adds it. */
  readonly command?: string;
}

export interface Findings {
  readonly pipe: string;
  readonly node: { readonly version: string; readonly supported: boolean };
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Bytes; the limit of the container where there is one. */
  readonly memory: { readonly total: number; readonly free: number };
  readonly gpus: readonly Gpu[];
  readonly store: StoreFinding;
  readonly data: DataFinding;
  readonly packages: readonly PackageFinding[];
  readonly engines: readonly EngineFinding[];
  /** What `--engine auto` takes, and why; undefined where nothing can run. */
  readonly auto: { readonly engine: EngineName | undefined; readonly why: string };
  /** Commands that add what is missing, the most important first. */
  readonly remedies: readonly { readonly command: string; readonly why: string }[];
}

/** The machine as doctor sees it. */
export interface DoctorDoors {
  readonly devices: Devices;
  gpus(): Promise<readonly Gpu[]>;
  packages(): Promise<readonly PackageFinding[]>;
}

const OLDEST_NODE = [20, 19];

export async function examine(
  store: string,
  environment: Readonly<Record<string, string | undefined>>,
  doors: DoctorDoors,
): Promise<Findings> {
  const { devices } = doors;
  const [packages, gpus, storeFinding, data, ...findings] = await Promise.all([
    doors.packages(),
    doors.gpus(),
    examineStore(resolve(store)),
    examineData(environment['PIPE_DATA']),
    ...ENGINE_NAMES.map(async (name) => describeTrial(name, await devices.attempt(name))),
  ]);
  const { engine, why } = await chooseAuto(devices);
  const finding = findings.find(({ name }) => name === engine)!;
  const node = { version: process.version, supported: isSupported(process.versions.node) };
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  return {
    pipe: version,
    node,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: { total, free: Math.min(freemem(), total) },
    gpus,
    store: storeFinding,
    data,
    packages,
    engines: findings,
    auto: finding.usable ? { engine, why } : { engine: undefined, why: `${engine} would be it, but ${finding.note}` },
    remedies: remediesFor(packages, node.supported, storeFinding.writable, unusedGpu(findings, engine, gpus)),
  };
}

function describeTrial(name: EngineName, trial: Trial): EngineFinding {
  const { about } = engines[name];
  if (trial.works) {
    const { device } = trial;
    if (device === undefined) return { name, usable: true, note: about };
    const where =
      device.kind === 'real'
        ? `on a real GPU, ${device.name}`
        : `on a software device, ${device.name}: for tests, many times slower than cpu`;
    return { name, usable: true, note: `${about}, ${where}`, device };
  }
  const { message: note, advice, command } = trial;
  return {
    ...{ name, usable: false, note },
    ...(advice === undefined ? {} : { advice }),
    ...(command === undefined ? {} : { command }),
  };
}

function isSupported(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return major > OLDEST_NODE[0]! || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]!);
}

/** The engine that a command would add for a GPU which is here and which `auto` leaves idle. */
function unusedGpu(
  findings: readonly EngineFinding[],
  auto: EngineName,
  gpus: readonly Gpu[],
): EngineFinding | undefined {
  const real = gpus.filter(({ kind }) => kind === 'real');
  if (real.length === 0 || engines[auto].gpu) return undefined;
  const wanted: EngineName = real.some(({ name }) => /nvidia/i.test(name)) ? 'cuda' : 'webgpu';
  return findings.find(({ name, usable }) => name === wanted && !usable);
}

function remediesFor(
  packages: readonly PackageFinding[],
  node: boolean,
  writable: boolean,
  idle: EngineFinding | undefined,
): Findings['remedies'] {
  const broken = packages.filter(({ loads }) => !loads).map(({ name }) => name);
  return [
    ...(node ? [] : [{ command: 'nvm install 22', why: `Node.js ${OLDEST_NODE.join('.')} or later is needed` }]),
    ...(broken.length === 0
      ? []
      : [{ command: 'npm ci', why: `${broken.join(' and ')} must load for pipelines to run` }]),
    ...(writable
      ? []
      : [{ command: 'pipe run … --cache <folder>', why: 'the store cannot be written; name a folder that can' }]),
    ...(idle?.command === undefined
      ? []
      : [{ command: idle.command, why: `the GPU here is idle, for the engine ${idle.name} is not there` }]),
  ];
}
