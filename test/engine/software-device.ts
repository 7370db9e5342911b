// A WebGPU device that needs no GPU: SwiftShader, which comes with Chromium. A Vulkan driver is chosen by the environment, once a process, so
// tests that need it start processes of their own.
import { existsSync } from 'node:fs';

const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const LOADERS = ['/usr/lib/x86_64-linux-gnu/libvulkan.so.1', '/usr/lib/aarch64-linux-gnu/libvulkan.so.1'];

/** What this machine lacks for it; empty where it can be used. */
export const missingForSoftwareDevice: readonly string[] = [
  ...(existsSync(DRIVER) ? [] : ['SwiftShader (Debian: chromium)']),
  ...(LOADERS.some((path) => existsSync(path)) ? [] : ['the Vulkan loader (Debian: libvulkan1)']),
];
if (missingForSoftwareDevice.length > 0)
  console.warn(`the engine webgpu is not tested: ${missingForSoftwareDevice.join(' and ')} not found`);

/** The environment in which WebGPU finds SwiftShader and nothing else. */
export const withSoftwareDevice = { VK_ICD_FILENAMES: DRIVER, VK_DRIVER_FILES: DRIVER };

/** The environment in which it finds nothing. */
export const withoutDevice = { VK_ICD_FILENAMES: '/nonexistent.json', VK_DRIVER_FILES: '/nonexistent.json' };
