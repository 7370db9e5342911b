// Programs as rows of words, for properties of the formatter: every form of the grammar, with whatever between the words. They parse, and
// need not mean anything.
import fc from 'fast-check';

type Words = readonly string[];

// None is a unit: `8` and `s` on one line would be one word.
const name = fc.constantFrom(
  'a',
  'bb',
  'digits',
  'a_rather_long_name_of_something',
  'Count',
  'of',
  'x1',
  'reads',
  'by',
  'within',
  'published',
);
const text = fc.constantFrom(
  '"a"',
  '"a {a + 1} b"',
  '"\\{ \\" \\n"',
  '"a rather long text // that is no comment"',
  '""',
);
const plainText = fc.constantFrom('"adam"', '"sgd"', '"a rather long name of something else"');
const number = fc.constantFrom('0', '3', '28', '0.50', '1e-3', '1E5');
const quantity = fc.constantFrom('8 GiB', '2h', '1.5  min', '10B');

const flat = (...rows: readonly fc.Arbitrary<Words>[]): fc.Arbitrary<Words> =>
  fc.tuple(...rows).map((parts) => parts.flat());
const word = (arbitrary: fc.Arbitrary<string>): fc.Arbitrary<Words> => arbitrary.map((one) => [one]);
const words = (...row: Words): fc.Arbitrary<Words> => fc.constant(row);
const maybe = (row: fc.Arbitrary<Words>): fc.Arbitrary<Words> => fc.oneof(fc.constant<Words>([]), row);
const many = (row: fc.Arbitrary<Words>, maxLength: number): fc.Arbitrary<Words> =>
  fc.array(row, { maxLength }).map((rows) => rows.flat());

/** Items with commas between, and sometimes one behind the last. */
function list(item: fc.Arbitrary<Words>, minLength: number, maxLength: number): fc.Arbitrary<Words> {
  return fc
    .tuple(fc.array(item, { minLength, maxLength }), fc.boolean())
    .map(([rows, trailing]) =>
      rows.flatMap((row, index) => (index < rows.length - 1 || trailing ? [...row, ','] : row)),
    );
}

const { expression, block } = fc.letrec<{ expression: Words; block: Words }>((tie) => {
  const inner = tie('expression');
  const labelled = flat(word(name), words(':'), inner);
  const call = flat(words('('), list(fc.oneof(inner, labelled), 0, 4), words(')'));
  const annotation = flat(words('@'), word(name), maybe(call));
  const statement = flat(
    many(annotation, 2),
    fc.oneof(
      { weight: 3, arbitrary: flat(word(name), words('=')) },
      flat(words('output'), word(name), words('=')),
      words('yield'),
    ),
    inner,
  );
  const operator = word(fc.constantFrom('+', '-', '*', '/', '%', '??'));
  return {
    block: flat(words('{'), many(statement, 3), words('}')),
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      word(fc.oneof(name, text, number, quantity, fc.constantFrom('true', 'false', 'none'))),
      flat(word(name), call),
      flat(word(name), words('.'), word(name)),
      flat(word(name), words('['), inner, words(']')),
      flat(word(name), words('with', '{'), list(labelled, 0, 3), words('}'), maybe(call)),
      flat(words('['), list(inner, 0, 4), words(']')),
      flat(words('{'), list(labelled, 0, 4), words('}')),
      flat(words('('), inner, words(')')),
      flat(words('-'), word(name)),
      flat(word(name), operator, word(name), operator, flat(word(name), call)),
      flat(words('for'), word(name), words('in'), inner, tie('block')),
    ),
  };
});

const dimensions = flat(words('<'), list(flat(word(name), maybe(words('+'))), 1, 4), words('>'));
const { dimension } = fc.letrec<{ dimension: Words; size: Words }>((tie) => ({
  size: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    word(fc.oneof(name, fc.constant('28'))),
    flat(words('('), tie('dimension'), words(')')),
  ),
  dimension: fc.oneof(
    { weight: 3, arbitrary: tie('size') },
    flat(tie('size'), word(fc.constantFrom('+', '-', '*', '/')), tie('size')),
    flat(tie('size'), words('*'), tie('size'), words('-'), tie('size'), words('/'), tie('size')),
  ),
}));
const sizes = flat(words('<'), dimension, words(','), dimension, words('>'));
const refinement = fc.oneof(
  words('in', '1', '..', '10'),
  words('in', '-', '1', '..', '2 GiB'),
  words('>', '0'),
  words('>=', '-', '1.5'),
  words('<', '3'),
  words('<=', '3'),
);
const values = fc.array(plainText, { minLength: 1, maxLength: 4 });
const plainType = fc.oneof(
  flat(word(name), maybe(refinement), maybe(words('?'))),
  flat(word(name), sizes, maybe(words('?'))),
  flat(words('['), word(name), words(']'), maybe(flat(words('<'), dimension, words('>')))),
  values.map((all): Words => ['one  of', ...all.flatMap((one, index) => (index === 0 ? [one] : [',', one]))]),
);
const { type } = fc.letrec<{ type: Words; stage: Words; field: Words }>((tie) => ({
  field: flat(word(name), words(':'), tie('type')),
  stage: flat(
    ...[words('stage'), maybe(dimensions), words('('), list(tie('field'), 0, 3), words(')', '->', '{')],
    ...[list(tie('field'), 1, 2), words('}')],
  ),
  type: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    { weight: 4, arbitrary: plainType },
    flat(tie('stage'), maybe(words('?'))),
    flat(words('['), tie('stage'), words(']')),
  ),
}));
const parameter = flat(word(name), words(':'), type, maybe(flat(words('='), expression)));
const parameters = flat(words('('), list(parameter, 0, 4), words(')'));
const results = flat(words('{'), list(flat(word(name), words(':'), type), 1, 3), words('}'));
const note = flat(words('@'), word(name), maybe(flat(words('('), list(expression, 0, 2), words(')'))));
const files = fc
  .array(plainText, { minLength: 1, maxLength: 3 })
  .map((all): Words => ['reads', ...all.flatMap((one, index) => (index === 0 ? [one] : [',', one]))]);
const command = flat(words('by  command'), word(text), maybe(files));
const module = flat(words('by  module'), word(plainText), maybe(files));
const figure = flat(maybe(words('-')), word(fc.constantFrom('0', '3', '0.50')));
const targetPart = fc.oneof(
  flat(words('.'), word(name)),
  flat(words('['), word(fc.oneof(plainText, fc.constant('0'))), words(']')),
);
const judgement = fc.oneof(
  flat(words('within'), word(number)),
  flat(word(fc.constantFrom('at  least', 'at most')), figure),
);
const target = flat(word(name), many(targetPart, 2), words(':'), figure, judgement);
const definition = fc.oneof(
  flat(
    words('published'),
    word(plainText),
    words('for'),
    word(name),
    maybe(flat(words('under'), word(name))),
    words('{'),
  ).chain((head) => list(target, 0, 3).map((targets): Words => [...head, ...targets, '}'])),
  flat(words('import', '{'), list(word(name), 1, 5), words('}', 'from'), word(plainText)),
  flat(
    words('stage'),
    word(name),
    maybe(dimensions),
    parameters,
    words('->'),
    results,
    many(note, 2),
    maybe(fc.oneof(block, command, module)),
  ),
  flat(words('pipeline'), word(name), parameters, block),
  flat(words('profile'), word(name), words('for'), word(name), words('{')).chain((head) =>
    list(flat(word(name), words(':'), expression), 0, 3).map((fields): Words => [...head, ...fields, '}']),
  ),
);

/** The words of a program. */
export const randomWords: fc.Arbitrary<Words> = many(definition, 3);

const gaps = [' ', ' ', ' ', ' ', '\n', '\n\n', '\n\n\n\n', '\t'];
const comments = [
  ' // c\n',
  '\n// own\n',
  '\n\n//own\n',
  '\n/// doc\n',
  ' /// behind\n',
  '\n/// doc\n\n',
  '\n/// a\n/// b\n',
];

/** Numbers what is a comment, so that the order of all can be seen. */
function join(row: Words, between: readonly string[]): string {
  let count = 0;
  return `${between
    .map(
      (gap, index) =>
        gap.replaceAll(/c$|own$|doc$|behind$/gm, (kind) => `${kind} ${(count += 1)}`) + (row[index] ?? ''),
    )
    .join('')}\n`;
}

/** Programs with comments and line ends anywhere between the words. */
export const randomProgram: fc.Arbitrary<string> = randomWords.chain((row) =>
  fc
    .array(fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...gaps) }, fc.constantFrom(...comments)), {
      minLength: row.length + 1,
      maxLength: row.length + 1,
    })
    .map((between) => join(row, between)),
);
