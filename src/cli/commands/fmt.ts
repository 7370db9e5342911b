// `pipe fmt`: programs in their one form, in place; with --check only said which are not; from stdin to stdout. Loads the syntax alone.
import { renderDiagnostics } from '../../diagnostics/render-diagnostics.ts';
import { SourceFile } from '../../source/source-file.ts';
import { formatSource } from '../../syntax/format/format-source.ts';
import { exitCode, UsageError, type ExitCode } from '../exit-code.ts';
import { writeErrorLine, writeLine, writeText } from '../output.ts';
import { type Paint, paintFor } from '../paint.ts';
import { plural } from '../progress/quantities.ts';
import { decodeSource, programsUnder, readSource } from '../read-source.ts';
import { replaceFile } from '../replace-file.ts';
import { describeTerminal } from '../terminal.ts';

/** Without paths, or for `-`, from stdin to stdout. */
export async function fmt(paths: readonly string[], options: { readonly check?: boolean }): Promise<ExitCode> {
  const [first] = paths;
  if (first === undefined && process.stdin.isTTY === true)
    throw new UsageError('no file to format', 'Name programs or folders, or - for stdin.');
  if (first === undefined || first === '-') {
    if (paths.length > 1) throw new UsageError('stdin is formatted alone', 'Name no file beside -.');
    return formatStream(options.check === true);
  }
  const paint = paintFor(describeTerminal(process.stdout, process.env).color);
  const files = [...new Set(paths.flatMap(programsUnder))];
  const outcomes = files.map((file) => formatFile(file, options.check === true, paint));
  const count = (outcome: Outcome): number => outcomes.filter((one) => one === outcome).length;
  const parts = [
    ...(count('changed') > 0 ? [`${count('changed')} ${options.check === true ? 'not formatted' : 'formatted'}`] : []),
    ...(count('same') > 0 ? [`${count('same')} ${options.check === true ? 'formatted' : 'as before'}`] : []),
    ...(count('wrong') > 0 ? [`${count('wrong')} not understood`] : []),
  ];
  writeLine(`${plural(files.length, 'program')}: ${parts.join(', ')}`);
  if (count('wrong') > 0) return exitCode.wrong;
  return options.check === true && count('changed') > 0 ? exitCode.failed : exitCode.done;
}

type Outcome = 'same' | 'changed' | 'wrong';

function formatFile(file: string, check: boolean, paint: Paint): Outcome {
  const text = readSource(file) ?? '';
  const formatted = formattedOrReported(file, text);
  if (formatted === undefined) return 'wrong';
  if (formatted === text) return 'same';
  if (check) for (const line of firstDifference(file, text, formatted, paint)) writeLine(line);
  else {
    replaceFile(file, formatted);
    writeLine(file);
  }
  return 'changed';
}

async function formatStream(check: boolean): Promise<ExitCode> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const text = decodeSource(Buffer.concat(chunks), 'stdin');
  const formatted = formattedOrReported('stdin', text);
  if (formatted === undefined) return exitCode.wrong;
  if (!check) writeText(formatted);
  else if (formatted !== text) {
    const paint = paintFor(describeTerminal(process.stdout, process.env).color);
    for (const line of firstDifference('stdin', text, formatted, paint)) writeLine(line);
    return exitCode.failed;
  }
  return exitCode.done;
}

/** Undefined where there are syntax errors, which are then on stderr. */
function formattedOrReported(name: string, text: string): string | undefined {
  const source = new SourceFile(name, text);
  const formatted = formatSource(source);
  if (formatted.text !== undefined) return formatted.text;
  const { color, columns } = describeTerminal(process.stderr, process.env);
  const drawn = renderDiagnostics(formatted.diagnostics, new Map([[name, source]]), { color, width: columns });
  writeErrorLine(drawn.trimEnd());
  return undefined;
}

/** Lines of one difference shown at most, on either side. */
const MOST_SHOWN = 6;

/** The first place where two texts differ, in the manner of a unified diff. */
export function firstDifference(file: string, text: string, formatted: string, paint: Paint): readonly string[] {
  const [was, is] = [text.split('\n'), formatted.split('\n')];
  const start = was.findIndex((line, index) => line !== is[index]);
  const at = start < 0 ? was.length : start;
  const [removed, added] = changedLines(was.slice(at), is.slice(at));
  const cut = (lines: readonly string[], sign: string): readonly string[] => [
    ...lines.slice(0, MOST_SHOWN).map((line) => `${sign}${line.replace(/\r$/, '␍')}`),
    ...(lines.length > MOST_SHOWN ? [`${sign}…`] : []),
  ];
  return [
    paint.strong(`--- ${file}`),
    paint.strong(`+++ ${file} as pipe fmt writes it`),
    paint.active(`@@ line ${at + 1} @@`),
    ...cut(removed, '-').map(paint.bad),
    ...cut(added, '+').map(paint.good),
  ];
}

/** How far the first shared line is looked for. */
const FARTHEST = 200;

/** The lines of both up to the first that they share again. */
function changedLines(
  was: readonly string[],
  is: readonly string[],
): readonly [removed: readonly string[], added: readonly string[]] {
  for (let length = 1; length < Math.min(FARTHEST, was.length + is.length); length += 1) {
    for (let taken = Math.min(length, was.length - 1); taken >= 0; taken -= 1) {
      const line = was[taken]!;
      if (line.trim() !== '' && line === is[length - taken]) return [was.slice(0, taken), is.slice(0, length - taken)];
    }
  }
  const ends = was.at(-1) === '' && is.at(-1) === '' ? -1 : undefined;
  return [was.slice(0, ends), is.slice(0, ends)];
}
