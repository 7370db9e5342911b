// What an editor sees, asked of the real server process over the protocol.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CompletionItem, Position, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver-protocol';
import { LONG } from '../../src/language-server/workspace.ts';
import { Editor, marked, positionOf, textIn } from './editor.ts';

const MODULE = `import { idfd } from "std/representation"
import { kmeans } from "std/clustering"

/// Features, then clusters.
stage grouped<N, H, W, C>(
  images: Images<N, H, W, C>,
  /// How many groups.
  size: Int = 10,
) -> {
  /// Which group each image is in.
  groups: Clusters<N, size>,
  log: TrainingLog,
} {
  learned = idfd(images, epochs: 2)
  output groups = kmeans(learned.features, k: size)
  output log = learned.log
}
`;

const PROGRAM = `import { glyphs } from "std/datasets"
import { grouped } from "./module.pipe"

/// Two groupings.
pipeline two(
  /// How many images.
  count: Int in 200..1000 = 300,
) {
  digits = glyphs(count: count)
  few = grouped(digits.images, size: 4)
  each = for k in [5, 6] {
    more = grouped(digits.images, size: k)
    yield { groups: more.groups, note: "{k} of {count}" }
  }
  output few = few.groups
  output more = each.groups
}

profile smoke for two { count: 200 }
`;

let editor: Editor;
beforeAll(async () => {
  editor = await Editor.start({ 'module.pipe': MODULE, 'program.pipe': PROGRAM, 'notes.txt': 'not a program' });
});
afterAll(async () => {
  expect(editor.faults).toEqual([]);
  expect(await editor.stop()).toBe(0);
});

/** Opens a program with a cursor in it under a name of its own. */
let opened = 0;
async function open(text: string): Promise<{ readonly name: string; readonly position: Position }> {
  const name = `open-${(opened += 1)}.pipe`;
  const found = marked(text);
  await editor.write(name, found.text);
  return { name, position: found.position };
}

/** The program with a cursor behind the first `before` of it. */
const at = (before: string, program = PROGRAM): string => {
  const end = program.indexOf(before) + before.length;
  expect(end, before).toBeGreaterThanOrEqual(before.length);
  return `${program.slice(0, end)}‸${program.slice(end)}`;
};

const applied = (text: string, edits: readonly TextEdit[]): string =>
  [...edits]
    .sort((a, b) => b.range.start.line - a.range.start.line || b.range.start.character - a.range.start.character)
    .reduce((done, { range, newText }) => {
      const lines = done.split('\n');
      const offset = ({ line, character }: Position): number =>
        lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
      return done.slice(0, offset(range.start)) + newText + done.slice(offset(range.end));
    }, text);

const whole: Range = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

describe('diagnostics', () => {
  test('are of the text in the editor, with the other places', async () => {
    await editor.write('typed.pipe', PROGRAM.replace('size: 4', 'sise: 4'));
    const [problem, ...rest] = await editor.problems('typed.pipe');
    expect(rest).toEqual([]);
    expect(problem).toMatchObject({ code: 'P302', severity: 1, source: 'pipe' });
    expect(problem!.message).toContain('Did you mean `size`?');
    await editor.write('typed.pipe', PROGRAM);
    expect(await editor.problems('typed.pipe')).toEqual([]);
  });

  test('follow a module that is open and not saved, and show its errors at the import', async () => {
    await editor.write('user.pipe', PROGRAM);
    await editor.write('module.pipe', MODULE.replace('size: Int', 'number: Int'));
    const problems = await editor.problems('user.pipe');
    expect(problems.filter(({ code }) => code === 'P302')).toHaveLength(2);
    expect(
      problems.find(({ message }) => typeof message === 'string' && message.startsWith('this module has')),
    ).toMatchObject({
      range: { start: { line: 1, character: 24 } },
    });
    await editor.write('module.pipe', MODULE);
    expect(await editor.problems('module.pipe')).toEqual([]);
  });

  test('mark what is not used as unnecessary', async () => {
    const { name } = await open('import { glyphs } from "std/datasets"\npipeline p() { output x = 1 }‸');
    expect(await editor.problems(name)).toMatchObject([{ code: 'P104', severity: 2, tags: [1] }]);
  });

  test('go where a document has no file', async () => {
    await editor.write('untitled:Untitled-1', 'pipeline p() { output x = y }');
    expect(await editor.problems('untitled:Untitled-1')).toMatchObject([{ code: 'P201' }]);
  });
});

describe('hover', () => {
  test.each([
    ['few = gro', ['stage grouped<N, H, W, C>(', 'Features, then clusters.', 'module.pipe']],
    ['digi', ['digits: { images: Images<300, 28, 28, 1>, labels: Labels<300, 10> }']],
    ['few', ['few: { groups: Clusters<300, 4>, log: TrainingLog }']],
    ['size: 4'.slice(0, 3), ['size: Int = 10', 'How many groups.', 'Parameter of `grouped`']],
    ['more.gro', ['groups: Clusters<300, 5>', 'Which group each image is in.', 'Output of `grouped`']],
    ['output more = each.gr', ['groups: [Clusters<300, 5>, Clusters<300, 6>]']],
    ['"{k', ['k: Int = 5']],
    ['of {cou', ['count: Int in 200..1000 = 300', 'How many images.']],
    ['profile smo', ['profile smoke for two']],
    ['profile smoke for tw', ['pipeline two', 'Two groupings.']],
    ['std/data', ['**std/datasets**', 'glyphs']],
  ])('behind `%s`', async (before, texts) => {
    const { name, position } = await open(at(before));
    const hover = await editor.ask('textDocument/hover', name, { position });
    const { value } = hover!.contents as { readonly value: string };
    for (const text of texts) expect(value).toContain(text);
  });

  test('in a stage, sizes have their names', async () => {
    const { name, position } = await open(at('lear', MODULE));
    const hover = await editor.ask('textDocument/hover', name, { position });
    expect(JSON.stringify(hover)).toContain('UnitFeatures<N, 128>');
  });

  test('of types, dimensions and annotations', async () => {
    const asked = async (before: string, program?: string): Promise<string> => {
      const { name, position } = await open(at(before, program));
      return JSON.stringify(await editor.ask('textDocument/hover', name, { position }));
    };
    expect(await asked('groups: Clus', MODULE)).toContain('Clusters<N, K>');
    expect(await asked('images: Images<N', MODULE)).toContain('A dimension of `grouped`');
    expect(await asked('@ret', PROGRAM.replace('  few =', '  @retries(2)\n  few ='))).toContain('@retries(2)');
    expect(await asked('// no', `// note\n${PROGRAM}`)).toBe('null');
  });
});

const IMPORTS =
  'import { glyphs } from "std/datasets"\nimport { grouped } from "./module.pipe"\nimport { idfd } from "std/representation"\n';

describe('completion', () => {
  const labels = (items: readonly CompletionItem[]): readonly string[] => items.map(({ label }) => label);
  const asked = async (text: string): Promise<readonly CompletionItem[]> => {
    const { name, position } = await open(text);
    return editor.ask('textDocument/completion', name, { position });
  };
  const inBody = (body: string): Promise<readonly CompletionItem[]> =>
    asked(
      `${IMPORTS}pipeline p(count: Int = 3) {\n  digits = glyphs(count: count)\n  ${body}\n  output later = digits.images\n}\n`,
    );

  test('of modules, standard and beside', async () => {
    const found = labels(await asked('import { glyphs } from "‸"'));
    expect(found).toContain('std/datasets');
    expect(found).toContain('./module.pipe');
  });

  test('of the stages of a module', async () => {
    expect(labels(await asked('import { ‸ } from "./module.pipe"'))).toEqual(['grouped']);
    expect(labels(await asked('import { km‸ } from "std/clustering"'))).toContain('kmeans');
  });

  test('of names in force, and not of later ones', async () => {
    const found = labels(await inBody('x = di‸'));
    expect(found).toEqual(expect.arrayContaining(['digits', 'count', 'grouped', 'glyphs', 'for']));
    expect(found).not.toContain('later');
    expect(found).not.toContain('x');
  });

  test('of parameters that are not given, those that must be first', async () => {
    const items = await inBody('x = grouped(‸)');
    expect(labels(items).slice(0, 2)).toEqual(['images:', 'size:']);
    const first = [...items].sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1))[0];
    expect(first?.label).toBe('images:');
    expect(labels(await inBody('x = grouped(digits.images, ‸)'))).toContain('size:');
    expect(labels(await inBody('x = grouped(images: digits.images, si‸)'))).toEqual(['size:']);
    expect(labels(await inBody('x = idfd(‸, epochs: 3)'))).not.toContain('epochs:');
  });

  test('of the values of an enumeration, bare and in quotes', async () => {
    expect(labels(await inBody('x = idfd(digits.images, backbone: ‸)'))).toContain('"conv3"');
    for (const text of ['"co‸")', '"co‸']) {
      const found = labels(await inBody(`x = idfd(digits.images, backbone: ${text}`));
      expect(found).toEqual(expect.arrayContaining(['conv3', 'conv4']));
      expect(found).not.toContain('digits');
    }
  });

  test('of members, of a call, of a record in a list, while the line is not finished', async () => {
    expect(labels(await inBody('x = digits.‸'))).toEqual(['images', 'labels']);
    expect(labels(await inBody('x = grouped(digits.images).‸'))).toEqual(['groups', 'log']);
    expect(labels(await inBody('r = for k in [1] { yield { one: digits.images, two: k } }\n  x = r.‸'))).toEqual([
      'one',
      'two',
    ]);
    expect(labels(await inBody('x = idfd(digits.‸'))).toEqual(['images', 'labels']);
  });

  test('of arguments for `with`, and of the parameters of a profile', async () => {
    expect(labels(await inBody('x = idfd with { ba‸ }'))).toContain('backbone:');
    expect(labels(await asked(`${PROGRAM.replace('count: 200 }', '‸ }')}`))).toEqual(['count:']);
    expect(labels(await asked('pipeline two() { output x = 1 }\nprofile a for ‸'))).toEqual(['two']);
  });

  test('of types, dimensions, annotations, statements, definitions', async () => {
    expect(labels(await asked('stage s(images: Im‸) -> { x: Scores }'))).toContain('Images');
    expect(labels(await asked('stage s<N, M>(size: Int, images: Images<‸>) -> { x: Scores }'))).toEqual([
      'N',
      'M',
      'size',
    ]);
    expect(labels(await inBody('@re‸'))).toEqual(['resources', 'retries', 'timeout', 'cache']);
    expect(labels(await inBody('‸'))).toEqual(expect.arrayContaining(['output', 'yield', '@retries']));
    expect(labels(await asked('‸'))).toEqual(expect.arrayContaining(['import', 'pipeline', 'stage', 'profile']));
  });

  test('of names in the braces of a string, and of nothing in a comment', async () => {
    expect(labels(await inBody('x = "{co‸}"'))).toEqual(expect.arrayContaining(['count', 'digits']));
    expect(labels(await inBody('// di‸'))).toEqual([]);
  });

  test('of a stage that is not imported brings its import', async () => {
    const text = `${IMPORTS}pipeline p() {\n  x = over‸\n}\n`;
    const item = (await asked(text)).find(({ label }) => label === 'overlay')!;
    expect(applied(marked(text).text, item.additionalTextEdits!)).toContain(
      'import { glyphs, overlay } from "std/datasets"',
    );
    const kmeans = (await asked(text)).find(({ label }) => label === 'kmeans')!;
    expect(applied(marked(text).text, kmeans.additionalTextEdits!)).toContain(
      'from "std/representation"\nimport { kmeans } from "std/clustering"\n',
    );
  });
});

describe('signature help', () => {
  const asked = async (text: string): Promise<string | undefined> => {
    const { name, position } = await open(text);
    const help = await editor.ask('textDocument/signatureHelp', name, { position });
    const signature = help?.signatures[0];
    const active = signature?.parameters?.[help!.activeParameter!]?.label as [number, number] | undefined;
    return signature === undefined ? undefined : active === undefined ? '' : signature.label.slice(...active);
  };
  test.each([
    ['grouped(‸', 'images: Images<N, H, W, C>'],
    ['grouped(digits.images, ‸)', 'size?: Int'],
    ['grouped(size: ‸)', 'size?: Int'],
    ['grouped(size: [1, ‸', 'size?: Int'],
    ['(grouped with { size: 3 })(‸)', 'images: Images<N, H, W, C>'],
    ['grouped(images, 3, ‸)', ''],
    ['glyphs(count: grouped(‸))', 'images: Images<N, H, W, C>'],
    ['nothing(‸)', undefined],
  ])('%s', async (call, active) => {
    expect(await asked(`${IMPORTS}pipeline p() {\n  x = ${call}\n}\n`)).toBe(active);
  });
});

describe('definition and references', () => {
  const text = async (uri: string): Promise<string> =>
    uri.endsWith('/module.pipe') ? MODULE : uri.includes('/std/') ? '' : PROGRAM;

  test('of stages, parameters and outputs lead into the other module', async () => {
    await editor.write('program.pipe', PROGRAM);
    for (const [before, word] of [
      ['few = group', 'grouped'],
      ['siz', 'size'],
      ['more.grou', 'groups'],
      ['import { grou', 'grouped'],
    ] as const) {
      const position = positionOf(PROGRAM, PROGRAM.indexOf(before) + before.length);
      const [found] = await editor.ask('textDocument/definition', 'program.pipe', { position });
      expect(found?.uri).toBe(editor.uri('module.pipe'));
      expect(textIn(MODULE, found!.range)).toBe(word);
    }
  });

  test('of the standard library lead to its files', async () => {
    const position = positionOf(PROGRAM, PROGRAM.indexOf('glyphs(') + 2);
    const [found] = await editor.ask('textDocument/definition', 'program.pipe', { position });
    expect(found?.uri).toMatch(/^file:.*\/stdlib\/std\/datasets\.pipe$/);
  });

  test('in all programs of the workspace, open or not', async () => {
    const position = positionOf(MODULE, MODULE.indexOf('groups:') + 2);
    await editor.write('module.pipe', MODULE);
    const found = await editor.ask('textDocument/references', 'module.pipe', {
      position,
      context: { includeDeclaration: true },
    });
    const own = found.filter(({ uri }) => /\/(module|program)\.pipe$/.test(uri));
    expect(own.filter(({ uri }) => uri.endsWith('module.pipe'))).toHaveLength(2);
    expect(own.filter(({ uri }) => uri.endsWith('program.pipe'))).toHaveLength(2);
    for (const { uri, range } of own) expect(textIn(await text(uri), range)).toBe('groups');
  });

  test('within a document are highlighted', async () => {
    const position = positionOf(PROGRAM, PROGRAM.indexOf('count:') + 2);
    const found = await editor.ask('textDocument/documentHighlight', 'program.pipe', { position });
    // Its definition, the argument, the text, the profile; not the label of glyphs.
    expect(found).toHaveLength(4);
  });
});

describe('published numbers', () => {
  const PIPELINE =
    'pipeline p(x: Float = 0.8) {\n  output accuracy = x\n  output other = x\n}\nprofile paper for p { x: 1.0 }\n';
  test.each([
    ['published "A" for p under paper { ‸ }', ['accuracy', 'other']],
    ['published "A" for p { accuracy: 0.8 within 0.1, ‸ }', ['accuracy', 'other']],
    ['published "A" for p { accuracy.‸ }', ['acc', 'nmi', 'ari']],
    ['published "A" for p { accuracy: 0.8 ‸ }', ['within', 'at least', 'at most']],
  ])('%s', async (text, labels) => {
    const { name, position } = await open(`${PIPELINE}${text}`);
    const items = await editor.ask('textDocument/completion', name, { position });
    expect(items.map(({ label }) => label)).toEqual(labels);
  });
});

describe('rename', () => {
  const lone = async (files: Readonly<Record<string, string>>) => Editor.start(files);
  const changed = (text: string, edit: WorkspaceEdit, uri: string): string => applied(text, edit.changes?.[uri] ?? []);

  test('of a parameter reaches every file, and what comes out checks', async () => {
    const files: Record<string, string> = { 'module.pipe': MODULE };
    for (let n = 0; n < 12; n += 1) files[`use-${n}.pipe`] = PROGRAM;
    const one = await lone(files);
    await one.write('use-0.pipe', PROGRAM);
    const position = positionOf(PROGRAM, PROGRAM.indexOf('size: 4') + 1);
    expect(await one.ask('textDocument/prepareRename', 'use-0.pipe', { position })).toMatchObject({
      placeholder: 'size',
    });
    const edit = await one.ask('textDocument/rename', 'use-0.pipe', { position, newName: 'groups_wanted' });
    expect(Object.keys(edit.changes!)).toHaveLength(13);
    await one.write('module.pipe', changed(MODULE, edit, one.uri('module.pipe')));
    for (let n = 0; n < 12; n += 1) {
      const text = changed(PROGRAM, edit, one.uri(`use-${n}.pipe`));
      expect(text).not.toContain('size:');
      await one.write(`use-${n}.pipe`, text);
      expect(await one.problems(`use-${n}.pipe`)).toEqual([]);
    }
    expect(await one.problems('module.pipe')).toEqual([]);
    expect(await one.stop()).toBe(0);
  });

  test.each([
    ['glyphs(', 'shapes', 'belongs to the standard library'],
    ['count: Int', 'digits', 'defined twice'],
    ['count: Int', 'glyphs', 'not a stage'],
    ['count: Int', 'for', 'is not a name'],
    ['count: Int', '2x', 'is not a name'],
    ['= 300', 'x', 'no name here'],
  ])('of `%s` to `%s` is refused: %s', async (before, newName, why) => {
    await editor.write('program.pipe', PROGRAM);
    const position = positionOf(PROGRAM, PROGRAM.indexOf(before) + 2);
    await expect(editor.ask('textDocument/rename', 'program.pipe', { position, newName })).rejects.toThrow(why);
  });

  test('of an output reaches the published numbers of it', async () => {
    const program = `pipeline p(x: Float = 0.8) { output accuracy = x }
published "A" for p { accuracy: 0.8 within 0.1 }
`;
    const { name } = await open(`${program}‸`);
    const position = positionOf(program, program.lastIndexOf('accuracy'));
    const hover = await editor.ask('textDocument/hover', name, { position });
    expect(JSON.stringify(hover)).toContain('Float = 0.8');
    const edit = await editor.ask('textDocument/rename', name, { position, newName: 'score' });
    expect(applied(program, edit.changes![editor.uri(name)]!)).toBe(program.replaceAll('accuracy', 'score'));
  });

  test('of a label that several stages share takes them all', async () => {
    const program = `stage a(n: Int) -> { s: Images<n, 1, 1, 1> } by command "a {n} {s}"
stage b(n: Int) -> { s: Images<n, 1, 1, 1> } by command "b {n} {s}"
pipeline p() {
  x = for s in [a, b] { yield s(n: 3) }
  output x = x
}
`;
    const { name } = await open(`${program}‸`);
    const position = positionOf(program, program.indexOf('n: 3'));
    const edit = await editor.ask('textDocument/rename', name, { position, newName: 'many' });
    const text = applied(program, edit.changes![editor.uri(name)]!);
    expect(text).toContain('stage a(many: Int) -> { s: Images<many, 1, 1, 1> } by command "a {many} {s}"');
    expect(text).toContain('stage b(many: Int)');
    expect(text).toContain('s(many: 3)');
  });
});

describe('the type of a stage', () => {
  const TYPED = `import { glyphs } from "std/datasets"
import { idfd } from "std/representation"
import { kmeans } from "std/clustering"

stage learn<N, H, W, C, D>(
  images: Images<N, H, W, C>,
  /// How features are learned.
  method: stage<M>(
    images: Images<N, H, W, C>,
    /// Where its numbers begin.
    seed: Int,
    more: [Images<M, H, W, C>],
  ) -> { features: Features<N, D> },
) -> { features: Features<N, D> } {
  made = method(images, seed: 3, more: [])
  output features = made.features
}

stage own<N, H, W, C, M>(images: Images<N, H, W, C>, seed: Int, more: [Images<M, H, W, C>]) -> { features: Features<N, 128> } {
  output features = idfd(images, seed: seed).features
}

pipeline p() {
  digits = glyphs(count: 300)
  output features = learn(digits.images, method: own)
}
`;
  const asked = async (
    before: string,
    program = TYPED,
  ): Promise<{ readonly name: string; readonly position: Position }> => open(at(before, program));

  test.each([
    ['made = met', ['method: stage<M>(images: Images<N, H, W, C>, seed: Int', 'How features are learned.']],
    ['(images, se', ['seed: Int', 'Where its numbers begin.', 'is given']],
    ['output features = made.fea', ['features: Features<N, D>', 'What is used']],
    ['[Images<M', ['A dimension of this type of a stage']],
    ['stage<M>(\n    images: Ima', ['Images<N, H, W, C>']],
  ])('is shown behind `%s`', async (before, texts) => {
    const { name, position } = await asked(before);
    const hover = await editor.ask('textDocument/hover', name, { position });
    for (const text of texts) expect((hover!.contents as { readonly value: string }).value).toContain(text);
  });

  test('is what a call in the body takes, and what the cursor may give', async () => {
    const program = TYPED.replace('method(images, seed: 3, more: [])', 'method(images, )');
    const { name, position } = await asked('method(images, ', program);
    const help = await editor.ask('textDocument/signatureHelp', name, { position });
    expect(help!.signatures[0]!.label).toBe(
      'method(images: Images<N, H, W, C>, seed: Int, more: [Images<M, H, W, C>]) -> { features: Features<N, D> }',
    );
    const items = await editor.ask('textDocument/completion', name, { position });
    expect(items.map(({ label }) => label).filter((label) => label.endsWith(':'))).toEqual(['seed:', 'more:']);
  });

  test('puts the stages that fit before the others', async () => {
    for (const [before, program] of [
      ['method: ', TYPED.replace('method: own', 'method: ')],
      ['} = o', TYPED.replace('Features<N, D> },\n)', 'Features<N, D> } = o,\n)')],
    ] as const) {
      const end = program.lastIndexOf(before) + before.length;
      const { name, position } = await open(`${program.slice(0, end)}‸${program.slice(end)}`);
      const items = await editor.ask('textDocument/completion', name, { position });
      const sorted = [...items].sort((a, b) => ((a.sortText ?? a.label) < (b.sortText ?? b.label) ? -1 : 1));
      expect(sorted[0]?.label, before).toBe('own');
    }
  });

  test('is completed: its word, its dimensions', async () => {
    const types = await asked('three: ', 'stage s<N>(three: ) -> { x: Scores }');
    const items = await editor.ask('textDocument/completion', types.name, { position: types.position });
    expect(items.map(({ label }) => label)).toEqual(expect.arrayContaining(['stage', 'Images']));
    const sizes = await asked(
      'Images<',
      'stage s<N, K>(m: stage<H, W>(images: Images<>) -> { x: Scores }) -> { x: Scores }',
    );
    const found = await editor.ask('textDocument/completion', sizes.name, { position: sizes.position });
    expect(found.map(({ label }) => label)).toEqual(['N', 'K', 'H', 'W']);
  });

  test('has the definitions of labels and members in the body, and their references', async () => {
    const { name, position } = await asked('(images, se');
    const [label] = await editor.ask('textDocument/definition', name, { position });
    expect(label!.range.start.line).toBe(10);
    const member = await asked('output features = made.fea');
    const [output] = await editor.ask('textDocument/definition', member.name, { position: member.position });
    expect(output!.range.start.line).toBe(12);
    const all = await editor.ask('textDocument/references', name, { position, context: { includeDeclaration: true } });
    expect(all.filter(({ uri }) => uri === editor.uri(name)).map(({ range }) => range.start.line)).toEqual([10, 14]);
  });

  test('keeps its names where a stage is given that has them, and its dimensions are free', async () => {
    const { name, position } = await asked('(images, se');
    await expect(editor.ask('textDocument/rename', name, { position, newName: 'start' })).rejects.toThrow(
      '`own` cannot be `method` of `learn`',
    );
    const size = await asked('[Images<M');
    const edit = await editor.ask('textDocument/rename', size.name, { position: size.position, newName: 'P' });
    expect(applied(TYPED, edit.changes![editor.uri(size.name)]!)).toContain('stage<P>(');
  });

  test('has the kinds of its words, and fixes', async () => {
    const { name } = await open(`${TYPED}‸`);
    const { data } = await editor.ask('textDocument/semanticTokens/full', name);
    expect(data.length).toBeGreaterThan(300);
    const free = 'pipeline p(m: stage<D>(x: Features<N, D>) -> { y: Scores }) { output x = 1 }';
    const wrong = await open(`${free}‸`);
    const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 200 } };
    const actions = await editor.ask('textDocument/codeAction', wrong.name, { range, context: { diagnostics: [] } });
    expect(actions.map(({ title }) => title)).toEqual(['Name `N` behind `stage`']);
    expect(applied(free, actions[0]!.edit!.changes![editor.uri(wrong.name)]!)).toContain('stage<N, D>(');
  });
});

describe('the document', () => {
  test('has an outline', async () => {
    const { name } = await open(`${PROGRAM}‸`);
    const symbols = await editor.ask('textDocument/documentSymbol', name);
    expect(symbols.map((symbol) => symbol.name)).toEqual(['two', 'smoke']);
    expect(symbols[0]!.children!.map((symbol) => symbol.name)).toEqual([
      'count',
      'digits',
      'few',
      'each',
      'few',
      'more',
    ]);
    expect(symbols[0]!.children![3]!.children!.map((symbol) => symbol.name)).toEqual(['more']);
  });

  test.each(['\n', '\r\n'])('is formatted, with line ends %j', async (end) => {
    const text = PROGRAM.replace(
      'few = grouped(digits.images, size: 4)',
      'few   =grouped( digits.images,size:4 )',
    ).replaceAll('\n', end);
    const { name } = await open(`${text}‸`);
    const edits = await editor.ask('textDocument/formatting', name, { options: { tabSize: 2, insertSpaces: true } });
    expect(edits).toHaveLength(1);
    expect(applied(text, edits)).toBe(PROGRAM.replaceAll('\n', end));
    await editor.write(name, PROGRAM.replaceAll('\n', end));
    expect(await editor.ask('textDocument/formatting', name, { options: { tabSize: 2, insertSpaces: true } })).toEqual(
      [],
    );
  });

  test('with syntax errors is not formatted', async () => {
    const { name } = await open('pipeline p( {‸');
    expect(await editor.ask('textDocument/formatting', name, { options: { tabSize: 2, insertSpaces: true } })).toEqual(
      [],
    );
  });

  test('has the kinds of its words', async () => {
    const { name } = await open(`${PROGRAM}‸`);
    const { data } = await editor.ask('textDocument/semanticTokens/full', name);
    const legend = [
      'keyword',
      'string',
      'number',
      'function',
      'parameter',
      'variable',
      'property',
      'type',
      'typeParameter',
      'class',
      'decorator',
    ];
    const kinds = new Set<string>();
    let [line, character] = [0, 0];
    for (let at = 0; at < data.length; at += 5) {
      character = data[at] === 0 ? character + data[at + 1]! : data[at + 1]!;
      line += data[at]!;
      const start = { line, character };
      const word = textIn(PROGRAM, { start, end: { line, character: character + data[at + 2]! } });
      kinds.add(`${legend[data[at + 3]!]} ${word}`);
    }
    for (const kind of [
      ...['keyword import', 'function glyphs', 'string "std/datasets"', 'class two', 'parameter count', 'type Int'],
      ...['number 300', 'variable digits', 'property images', 'parameter size', 'variable k', 'property groups'],
      ...['string "', 'string  of ', 'class smoke', 'keyword for', 'property note'].map((kind) =>
        kind.replace('string  of ', 'string } of {').replace(/string "$/, 'string "{'),
      ),
    ])
      expect(kinds).toContain(kind);
  });

  test('has hints of what was inferred, in the range asked for', async () => {
    const { name } = await open(`${PROGRAM}‸`);
    const hints = await editor.ask('textDocument/inlayHint', name, { range: whole });
    const shown = hints.map(
      ({ position, label }) =>
        `${PROGRAM.split('\n')[position.line]!.slice(0, position.character).trim()}${label as string}`,
    );
    expect(shown).toEqual([
      'digits: images: Images<300, 28, 28, 1>, labels: Labels<300, 10>',
      'few: groups: Clusters<300, 4>',
      'more: groups: Clusters<300, 5>',
      'output few: Clusters<300, 4>',
    ]);
    const line = { start: { line: 9, character: 0 }, end: { line: 9, character: 80 } };
    expect(await editor.ask('textDocument/inlayHint', name, { range: line })).toHaveLength(1);
  });

  test('has lenses that say what to run and to explain', async () => {
    const { name } = await open(`${PROGRAM}‸`);
    const lenses = await editor.ask('textDocument/codeLens', name);
    const commands = lenses.map(({ command }) => {
      const [target] = command!.arguments as [{ readonly profile?: string; readonly step?: string }];
      return [command!.command, target.profile ?? target.step].filter((part) => part !== undefined).join(' ');
    });
    expect(commands).toEqual(['pipe.run', 'pipe.plan', 'pipe.explain digits', 'pipe.run smoke', 'pipe.plan smoke']);
  });

  test('has the fixes of its problems', async () => {
    const text = `${IMPORTS}pipeline p() {\n  digits = glyphs(count: 300)\n  output x = overlay(digits.image, digits.images)\n}\n`;
    const { name } = await open(`${text}‸`);
    const actions = await editor.ask('textDocument/codeAction', name, { range: whole, context: { diagnostics: [] } });
    expect(actions.map(({ title }) => title).sort()).toEqual(['Add `overlay` to this import', 'Write `images`']);
    const fixed = actions.reduce((done, { edit }) => applied(done, edit!.changes![editor.uri(name)]!), text);
    expect(fixed).toContain('import { glyphs, overlay }');
    const line = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
    expect(await editor.ask('textDocument/codeAction', name, { range: line, context: { diagnostics: [] } })).toEqual(
      [],
    );
  });
});

describe('in a long text', () => {
  const stages = Array.from(
    { length: 300 },
    (_, n) =>
      `stage copy_${n}<N, H, W, C>(images: Images<N, H, W, C>) -> { images: Images<N, H, W, C> } {\n  output images = images\n}\n`,
  );
  const text = `${IMPORTS}${stages.join('')}pipeline p() {\n  digits = glyphs(count: 300)\n  output x = digits.images\n}\n`;
  let one: Editor;
  beforeAll(async () => {
    // Shorter ones are checked at once.
    expect(text.length).toBeGreaterThan(LONG);
    one = await Editor.start({ 'module.pipe': MODULE }, { workspace: { semanticTokens: { refreshSupport: true } } });
  });
  afterAll(async () => {
    expect(one.faults).toEqual([]);
    expect(await one.stop()).toBe(0);
  });
  const open = async (): Promise<void> => {
    await one.write('long.pipe', text);
    expect((await one.problems('long.pipe')).map(({ code }) => code)).toEqual(['P104', 'P104']);
  };

  test('what is typed is completed before all is checked anew', async () => {
    await open();
    const typed = marked(text.replace('  output x', '  copied = copy_7(digits.‸\n  output x'));
    await one.write('long.pipe', typed.text);
    const { position } = typed;
    const items = await one.ask('textDocument/completion', 'long.pipe', { position });
    expect(items.map(({ label }) => label)).toEqual(['images', 'labels']);
    const help = await one.ask('textDocument/signatureHelp', 'long.pipe', { position });
    expect(help?.signatures[0]?.label).toContain('copy_7(images: Images<N, H, W, C>)');
  });

  test('what stands behind a change is known where it now stands, and told again when all is checked', async () => {
    await open();
    const changed = marked(
      text.replace('stage copy_3<', '// Two\n// lines.\nstage copy_3<').replace('output x = dig', 'output x = dig‸'),
    );
    await one.write('long.pipe', changed.text);
    const { position } = changed;
    const hover = await one.ask('textDocument/hover', 'long.pipe', { position });
    expect(textIn(changed.text, hover!.range!)).toBe('digits');
    const [definition] = await one.ask('textDocument/definition', 'long.pipe', { position });
    expect(textIn(changed.text, definition!.range)).toBe('digits');
    const before = await one.ask('textDocument/semanticTokens/full', 'long.pipe');
    await one.problems('long.pipe');
    const after = await one.ask('textDocument/semanticTokens/full', 'long.pipe');
    expect(after.data).toEqual(before.data);
    // Whether the question or the check comes first is a matter of time, so it is asked until it does.
    let n = 0;
    const changeAndAsk = async (): Promise<readonly string[]> => {
      const writing = one.write('long.pipe', `${changed.text}// ${(n += 1)}\n`);
      await Promise.all([writing, one.ask('textDocument/semanticTokens/full', 'long.pipe')]);
      await one.problems('long.pipe');
      return one.asked;
    };
    await expect.poll(changeAndAsk, { timeout: 30_000 }).toContain('workspace/semanticTokens/refresh');
  });
});
