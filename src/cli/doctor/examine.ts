// What doctor finds out about a machine, as plain data. Draws nothing; changes nothing on the machine except a probe file in the
// store that is removed again.
import { constants } from 'node:fs';
import { access, mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { execFile } from 'node:child_process';
import { resolveEngine } from '../../plan/resolve-engine.ts';
import { version } from '../../version.ts';
import { type PackageFinding, probePackages } from './probe-package.ts';
import { findsWebgpuDevice } from './probe-webgpu.ts';

export interface EngineFinding {
  readonly name: string;
  readonly usable: boolean;
  readonly note: string;
}

export interface Findings {
  readonly pipe: string;
  readonly node: { readonly version: string; readonly supported: boolean };
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** Bytes; the limit of the container where there is one. */
  readonly memory: { readonly total: number; readonly free: number };
  readonly store: {
    readonly folder: string;
    readonly writable: boolean;
    readonly problem: string | undefined;
    readonly freeBytes: number | undefined;
  };
  readonly data: { readonly folder: string | undefined; readonly mnist: boolean; readonly note: string };
  /** Names of NVIDIA devices, as the driver tells them. */
  readonly gpus: readonly string[];
  readonly packages: readonly PackageFinding[];
  readonly engines: readonly EngineFinding[];
  /** What `--engine auto` takes, and why; undefined where nothing can run. */
  readonly auto: { readonly engine: string | undefined; readonly why: string };
  /** Commands that add what is missing, the most important first. */
  readonly remedies: readonly { readonly command: string; readonly why: string }[];
}

const OLDEST_NODE = [20, 19];

export async function examine(
  store: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Findings> {
  const [packages, webgpu, storeFinding, data, gpus] = await Promise.all([
    probePackages(),
    findsWebgpuDevice(),
    examineStore(resolve(store)),
    examineData(environment['PIPE_DATA']),
    nvidiaDevices(),
  ]);
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  const engines = judgeEngines(packages, webgpu);
  const chosen = resolveEngine('auto');
  const finding = engines.find(({ name }) => name === chosen);
  return {
    pipe: version,
    node: { version: process.version, supported: isSupported(process.versions.node) },
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: { total, free: Math.min(freemem(), total) },
    store: storeFinding,
    data,
    gpus,
    packages,
    engines,
    auto: {
      engine: finding?.usable === true ? chosen : undefined,
      why:
        finding?.usable === true
          ? 'the quickest that this version has here'
          : `${chosen} would be it, but ${finding?.note ?? 'it is not there'}`,
    },
    remedies: remedies(packages, isSupported(process.versions.node), storeFinding.writable),
  };
}

function isSupported(node: string): boolean {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  return major > OLDEST_NODE[0]! || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]!);
}

function judgeEngines(packages: readonly PackageFinding[], webgpuDevice: boolean): readonly EngineFinding[] {
  const onnx = packages.find(({ name }) => name === 'onnxruntime-node');
  const tensorflow = packages.find(({ name }) => name === '@tensorflow/tfjs-node-gpu');
  const loads = onnx?.loads === true;
  const offered = (name: string): string =>
    onnx?.offers.includes(name) === true ? 'ONNX Runtime offers it' : 'ONNX Runtime does not offer it here';
  const engines: readonly EngineFinding[] = [
    {
      name: 'cpu',
      usable: loads,
      note: loads ? `ONNX Runtime ${onnx.version ?? ''}` : (onnx?.problem ?? 'not installed'),
    },
    {
      name: 'reference',
      usable: true,
      note: 'TensorFlow.js in plain JavaScript: exact, and far too slow to train with',
    },
    {
      name: 'webgpu',
      usable: webgpuDevice,
      note: webgpuDevice
        ? 'ONNX Runtime finds a device, perhaps a software one; taken only where it is asked for'
        : 'no device found: it needs a GPU with a Vulkan, Metal or Direct3D 12 driver (on Linux also libvulkan1)',
    },
    { name: 'cuda', usable: onnx?.offers.includes('cuda') === true, note: offered('cuda') },
    {
      name: 'tfjs-gpu',
      usable: tensorflow?.loads === true,
      note:
        tensorflow?.loads === true
          ? 'it loads'
          : 'not built, and optional: npm rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false',
    },
  ];
  return engines.map((engine) =>
    isInThisVersion(engine.name)
      ? engine
      : { ...engine, usable: false, note: `${engine.note}; this version of pipe does not use it yet` },
  );
}

/** Asked of the planner itself, so that doctor promises nothing that a run refuses. */
function isInThisVersion(engine: string): boolean {
  try {
    resolveEngine(engine);
    return true;
  } catch {
    return false;
  }
}

function remedies(packages: readonly PackageFinding[], node: boolean, writable: boolean): Findings['remedies'] {
  const broken = packages
    .filter(({ name, loads }) => !loads && name !== '@tensorflow/tfjs-node-gpu')
    .map(({ name }) => name);
  return [
    ...(node ? [] : [{ command: 'nvm install 22', why: `Node.js ${OLDEST_NODE.join('.')} or later is needed` }]),
    ...(broken.length === 0
      ? []
      : [{ command: 'npm ci', why: `${broken.join(' and ')} must load for pipelines to run` }]),
    ...(writable
      ? []
      : [{ command: 'pipe run … --cache <folder>', why: 'the store cannot be written; name a folder that can' }]),
  ];
}

async function examineStore(folder: string): Promise<Findings['store']> {
  // The store is made by the first run: what counts is the nearest folder that is there.
  const present = await nearestPresent(folder);
  const freeBytes = await statfs(present).then(
    (disk) => disk.bavail * disk.bsize,
    () => undefined,
  );
  try {
    await access(present, constants.W_OK);
    if (present === folder) {
      const probe = join(folder, 'tmp', `doctor-${process.pid}`);
      await mkdir(dirname(probe), { recursive: true });
      await writeFile(probe, 'probe');
      await rm(probe);
    }
    return { folder, writable: true, problem: undefined, freeBytes };
  } catch (error) {
    return { folder, writable: false, problem: (error as Error).message, freeBytes };
  }
}

async function nearestPresent(folder: string): Promise<string> {
  const present = await access(folder).then(
    () => true,
    () => false,
  );
  return present || dirname(folder) === folder ? folder : nearestPresent(dirname(folder));
}

/** What a pipeline on MNIST reads: both, or one of them is downloaded. */
const MNIST_TRAIN = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'];

async function examineData(folder: string | undefined): Promise<Findings['data']> {
  if (folder === undefined || folder === '') {
    return {
      folder: undefined,
      mnist: false,
      note: 'PIPE_DATA is not set; data sets are downloaded where a pipeline needs them',
    };
  }
  if (
    !(await access(folder).then(
      () => true,
      () => false,
    ))
  ) {
    return { folder: resolve(folder), mnist: false, note: 'there is no such folder' };
  }
  const places = [folder, join(folder, 'mnist')];
  const present = await Promise.all(places.map((place) => readdir(place, { withFileTypes: true }).catch(() => [])));
  const files = new Set(present.flat().flatMap((entry) => (entry.isDirectory() ? [] : [entry.name])));
  const missing = MNIST_TRAIN.filter((name) => !files.has(name) && !files.has(`${name}.gz`));
  const note =
    missing.length === 0
      ? 'MNIST is there'
      : missing.length === MNIST_TRAIN.length
        ? 'MNIST is not there; it is downloaded where a pipeline needs it'
        : `of MNIST, ${missing.join(' and ')} is not there; it is downloaded where a pipeline needs it`;
  return { folder: resolve(folder), mnist: missing.length === 0, note };
}

function nvidiaDevices(): Promise<readonly string[]> {
  return new Promise((done) => {
    execFile(
      'nvidia-smi',
      ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader'],
      { timeout: 10_000 },
      (failure, stdout) => done(failure ? [] : stdout.split('\n').filter((line) => line.trim() !== '')),
    );
  });
}
