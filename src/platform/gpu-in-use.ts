// Which GPU a process that has just computed on one holds: a real one leaves its device file open, a software one only its library
// in the memory map. In: what a process has open and mapped; out: a device. It knows no engines.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { isGpuDevice, type Gpu } from './gpus.ts';

export interface ProcessTraces {
  /** As in `process.platform`. */
  readonly platform: string;
  readonly openFiles: readonly string[];
  /** Shared libraries. */
  readonly libraries: readonly string[];
  /** The GPUs of the machine. */
  readonly gpus: readonly Gpu[];
}

/** Software devices for Vulkan by a part of their library's name. */
const SOFTWARE: readonly (readonly [library: RegExp, name: string])[] = [
  [/libvk_swiftshader/, 'SwiftShader'],
  [/libvulkan_lvp/, 'llvmpipe'],
];

/**
 * On Linux a device is real where a GPU's device file is held open: WebGPU (Dawn) takes a software device only where it finds no other.
 * Elsewhere, for the same reason, it is taken to be real where the machine has a real one.
 */
export function gpuInUse({ platform, openFiles, libraries, gpus }: ProcessTraces): Gpu {
  const names = gpus.filter(({ kind }) => kind === 'real').map(({ name }) => name);
  const held = platform === 'linux' ? openFiles.filter(isGpuDevice) : names;
  if (held.length > 0) return { kind: 'real', name: (names.length > 0 ? names : held).join(', ') };
  const [, name] = SOFTWARE.find(([library]) => libraries.some((path) => library.test(path))) ?? [];
  return { kind: 'software', name: name ?? gpus[0]?.name ?? 'a software device' };
}

/** Of this process. Empty where the system has no /proc. */
export function ownTraces(): Pick<ProcessTraces, 'openFiles' | 'libraries'> {
  if (process.platform !== 'linux') return { openFiles: [], libraries: [] };
  const openFiles = readdirSync('/proc/self/fd').flatMap((number) => {
    try {
      return [readlinkSync(`/proc/self/fd/${number}`)];
    } catch {
      // It was the folder itself, closed by now.
      return [];
    }
  });
  const libraries = readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .flatMap((line) => /\s(\/\S+\.so\S*)/.exec(line)?.[1] ?? []);
  return { openFiles, libraries: [...new Set(libraries)] };
}
