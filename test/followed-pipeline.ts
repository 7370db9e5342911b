// Follows one pipeline through every form that it takes, as the texts between the markers of ARCHITECTURE.md. What differs from
// machine to machine or from run to run (seconds, digests, what training gives) is left out, so that the texts can be compared.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFile, tokenEnd, type CstNode, type Token } from '../grammar/parse.ts';
import { compile } from '../src/compile.ts';
import { execute, plan } from '../src/execute.ts';
import type { Binding, Step, TypedGraph } from '../src/graph/typed-graph.ts';
import { explainPlan } from './plan/explain-plan.ts';
import type { RunEvent } from '../src/run/events.ts';
import { SourceFile } from '../src/source/source-file.ts';
import { parseSource } from '../src/syntax/parse-source.ts';

/** The statement that is followed through the first forms. */
const FOLLOWED = 'clusters = kmeans';

export type Forms = Readonly<Record<'tokens' | 'cst' | 'ast' | 'graph' | 'plan' | 'events' | 'record', string>>;

/** Compiles and runs `text`, in a store of its own that is removed again. */
export async function follow(text: string, root: string): Promise<Forms> {
  const file = 'ten.pipe';
  const read = (path: string): string | undefined => (path === file ? text : readStandard(path));
  const standard = new Map<string, string>();
  for (const name of ['datasets', 'representation', 'clustering', 'metrics', 'visual']) {
    const path = join(root, 'stdlib', 'std', `${name}.pipe`);
    standard.set(path, await readFile(path, 'utf8'));
  }
  const readStandard = (path: string): string | undefined => standard.get(path);
  const { graph, diagnostics } = compile({ file, set: [], reader: { read }, stdlib: join(root, 'stdlib') });
  if (graph === undefined) throw new Error(JSON.stringify(diagnostics, null, 2));
  const { tree, tokens } = parseFile(text);
  return {
    tokens: describeTokens(tokens.filter((token) => startsInStatement(token, text))),
    cst: describeCst(tree, text),
    ast: describeAst(text),
    graph: describeGraph(graph),
    ...(await runInOwnStore(graph)),
  };
}

const statementStart = (text: string): number => text.indexOf(FOLLOWED);
const statementEnd = (text: string): number => text.indexOf('\n', statementStart(text));
const startsInStatement = (token: Token, text: string): boolean =>
  token.startOffset >= statementStart(text) && token.startOffset < statementEnd(text);

const describeTokens = (tokens: readonly Token[]): string =>
  tokens.map((token) => `${token.tokenType.name} ${token.image}`).join(' · ');

/** The smallest subtree that holds the whole statement, one rule a line, tokens behind their rule. */
function describeCst(tree: CstNode, text: string): string {
  const lines: string[] = [];
  // A rule that only passes on to one other shares its line.
  const visit = (node: CstNode, depth: number, above = ''): void => {
    const children = Object.values(node.children).flat();
    const images = children.filter((child) => 'image' in child).map((token) => JSON.stringify(token.image));
    const rules = children.filter((child) => 'children' in child);
    const [only] = rules;
    if (images.length === 0 && rules.length === 1 && only !== undefined)
      return visit(only, depth, `${above}${node.name} › `);
    lines.push(`${'  '.repeat(depth)}${above}${node.name} ${images.join(' ')}`.trimEnd());
    for (const rule of rules) visit(rule, depth + 1);
  };
  const find = (node: CstNode): CstNode | undefined => {
    const inner = Object.values(node.children)
      .flat()
      .filter((child) => 'children' in child);
    const found = inner.map(find).find((child) => child !== undefined);
    return found ?? (holdsStatement(node, text) ? node : undefined);
  };
  const statement = find(tree);
  if (statement !== undefined) visit(statement, 0);
  return lines.join('\n');
}

function holdsStatement(node: CstNode, text: string): boolean {
  const tokens = tokensOf(node);
  const starts = tokens.map((token) => token.startOffset);
  return Math.min(...starts) <= statementStart(text) && Math.max(...tokens.map(tokenEnd)) >= statementEnd(text);
}

const tokensOf = (node: CstNode): readonly Token[] =>
  Object.values(node.children)
    .flat()
    .flatMap((child) => ('image' in child ? [child] : tokensOf(child)));

/** The statement as JSON, without its places and comments. */
function describeAst(text: string): string {
  const { file } = parseSource(new SourceFile('ten.pipe', text));
  const statement = file.pipelines[0]?.body.statements.find(({ span }) => span.start === statementStart(text));
  const plain = JSON.stringify(statement, (key, value: unknown) =>
    ['span', 'comments', 'annotations', 'doc', 'broken', 'isInteger'].includes(key) ? undefined : value,
  );
  return plain ?? '';
}

function describeGraph(graph: TypedGraph): string {
  return graph.steps.map(describeStep).join('\n');
}

function describeStep(step: Step): string {
  const inputs = Object.entries(step.inputs).map(([name, binding]) => `${name}: ${describeBinding(binding)}`);
  const outputs = step.outputs.map(({ name, type }) => `${name}: ${type}`);
  const parameters = Object.keys(step.parameters).length;
  return `${step.id} = ${step.stage}(${[...inputs, `${parameters} parameters`].join(', ')})\n    → ${outputs.join(', ')}`;
}

function describeBinding(binding: Binding): string {
  switch (binding.kind) {
    case 'output':
      return `${binding.step}.${binding.output}`;
    case 'list':
      return `[${binding.items.map(describeBinding).join(', ')}]`;
    case 'value':
      return JSON.stringify(binding.value);
  }
}

async function runInOwnStore(graph: TypedGraph): Promise<Pick<Forms, 'plan' | 'events' | 'record'>> {
  const store = await mkdtemp(join(tmpdir(), 'pipe-followed-'));
  try {
    const events: RunEvent[] = [];
    const request = { graph, store, engine: 'cpu', threads: 1, jobs: 1, dataFolder: undefined };
    const planned = explainPlan(await plan(request)).trimEnd();
    const signal = new AbortController().signal;
    const finished = await execute({ ...request, command: '', signal, listener: (event) => events.push(event) });
    if (finished.status !== 'ok') throw new Error(JSON.stringify(events, null, 2));
    const record = JSON.parse(await readFile(join(finished.run, 'record.json'), 'utf8')) as Record<string, unknown>;
    return {
      plan: planned,
      events: events
        .filter((event) => event.event !== 'progress' || (event.step === 'learned' && event.done === event.total))
        .filter((event, index, all) => event.event !== 'progress' || all[index - 1]?.event !== 'progress')
        .map(describeEvent)
        .join('\n'),
      record: Object.keys(record).join(', '),
    };
  } finally {
    await rm(store, { recursive: true, force: true });
  }
}

/** Numbers and paths that every run has its own of become `…`. */
function describeEvent(event: RunEvent): string {
  const own = new Set(['seconds', 'seconds_left', 'seconds_saved', 'rate', 'loss', 'run', 'acc', 'nmi', 'ari']);
  if (event.event === 'planned') return '{"event":"planned", …}';
  const text = JSON.stringify(event, (key, value: unknown) => {
    if (own.has(key) && value !== '') return '…';
    if (key === 'recorded') return 0;
    if (event.event === 'ran' && key === 'outputs') return Object.keys(value as object).map(() => '…').length;
    return value;
  });
  return text.replaceAll('"…"', '…').replace(/"(outputs|recorded)":\d+/, '"$1":{…}');
}
