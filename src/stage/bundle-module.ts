// A module of the user's own and the local files that it imports → one file of JavaScript with a map to their lines; or only their names, for
// planning. Packages stay where they are. It runs nothing. esbuild is loaded when a module is first asked for.
import { existsSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Esbuild from 'esbuild';
import type { BuildOptions, Message, Plugin } from 'esbuild';
import { programFile } from '../platform/program-file.ts';
import { StageError } from './stage-error.ts';

export interface ModuleFiles {
  /** Absolute paths of the module and of all that it imports from files, itself first. */
  readonly files: readonly string[];
  /** Imported packages by name, with the file that says their version. */
  readonly packages: ReadonlyMap<string, string>;
}

/** By this name the contract of a stage is imported (define-stage.ts). */
const CONTRACT = 'pipe/stage';
const builtins: ReadonlySet<string> = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

/** @throws StageError with file and line where the module, or a file that it imports, cannot be understood or found */
export async function moduleFiles(file: string): Promise<ModuleFiles> {
  return build(file, { write: false });
}

/** Writes the bundle to `outfile`. Errors as {@link moduleFiles}. */
export async function bundleModule(file: string, outfile: string): Promise<ModuleFiles> {
  return build(file, { outfile, sourcemap: 'inline' });
}

async function build(
  file: string,
  options: Pick<BuildOptions, 'write' | 'outfile' | 'sourcemap'>,
): Promise<ModuleFiles> {
  const folder = dirname(file);
  const packages = new Map<string, string>();
  const { build: bundle } = await esbuild();
  const here = JSON.stringify(pathToFileURL(file).href);
  try {
    const { metafile } = await bundle({
      ...options,
      entryPoints: [file],
      absWorkingDir: folder,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      metafile: true,
      logLevel: 'silent',
      // What a tsconfig.json says would decide the result, and be in no key.
      tsconfigRaw: {},
      define: { 'import.meta.url': here },
      banner: {
        js: `import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(${here});`,
      },
      plugins: [packagesOutside(packages)],
    });
    const files = Object.keys(metafile.inputs)
      .map((input) => resolve(folder, input))
      .filter((path) => existsSync(path));
    return { files: [...new Set([file, ...files])], packages };
  } catch (error) {
    const [first] = (error as { readonly errors?: readonly Message[] }).errors ?? [];
    if (first !== undefined) throw notUnderstood(first, file);
    throw noBundler(error);
  }
}

async function esbuild(): Promise<Pick<typeof Esbuild, 'build'>> {
  try {
    return await import('esbuild');
  } catch (error) {
    throw noBundler(error);
  }
}

function noBundler(error: unknown): StageError {
  return new StageError(
    `its module cannot be read: esbuild does not run here (${(error as Error).message.split('\n')[0]})`,
    'It is a package of pipe, with a part for each system that npm leaves out under --omit=optional: run `npm ci` again.',
  );
}

/** Leaves packages to Node, by their full path: the bundle lies elsewhere than the module. */
function packagesOutside(packages: Map<string, string>): Plugin {
  return {
    name: 'packages-outside',
    setup(bundler) {
      bundler.onResolve({ filter: /^[^./]/ }, async ({ path, kind, resolveDir, importer, pluginData }) => {
        if (kind === 'entry-point' || pluginData === CONTRACT || builtins.has(path)) return undefined;
        const outside = (place: string) => ({
          path: kind === 'require-call' ? place : pathToFileURL(place).href,
          external: true,
        });
        if (path === CONTRACT) return outside(programFile('stage.js'));
        const found = await bundler.resolve(path, { kind, resolveDir, importer, pluginData: CONTRACT });
        if (found.errors.length > 0) return { errors: found.errors };
        if (found.external || !found.path.includes(`${sep}node_modules${sep}`)) return found;
        const name = /^(@[^/]+\/)?[^/]+/.exec(path)![0];
        const manifest = manifestOf(found.path);
        if (manifest !== undefined) packages.set(name, manifest);
        return outside(found.path);
      });
    },
  };
}

function manifestOf(path: string): string | undefined {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (
      dirname(folder)
        .split(sep)
        .some((part) => part === 'node_modules') &&
      existsSync(manifest)
    ) {
      // A package may have further ones inside, which only say how its files are read.
      if (/[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+$/.test(folder)) return manifest;
    }
  }
  return undefined;
}

/** `mine.ts:3:9`, with the line and a mark below it. */
function notUnderstood({ text, location }: Message, file: string): StageError {
  if (location === null) return new StageError(`its module ${relative(dirname(file), file)} cannot be read: ${text}`);
  const { line, column, lineText, file: at } = location;
  // The column counts bytes.
  const before = Buffer.from(lineText).subarray(0, column).toString();
  const indent = ' '.repeat(`${line}`.length);
  return new StageError(
    `its module cannot be read: ${text}\n${indent} --> ${at}:${line}:${before.length + 1}\n${line} | ${lineText}\n${indent} | ${before.replaceAll(/[^\t]/g, ' ')}^`,
  );
}
