// The choice of `auto`: a real GPU before the CPU, never a software one. In: signs of a GPU, and a way to try an engine; out: an engine and
// why. What looks at the machine is handed in: this file knows no driver and starts no process.
import type { EngineName } from './engine.ts';

/** What an engine computed on. A software device (SwiftShader, llvmpipe, WARP) is the CPU in disguise, and many times slower. */
export interface Device {
  readonly kind: 'real' | 'software';
  readonly name: string;
}

/** How an engine that was tried did. */
export type Trial =
  /** It computed. */
  | { readonly works: true; readonly device?: Device }
  | {
      readonly works: false;
      readonly message: string;
      readonly advice?: string;
      /** Adds what is missing. */
      readonly command?: string;
      /** The process that tried it crashed or did not end: nothing is known. */
      readonly broke?: true;
    };

/** The machine, as far as the choice of an engine needs it. */
export interface Devices {
  /** Traces that only a GPU's driver leaves, such as `/dev/nvidia0`: empty where there can be no real GPU. Cheap: starts nothing. */
  readonly signs: () => Promise<readonly string[]>;
  /** What steers which devices a driver shows, such as `CUDA_VISIBLE_DEVICES=1`. */
  readonly settings: readonly string[];
  /** Computes the smallest step on an engine, in a process of its own: a driver may take that down. */
  readonly attempt: (engine: EngineName) => Promise<Trial>;
}

export interface Choice {
  readonly engine: EngineName;
  /** A clause: `there is no GPU here`. */
  readonly why: string;
  /** A GPU may be there and could not be tried. */
  readonly warning?: string;
}

/** CUDA before WebGPU, for it is NVIDIA's own. tfjs-gpu is never taken unasked: it runs one operation at a time. */
export async function chooseAuto({ signs, attempt }: Devices): Promise<Choice> {
  const found = await signs();
  if (found.length === 0) return { engine: 'cpu', why: 'there is no GPU here' };
  const failed: Extract<Trial, { works: false }>[] = [];
  const tried = async (engine: EngineName): Promise<Trial> => {
    const trial = await attempt(engine);
    if (!trial.works) failed.push(trial);
    return trial;
  };
  if (found.some((sign) => /nvidia|dxg/.test(sign))) {
    const cuda = realDeviceOf(await tried('cuda'));
    if (cuda !== undefined) return { engine: 'cuda', why: `a real GPU is here: ${cuda}` };
  }
  const webgpu = await tried('webgpu');
  const device = realDeviceOf(webgpu);
  if (device !== undefined) return { engine: 'webgpu', why: `a real GPU is here: ${device}` };
  const why = webgpu.works
    ? `WebGPU has only a software device here, ${webgpu.device?.name ?? 'unnamed'}`
    : `there are signs of a GPU (${found.join(', ')}), but ${failed.map(({ message }) => message).join(', and ')}`;
  const broken = failed.flatMap(({ broke, message }) => (broke === true ? [message] : []));
  return {
    engine: 'cpu',
    why,
    ...(broken.length === 0 ? {} : { warning: `${broken.join('; ')}: auto takes the CPU` }),
  };
}

const realDeviceOf = (trial: Trial): string | undefined =>
  trial.works && trial.device?.kind === 'real' ? trial.device.name : undefined;
