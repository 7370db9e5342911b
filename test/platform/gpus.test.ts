// What drivers leave in the file system, as on machines of several makes; and what a process that computed holds.
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gpuInUse, ownTraces } from '../../src/platform/gpu-in-use.ts';
import { gpuSigns, listGpus, type Gpu, type GpuDoors } from '../../src/platform/gpus.ts';
import { memoryFileSystem } from '../../src/platform/memory-file-system.ts';

type Machine = () => Promise<GpuDoors>;

const machine =
  (
    platform: string,
    files: Readonly<Record<string, string>>,
    answers: Readonly<Record<string, string>> = {},
  ): Machine =>
  async () => {
    const disk = memoryFileSystem();
    for (const [path, text] of Object.entries(files)) {
      await disk.makeFolder(dirname(path));
      await disk.write(path, text);
    }
    return { files: disk, platform, ask: async (program) => answers[program] };
  };

const PCI_IDS = `# a comment
1002  Advanced Micro Devices, Inc. [AMD/ATI]
\t744c  Navi 31 [Radeon RX 7900 XT/7900 XTX]
\t\t1da2 471e  RX-79XMERCB9
\t7480  Navi 33
8086  Intel Corporation
\t744c  not this one
\t46a6  Alder Lake-P GT2 [Iris Xe Graphics]
`;

const drm = (node: string, vendor: string, device: string) => ({
  [`/dev/dri/${node}`]: '',
  [`/sys/class/drm/${node}/device/vendor`]: `0x${vendor}\n`,
  [`/sys/class/drm/${node}/device/device`]: `0x${device}\n`,
});

describe('the GPUs of a machine', () => {
  it.each<[string, Machine, readonly string[], readonly Gpu[]]>([
    ['none', machine('linux', { '/dev/null': '', '/dev/nvidiactl': '', '/dev/dri/card0': '' }), [], []],
    [
      'NVIDIA',
      machine('linux', {
        '/dev/nvidia0': '',
        '/dev/nvidiactl': '',
        '/proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA H100 80GB HBM3\nIRQ: 5\n',
        ...drm('renderD128', '10de', '2330'),
      }),
      ['/dev/nvidia0', '/dev/dri/renderD128'],
      [{ name: 'NVIDIA H100 80GB HBM3', kind: 'real' }],
    ],
    [
      'AMD and Intel, with the table of names',
      machine('linux', {
        ...drm('renderD128', '1002', '744c'),
        ...drm('renderD129', '8086', '46a6'),
        '/usr/share/misc/pci.ids': PCI_IDS,
      }),
      ['/dev/dri/renderD128', '/dev/dri/renderD129'],
      [
        { name: 'AMD Navi 31 [Radeon RX 7900 XT/7900 XTX]', kind: 'real' },
        { name: 'Intel Alder Lake-P GT2 [Iris Xe Graphics]', kind: 'real' },
      ],
    ],
    [
      'AMD, without it',
      machine('linux', drm('renderD128', '1002', '744c')),
      ['/dev/dri/renderD128'],
      [{ name: 'AMD GPU 1002:744c', kind: 'real' }],
    ],
    [
      'Windows under Linux',
      machine('linux', { '/dev/dxg': '' }),
      ['/dev/dxg'],
      [{ name: 'the GPU of Windows (WSL)', kind: 'real' }],
    ],
    [
      'a chip without a name',
      machine('linux', { '/dev/mali0': '' }),
      ['/dev/mali0'],
      [{ name: '/dev/mali0', kind: 'real' }],
    ],
    [
      'Apple',
      machine('darwin', {}, { system_profiler: '{"SPDisplaysDataType":[{"sppci_model":"Apple M3 Pro"}]}' }),
      ['Metal'],
      [{ name: 'Apple M3 Pro', kind: 'real' }],
    ],
    ['Apple, where the system does not answer', machine('darwin', {}), ['Metal'], []],
    [
      'Windows',
      machine('win32', {}, { powershell: 'NVIDIA GeForce RTX 4070\r\nMicrosoft Basic Display Adapter\r\n' }),
      ['Direct3D'],
      [
        { name: 'NVIDIA GeForce RTX 4070', kind: 'real' },
        { name: 'Microsoft Basic Display Adapter', kind: 'software' },
      ],
    ],
  ])('%s', async (_, make, signs, gpus) => {
    const doors = await make();
    expect([...(await gpuSigns(doors))].sort()).toEqual([...signs].sort());
    expect(await listGpus(doors)).toEqual(gpus);
  });
});

describe('what a process computed on', () => {
  const radeon: Gpu = { name: 'Radeon', kind: 'real' };
  const basic: Gpu = { name: 'Microsoft Basic Display Adapter', kind: 'software' };
  const lavapipe = '/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so';
  it.each<[string, Parameters<typeof gpuInUse>[0], Gpu]>([
    [
      'a real one: its device file is open, whatever other driver is loaded',
      { platform: 'linux', openFiles: ['/dev/null', '/dev/dri/renderD128'], libraries: [lavapipe], gpus: [radeon] },
      radeon,
    ],
    [
      'a software one beside a real one that has no driver',
      { platform: 'linux', openFiles: ['/dev/null', '/dev/dri/card0'], libraries: [lavapipe], gpus: [radeon] },
      { name: 'llvmpipe', kind: 'software' },
    ],
    [
      'an unknown software one',
      { platform: 'linux', openFiles: [], libraries: [], gpus: [] },
      { name: 'a software device', kind: 'software' },
    ],
    ['Windows with a real one', { platform: 'win32', openFiles: [], libraries: [], gpus: [basic, radeon] }, radeon],
    ['Windows without', { platform: 'win32', openFiles: [], libraries: [], gpus: [basic] }, basic],
  ])('%s', (_, traces, gpu) => {
    expect(gpuInUse(traces)).toEqual(gpu);
  });

  it.skipIf(process.platform !== 'linux')(
    'is read from this process: its log, its libraries, no GPU of which it knows nothing',
    () => {
      const { openFiles, libraries } = ownTraces();
      expect(openFiles.length).toBeGreaterThan(2);
      expect(libraries.some((path) => /libc\.so|libm\.so|ld-/.test(path))).toBe(true);
    },
  );
});
