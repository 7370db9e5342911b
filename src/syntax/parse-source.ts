// Source text → AST and the problems of the text. The only place where src/ meets grammar/ for whole files.
import { parseExpression, parseFile, type Token } from '../../grammar/parse.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Expression, File } from './ast.ts';
import { commentFinder, fileDoc, toComment } from './comments.ts';
import { readImport, readPipeline, readProfile, readStage, type DefinitionReading } from './definitions.ts';
import { readPublished } from './published.ts';
import { readExpression } from './expressions.ts';
import { first } from './reading.ts';
import { assessDamage } from './damage.ts';
import { firstOfEachRegion, syntaxDiagnostics } from './syntax-problems.ts';

const isDefined = <T>(value: T | undefined): value is T => value !== undefined;

export interface ParsedSource {
  readonly file: File;
  readonly diagnostics: readonly Diagnostic[];
  readonly tokens: readonly Token[];
}

/** Parses a file. Never throws; where there are diagnostics the tree is what could be understood. */
export function parseSource(source: SourceFile): ParsedSource {
  const { tree, tokens, comments, problems } = parseFile(source.text);
  const syntactic = syntaxDiagnostics(problems, tokens, source.name);
  const damage = assessDamage(firstOfEachRegion(syntactic, tokens), tokens, source.text.length);
  const lexical: Diagnostic[] = [];
  const reading: DefinitionReading = {
    isDamaged: damage.touches,
    file: source.name,
    base: 0,
    commentsOf: commentFinder(tokens, comments, source.name),
    report: (problem) => lexical.push(problem),
    lineOf: (offset) => source.lineOf(offset),
  };
  const { importDefinition, stageDefinition, pipelineDefinition, profileDefinition, publishedDefinition } =
    tree.children;
  const read = {
    imports: (importDefinition ?? []).map((node) => readImport(node, reading)),
    stages: (stageDefinition ?? []).map((node) => readStage(node, reading)).filter(isDefined),
    pipelines: (pipelineDefinition ?? []).map((node) => readPipeline(node, reading)).filter(isDefined),
    profiles: (profileDefinition ?? []).map((node) => readProfile(node, reading)).filter(isDefined),
    published: (publishedDefinition ?? []).map((node) => readPublished(node, reading)).filter(isDefined),
  };
  const diagnostics = firstOfEachRegion([...syntactic, ...lexical], tokens);
  const file: File = {
    ...read,
    doc: fileDoc(comments, tokens),
    comments: comments.map((comment) => toComment(comment, source.name)),
    damaged: damage.regions,
    perhapsDefined: damage.perhapsDefined,
    span: { file: source.name, start: 0, end: source.text.length },
  };
  return { file, diagnostics, tokens };
}

/** Parses one expression that starts at `base` in the source: the value of a `--set`. */
export function parseLoneExpression(
  source: SourceFile,
  base: number,
  end: number,
): { readonly expression: Expression; readonly diagnostics: readonly Diagnostic[] } {
  const { tree, tokens, problems } = parseExpression(source.text.slice(base, end));
  const lexical: Diagnostic[] = [];
  const reading = {
    file: source.name,
    base,
    commentsOf: () => ({ before: [], after: undefined }),
    isDamaged: () => false,
    report: (problem: Diagnostic) => void lexical.push(problem),
  };
  const whole = { file: source.name, start: base, end };
  const expression = readExpression(first(tree.children.expression), reading, whole);
  const move = ({ start, end: stop }: { start: number; end: number }) => ({
    file: source.name,
    start: start + base,
    end: stop + base,
  });
  const moved = syntaxDiagnostics(problems, tokens, source.name).map((problem) => ({
    ...problem,
    primary: { ...problem.primary, span: move(problem.primary.span) },
    labels: problem.labels.map((label) => ({ ...label, span: move(label.span) })),
    fix: undefined,
  }));
  return { expression, diagnostics: [...lexical, ...moved] };
}
