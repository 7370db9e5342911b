// The commands and options of `pipe`, and its help. A command's code is imported only when it runs, so that --help and check
// start at once.
import { existsSync, statSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { recipes } from '../engine/augment/recipes.ts';
import type { ExitCode } from './exit-code.ts';
import { backboneNames } from '../engine/nn/backbone-names.ts';
import { version } from '../version.ts';
import { ENGINE_NAMES } from '../engine/runtime/engine.ts';
import type { BenchDecodeOptions } from './commands/bench-decode.ts';
import type { KmeansOptions } from './commands/bench-kmeans.ts';
import type { TrainStepOptions } from './commands/bench-train-step.ts';
import type { BenchUmapOptions } from './commands/bench-umap.ts';
import type { CheckTableOptions } from './commands/check-table.ts';
import type { ExportOptions } from './commands/export.ts';
import type { GraphFormat } from './commands/graph.ts';
import type { ProgramOptions, RunOptions } from './options.ts';

const STORE = '.pipe';
const AUGMENTATIONS = ['none', 'affine', ...Object.keys(recipes)];
/** `resnet18` is the name that bench/peers/pytorch_step.py has for resnet18_cifar. */
const MODELS = [...backboneNames, 'resnet18'];

/** `done` gets the exit code of the command that ran. Parsing throws a CommanderError, after its message is on stderr. */
export function buildProgram(done: (code: ExitCode) => void): Command {
  const program = new Command('pipe')
    .description('Check, plan and run image-clustering experiments written in the pipe language.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help, or that of a command')
    .helpCommand('help [command]', 'show this help, or that of a command')
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .addHelpText('after', AFTER_HELP);

  withRunOptions(withProgramOptions(program.command('run')))
    .description('run a pipeline; what has not changed since an earlier run is reused')
    .addOption(
      new Option(
        '--plan <file>',
        'run what this saved plan says, or nothing where it does not hold any more',
      ).conflicts([...['set', 'profile', 'pipeline', 'engine', 'threads', 'jobs', 'cache']]),
    )
    .option('--json', 'one JSON event a line on stdout, the last one "finished"')
    .argument('[file]', 'the program, unless --plan names it')
    .addHelpText('after', AFTER_RUN)
    .action(async (file: string | undefined, options: RunOptions & { plan?: string }) =>
      done(await (await import('./commands/run.ts')).run(file, options)),
    );

  withProgramOptions(program.command('check'))
    .description('find every error in programs without running anything')
    .option('--json', 'print the diagnostics as a JSON array')
    .argument('<file...>', 'the programs')
    .action(async (files: string[], options: ProgramOptions & { json?: boolean }) =>
      done(await (await import('./commands/check.ts')).check(files, options)),
    );

  program
    .command('fmt')
    .description('write programs in their one form; without a path, or for -, from stdin to stdout')
    .option('--check', 'change nothing: say which are not in it, and exit with 1 where any is')
    .argument('[path...]', 'programs, or folders of programs')
    .action(async (paths: string[], options: { check?: boolean }) =>
      done(await (await import('./commands/fmt.ts')).fmt(paths, options)),
    );

  withRunOptions(withProgramOptions(program.command('plan')))
    .description('say for each step whether it would run or be reused, and why')
    .option('--json', 'print the plan as JSON')
    .option('--save <file>', 'write the plan to a file, for pipe run --plan')
    .argument('<file>', 'the program')
    .action(async (file: string, options: RunOptions & { save?: string }) =>
      done(await (await import('./commands/plan.ts')).plan(file, options)),
    );

  withRunOptions(withProgramOptions(program.command('explain')))
    .description('say all that is known of one step: why it would run, its parameters, inputs, readers and files')
    .option('--json', 'print it as JSON')
    .argument('<file>', 'the program')
    .argument('<step>', 'the step, as pipe plan names it')
    .action(async (file: string, step: string, options: RunOptions) =>
      done(await (await import('./commands/explain.ts')).explain(file, step, options)),
    );

  program
    .command('check-table')
    .description('compare the published numbers of a program with those of a run that is over')
    .option('--run <id>', 'which run, by the name of its folder (default: the latest of the pipeline)')
    .option('--pipeline <name>', 'which pipeline, where the file has several')
    .option('--json', 'print them as JSON')
    .addOption(cacheOption())
    .argument('<file>', 'the program')
    .addHelpText('after', AFTER_CHECK_TABLE)
    .action(async (file: string, options: CheckTableOptions) =>
      done(await (await import('./commands/check-table.ts')).checkTable(file, options)),
    );

  program
    .command('export')
    .description('write an encoder of a run that is over as a folder: ONNX, a README, examples in Python and Node.js')
    .requiredOption('--to <folder>', 'the folder: a new one, an empty one, or an earlier export')
    .option('--run <id>', 'which run, by the name of its folder (default: the latest of the program)')
    .option('--pipeline <name>', 'which pipeline, where the file has several')
    .option('--clusters <step>', 'whose centres go with it, or none (default: the only ones in its features)')
    .option('--json', 'print what was written as JSON')
    .addOption(cacheOption())
    .argument('<file>', 'the program')
    .argument('[encoder]', 'a step, or an output of the pipeline (default: the only one)')
    .addHelpText('after', AFTER_EXPORT)
    .action(async (file: string, encoder: string | undefined, options: ExportOptions) =>
      done(await (await import('./commands/export.ts')).exportEncoder(file, encoder, options)),
    );

  withProgramOptions(program.command('graph'))
    .description('draw the steps and what flows between them')
    .addOption(
      new Option('--format <format>', 'what to draw as: mermaid, or what --output ends with').choices([
        ...['mermaid', 'dot', 'svg'],
      ]),
    )
    .option('-o, --output <file>', 'write the drawing to a file')
    .argument('<file>', 'the program')
    .action(async (file: string, options: ProgramOptions & { format?: GraphFormat; output?: string }) =>
      done(await (await import('./commands/graph.ts')).graph(file, options)),
    );

  program
    .command('docs')
    .description('show what a stage takes and gives, or list all stages')
    .option('--file <file>', 'look in this program or module, not in the standard library')
    .option('--json', 'print it as JSON')
    .argument('[stage]', 'a stage, such as kmeans, or a module, such as std/clustering')
    .action(async (stage: string | undefined, options: { file?: string; json?: boolean }) =>
      done((await import('./commands/docs.ts')).docs(stage, options)),
    );

  program
    .command('language-server')
    .description('answer an editor: problems, hovers, completion and more (the Language Server Protocol)')
    .option('--stdio', 'on stdin and stdout, which is the only way')
    .action(async () => done(await (await import('./commands/language-server.ts')).languageServer()));

  program
    .command('doctor')
    .description('say what this machine can do, and the one command that adds what is missing')
    .option('--json', 'print the findings as JSON')
    .addOption(cacheOption())
    .action(async (options: { json?: boolean; cache: string }) =>
      done(await (await import('./commands/doctor.ts')).doctor(options)),
    );

  addCacheCommands(program, done);
  addBenchCommands(program, done);
  pointToHelp(program, 'pipe');
  // Subcommands made by command() share these settings already; an error anywhere must reach main.ts as an exception.
  return program;
}

/** What is wrong with a command line is followed by where the right one is described. */
function pointToHelp(command: Command, name: string): void {
  command.showHelpAfterError(`See ${name} --help.`);
  for (const inner of command.commands) pointToHelp(inner, `${name} ${inner.name()}`);
}

function addCacheCommands(program: Command, done: (code: ExitCode) => void): void {
  const cache = program.command('cache').description('look after the stored results').helpCommand(false);
  cache
    .command('ls')
    .description('list the stored steps, the latest used first')
    .option('--json', 'print them as JSON')
    .addOption(cacheOption())
    .action(async (options: { json?: boolean; cache: string }) =>
      done(await (await import('./commands/cache-ls.ts')).listCache(options)),
    );
  cache
    .command('gc')
    .description('remove stored steps, the longest unused first, and every file that no step needs any more')
    .addOption(new Option('--max-age <age>', 'remove what was not used for this long: 12h, 30d').argParser(parseAge))
    .addOption(
      new Option('--max-size <size>', 'remove until no more than this is left: 500MB, 10GiB').argParser(parseSize),
    )
    .option('--dry-run', 'only say what would be removed')
    .option('--json', 'print what was removed as JSON')
    .addOption(cacheOption())
    .action(async (options: { maxAge?: number; maxSize?: number; dryRun?: boolean; json?: boolean; cache: string }) =>
      done(await (await import('./commands/cache-gc.ts')).collectCache(options)),
    );
  cache
    .command('verify')
    .description('read every stored file and compare it with its digest; damaged ones are put aside')
    .option('--json', 'print the findings as JSON')
    .addOption(cacheOption())
    .action(async (options: { json?: boolean; cache: string }) =>
      done(await (await import('./commands/cache-verify.ts')).verifyCache(options)),
    );
}

function addBenchCommands(program: Command, done: (code: ExitCode) => void): void {
  const bench = program.command('bench').description('measure this machine').helpCommand(false);
  const count = (flag: string, text: string, value: number): Option =>
    new Option(flag, text).argParser(parseCount).default(value);
  bench
    .command('train-step')
    .description('time one IDFD training step: forward, losses, backward, SGD with momentum')
    .addOption(new Option('--model <model>', 'the network').choices(MODELS).default('small_cnn'))
    .addOption(count('--batch <count>', 'images a step', 128))
    .addOption(count('--size <pixels>', 'side of an image', 28))
    .addOption(count('--channels <count>', 'channels of an image', 1))
    .addOption(
      new Option('--augmentation <recipe>', 'views made inside the step').choices(AUGMENTATIONS).default('none'),
    )
    .addOption(count('--bank <rows>', 'rows of the memory bank', 10000))
    .addOption(count('--dim <length>', 'length of a feature vector', 128))
    .addOption(count('--threads <count>', 'threads of the step', 2))
    .addOption(count('--steps <count>', 'steps timed', 20))
    .addOption(count('--warmup <count>', 'steps before them', 3))
    .addOption(new Option('--engine <engine>', 'what computes').choices(ENGINE_NAMES).default('cpu'))
    .option('--profile <prefix>', 'write a profile by kernel to files that begin so (Chrome trace format)')
    .addOption(
      new Option('--compile-only <folder>', 'only compile, with compiled steps stored there').argParser(parseFolder),
    )
    .option('--json', 'one line of JSON, fields as in bench/peers/pytorch_step.py')
    .action(async (options: TrainStepOptions) =>
      done(await (await import('./commands/bench-train-step.ts')).benchmarkTrainStep(options)),
    );
  bench
    .command('kmeans')
    .description('time k-means with restarts on unit-norm features of its own making')
    .addOption(count('--rows <count>', 'rows', 60000))
    .addOption(count('--dim <length>', 'length of a row', 128))
    .addOption(count('--k <count>', 'clusters', 10))
    .addOption(count('--restarts <count>', 'restarts', 20))
    .addOption(count('--threads <count>', 'threads', 2))
    .addOption(count('--spread <times>', 'spread of a group: 1 is clear structure, 4 weak', 1))
    .option('--save <file>', 'leave the rows in a file: float32, row-major')
    .option('--json', 'one line of JSON')
    .action(async (options: KmeansOptions) =>
      done(await (await import('./commands/bench-kmeans.ts')).benchmarkKmeans(options)),
    );
  bench
    .command('umap')
    .description('time a map of the same features by UMAP')
    .addOption(count('--rows <count>', 'rows', 60000))
    .addOption(count('--dim <length>', 'length of a row', 128))
    .addOption(count('--neighbours <count>', 'neighbours of a row, itself included', 15))
    .addOption(count('--threads <count>', 'threads that find neighbours', 2))
    .addOption(count('--spread <times>', 'spread of a group: 1 is clear structure, 4 weak', 1))
    .option('--save <file>', 'leave the rows in a file: float32, row-major')
    .option('--json', 'one line of JSON')
    .action(async (options: BenchUmapOptions) =>
      done(await (await import('./commands/bench-umap.ts')).benchmarkUmap(options)),
    );
  bench
    .command('decode')
    .description('time the decoding of JPEG or PNG files, which it makes first')
    .addOption(count('--files <count>', 'how many', 10000))
    .addOption(count('--size <pixels>', 'side of the images that are wanted', 96))
    .addOption(
      new Option('--pixels <width>x<height>', 'size of the files (default: that of the images)').argParser(parsePixels),
    )
    .addOption(new Option('--format <format>', 'of the files').choices(['jpeg', 'png']).default('jpeg'))
    .addOption(count('--threads <count>', 'threads that decode', 2))
    .addOption(
      new Option('--folder <folder>', 'make the files there, unless they are, and leave them').argParser(parseFolder),
    )
    .option('--json', 'one line of JSON, fields as in bench/peers/pillow_decode.py')
    .action(async (options: BenchDecodeOptions) =>
      done(await (await import('./commands/bench-decode.ts')).benchmarkDecode(options)),
    );
}

const cacheOption = (): Option =>
  new Option('--cache <folder>', 'where results are stored').argParser(parseFolder).default(STORE);

function withProgramOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--set <name=value>', 'give a parameter of the pipeline a value; may be repeated')
        .argParser(collectSetting)
        .default([], 'none'),
    )
    .option('--profile <name>', 'take the values of this profile')
    .option('--pipeline <name>', 'which pipeline, where the file has several');
}

function withRunOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--engine <engine>', 'what trains and infers').choices(['auto', ...ENGINE_NAMES]).default('auto'),
    )
    .addOption(new Option('--threads <count>', 'threads of one training step').argParser(parseCount))
    .addOption(new Option('--jobs <count>', 'steps at once at most (default: cores)').argParser(parseCount))
    .addOption(cacheOption());
}

function collectSetting(setting: string, earlier: readonly string[]): readonly string[] {
  if (!/^[^=]+=/.test(setting)) throw new InvalidArgumentError('It is written name=value, such as --set epochs=40.');
  return [...earlier, setting];
}

/** A folder that may not be there yet. A file in its place would look like an empty store to a command that only reads. */
function parseFolder(text: string): string {
  if (text === '') throw new InvalidArgumentError('It is the name of a folder.');
  if (existsSync(text) && !statSync(text).isDirectory()) throw new InvalidArgumentError('It is a file, not a folder.');
  return text;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new InvalidArgumentError('It is a whole number from 1 on.');
  return count;
}

function parsePixels(text: string): [number, number] {
  const match = /^(\d{1,5})x(\d{1,5})$/.exec(text);
  const [width, height] = [Number(match?.[1]), Number(match?.[2])];
  if (!(width > 0 && height > 0)) throw new InvalidArgumentError('It is a width and a height, such as 500x400.');
  return [width, height];
}

/** Seconds. */
function parseAge(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(s|m|h|d|w)$/.exec(text);
  const unit = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 }[match?.[2] ?? ''];
  if (match === null || unit === undefined)
    throw new InvalidArgumentError('It is a number and s, m, h, d or w, such as 30d.');
  return Number(match[1]) * unit;
}

/** Bytes. */
function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?$/i.exec(text);
  if (match === null) throw new InvalidArgumentError('It is a number and a unit, such as 500MB or 10GiB.');
  const power = ['', 'K', 'M', 'G', 'T'].indexOf(match[2]!.toUpperCase());
  return Math.round(Number(match[1]) * (match[3] === '' ? 1000 : 1024) ** power);
}

const AFTER_HELP = `
Examples:
  pipe run pipelines/quickstart.pipe                    two minutes on a laptop, nothing to download
  pipe run pipelines/stripe-mnist.pipe --set count=60000 --set 'seeds=[0, 1, 2]'
  pipe plan pipelines/quickstart.pipe --set epochs=40   what would run again, and why
  pipe check pipelines/*.pipe                           every error, before the first second of compute
  pipe run pipelines/quickstart.pipe --json | jq .event

Environment:
  PIPE_DATA       folder with data sets: <folder>/mnist/train-images-idx3-ubyte.gz and so on
  NO_COLOR        no colours; FORCE_COLOR=1 colours even where the output is no terminal

Exit codes:
  0  done     1  a step failed     2  the program or the command line is wrong     130  stopped by Ctrl-C

A run that was stopped or killed is continued by the same command: finished steps are reused, training goes on
from its last checkpoint. Results are stored in .pipe (see pipe cache --help).`;

const AFTER_CHECK_TABLE = `
Exit codes:
  0  all that can be compared hold     1  one misses     2  nothing can be compared, or there is no such run`;

const AFTER_EXPORT = `
Examples:
  pipe export pipelines/quickstart.pipe keep --to digits-encoder
  python3 digits-encoder/example.py images.raw          8-bit images, one after the other

The folder is written whole or not at all. An earlier export is replaced, anything else is left alone.`;

const AFTER_RUN = `
Examples:
  pipe run pipelines/quickstart.pipe --set seed=1
  pipe run pipelines/quickstart.pipe --profile smoke
  pipe run pipelines/stripe-mnist.pipe --set 'seeds=[0, 1, 2]' --threads 2

The last line of --json is {"event":"finished","status":"ok|failed|cancelled","outputs":{…},
"steps":{"ran":n,"reused":n,"failed":n},"seconds":s,"run":"<folder>"}; scores are {"acc":…,"nmi":…,"ari":…}.`;
