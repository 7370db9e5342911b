// `pipe docs`: what a stage takes and gives, in the terminal. A name is looked for in the standard library, or in the file of --file; without
// one, all stages are listed. Loads the front end alone.
import { wrap } from '../../diagnostics/display-width.ts';
import { nearestNames } from '../../diagnostics/nearest-names.ts';
import { renderDiagnostics } from '../../diagnostics/render-diagnostics.ts';
import {
  firstSentence,
  readReference,
  signatureLines,
  type ModuleReference,
  type StageReference,
} from '../../reference/module-reference.ts';
import { exitCode, UsageError, type ExitCode } from '../exit-code.ts';
import { standardLibraryFolder } from '../installation.ts';
import { writeErrorLine, writeLine } from '../output.ts';
import { type Paint, paintFor } from '../paint.ts';
import { filesIn, programsIn, readSource, requireFile } from '../read-source.ts';
import { describeTerminal } from '../terminal.ts';

export function docs(name: string | undefined, options: { readonly file?: string; readonly json?: boolean }): ExitCode {
  const modules = options.file === undefined ? standardModules() : [moduleOf(options.file)];
  const chosen = name === undefined ? modules : choose(name, modules);
  if (options.json === true) {
    const [only] = chosen;
    writeLine(JSON.stringify(name !== undefined && only?.stages.length === 1 ? only.stages[0] : chosen, null, 2));
    return exitCode.done;
  }
  const { color, columns } = describeTerminal(process.stdout, process.env);
  const paint = paintFor(color);
  const isList = name === undefined || chosen.some(({ module }) => module === name);
  const lines = isList
    ? chosen.flatMap((module) => describeModule(module, columns, paint))
    : chosen.flatMap(({ stages }) => stages.flatMap((stage) => describeStage(stage, columns, paint)));
  for (const line of lines) writeLine(line);
  return exitCode.done;
}

function standardModules(): readonly ModuleReference[] {
  const files = programsIn(`${standardLibraryFolder()}/std`);
  return files.map((file) => moduleOf(`std/${file.replace(/\.pipe$/, '')}`));
}

function moduleOf(module: string): ModuleReference {
  if (!module.startsWith('std/')) requireFile(module);
  const reader = { read: readSource, list: filesIn };
  const { reference, diagnostics, sources } = readReference(module, reader, standardLibraryFolder());
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    const { color, columns } = describeTerminal(process.stderr, process.env);
    writeErrorLine(renderDiagnostics(errors, sources, { color, width: columns }).trimEnd());
  }
  if (reference === undefined) throw new UsageError(`there is no module ${module}`);
  return reference;
}

/** A stage by its name, with or without its module; or a module. Those of equal names in several modules are all shown. */
function choose(name: string, modules: readonly ModuleReference[]): readonly ModuleReference[] {
  const whole = modules.filter(({ module }) => module === name || module === `std/${name}`);
  const matches = (stage: StageReference): boolean => name === stage.name || name === `${stage.module}.${stage.name}`;
  const stages = modules.map((module) => ({ ...module, stages: module.stages.filter(matches) }));
  const found = stages.filter((module) => module.stages.length > 0);
  if (found.length > 0) return found;
  if (whole.length > 0) return whole;
  const names = modules.flatMap(({ module, stages: all }) => [module, ...all.map((stage) => stage.name)]);
  const near = nearestNames(name, names).slice(0, 3);
  throw new UsageError(
    `there is no stage ${name}`,
    near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'pipe docs lists all; of your own with --file.',
  );
}

/** Its stages, a line each. */
export function describeModule(reference: ModuleReference, columns: number, paint: Paint): readonly string[] {
  const { module, doc, stages } = reference;
  const width = Math.max(0, ...stages.map(({ name }) => name.length)) + 4;
  return [
    paint.strong(module),
    ...paragraph(doc, columns, '  ').map(paint.faint),
    ...stages.flatMap((stage) => {
      const [first = '', ...rest] = paragraph(firstSentence(stage.doc), columns, ' '.repeat(width));
      return [`  ${stage.name}`.padEnd(width) + first.trimStart(), ...rest];
    }),
    '',
  ];
}

/** Its signature, what it says of itself, and each parameter. */
export function describeStage(stage: StageReference, columns: number, paint: Paint): readonly string[] {
  const { module, name, doc, parameters, results, annotations } = stage;
  const described = [
    ...parameters.filter((parameter) => parameter.doc !== ''),
    ...results.filter((result) => result.doc !== ''),
  ];
  const signature = [...signatureLines(stage), ...annotations];
  return [
    `${paint.strong(name)}  ${paint.faint(`from "${module}"`)}`,
    '',
    ...doc.split('\n\n').flatMap((text) => [...paragraph(text, columns, ''), '']),
    ...signature.flatMap((text) => hanging(text, columns)).map(paint.active),
    '',
    ...described.flatMap((one) => [`  ${paint.strong(one.name)}`, ...paragraph(one.doc, columns, '    ')]),
    ...(described.length > 0 ? [''] : []),
  ];
}

const paragraph = (text: string, columns: number, indent: string): readonly string[] =>
  text === '' ? [] : wrap(text.replaceAll('\n', ' '), columns - indent.length).map((line) => indent + line);

/** A line of a signature, continued four columns in. */
function hanging(text: string, columns: number): readonly string[] {
  const indent = /^ */.exec(text)![0];
  const [first = '', ...rest] = wrap(text.trimStart(), columns - indent.length - 4);
  return [indent + first, ...rest.map((line) => `${indent}    ${line}`)];
}
