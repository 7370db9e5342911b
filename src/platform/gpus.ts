// The GPUs of this machine, from what their drivers leave in the file system (Linux) or from what the system tells (macOS, Windows).
// Nothing here touches a driver. In: files, the platform, a way to ask a program of the system. It knows no engines.
import type { FileSystem } from './file-system.ts';

export interface Gpu {
  readonly name: string;
  /** `software` is a display driver that draws with the CPU. */
  readonly kind: 'real' | 'software';
}

export interface GpuDoors {
  readonly files: FileSystem;
  /** As in `process.platform`. */
  readonly platform: string;
  /** What a program of the system prints; undefined where it fails or is not there. */
  ask(program: string, argumentList: readonly string[]): Promise<string | undefined>;
}

/** Device files that only the driver of a GPU makes: NVIDIA's, Windows' own under WSL, those of phones' chips. */
const DEVICE = /^(nvidia\d+|dxg|kgsl-3d\d+|mali\d+)$/;
const RENDER_NODE = /^renderD\d+$/;

/** Paths that a process opens only to compute on a GPU. */
export const isGpuDevice = (path: string): boolean => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return path.startsWith('/dev/dri/') ? RENDER_NODE.test(name) : path.startsWith('/dev/') && DEVICE.test(name);
};

/** Traces that only a GPU's driver leaves. Without any there is none; with some there may be one. Starts no process. */
export async function gpuSigns({ files, platform }: Pick<GpuDoors, 'files' | 'platform'>): Promise<readonly string[]> {
  // Both systems always have a device for graphics; whether it is a real one is asked where it is tried.
  if (platform === 'darwin') return ['Metal'];
  if (platform === 'win32') return ['Direct3D'];
  const below = async (folder: string): Promise<readonly string[]> =>
    (await namesIn(files, folder)).map((name) => `${folder}/${name}`);
  return [...(await below('/dev')), ...(await below('/dev/dri'))].filter(isGpuDevice);
}

export async function listGpus(doors: GpuDoors): Promise<readonly Gpu[]> {
  switch (doors.platform) {
    case 'linux':
      return linuxGpus(doors.files);
    case 'darwin':
      return appleGpus(await doors.ask('system_profiler', ['SPDisplaysDataType', '-json']));
    case 'win32':
      return windowsGpus(
        await doors.ask('powershell', [
          ...['-NoProfile', '-NonInteractive', '-Command'],
          'Get-CimInstance Win32_VideoController | ForEach-Object { $_.Name }',
        ]),
      );
    default:
      return [];
  }
}

const real = (name: string): Gpu => ({ name, kind: 'real' });

async function linuxGpus(files: FileSystem): Promise<readonly Gpu[]> {
  const nvidia: Gpu[] = [];
  for (const folder of await namesIn(files, '/proc/driver/nvidia/gpus')) {
    const text = await readText(files, `/proc/driver/nvidia/gpus/${folder}/information`);
    nvidia.push(real(/^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? 'NVIDIA GPU'));
  }
  const others: Gpu[] = [];
  let names: string | undefined;
  for (const node of (await namesIn(files, '/sys/class/drm')).filter((name) => RENDER_NODE.test(name))) {
    const id = async (which: string): Promise<string> =>
      (await readText(files, `/sys/class/drm/${node}/device/${which}`)).trim().replace(/^0x/, '');
    const [vendor, device] = [await id('vendor'), await id('device')];
    if (vendor === NVIDIA && nvidia.length > 0) continue;
    names ??=
      (await readText(files, '/usr/share/misc/pci.ids')) || (await readText(files, '/usr/share/hwdata/pci.ids'));
    others.push(real(pciName(names, vendor, device)));
  }
  const signs = await gpuSigns({ files, platform: 'linux' });
  if (signs.includes('/dev/dxg')) others.push(real('the GPU of Windows (WSL)'));
  const found = [...nvidia, ...others];
  // A driver that tells no name.
  return found.length > 0 ? found : signs.map((sign) => real(sign));
}

const NVIDIA = '10de';
const VENDORS: Readonly<Record<string, string>> = {
  [NVIDIA]: 'NVIDIA',
  '1002': 'AMD',
  '8086': 'Intel',
  '1af4': 'virtio',
  '15ad': 'VMware',
};

/** From the table of PCI names (`vvvv  Vendor`, then `\tdddd  Device`), where the system has it. */
function pciName(table: string, vendor: string, device: string): string {
  const maker = VENDORS[vendor] ?? (vendor === '' ? 'unknown' : `vendor ${vendor}`);
  const block = new RegExp(`^${vendor}  .*\\n((?:[\\t#].*\\n)*)`, 'm').exec(vendor === '' ? '' : table)?.[1] ?? '';
  const name = new RegExp(`^\\t${device}  (.+)$`, 'm').exec(device === '' ? '' : block)?.[1];
  return name === undefined ? `${maker} GPU${device === '' ? '' : ` ${vendor}:${device}`}` : `${maker} ${name}`;
}

function appleGpus(text: string | undefined): readonly Gpu[] {
  const displays = parseJson(text) as { SPDisplaysDataType?: readonly { sppci_model?: string }[] } | undefined;
  return (displays?.SPDisplaysDataType ?? []).map(({ sppci_model }) => real(sppci_model ?? 'Metal device'));
}

/** Display drivers of Windows that have no GPU behind them. */
const WINDOWS_SOFTWARE = /^Microsoft (Basic|Remote|Hyper-V|Indirect)/i;

function windowsGpus(text: string | undefined): readonly Gpu[] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((name) => name !== '')
    .map((name) => ({ name, kind: WINDOWS_SOFTWARE.test(name) ? 'software' : 'real' }));
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** None where the folder cannot be listed. */
async function namesIn(files: FileSystem, folder: string): Promise<readonly string[]> {
  try {
    return await files.list(folder);
  } catch {
    return [];
  }
}

/** Empty where it cannot be read. */
async function readText(files: FileSystem, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await files.read(path));
  } catch {
    return '';
  }
}
