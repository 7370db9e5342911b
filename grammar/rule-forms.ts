// The rules of the grammar as forms to draw and to write: the parser's serialized productions in, plain data out.
// Lists are shown as the language has them, with commas between their items, and not as the parser reads them (see parser.ts).
import type { ISerializedGast } from 'chevrotain';
import { PipeParser } from './parser.ts';

export type RuleForm =
  | { readonly kind: 'sequence' | 'choice'; readonly items: readonly RuleForm[] }
  | { readonly kind: 'optional'; readonly item: RuleForm }
  /** At least once, with `between` (if any) before each further one. */
  | { readonly kind: 'repeated'; readonly item: RuleForm; readonly between?: RuleForm }
  /** A word or a sign, as it is written. */
  | { readonly kind: 'text'; readonly text: string }
  /** A class of tokens: `name`, `number`. */
  | { readonly kind: 'word'; readonly name: string }
  | { readonly kind: 'rule'; readonly name: string };

export interface GrammarRule {
  readonly name: string;
  readonly form: RuleForm;
}

/** What the serialized form has besides its declared type. */
interface Production extends ISerializedGast {
  readonly name?: string;
  readonly label?: string;
  readonly definition?: Production[];
}

/** Every rule, in the order of parser.ts. */
export function grammarRules(): readonly GrammarRule[] {
  const productions = new PipeParser({ validate: false }).getSerializedGastProductions() as readonly Production[];
  return productions.map(({ name, definition }) => ({ name: name!, form: sequence(definition ?? []) }));
}

/** The rules in a form, in order, each once. */
export function rulesIn(form: RuleForm): readonly string[] {
  switch (form.kind) {
    case 'rule':
      return [form.name];
    case 'text':
    case 'word':
      return [];
    case 'optional':
      return rulesIn(form.item);
    case 'repeated':
      return [...new Set([form.item, ...(form.between ? [form.between] : [])].flatMap(rulesIn))];
    case 'sequence':
    case 'choice':
      return [...new Set(form.items.flatMap(rulesIn))];
  }
}

function sequence(productions: readonly Production[]): RuleForm {
  const items: RuleForm[] = [];
  for (const production of productions) {
    const [last, form] = [items.at(-1), formOf(production)];
    const repeated = form.kind === 'optional' && form.item.kind === 'repeated' ? form.item : undefined;
    // `a (op a)*` is a repeated `a` with `op` between.
    const parts = repeated?.between === undefined && repeated?.item.kind === 'sequence' ? repeated.item.items : [];
    if (last !== undefined && parts.length > 1 && isSame(parts.at(-1)!, last))
      items[items.length - 1] = { kind: 'repeated', item: last, between: oneOf(parts.slice(0, -1)) };
    else items.push(form);
  }
  return oneOf(items);
}

const oneOf = (items: readonly RuleForm[]): RuleForm => (items.length === 1 ? items[0]! : { kind: 'sequence', items });

const isSame = (one: RuleForm, other: RuleForm): boolean => JSON.stringify(one) === JSON.stringify(other);

function formOf({ type, name, label, definition = [] }: Production): RuleForm {
  switch (type) {
    case 'Terminal':
      return terminal(label!);
    case 'NonTerminal':
      return { kind: 'rule', name: name! };
    case 'Alternation':
      return { kind: 'choice', items: definition.map(formOf) };
    case 'Option':
      return { kind: 'optional', item: sequence(definition) };
    case 'Repetition':
      return { kind: 'optional', item: repeated(definition) };
    case 'RepetitionMandatory':
      return repeated(definition);
    case 'Alternative':
    case 'Rule':
      return sequence(definition);
    case 'RepetitionWithSeparator':
    case 'RepetitionMandatoryWithSeparator':
      throw new TypeError(`the grammar has a ${type}, which has no form here yet`);
  }
}

/** The label of a token is its text in backticks, or what it is called: "a name". */
function terminal(label: string): RuleForm {
  const text = /^`(.*)`$/.exec(label)?.[1];
  return text === undefined ? { kind: 'word', name: label.replace(/^an? /, '') } : { kind: 'text', text };
}

/** Items that may each have a comma behind them: commas are between them, and may be behind the last. */
function repeated(definition: readonly Production[]): RuleForm {
  const last = definition.at(-1);
  const isList = last?.type === 'Option' && last.definition?.length === 1 && last.definition[0]!.name === 'Comma';
  if (!isList) return { kind: 'repeated', item: sequence(definition) };
  const comma: RuleForm = { kind: 'text', text: ',' };
  const items: RuleForm = { kind: 'repeated', item: sequence(definition.slice(0, -1)), between: comma };
  return { kind: 'sequence', items: [items, { kind: 'optional', item: comma }] };
}
