// The page in a real browser: no network, no errors, no overflow on a phone, enough contrast in both schemes, whole without JavaScript.
// Needs Chromium (CHROMIUM_PATH, or /usr/bin/chromium); says so and skips where there is none.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildReportModel } from '../../src/report/model/build-report-model.ts';
import { MAP_SIZE } from '../../src/report/model/report-model.ts';
import { renderReport } from '../../src/report/render-report.ts';
import type { Provenance } from '../../src/stage/provenance.ts';
import { makeInputs } from './fixture.ts';

const PAGE_CHECKS = readFileSync(new URL('page-checks.js', import.meta.url), 'utf8');
const GROUND = 'getComputedStyle(document.body).backgroundColor';

const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const present = existsSync(executablePath);
if (!present)
  console.warn(
    `The report is not checked in a browser: there is no Chromium at ${executablePath} (set CHROMIUM_PATH).`,
  );

interface Opened {
  readonly page: Page;
  readonly problems: readonly string[];
  readonly close: () => Promise<void>;
}

function withLongNames(provenance: Provenance): Provenance {
  const long = (id: string): string => `${id}_of_the_whole_experiment[seed=12][method="cidfd"]`;
  return {
    ...provenance,
    steps: provenance.steps.map((step) => ({ ...step, id: long(step.id), reads: step.reads.map(long) })),
  };
}

describe.skipIf(!present)('the page in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipe-report-'));
  let browser: Browser;

  beforeAll(async () => {
    const inputs = makeInputs();
    writeFileSync(join(folder, 'digits.html'), renderReport(await buildReportModel(inputs)));
    const classes = Array.from({ length: 30 }, (_, i) => `A_species_with_a_rather_long_name_${i}`);
    const birds = makeInputs({ count: 900, classes, channels: 3, confident: true });
    const scores = birds.scores.map((one) => ({ ...one, runs: 3, deviation: { acc: 0.05, nmi: 0.03, ari: 0.06 } }));
    writeFileSync(
      join(folder, 'birds.html'),
      renderReport(
        await buildReportModel({
          ...birds,
          provenance: withLongNames(birds.provenance!),
          scores,
          title: 'Averyveryverylongtitlewithoutanyplacetobreakit',
          methods: ['A_method_with_a_long_name', 'cIDFD'],
        }),
      ),
    );
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(file: 'digits' | 'birds', options: BrowserContextOptions = {}): Promise<Opened> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
      ...options,
    });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => problems.push(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => problems.push(`error: ${error.message}`));
    const url = pathToFileURL(join(folder, `${file}.html`)).href;
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:')) problems.push(`request: ${request.url()}`);
    });
    await page.goto(url, { waitUntil: 'load' });
    return { page, problems, close: () => context.close() };
  }

  it.each([
    ['digits', 1280],
    ['digits', 768],
    ['digits', 360],
    ['digits', 320],
    ['birds', 1280],
    ['birds', 360],
  ] as const)('%s at %d px: asks for nothing, logs nothing, does not overflow', async (file, width) => {
    const { page, problems, close } = await open(file, { viewport: { width, height: 800 } });
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(wide).toBeLessThanOrEqual(width);
    expect(problems).toEqual([]);
    await close();
  });

  it.each([
    ['digits', 'light'],
    ['digits', 'dark'],
    ['birds', 'light'],
    ['birds', 'dark'],
  ] as const)('%s, %s: every text has a contrast of 4.5, large text 3', async (file, colorScheme) => {
    const { page, close } = await open(file, { colorScheme });
    await page.evaluate('document.querySelectorAll("details").forEach((details) => { details.open = true; })');
    const { checked, poor } = await page.evaluate<{ checked: number; poor: readonly string[] }>(
      `${PAGE_CHECKS}; pageChecks.measureContrast()`,
    );
    expect(checked).toBeGreaterThan(300);
    expect(poor).toEqual([]);
    await close();
  });

  it('holds all its content without JavaScript', async () => {
    const { page, close } = await open('digits', { javaScriptEnabled: false });
    for (const id of [
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
    ]) {
      const box = await page.locator(`#${id}`).boundingBox();
      expect(box!.height, id).toBeGreaterThan(120);
    }
    expect(await page.locator('#theme').isVisible()).toBe(false);
    await close();
  });

  it('draws the sample images, not empty frames', async () => {
    const { page, close } = await open('digits');
    const shot = await page.locator('.overview').first().screenshot();
    // A drawn mosaic does not compress away; an empty one is a few hundred bytes.
    expect(shot.byteLength).toBeGreaterThan(20_000);
    await close();
  });

  it('changes its colours with the switch, and remembers', async () => {
    const { page, close } = await open('digits', { colorScheme: 'light' });
    const ground = (): Promise<string> => page.evaluate<string>(GROUND);
    const light = await ground();
    await page.getByRole('button', { name: 'Dark colours' }).click();
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.reload();
    expect(await ground()).toBe(dark);
    await page.getByRole('button', { name: 'Light colours' }).click();
    expect(await ground()).toBe(light);
    await close();
  });

  it('picks out a class in all maps by keyboard', async () => {
    const { page, problems, close } = await open('digits');
    const item = page.locator('#maps [data-legend] [data-class="3"]');
    await item.focus();
    await page.keyboard.press('Enter');
    expect(await item.getAttribute('aria-pressed')).toBe('true');
    expect(await page.locator('#maps .map path.on').count()).toBe(4);
    await page.keyboard.press('Enter');
    expect(await page.locator('#maps .map path.on').count()).toBe(0);
    expect(await page.locator('#maps.focused').count()).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });

  it('names what the pointer is on', async () => {
    const { page, close } = await open('digits');
    await page.locator('#graph .node').first().hover();
    expect(await page.locator('#tip span').textContent()).toContain('std/datasets');
    await page.locator('#clusters .samples').first().hover();
    expect(await page.locator('#tip span').textContent()).toMatch(/^class \d/);
    await close();
  });

  it('shows the image under the pointer, and where it is on every map', async () => {
    const { page, problems, close } = await open('digits');
    const map = page.locator('#maps .map').first();
    await map.scrollIntoViewIfNeeded();
    // The page hides its tip when it scrolls: let that pass first.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    const box = (await map.boundingBox())!;
    const [x, y, label] = await page.evaluate<[number, number, number]>(
      `(() => { const { maps, classes, rows } = JSON.parse(document.querySelector('#map-data').textContent); const [map] = maps; return [map.points[0], map.points[1], classes[rows.indexOf(map.rows[0])]]; })()`,
    );
    await page.mouse.move(box.x + (x / MAP_SIZE) * box.width, box.y + (y / MAP_SIZE) * box.height);
    expect(await page.locator('#tip span').textContent()).toMatch(new RegExp(`^class ${label}, cluster \\d$`));
    expect(await page.locator('#tip svg').isVisible()).toBe(true);
    expect(await page.locator('.ring:visible').count()).toBe(4);
    await page.mouse.move(0, 0);
    expect(await page.locator('.ring:visible').count()).toBe(0);
    expect(problems).toEqual([]);
    await close();
  });

  it('prints light even from a dark screen, without switches', async () => {
    const { page, close } = await open('digits', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate<string>(GROUND)).toBe('rgb(255, 255, 255)');
    expect(await page.locator('#theme').isVisible()).toBe(false);
    await close();
  });

  it('gives every drawing a name, every table its headers, and headings without gaps', async () => {
    const { page, close } = await open('digits');
    const flaws = await page.evaluate<readonly string[]>(`${PAGE_CHECKS}; pageChecks.findFlaws()`);
    expect(flaws).toEqual([]);
    await close();
  });
});
