import { beforeAll, describe, expect, it } from 'vitest';
import { buildReportModel, ReportInputError } from '../../src/report/model/build-report-model.ts';
import { renderReport, reportSections } from '../../src/report/render-report.ts';
import { makeClusters, makeInputs } from './fixture.ts';

const VOID = new Set(['meta', 'link', 'br', 'img', 'input', 'hr']);

/** Checks that tags are balanced and properly nested, and that no attribute is given twice; returns how many elements there are. */
function checkNesting(page: string): number {
  const text = page
    .replace('<!doctype html>', '')
    .replace(/<script[^>]*>[\s\S]*?<\/script>|<style>[\s\S]*?<\/style>/g, '');
  const open: string[] = [];
  let elements = 0;
  for (const match of text.matchAll(/<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>|</g)) {
    const [tag, closing, name, attributes, empty] = match;
    if (name === undefined) throw new Error(`a stray < at: ${text.slice(match.index, match.index + 80)}`);
    const names = [...attributes!.matchAll(/([\w:-]+)(?:="[^"]*")?/g)].map((attribute) => attribute[1]);
    if (new Set(names).size !== names.length) throw new Error(`an attribute given twice in ${tag}`);
    if (closing) {
      const last = open.pop();
      if (last !== name)
        throw new Error(`</${name}> closes <${last}> at: ${text.slice(match.index - 80, match.index + 20)}`);
    } else {
      elements += 1;
      if (!empty && !VOID.has(name)) open.push(name);
    }
  }
  expect(open).toEqual([]);
  return elements;
}

/** The text that a reader sees, a line a block. */
function visibleText(page: string): string {
  let text = page.replace(/<(script|style|title)\b[\s\S]*?<\/\1>/g, '');
  // Innermost first, because drawings hold drawings.
  for (let before = ''; before !== text;) {
    before = text;
    text = text.replace(/<svg\b(?:(?!<svg\b)[\s\S])*?<\/svg>/g, '');
  }
  return text
    .replace(/<\/(p|li|h1|h2|h3|tr|div|dd|figcaption|pre|header|summary)\s*>/g, '\n')
    .replace(/<\/(td|th|dt)\s*>/g, ' | ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n')
    .trim();
}

describe('the page of a run like the quickstart', () => {
  let page = '';
  beforeAll(async () => {
    page = renderReport(await buildReportModel(makeInputs()));
  });

  it('says what the golden file says', async () => {
    await expect(`${visibleText(page)}\n`).toMatchFileSnapshot('golden/quickstart.txt');
  });

  it('is well formed', () => {
    expect(checkNesting(page)).toBeGreaterThan(500);
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(id);
  });

  it('refers to nothing outside itself', () => {
    const references = [...page.matchAll(/\b(?:src|href|action|poster|data|srcset)="([^"]*)"/g)].map(
      (match) => match[1]!,
    );
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((reference) => !reference.startsWith('#') && !reference.startsWith('data:'))).toEqual([]);
    expect(page).not.toMatch(/@import|@font-face|url\(['"]?(?!#)/);
  });

  it('is small', () => expect(page.length).toBeLessThan(1_000_000));

  it('has the same bytes each time', async () => {
    expect(renderReport(await buildReportModel(makeInputs()))).toBe(page);
  });

  it('carries its numbers as data', () => {
    const json = /<script type="application\/json" id="report-data">([\s\S]*?)<\/script>/.exec(page)![1]!;
    const data = JSON.parse(json) as { scores: { method: string; acc: number }[]; provenance: { command: string } };
    expect(data.scores.map(({ method, acc }) => [method, acc])).toEqual([
      ['IDFD', 751 / 3000],
      ['cIDFD', 2699 / 3000],
    ]);
    expect(data.provenance.command).toBe('pipe run pipelines/quickstart.pipe --set epochs=24');
  });
});

describe('hostile text', () => {
  it('stays text wherever it comes from', async () => {
    const evil = `</script></style><img src=x onerror=alert(1)>"'&\u2028`;
    const inputs = makeInputs({ count: 200, classes: [evil, 'b', `${evil}2`] });
    const provenance = inputs.provenance!;
    const model = await buildReportModel({
      ...inputs,
      title: evil,
      methods: [evil, 'x'],
      logs: [
        { method: evil, epochs: 2, series: { [evil]: [1, 2] } },
        { method: 'x', epochs: 2, series: {} },
      ],
      provenance: {
        ...provenance,
        pipeline: { name: evil, doc: evil, file: evil, source: evil },
        parameters: [{ name: evil, type: evil, value: evil, origin: 'set' }],
        steps: provenance.steps.map((step) => ({
          ...step,
          stage: evil,
          parameters: { [evil]: evil },
          engine: evil,
          outputs: [{ name: evil, type: evil, digest: evil }],
          key: evil,
        })),
        command: evil,
        host: { ...provenance.host, cpu: evil, node: evil, pipe: evil, platform: evil },
      },
    });
    const page = renderReport(model);
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(3);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    checkNesting(page);
  });
});

describe('a page without some of its parts', () => {
  const ids = async (change: Partial<ReturnType<typeof makeInputs>>): Promise<readonly string[]> =>
    reportSections(await buildReportModel({ ...makeInputs({ count: 200 }), ...change })).map((section) => section.id);

  it('has all sections where everything is given', async () => {
    expect(await ids({})).toEqual([
      'scores',
      'clusters',
      'contingency',
      'maps',
      'similarities',
      'training',
      'graph',
      'parameters',
      'timings',
      'reproduce',
    ]);
  });

  it('drops the sections of what is not given', async () => {
    expect(await ids({ embeddings: [], similarities: [], logs: [] })).toEqual([
      'scores',
      'clusters',
      'contingency',
      'graph',
      'parameters',
      'timings',
      'reproduce',
    ]);
    expect(await ids({ scores: [], clusters: [], provenance: undefined })).toEqual([
      'maps',
      'similarities',
      'training',
    ]);
  });

  it('is a whole page even where nothing is given but a name', async () => {
    const page = renderReport(
      await buildReportModel({
        ...makeInputs({ count: 200 }),
        scores: [],
        clusters: [],
        embeddings: [],
        similarities: [],
        logs: [],
        provenance: undefined,
      }),
    );
    checkNesting(page);
    expect(visibleText(page)).toContain('Quickstart: digits');
  });

  it('shows mean, deviation and number of runs where scores are of several', async () => {
    const inputs = makeInputs({ count: 200 });
    const scores = inputs.scores.map((one) => ({ ...one, runs: 3, deviation: { acc: 0.05, nmi: 0.031, ari: 0.06 } }));
    const text = visibleText(renderReport(await buildReportModel({ ...inputs, scores })));
    expect(text).toContain(' ± 0.050');
    expect(text).toContain('(n\u00a0=\u00a03)');
    expect(text).toContain('The first of 3 runs.');
  });

  it('shows the surest images of a cluster and the least sure where that was measured, and marks those of another class', async () => {
    const inputs = makeInputs({ count: 400, confident: true });
    const model = await buildReportModel(inputs);
    const page = renderReport(model);
    checkNesting(page);
    const text = visibleText(page);
    expect(text).toMatch(/surest\s+evenly spread\s+least sure/);
    expect(text).toMatch(/\d+ images, [\d.]+\s% pure, confidence 0\.\d{3}/);
    const strangers = model.clusterings.flatMap(({ clusters }) =>
      clusters.flatMap(({ groups, matched }) =>
        groups.flatMap(({ classes }) => classes.filter((one) => one !== matched)),
      ),
    );
    const marks = [...page.matchAll(/class="stranger" d="([^"]*)"/g)].flatMap(([, d]) => d!.match(/M/g) ?? []);
    expect(strangers.length).toBeGreaterThan(10);
    expect(marks).toHaveLength(strangers.length);
    expect(visibleText(renderReport(await buildReportModel({ ...inputs, confidences: [] })))).not.toContain('surest');
  });

  it('shows the tables that the pipeline made, with deviations, and runs where there are several', async () => {
    const tables = [
      {
        columns: ['z_c', 'z_n'],
        rows: [
          {
            name: 'Same',
            cells: [
              { mean: 0.504, runs: 1, deviation: 0.237 },
              { mean: -0.004, runs: 1 },
            ],
          },
          {
            name: 'Different',
            cells: [
              { mean: 0.5, runs: 3, deviation: 0.1 },
              { mean: 1, runs: 3 },
            ],
          },
        ],
      },
    ];
    const given = { ...makeInputs({ count: 200 }), tables, captions: ['Pairs <of> images'] };
    const model = await buildReportModel(given);
    expect(reportSections(model).map(({ id }) => id)).toContain('tables');
    const page = renderReport(model);
    checkNesting(page);
    const text = visibleText(page).replace(/\s+/g, ' ');
    expect(text).toContain('Pairs &lt;of&gt; images');
    expect(text).toContain('Same | 0.504 ± 0.237 | \u22120.004 |');
    expect(text).toContain('Different | 0.500 ± 0.100 (3) | 1.000 (3) |');
    expect(page).toContain('"tables":[{"columns":["z_c","z_n"]');
    await expect(buildReportModel({ ...given, captions: [] })).rejects.toThrow(
      '`captions` has 0 entries but `tables` has 1: give one for each table',
    );
  });

  it('draws more classes than a table can show as a picture', async () => {
    const classes = Array.from({ length: 30 }, (_, i) => `species ${i}`);
    const page = renderReport(await buildReportModel(makeInputs({ count: 600, classes, channels: 3 })));
    expect(page).toContain('class="heat-picture"');
    expect(page).toContain('The 24 largest of 30 clusters.');
    checkNesting(page);
  });
});

describe('a large page', () => {
  it('is drawn within the time of a test and stays small with a thousand classes and clusters', async () => {
    const classes = Array.from({ length: 1000 }, (_, i) => `class ${i}`);
    const inputs = makeInputs({ count: 8000, classes });
    const page = renderReport(await buildReportModel(inputs));
    expect(page.length).toBeLessThan(2_500_000);
    expect(page).toContain('and 976 more');
  });

  it('takes histograms of the finest bins', async () => {
    const inputs = makeInputs({ count: 50 });
    const edges = Array.from({ length: 10_001 }, (_, i) => -1 + i / 5000);
    const fine = inputs.similarities.map((one) => ({
      edges,
      panels: one.panels.map((panel) => ({
        ...panel,
        density: edges.slice(1).map((x) => Math.max(0, 1 - Math.abs(x))),
      })),
    }));
    const six = Array.from({ length: 6 }, (_, i) => `method ${i}`);
    const model = await buildReportModel({
      ...inputs,
      methods: six,
      scores: [],
      clusters: [],
      embeddings: [],
      logs: [],
      similarities: six.map(() => fine[0]!),
    });
    expect(reportSections(model).map((section) => section.id)).toContain('similarities');
    expect(renderReport(model).length).toBeLessThan(2_000_000);
  });
});

describe('inputs that do not belong together', () => {
  const build = (change: Partial<ReturnType<typeof makeInputs>>): Promise<unknown> =>
    buildReportModel({ ...makeInputs({ count: 50 }), ...change });
  const base = makeInputs({ count: 50 });

  it.each([
    [{ methods: [] }, 'a report needs the name of at least one method'],
    [{ scores: base.scores.slice(1) }, '`scores` has 1 entry but `methods` has 2'],
    [{ logs: [...base.logs, ...base.logs] }, '`logs` has 4 entries but `methods` has 2'],
    [{ labels: { names: base.labels.names, values: new Int32Array(49) } }, 'there are 50 images but 49 labels'],
    [{ labels: { names: ['a'], values: new Int32Array(50).fill(1) } }, 'a label is 1, but there are 1 class names'],
    [
      { clusters: [makeClusters(new Int32Array(49), 2, 1, 0), base.clusters[1]!] },
      'the clusters of IDFD assign 49 images, but there are 50',
    ],
    [{ clusters: [base.clusters[0]!, { ...base.clusters[1]!, k: 3 }] }, 'but k is 3'],
    [
      { embeddings: [base.embeddings[0]!, { ...base.embeddings[1]!, points: new Float32Array(3) }] },
      'the embedding of cIDFD has 3 coordinates',
    ],
    [
      { embeddings: [base.embeddings[0]!, { rows: Int32Array.of(50), points: new Float32Array(2) }] },
      'maps row 50, but there are 50 images',
    ],
    [
      { confidences: base.clusters.map(() => ({ count: 50, dimension: 2, data: new Float32Array(100) })) },
      'the confidences of IDFD are 50 rows of 2 numbers, but there are 50 images, and each has one',
    ],
    [
      { confidences: base.clusters.map(() => ({ count: 50, dimension: 1, data: new Float32Array(50).fill(NaN) })) },
      'the confidences of IDFD are not all finite numbers',
    ],
  ])('%#: %s', async (change, message) => {
    await expect(build(change)).rejects.toThrow(ReportInputError);
    await expect(build(change)).rejects.toThrow(message);
  });
});
