// Takes turns between ours and a peer on the same machine in the same minute, so that a drift of the machine meets both: the figure is the
// median of the ratios of each pair, with the smallest and the largest. In: two commands that print one JSON line; out: a summary.
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

/** The Python that has a module: PYTHON, else /usr/bin/python3 or python3. Ends the program with the package to install where none has it. */
export function pythonWith(module, debianPackage) {
  const python = [process.env.PYTHON, '/usr/bin/python3', 'python3'].find((candidate) => {
    if (!candidate) return false;
    try {
      execFileSync(candidate, ['-c', `import ${module}`], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  if (python !== undefined) return python;
  console.error(
    `no Python with ${module} found: set PYTHON, or install it (Debian: apt-get install --no-install-recommends ${debianPackage})`,
  );
  process.exit(2);
}

/** The JSON line that a command prints. */
export const measure = (command, args) =>
  JSON.parse(execFileSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 20 }));

/** Our command line, built. */
export const pipe = (...args) => measure(process.execPath, ['dist/cli.js', 'bench', ...args, '--json']);

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const rounded = (value) => Number(value.toPrecision(4));

/**
 * `rounds` pairs of `peer()` and `ours()`. `speed` takes what one of them printed to a number that is larger where it is faster.
 * A ratio above one means that ours is faster; a memory ratio below one, that it takes less.
 */
export function sideBySide({ name, rounds, ours, peer, speed, unit, memory = ({ peak_mib }) => peak_mib }) {
  const pairs = [];
  for (let round = 0; round < rounds; round += 1) {
    const theirs = peer();
    const own = ours();
    pairs.push({ own, theirs, ratio: speed(own) / speed(theirs), memory: memory(own) / memory(theirs) });
    console.error(
      `${name}, round ${round + 1}: pipe ${rounded(speed(own))} ${unit}, ${theirs.engine} ${rounded(speed(theirs))} ${unit}, ` +
        `ratio ${pairs.at(-1).ratio.toFixed(2)}; memory ${Math.round(memory(own))} and ${Math.round(memory(theirs))} MiB`,
    );
  }
  const of = (pick) => pairs.map(pick);
  return {
    name,
    peer: pairs[0].theirs.engine,
    rounds,
    unit,
    ours: rounded(median(of(({ own }) => speed(own)))),
    theirs: rounded(median(of(({ theirs }) => speed(theirs)))),
    ratio: rounded(median(of(({ ratio }) => ratio))),
    ratio_min: rounded(Math.min(...of(({ ratio }) => ratio))),
    ratio_max: rounded(Math.max(...of(({ ratio }) => ratio))),
    peak_mib: Math.round(median(of(({ own }) => memory(own)))),
    peer_peak_mib: Math.round(median(of(({ theirs }) => memory(theirs)))),
    memory_ratio: rounded(median(of((pair) => pair.memory))),
    pairs: of(({ own, theirs }) => ({ own, theirs })),
  };
}

/** Whether the file of this `import.meta` is the program, and not a part of one. */
export const isProgram = ({ main, filename }) => main ?? process.argv[1] === filename;

/** A comparison as a program: settings from the command line over `defaults`, `others` for those without a default; prints one JSON line. */
export function printComparison(compare, defaults, others = []) {
  const options = Object.fromEntries([
    ...Object.entries(defaults).map(([name, value]) => [name, { type: 'string', default: value }]),
    ...others.map((name) => [name, { type: 'string' }]),
  ]);
  const { rounds, ...settings } = parseArgs({ options }).values;
  console.log(JSON.stringify(compare(Number(rounds), settings)));
}
