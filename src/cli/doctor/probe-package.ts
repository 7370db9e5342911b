// Whether a native package loads here, tried in a child process: a library that is missing a symbol or an instruction takes down
// the process that loads it, and doctor must live to tell.
import { execFile } from 'node:child_process';
import { installationFolder } from '../installation.ts';

export interface PackageFinding {
  readonly name: string;
  readonly loads: boolean;
  readonly version: string | undefined;
  /** Why it does not load, in one line. */
  readonly problem: string | undefined;
  /** What the package itself says it can do here, such as execution providers. */
  readonly offers: readonly string[];
}

/** `offers` is an expression over the loaded module `m` that gives a list of strings. */
const PACKAGES: readonly { readonly name: string; readonly offers: string }[] = [
  { name: 'onnxruntime-node', offers: '(m.listSupportedBackends?.() ?? []).map((b) => b.name)' },
  { name: 'sharp', offers: '[`libvips ${m.versions?.vips}`]' },
  { name: '@tensorflow/tfjs-node-gpu', offers: '[`TensorFlow ${m.version?.tensorflow ?? ""}`]' },
];

export const probePackages = (timeoutMs = 30_000): Promise<readonly PackageFinding[]> =>
  Promise.all(PACKAGES.map(({ name, offers }) => probe(name, offers, timeoutMs)));

async function probe(name: string, offers: string, timeoutMs: number): Promise<PackageFinding> {
  const script = `
    const { createRequire } = await import('node:module');
    const require = createRequire(process.cwd() + '/');
    let version;
    try { version = require(${JSON.stringify(`${name}/package.json`)}).version; } catch {}
    process.stdout.write(JSON.stringify({ version }) + '\\n');
    const loaded = require(${JSON.stringify(name)});
    const m = loaded.default ?? loaded;
    process.stdout.write(JSON.stringify({ offers: ${offers} }) + '\\n');
    process.exit(0);`;
  const run = await new Promise<{
    failure: (Error & { killed?: boolean; signal?: string }) | null;
    stdout: string;
    stderr: string;
  }>((resolve) => {
    execFile(
      process.execPath,
      ['--input-type=module', '-e', script],
      { cwd: installationFolder(), timeout: timeoutMs, env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' } },
      (failure, stdout, stderr) =>
        resolve({ failure: failure as (Error & { killed?: boolean; signal?: string }) | null, stdout, stderr }),
    );
  });
  const facts = Object.assign({}, ...jsonLines(run.stdout)) as { version?: string; offers?: readonly string[] };
  const loads = facts.offers !== undefined;
  return {
    name,
    loads,
    version: facts.version,
    problem: loads ? undefined : reasonOf(run.failure, run.stderr, facts.version, timeoutMs),
    offers: facts.offers ?? [],
  };
}

/** A package may write lines of its own to stdout while it loads. */
function jsonLines(text: string): readonly object[] {
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      return [JSON.parse(line) as object];
    } catch {
      return [];
    }
  });
}

function reasonOf(
  failure: { killed?: boolean; signal?: string } | null,
  stderr: string,
  version: string | undefined,
  timeoutMs: number,
): string {
  if (version === undefined) return 'not installed';
  if (failure?.killed === true) return `did not load within ${timeoutMs / 1000} s`;
  if (failure?.signal) return `crashed while loading (${failure.signal})`;
  if (/native addon module .* can not be found/.test(stderr)) return 'its native library is not built';
  const message = stderr.split('\n').find((line) => /^\s*(\w*Error\b.*|.*cannot open shared object.*)/.test(line));
  return (message ?? 'failed to load')
    .trim()
    .replace(/^Error: /, '')
    .slice(0, 100);
}
