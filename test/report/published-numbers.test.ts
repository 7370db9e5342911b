import { beforeAll, describe, expect, it } from 'vitest';
import { buildReportModel } from '../../src/report/model/build-report-model.ts';
import { withPublishedNumbers, type PublishedNumber } from '../../src/report/published-numbers.ts';
import { renderReport } from '../../src/report/render-report.ts';
import { makeInputs } from './fixture.ts';

const held: PublishedNumber = {
  ...{ source: 'A & B, "Table 2"', name: 'cidfd.acc', paper: 0.88, ours: 0.9, difference: 0.02, wanted: 'within 0.05' },
  ...{ verdict: 'holds', steps: ['keep_scores'] },
};
const numbers: readonly PublishedNumber[] = [
  held,
  { ...held, name: 'idfd.acc', paper: 0.4, ours: 0.25, difference: -0.15, runs: 3, deviation: 0.01, verdict: 'misses' },
  { source: 'C', name: '<b>', paper: 0.1, wanted: 'at least 0.05', verdict: 'no value', why: 'the run has no <b>' },
];

describe('published numbers on a page', () => {
  let page = '';
  beforeAll(async () => {
    page = renderReport(await buildReportModel(makeInputs({ count: 120 })));
  });

  it('are not there before a run has put them there, and nothing stands in their place', () => {
    expect(page).not.toContain('id="published"');
    expect(page.match(/<template id="published-(section|link)"><\/template>/g)).toHaveLength(2);
  });

  it('stand behind the scores, each with what the paper says and a verdict', () => {
    const full = withPublishedNumbers(page, numbers);
    expect(full).not.toContain('<template');
    expect(full.indexOf('id="scores"')).toBeLessThan(full.indexOf('id="published"'));
    expect(full.indexOf('id="published"')).toBeLessThan(full.indexOf('id="clusters"'));
    expect(full).toContain('<a href="#published">Published numbers</a>');
    const section = /<section id="published"[^]*?<\/section>/.exec(full)![0];
    const text = section
      .replace(/<script[^]*?<\/script>/g, '')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ');
    expect(text).toContain('1 of 3 held');
    expect(text).toContain('A &amp; B, &quot;Table 2&quot;');
    expect(text).toMatch(/✔ cidfd\.acc 0\.880 0\.900 run \+0\.020 within 0\.05 holds/);
    expect(text).toMatch(/✖ idfd\.acc 0\.400 0\.250 ± 0\.010 \(n = 3\) run −0\.150 within 0\.05 misses/);
    expect(text).toMatch(/✖ &lt;b&gt; 0\.100 – – at least 0\.05 no value/);
    expect(JSON.parse(/id="published-data">(.*?)<\/script>/.exec(section)![1]!)).toEqual(numbers);
  });

  it('lead to the steps that the page shows, and to no others', () => {
    const elsewhere = { ...held, name: 'x', steps: ['not_on_this_page'] };
    const full = withPublishedNumbers(page, [held, elsewhere]);
    expect(full).toContain('href="#step-keep_scores"');
    expect(full).toContain('id="step-keep_scores"');
    expect(full).not.toContain('#step-not_on_this_page');
  });

  it('say nothing of a run that can be compared with none', () => {
    const full = withPublishedNumbers(page, [{ ...held, verdict: 'not comparable', why: 'epochs is 2, not 40' }]);
    expect(full).toContain('nothing is compared');
    expect(full).toContain('not comparable: epochs is 2, not 40');
    expect(full).not.toContain('✔');
  });

  it('leave a page as it is where there are none, or where it has no place for them', () => {
    expect(withPublishedNumbers(page, [])).toBe(page);
    expect(withPublishedNumbers('<h1>mine</h1>', numbers)).toBe('<h1>mine</h1>');
  });
});
