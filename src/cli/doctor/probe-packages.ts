// Whether the native packages load here, tried in a child process: a library that is missing a symbol or an instruction takes down
// the process that loads it, and doctor must live to tell.
import { runApart } from '../../platform/run-apart.ts';
import { installationFolder } from '../installation.ts';

export interface PackageFinding {
  readonly name: string;
  readonly loads: boolean;
  readonly version: string | undefined;
  /** Why it does not load, in one line. */
  readonly problem: string | undefined;
  /** What the package says of itself. */
  readonly offers: readonly string[];
}

/** `offers` is an expression over the loaded module `m` that gives a list of strings. */
const PACKAGES: readonly { readonly name: string; readonly offers: string }[] = [
  // What its build could do is not what is installed: the engines are tried.
  { name: 'onnxruntime-node', offers: '[]' },
  { name: 'sharp', offers: '[`libvips ${m.versions?.vips}`]' },
];

const LIMIT_MS = 30_000;

export const probePackages = (): Promise<readonly PackageFinding[]> =>
  Promise.all(PACKAGES.map(({ name, offers }) => probe(name, offers)));

async function probe(name: string, offers: string): Promise<PackageFinding> {
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
  const { stdout, stderr, problem } = await runApart(process.execPath, ['--input-type=module', '-e', script], {
    timeoutMs: LIMIT_MS,
    cwd: installationFolder(),
  });
  const facts = Object.assign({}, ...jsonLines(stdout)) as { version?: string; offers?: readonly string[] };
  const loads = facts.offers !== undefined;
  return {
    name,
    loads,
    version: facts.version,
    problem: loads ? undefined : reasonOf(problem, stderr, facts.version),
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

function reasonOf(problem: string | undefined, stderr: string, version: string | undefined): string {
  if (version === undefined) return 'not installed';
  const message = stderr.split('\n').find((line) => /^\s*(\w*Error\b.*|.*cannot open shared object.*)/.test(line));
  return (message ?? `the process that loaded it ${problem ?? 'said nothing'}`)
    .trim()
    .replace(/^Error: /, '')
    .slice(0, 100);
}
