// Source text → AST and the problems of the text. The only place where src/ meets grammar/ for whole files.
import type { FileCstNode } from '../../grammar/cst-types.ts';
import {
  parseDefinitions,
  parseExpression,
  parseLexed,
  tokenize,
  type Lexed,
  type Token,
} from '../../grammar/parse.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../source/source-file.ts';
import type {
  Expression,
  File,
  Import,
  PipelineDefinition,
  ProfileDefinition,
  PublishedDefinition,
  StageDefinition,
} from './ast.ts';
import { commentFinder, fileDoc, toComment } from './comments.ts';
import { readImport, readPipeline, readProfile, readStage, type DefinitionReading } from './definitions.ts';
import { readPublished } from './published.ts';
import { readExpression } from './expressions.ts';
import { first } from './reading.ts';
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

/** A file without a syntax error, a definition at a time; undefined at the first one. */
function readRight(source: SourceFile, lexed: Lexed): ParsedSource | undefined {
  const lexical: Diagnostic[] = [];
  const reading = readingOf(source, lexed, noDamage, lexical);
  const definitions = emptyDefinitions();
  for (const tree of parseDefinitions(lexed)) {
    if (tree === undefined) return undefined;
    readDefinitions(tree, reading, definitions);
  }
  return asParsed(source, lexed, noDamage, definitions, lexical);
}

function readDamaged(source: SourceFile, lexed: Lexed): ParsedSource {
  const { tree, problems } = parseLexed(lexed);
  const syntactic = syntaxDiagnostics(problems, lexed, source.name);
  const damage = assessDamage(firstOfEachRegion(syntactic, lexed), lexed);
  const lexical: Diagnostic[] = [];
  const definitions = emptyDefinitions();
  readDefinitions(tree, readingOf(source, lexed, damage, lexical), definitions);
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
  };
}

interface Definitions {
  readonly imports: Import[];
  readonly stages: StageDefinition[];
  readonly pipelines: PipelineDefinition[];
  readonly profiles: ProfileDefinition[];
  readonly published: PublishedDefinition[];
}

const emptyDefinitions = (): Definitions => ({ imports: [], stages: [], pipelines: [], profiles: [], published: [] });

/** Reads what stands in a tree into `definitions`. */
function readDefinitions({ children }: FileCstNode, reading: DefinitionReading, definitions: Definitions): void {
  const { importDefinition, stageDefinition, pipelineDefinition, profileDefinition, publishedDefinition } = children;
  for (const node of importDefinition ?? []) definitions.imports.push(readImport(node, reading));
  pushRead(definitions.stages, stageDefinition, (node) => readStage(node, reading));
  pushRead(definitions.pipelines, pipelineDefinition, (node) => readPipeline(node, reading));
  pushRead(definitions.profiles, profileDefinition, (node) => readProfile(node, reading));
  pushRead(definitions.published, publishedDefinition, (node) => readPublished(node, reading));
}

/** What was understood of `nodes`. */
function pushRead<Node, Value>(
  into: Value[],
  nodes: readonly Node[] = [],
  read: (node: Node) => Value | undefined,
): void {
  for (const node of nodes) {
    const value = read(node);
    if (value !== undefined) into.push(value);
  }
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
