import { describe, expect, test } from 'vitest';
import { SourceFile } from '../../src/source/source-file.ts';
import type { Expression, File } from '../../src/syntax/ast.ts';
import { parseSource } from '../../src/syntax/parse-source.ts';

function parse(text: string): File {
  const { file, diagnostics } = parseSource(new SourceFile('a.pipe', text));
  expect(diagnostics).toEqual([]);
  return file;
}

/** An expression with brackets around everything. */
function print(expression: Expression): string {
  switch (expression.kind) {
    case 'number':
    case 'quantity':
    case 'boolean':
      return String(expression.value);
    case 'none':
    case 'error':
      return expression.kind;
    case 'name':
      return expression.name;
    case 'string':
      return `"${expression.parts.map((part) => (part.kind === 'text' ? part.text : `{${print(part.value)}}`)).join('')}"`;
    case 'list':
      return `[${expression.items.map(print).join(' ')}]`;
    case 'record':
      return `{${expression.fields.map((field) => `${field.name.text}:${print(field.value)}`).join(' ')}}`;
    case 'call':
      return `${print(expression.callee)}(${expression.arguments.map((argument) => `${argument.name ? `${argument.name.text}:` : ''}${print(argument.value)}`).join(' ')})`;
    case 'member':
      return `${print(expression.of)}.${expression.name.text}`;
    case 'index':
      return `${print(expression.of)}[${print(expression.index)}]`;
    case 'with':
      return `${print(expression.of)} with {${expression.fields.map((field) => `${field.name.text}:${print(field.value)}`).join(' ')}}`;
    case 'negation':
      return `(-${print(expression.of)})`;
    case 'binary':
      return `(${print(expression.left)} ${expression.operator} ${print(expression.right)})`;
    case 'fallback':
      return `(${print(expression.left)} ?? ${print(expression.right)})`;
    case 'for':
      return `for ${expression.variable.text} in ${print(expression.list)}`;
  }
}

test.each([
  ['a + b * c - d', '((a + (b * c)) - d)'],
  ['a ?? b + c ?? -d', '((a ?? (b + c)) ?? (-d))'],
  ['a / b % c', '((a / b) % c)'],
  ['-a.b[0](c)', '(-a.b[0](c))'],
  ['(a - b) - -c', '((a - b) - (-c))'],
  ['f(a, b: [1, 2,], c: { d: 3 },).x', 'f(a b:[1 2] c:{d:3}).x'],
  ['"x{a + 1}y{"', undefined],
  ['"x{a.b}y"', '"x{a.b}y"'],
  ['8 MiB', '8388608'],
  ['[idfd with { tau: 0.2, }, a.b with { }]', '[idfd with {tau:0.2} a.b with {}]'],
])('%s', (text, printed) => {
  const { file, diagnostics } = parseSource(new SourceFile('a.pipe', `pipeline p() { x = ${text} }`));
  if (printed === undefined) expect(diagnostics).toHaveLength(1);
  else expect(print(file.pipelines[0]!.body.statements[0]!.value)).toBe(printed);
});

test('spans hold exactly the text of their nodes, also within strings', () => {
  const text = 'pipeline p() {\r\n  x = f("{seed + 1}", k: -3) // why\r\n}';
  const value = parse(text).pipelines[0]!.body.statements[0]!.value;
  const at = ({ span }: { readonly span: { readonly start: number; readonly end: number } }): string =>
    text.slice(span.start, span.end);
  expect(at(value)).toBe('f("{seed + 1}", k: -3)');
  if (value.kind !== 'call') throw new Error('not a call');
  expect(value.arguments.map(at)).toEqual(['"{seed + 1}"', 'k: -3']);
  const string = value.arguments[0]!.value;
  if (string.kind !== 'string' || string.parts[0]?.kind !== 'expression') throw new Error('no part');
  expect(at(string.parts[0])).toBe('{seed + 1}');
  expect(at(string.parts[0].value)).toBe('seed + 1');
});

describe('comments', () => {
  const file = parse(`/// About the file.

// Before the import.
import { a } from "./a.pipe" // behind it

/// About s,
/// in two lines.
stage s(
  /// About n.
  n: Int, // n itself
  // A remark, then documentation.
  /// About m.
  m: Int = 2, // m itself
) -> {
  /// About r.
  r: Scores,
} // end

/// Not about p: a line is between.

pipeline p() {
  // Before x.
  x = 1 // behind x
  // Left over.
}
// Last.
`);

  test('documentation is what stands right above', () => {
    expect(file.doc).toBe('About the file.');
    const [stage] = file.stages;
    expect(stage!.doc).toBe('About s,\nin two lines.');
    expect(stage!.parameters.map(({ doc }) => doc)).toEqual(['About n.', 'About m.']);
    expect(stage!.results[0]!.doc).toBe('About r.');
    expect(file.pipelines[0]!.doc).toBe('');
  });

  test('every comment is attached where it belongs, or at least kept', () => {
    const [statement] = file.pipelines[0]!.body.statements;
    expect(statement!.comments.before.map(({ text }) => text)).toEqual(['Before x.']);
    expect(statement!.comments.after?.text).toBe('behind x');
    expect(file.imports[0]!.comments.after?.text).toBe('behind it');
    expect(file.stages[0]!.parameters.map(({ comments }) => comments.after?.text)).toEqual(['n itself', 'm itself']);
    expect(file.comments.map(({ text }) => text)).toContain('Left over.');
    expect(file.comments.at(-1)!.text).toBe('Last.');
    expect(file.comments).toHaveLength(17);
  });
});

test('a composite stage, optional types, a profile', () => {
  const file = parse(`stage s<N>(a: Labels<N>?, b: [Int in -1..5] = [1]) -> { x: Scores } @retries(1) { output x = a }
    profile q for p { count: 1, }`);
  expect(file.stages[0]).toMatchObject({
    dimensions: [{ text: 'N' }],
    annotations: [{ name: { text: 'retries' } }],
    body: { statements: [{ kind: 'output' }] },
  });
  expect(file.stages[0]!.parameters.map(({ type }) => type.kind)).toEqual(['optional', 'list']);
  expect(file.profiles[0]).toMatchObject({
    name: { text: 'q' },
    pipeline: { text: 'p' },
    values: [{ name: { text: 'count' } }],
  });
});

test('a comma behind an enumeration may end the parameter, and `<` may begin a range', () => {
  const file =
    parse(`stage s(a: one of "x", "y", b: Float < 1, c: Int < 3 = 2, d: Images<3, N>, e: [Int < 4], f: one of "x",)
    -> { g: one of "x", "y", h: Int < 5, }`);
  const [stage] = file.stages;
  const types = [...stage!.parameters, ...stage!.results].map(({ type }) =>
    type.kind === 'enumeration'
      ? type.values.length
      : type.kind === 'named'
        ? (type.refinement?.high?.value ?? type.dimensions.length)
        : type.kind,
  );
  expect(types).toEqual([2, 1, 3, 2, 'list', 1, 2, 5]);
});
