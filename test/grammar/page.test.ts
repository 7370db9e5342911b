// Holds docs/grammar.md and its diagrams to the grammar: npx vitest run test/grammar -u writes them anew.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diagramPath, grammarPage } from '../../grammar/grammar-page.ts';
import { drawRule } from '../../grammar/railroad.ts';
import { grammarRules } from '../../grammar/rule-forms.ts';

const docs = join(import.meta.dirname, '../../docs');
const rules = grammarRules();

describe('docs/grammar.md', () => {
  it('is current', async () => {
    await expect(grammarPage()).toMatchFileSnapshot(join(docs, 'grammar.md'));
  });

  it.each(rules.map((rule) => [rule.name, rule] as const))('has the diagram of %s', async (name, rule) => {
    await expect(drawRule(rule)).toMatchFileSnapshot(join(docs, diagramPath(name)));
  });

  it('has no diagram of a rule that is gone', () => {
    const drawn = readdirSync(join(docs, 'images/grammar')).sort();
    expect(drawn).toEqual(rules.map(({ name }) => `${name}.svg`).sort());
  });

  it('has in it every word and sign of the language, as it is written', () => {
    const page = grammarPage();
    for (const word of ['import', 'stage', 'by module', 'published', 'at least', '??', '->', '..', '%'])
      expect(page).toContain(`"${word}"`);
  });

  it('shows lists with commas between their items, and operators between what they join', () => {
    const page = grammarPage();
    expect(page).toContain('list = "[" (expression ("," expression)* ","?)? "]"');
    expect(page).toContain('operand (("??" | "+" | "-" | "*" | "/" | "%") operand)*');
    expect(page).toContain('operand = "-"* (');
  });
});
