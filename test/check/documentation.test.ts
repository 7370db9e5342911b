import { expect, test } from 'vitest';
import { compileText, projectText } from './compile-text.ts';

const examplesOf = (page: string) =>
  [...projectText(page).matchAll(/```pipe\n([\s\S]*?)```/g)].map((match) => match[1]!);
const examples = examplesOf('docs/language.md');
const pages = ['docs/language.md', 'docs/datasets.md', 'docs/using-encoders.md'];

test('the tour has examples', () => expect(examples.length).toBeGreaterThan(4));

test.each(
  pages.flatMap((page) => examplesOf(page).map((text) => ({ page, name: /pipeline (\w+)/.exec(text)?.[1], text }))),
)('$name in $page has no problem', ({ text }) => {
  // The code of a stage is only looked for here; test/cli/module-stage.test.ts runs it.
  const { diagnostics, graph } = compileText(text, { files: { 'farthest.ts': '' } });
  expect(diagnostics.map(({ code, title }) => `${code} ${title}`)).toEqual([]);
  expect(graph?.outputs.length).toBeGreaterThan(0);
});

test('steps are named as the tour says', () => {
  const { graph } = compileText(examples.find((text) => text.includes('pipeline over_seeds'))!);
  expect(graph!.steps.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['digits', 'learned[s=0]', 'each.scores[s=0]', 'mean']),
  );
});
