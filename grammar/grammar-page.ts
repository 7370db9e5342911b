// The grammar as a page of Markdown: a diagram of each rule, the same in letters, and where it is used. In: the rules and the tokens.
// Out: text. `docs/grammar.md` is its output, and test/grammar/page.test.ts holds the two together.
import { grammarRules, rulesIn, type GrammarRule, type RuleForm } from './rule-forms.ts';
import { ClosedText, Identifier, Number, Quantity } from './tokens.ts';

/** Which rules stand under which heading; every rule in one. */
const CHAPTERS: readonly { readonly title: string; readonly rules: readonly string[] }[] = [
  {
    title: 'Files and definitions',
    rules: [
      ...['file', 'importDefinition', 'nameList', 'stageDefinition', 'dimensionVariables', 'dimensionVariable'],
      ...['implementation', 'pipelineDefinition', 'profileDefinition'],
    ],
  },
  { title: 'Parameters and results', rules: ['parameters', 'parameter', 'results', 'result'] },
  {
    title: 'Types',
    rules: [
      ...[
        'type',
        'listType',
        'enumeration',
        'stageType',
        'takes',
        'namedType',
        'dimension',
        'dimensionProduct',
        'dimensionAtom',
      ],
      ...['refinement', 'bound'],
    ],
  },
  { title: 'Statements', rules: ['block', 'statement', 'binding', 'outputStatement', 'yieldStatement', 'annotation'] },
  {
    title: 'Expressions',
    rules: [
      ...['expression', 'forExpression', 'operand', 'suffix', 'callArguments', 'argument', 'list', 'record', 'field'],
      ...['parenthesised', 'loneExpression'],
    ],
  },
  { title: 'Published numbers', rules: ['publishedDefinition', 'targets', 'target', 'targetPart', 'figure'] },
];

/** Where the diagram of a rule lies, seen from the page. */
export const diagramPath = (rule: string): string => `images/grammar/${rule}.svg`;

/** @throws TypeError for a rule that is in no chapter, or for a chapter with a rule that is gone. */
export function grammarPage(): string {
  const rules = new Map(grammarRules().map((rule) => [rule.name, rule]));
  const placed = CHAPTERS.flatMap((chapter) => chapter.rules);
  const astray = [
    ...[...rules.keys()].filter((name) => !placed.includes(name)),
    ...placed.filter((name) => !rules.has(name)),
  ];
  if (astray.length > 0)
    throw new TypeError(`chapters of grammar-page.ts and rules of parser.ts differ: ${astray.join(', ')}`);
  const chapters = CHAPTERS.map(({ title, rules: names }) =>
    [`## ${title}`, ...names.map((name) => section(rules.get(name)!, [...rules.values()]))].join('\n\n'),
  );
  return [HEAD, ...chapters, words()].join('\n\n') + '\n';
}

const HEAD = `<!-- Generated from grammar/parser.ts by test/grammar/page.test.ts; npx vitest run test/grammar -u writes it anew. -->

# The grammar

What a program may look like; what it means is in [the language, by example](language.md), and which types go together in
[its type rules](language.md#type-rules). Round boxes are written as they stand, square ones are defined elsewhere on this page. Below each diagram is the
same in letters: \`?\` is "or nothing", \`*\` any number of times, \`+\` at least once, \`|\` or.

A file is a [\`file\`](#file). What stands behind \`--set name=\` and in the braces of a string is a [\`loneExpression\`](#loneexpression). Line ends and spaces
mean nothing, \`//\` starts a comment, \`///\` documentation. Of the operators of an [\`expression\`](#expression) \`* / %\` bind tightest, then \`+ -\`, then \`??\`.`;

function section(rule: GrammarRule, all: readonly GrammarRule[]): string {
  const users = all.filter(({ name, form }) => name !== rule.name && rulesIn(form).includes(rule.name));
  const used =
    users.length === 0 ? [] : [`In ${users.map(({ name }) => `[\`${name}\`](#${name.toLowerCase()})`).join(', ')}.`];
  return [
    `### ${rule.name}`,
    `![Diagram of ${rule.name}](${diagramPath(rule.name)})`,
    `\`\`\`text\n${rule.name} = ${write(rule.form)}\n\`\`\``,
    ...used,
  ].join('\n\n');
}

/** How tightly a form holds together: what is looser than its place asks for gets parentheses. */
const TIGHTNESS = { choice: 0, sequence: 1, optional: 2, repeated: 2, text: 3, word: 3, rule: 3 } as const;

function write(form: RuleForm, least = 0): string {
  const text = plainly(form);
  const tightness = form.kind === 'repeated' && form.between !== undefined ? TIGHTNESS.sequence : TIGHTNESS[form.kind];
  return tightness < least ? `(${text})` : text;
}

function plainly(form: RuleForm): string {
  switch (form.kind) {
    case 'text':
      return `"${form.text}"`;
    case 'word':
    case 'rule':
      return form.name;
    case 'sequence':
      return form.items.map((item) => write(item, 1)).join(' ');
    case 'choice':
      return form.items.map((item) => write(item, 1)).join(' | ');
    case 'optional':
      return form.item.kind === 'repeated' && form.item.between === undefined
        ? `${write(form.item.item, 3)}*`
        : `${write(form.item, 3)}?`;
    case 'repeated':
      return form.between === undefined
        ? `${write(form.item, 3)}+`
        : `${write(form.item, 1)} (${write(form.between, 1)} ${write(form.item, 1)})*`;
  }
}

/** The tokens that the diagrams name, as their regular expressions; the texts of keywords and signs are in the diagrams themselves. */
function words(): string {
  const patterns = { name: Identifier, number: Number, quantity: Quantity, string: ClosedText };
  const rows = Object.entries(patterns).map(
    ([name, { PATTERN }]) => `| \`${name}\` | \`${(PATTERN as RegExp).source.replaceAll('|', '\\|')}\` |`,
  );
  return `## Words

| | as a regular expression |
|---|---|
${rows.join('\n')}

A word of the language is no name. \`one of\`, \`by command\`, \`by module\`, \`reads\`, \`published\`, \`under\`, \`within\`, \`at least\` and \`at most\` are words
only where no name could stand, and names elsewhere. Brackets and comprehensions may stand a hundred deep within each other.`;
}
