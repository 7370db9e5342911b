// The TextMate grammar against the lexer: every token of every program gets a scope of its kind, from the tokenizer that editors use.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import oniguruma from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';
import { tokenize } from '../../grammar/parse.ts';
import { tokens } from '../../grammar/tokens.ts';
import { textmateGrammar } from '../../grammar/vscode/textmate-grammar.ts';

const root = join(import.meta.dirname, '../..');
const path = join(root, 'grammar/vscode/syntaxes/pipe.tmLanguage.json');

test('the file is what the tokens make it (npx vitest run test/grammar -u writes it anew)', async () => {
  await expect(`${JSON.stringify(textmateGrammar(), null, 2)}\n`).toMatchFileSnapshot(path);
});

let grammar: IGrammar;
beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm');
  await oniguruma.loadWASM(readFileSync(wasm));
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(JSON.stringify(textmateGrammar()), path),
  });
  grammar = (await registry.loadGrammar('source.pipe'))!;
});

/** The scopes at each offset of a text, innermost last. */
function scopesOf(text: string): readonly (readonly string[])[] {
  const scopes: (readonly string[])[] = [];
  let stack = textmate.INITIAL;
  let from = 0;
  for (const line of text.split('\n')) {
    const { tokens: found, ruleStack } = grammar.tokenizeLine(line, stack);
    for (const { startIndex, endIndex, scopes: own } of found)
      for (let at = startIndex; at < endIndex; at += 1) scopes[from + at] = own;
    stack = ruleStack;
    from += line.length + 1;
  }
  return scopes;
}

/** What the innermost scope of a token must begin with, by the name of the token. */
function wanted(name: string): RegExp {
  if (name.endsWith('Text'))
    return /^(string|constant\.character\.escape|meta\.interpolation|punctuation|variable|entity|constant|keyword)/;
  if (name === 'Number' || name === 'Quantity') return /^constant\.numeric/;
  if (/^(Identifier|BindingName|Label)$/.test(name)) return /^(variable|entity)/;
  if (/^(True|False|None)$/.test(name)) return /^constant\.language/;
  if (/^[A-Z][a-zA-Z]+$/.test(name) && keywords.has(name)) return /^(keyword\.control|storage)/;
  return /^(keyword\.operator|punctuation)/;
}

const keywords = new Set(
  tokens
    .filter(({ PATTERN: pattern }) => (typeof pattern === 'string' ? /^\w/.test(pattern) : true))
    .map(({ name }) => name),
);

const SAMPLE = `/// Every kind of word and sign.
import { glyphs } from "std/datasets" // behind
stage s<N+, M>(a: [Images<N, 2 * (M + 1), 28, 1>], b: Int in 1..10 = 3, c: Float >= -0.5, d: Float < 1e-3, e: Float <= 1, f: Float > 0, g: one of "x", "y" = "x", h: String? = none, i: Bool = false) -> { images: Images<N / 1 - 0, 28, 28, 1> }
@resources(gpu: 1, memory: 8 GiB)
by command "python3 run.py {a} \\{ \\"x\\" {images}" reads "run.py", "weights.bin"
stage m(n: stage<N>(a: Int) -> { s: Scores }) -> { s: Scores }
by module "./mine.ts" reads "weights.bin"
pipeline p(seeds: [Int] = [0, 1], on: Bool = true) {
  each = for s in seeds { yield { a: s % 2, reads: "{s} of {seeds}", b: none ?? 3 } }
  @timeout(2 h)
  output x = (glyphs with { count: 3 })(seed: -1).images
  output open = "not closed
}
profile smoke for p { seeds: [0] }
published "Table 2" for p under smoke { x.acc: 0.8 within 0.1, t["a"][0]: 0.8 at least 0.7, y: -1 at most 2 }
`;

describe('every token has a scope of its kind', () => {
  const files = ['pipelines', 'stdlib/std'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.pipe'))
      .map((name) => `${folder}/${name}`),
  );
  test.each([...files, 'a sample'])('%s', (file) => {
    const text = file === 'a sample' ? SAMPLE : readFileSync(join(root, file), 'utf8');
    const scopes = scopesOf(text);
    const wrong: string[] = [];
    const lexed = tokenize(text);
    for (const { image, startOffset, tokenType } of lexed.tokens) {
      for (let at = startOffset; at < startOffset + image.length; at += 1) {
        if (/[ \t]/.test(text[at]!) && !tokenType.name.endsWith('Text')) continue;
        const own = scopes[at]!.at(-1)!;
        const isIn = !tokenType.name.endsWith('Text') || scopes[at]!.some((scope) => scope.startsWith('string.'));
        if (!wanted(tokenType.name).test(own) || !isIn) wrong.push(`${tokenType.name} ${image} at ${at}: ${own}`);
      }
    }
    for (const { image, startOffset } of lexed.comments)
      if (!scopes[startOffset]!.at(-1)!.startsWith(`comment.line.${image.startsWith('///') ? 'doc' : 'double'}`))
        wrong.push(`${image}: ${scopes[startOffset]!.join(' ')}`);
    expect(wrong).toEqual([]);
  });

  test('the sample has every token there is', () => {
    const seen = new Set(tokenize(SAMPLE).tokens.map(({ tokenType }) => tokenType.name));
    const abstract = /^(Whitespace|DocComment|Comment|Text|ForeignText)$/;
    expect(tokens.map(({ name }) => name).filter((name) => !seen.has(name) && !abstract.test(name))).toEqual([]);
  });

  test('names in a string are told from its text', () => {
    const text = 'x = "a {count} b"';
    const scopes = scopesOf(text);
    expect(scopes[text.indexOf('count')]!.at(-1)).toBe('variable.other.pipe');
    expect(scopes[text.indexOf('b"')]!.at(-1)).toBe('string.quoted.double.pipe');
  });
});
