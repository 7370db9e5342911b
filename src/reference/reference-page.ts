// The pages of docs/stdlib: one of a module, and the one that lists all. In: references. Out: Markdown. Pure.
import {
  firstSentence,
  signatureLines,
  type ModuleReference,
  type ParameterReference,
  type StageReference,
} from './module-reference.ts';

const GENERATED =
  '<!-- Generated from stdlib/ by test/reference/pages.test.ts; npx vitest run test/reference -u writes it anew. -->';

/** The name of a module's page: `std/clustering` → `clustering.md`. */
export const pageName = (module: string): string => `${module.replace(/^std\//, '')}.md`;

export function modulePage({ module, doc, stages }: ModuleReference): string {
  const parts = [GENERATED, `# ${module}`, paragraphs(doc), ...stages.flatMap(stageParts)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

export function indexPage(modules: readonly ModuleReference[]): string {
  const parts = modules.flatMap(({ module, doc, stages }) => [
    `## [${module}](${pageName(module)})`,
    paragraphs(doc),
    [
      '| stage | |',
      '|---|---|',
      ...stages.map((stage) => `| ${link(stage)} | ${cell(firstSentence(stage.doc))} |`),
    ].join('\n'),
  ]);
  const head = ['# The standard library', 'Every stage, with its types and defaults. In a terminal: `pipe docs NAME`.'];
  return `${[GENERATED, ...head, ...parts].filter((part) => part !== '').join('\n\n')}\n`;
}

const link = ({ name, module }: StageReference): string => `[\`${name}\`](${pageName(module)}#${name})`;

function stageParts(stage: StageReference): readonly string[] {
  const { name, module, doc, parameters, results, annotations } = stage;
  const of = (role: ParameterReference['role']): readonly ParameterReference[] =>
    parameters.filter((parameter) => parameter.role === role);
  return [
    `## ${name}`,
    paragraphs(doc),
    ['```pipe', `import { ${name} } from "${module}"`, '```'].join('\n'),
    ['```text', ...signatureLines(stage), ...annotations, '```'].join('\n'),
    table(
      ['input', 'type', ''],
      of('input').map((input) => [code(input.name), code(input.type), withDefault(input)]),
    ),
    table(
      ['stage', 'type', 'default', ''],
      of('stage').map(({ name: taken, type, default: standard, doc: text }) => [
        ...[code(taken), code(type), standard === undefined ? 'must be given' : code(standard), cell(text)],
      ]),
    ),
    table(
      ['parameter', 'type', 'default', ''],
      of('value').map(({ name: parameter, type, default: standard, doc: text }) => [
        ...[code(parameter), code(type), standard === undefined ? 'must be given' : code(standard), cell(text)],
      ]),
    ),
    table(
      ['output', 'type', ''],
      results.map((result) => [code(result.name), code(result.type), cell(result.doc)]),
    ),
  ];
}

function withDefault({ default: standard, doc }: ParameterReference): string {
  return [cell(doc), standard === undefined ? '' : `May be left out: ${code(standard)}.`]
    .filter((text) => text !== '')
    .join(' ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  // The last column has no name, and is left out where nothing stands in it.
  const used = rows.some((row) => row.at(-1) !== '') ? head.length : head.length - 1;
  const line = (cells: readonly string[]): string => `| ${cells.slice(0, used).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(used)}`, ...rows.map(line)].join('\n');
}

const code = (text: string): string => `\`${text.replaceAll('|', '\\|')}\``;
/** Lines of a doc comment are one paragraph in a cell. */
const cell = (text: string): string => escaped(text).replaceAll('\n', ' ').replaceAll('|', '\\|');
const paragraphs = (doc: string): string => escaped(doc);
/** What Markdown would take for markup in a doc comment that is plain text with `code`. */
const escaped = (text: string): string => text.replace(/[<*]/g, (sign) => `\\${sign}`);
