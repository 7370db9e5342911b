// How long an editor waits for the language server, on a module of 2,000 lines (or as many as the argument says): each request after a change, so that
// the whole text is parsed and checked anew, and each without one. In: the built program; out: smallest, median and largest, one JSON line last.
// Run it as `npm run --silent build && node bench/language-server.mjs [lines]`.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';

const lines = Number(process.argv[2] ?? 2000);
const ROUNDS = 12;

/** A module as people write them: a pipeline a score of lines long, again and again, and the stages that they share. */
function moduleOf(count) {
  const parts = [
    'import { glyphs, stripes, overlay } from "std/datasets"',
    'import { idfd, cidfd } from "std/representation"',
    'import { kmeans } from "std/clustering"',
    'import { scores, mean_std } from "std/metrics"',
    '',
  ];
  for (let n = 0; parts.length < count; n += 1) {
    parts.push(
      `/// Features of one kind, then clusters (${n}).`,
      `stage grouped_${n}<N, H, W, C>(`,
      '  images: Images<N, H, W, C>,',
      '  /// How many groups.',
      '  size: Int in 2..100 = 10,',
      ') -> { clusters: Clusters<N, size>, log: TrainingLog } {',
      '  learned = idfd(images, epochs: 2, backbone: "conv3")',
      '  output clusters = kmeans(learned.features, k: size)',
      '  output log = learned.log',
      '}',
      '',
      `pipeline experiment_${n}(count: Int in 200..100000 = ${1000 + n}, seeds: [Int] = [0, 1, 2]) {`,
      '  each = for s in seeds {',
      '    digits = glyphs(count: count, seed: s)',
      '    target = overlay(digits.images, stripes(count: count, seed: s).images)',
      '    // Stripes alone: what is to be ignored.',
      '    discard = idfd(stripes(count: 2000, seed: s, stream: 1).images, backbone: "conv3", epochs: 12, seed: s)',
      '    keep = cidfd(target, discard: discard.encoder, epochs: 24, seed: s)',
      `    groups = grouped_${n}(target, size: 10)`,
      '    yield { plain: scores(groups.clusters, digits.labels), keep: scores(kmeans(keep.features, k: 10, seed: s), digits.labels) }',
      '  }',
      '  output plain = mean_std(each.plain)',
      '  output keep = mean_std(each.keep)',
      '}',
      '',
    );
  }
  return `${parts.join('\n')}\n`;
}

const folder = mkdtempSync(join(tmpdir(), 'pipe-bench-'));
const text = moduleOf(lines);
writeFileSync(join(folder, 'module.pipe'), text);
const child = spawn(process.execPath, ['dist/cli.js', 'language-server', '--stdio'], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const connection = createMessageConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
connection.listen();
const rootUri = pathToFileURL(folder).href;
const uri = `${rootUri}/module.pipe`;

const at = (before) => {
  const offset = text.lastIndexOf(before) + before.length;
  const head = text.slice(0, offset).split('\n');
  return { line: head.length - 1, character: head.at(-1).length };
};
const whole = { start: { line: 0, character: 0 }, end: { line: 60, character: 0 } };
const textDocument = { uri };
const requests = {
  hover: ['textDocument/hover', { position: at('discard.enc') }],
  completion: ['textDocument/completion', { position: at('target = overlay(digits.') }],
  'completion of names': ['textDocument/completion', { position: at('groups = ') }],
  'signature help': ['textDocument/signatureHelp', { position: at('cidfd(target, ') }],
  definition: ['textDocument/definition', { position: at('groups = grouped_') }],
  references: ['textDocument/references', { position: at('groups = grouped_'), context: { includeDeclaration: true } }],
  symbols: ['textDocument/documentSymbol', {}],
  'semantic tokens': ['textDocument/semanticTokens/full', {}],
  'inlay hints': ['textDocument/inlayHint', { range: whole }],
  'code lens': ['textDocument/codeLens', {}],
  'code actions': ['textDocument/codeAction', { range: whole, context: { diagnostics: [] } }],
  rename: ['textDocument/rename', { position: at('  learn'), newName: 'renamed' }],
  formatting: ['textDocument/formatting', { options: { tabSize: 2, insertSpaces: true } }],
};

let version = 1;
/** Types and removes a letter in a comment near the end, as an editor sends it. */
const change = () => {
  const position = at('// Stripes alone');
  const isTyped = version % 2 === 0;
  const end = isTyped ? { ...position, character: position.character + 1 } : position;
  version += 1;
  return connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version },
    contentChanges: [{ range: { start: position, end }, text: isTyped ? '' : 'x' }],
  });
};
const timed = async ([method, parameters]) => {
  const started = performance.now();
  await connection.sendRequest(method, { textDocument, ...parameters });
  return performance.now() - started;
};
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const rounded = (time) => Number(time.toFixed(1));
const summary = (times) => ({
  min: rounded(Math.min(...times)),
  median: rounded(median(times)),
  max: rounded(Math.max(...times)),
});

await connection.sendRequest('initialize', {
  processId: process.pid,
  rootUri,
  // As VS Code and Neovim are: they can be told to ask again.
  capabilities: {
    workspace: {
      ...{
        semanticTokens: { refreshSupport: true },
        inlayHint: { refreshSupport: true },
        codeLens: { refreshSupport: true },
      },
    },
  },
  workspaceFolders: [{ uri: rootUri, name: 'bench' }],
});
await connection.sendNotification('initialized', {});
connection.onRequest(() => null);
const firstProblems = new Promise((resolve) => connection.onNotification('textDocument/publishDiagnostics', resolve));
const opened = performance.now();
await connection.sendNotification('textDocument/didOpen', { textDocument: { uri, languageId: 'pipe', version, text } });
const first = await timed(requests.hover);
await firstProblems;
const shown = performance.now() - opened;
// What a process is slow at in its first second is not what an editor waits for.
for (let round = 0; round < 4; round += 1) {
  await change();
  for (const request of Object.values(requests)) await timed(request);
}
const results = {};
for (const [name, request] of Object.entries(requests)) {
  const [changed, unchanged] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    await change();
    changed.push(await timed(request));
    unchanged.push(await timed(request));
  }
  results[name] = { changed: summary(changed), unchanged: summary(unchanged) };
  const shown = ({ min, median: middle, max }) => `${min} / ${middle} / ${max} ms`;
  console.error(
    `${name.padEnd(20)} ${shown(results[name].changed)} after a change, ${shown(results[name].unchanged)} without`,
  );
}
await connection.sendRequest('shutdown');
await connection.sendNotification('exit');
connection.dispose();
rmSync(folder, { recursive: true, force: true });
console.log(
  JSON.stringify({
    lines: text.split('\n').length - 1,
    rounds: ROUNDS,
    first_answer_ms: Math.round(first),
    first_problems_ms: Math.round(shown),
    results,
  }),
);
