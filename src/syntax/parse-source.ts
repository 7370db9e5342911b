// Source text → AST and the problems of the text. The only place where src/ meets grammar/ for whole files.
import type { FileCstNode } from '../../grammar/cst-types.ts';
import {
  parseExpression,
  parseLexed,
  parseRight,
  tokenize,
  type CstNode,
  type Lexed,
  type Token,
} from '../../grammar/parse.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Expression, File } from './ast.ts';
import { commentFinder, fileDoc, toComment } from './comments.ts';
import { readImport, readPipeline, readProfile, readStage, type DefinitionReading } from './definitions.ts';
import { readPublished } from './published.ts';
import { readExpression, readStatement } from './expressions.ts';
import { first, readOnce } from './reading.ts';
import { assessDamage, noDamage, type Damage } from './damage.ts';
import { firstOfEachRegion, syntaxDiagnostics } from './syntax-problems.ts';

export interface ParsedSource {
  readonly file: File;
  readonly diagnostics: readonly Diagnostic[];
  readonly tokens: readonly Token[];
}

/** Parses a file. Never throws; where there are diagnostics the tree is what could be understood. */
export function parseSource(source: SourceFile): ParsedSource {
  const lexed = tokenize(source.text);
  return readRight(source, lexed) ?? readDamaged(source, lexed);
}

const readers = {
  statement: readStatement,
  importDefinition: readImport,
  stageDefinition: readStage,
  pipelineDefinition: readPipeline,
  profileDefinition: readProfile,
  publishedDefinition: readPublished,
};

/** A file without a syntax error, each part of it read as soon as it is parsed; undefined where there is one. */
function readRight(source: SourceFile, lexed: Lexed): ParsedSource | undefined {
  const lexical: Diagnostic[] = [];
  const early = new Map<CstNode, unknown>();
  const reading = { ...readingOf(source, lexed, noDamage, lexical), early };
  const tree = parseRight(lexed, (node) => {
    if (mayHoldValues(source.text, node)) return false;
    const read = readers[node.name as keyof typeof readers] as (node: CstNode, reading: DefinitionReading) => unknown;
    early.set(node, read(node, reading));
    return true;
  });
  return tree && asParsed(source, lexed, noDamage, readDefinitions(tree, reading), lexical);
}

/** Whether a string of a node may have values in braces, which take a parser of their own to be read: that waits until the first is done. */
const mayHoldValues = (text: string, { location }: CstNode): boolean =>
  /"[^"\r\n]*\{/.test(text.slice(location?.startOffset, (location?.endOffset ?? 0) + 1));

function readDamaged(source: SourceFile, lexed: Lexed): ParsedSource {
  const { tree, problems } = parseLexed(lexed);
  const syntactic = syntaxDiagnostics(problems, lexed, source.name);
  const damage = assessDamage(firstOfEachRegion(syntactic, lexed), lexed);
  const lexical: Diagnostic[] = [];
  const definitions = readDefinitions(tree, readingOf(source, lexed, damage, lexical));
  return asParsed(source, lexed, damage, definitions, [...syntactic, ...lexical]);
}

function readingOf(source: SourceFile, lexed: Lexed, damage: Damage, problems: Diagnostic[]): DefinitionReading {
  return {
    isDamaged: damage.touches,
    file: source.name,
    base: 0,
    commentsOf: commentFinder(lexed, source.name),
    report: (problem) => problems.push(problem),
    lineOf: (offset) => source.lineOf(offset),
    early: new Map(),
  };
}

type Definitions = Pick<File, 'imports' | 'stages' | 'pipelines' | 'profiles' | 'published'>;

/** What was understood of a file's definitions, in order. */
function readDefinitions({ children }: FileCstNode, reading: DefinitionReading): Definitions {
  const { importDefinition, stageDefinition, pipelineDefinition, profileDefinition, publishedDefinition } = children;
  const all = <Node extends CstNode, Value>(
    nodes: readonly Node[] | undefined,
    read: (node: Node, reading: DefinitionReading) => Value | undefined,
  ): readonly Value[] =>
    (nodes ?? []).map((node) => readOnce(node, reading, read)).filter((value) => value !== undefined);
  return {
    imports: all(importDefinition, readImport),
    stages: all(stageDefinition, readStage),
    pipelines: all(pipelineDefinition, readPipeline),
    profiles: all(profileDefinition, readProfile),
    published: all(publishedDefinition, readPublished),
  };
}

function asParsed(
  source: SourceFile,
  lexed: Lexed,
  damage: Damage,
  definitions: Definitions,
  problems: readonly Diagnostic[],
): ParsedSource {
  const file: File = {
    ...definitions,
    doc: fileDoc(lexed),
    comments: lexed.comments.map((comment) => toComment(comment, source.name)),
    damaged: damage.regions,
    perhapsDefined: damage.perhapsDefined,
    span: { file: source.name, start: 0, end: source.text.length },
  };
  return { file, diagnostics: firstOfEachRegion(problems, lexed), tokens: lexed.tokens };
}

/** Parses one expression that starts at `base` in the source: the value of a `--set`. */
export function parseLoneExpression(
  source: SourceFile,
  base: number,
  end: number,
): { readonly expression: Expression; readonly diagnostics: readonly Diagnostic[] } {
  const parsed = parseExpression(source.text.slice(base, end));
  const lexical: Diagnostic[] = [];
  const reading = {
    file: source.name,
    base,
    commentsOf: () => ({ before: [], after: undefined }),
    isDamaged: () => false,
    early: new Map(),
    report: (problem: Diagnostic) => void lexical.push(problem),
  };
  const whole = { file: source.name, start: base, end };
  const expression = readExpression(first(parsed.tree.children.expression), reading, whole);
  const move = ({ start, end: stop }: { start: number; end: number }) => ({
    file: source.name,
    start: start + base,
    end: stop + base,
  });
  const moved = syntaxDiagnostics(parsed.problems, parsed, source.name).map((problem) => ({
    ...problem,
    primary: { ...problem.primary, span: move(problem.primary.span) },
    labels: problem.labels.map((label) => ({ ...label, span: move(label.span) })),
    fix: undefined,
  }));
  return { expression, diagnostics: [...lexical, ...moved] };
}
