import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { reportHtml } from '../../src/report/page/page.ts';
import { loadGraph } from '../../src/transforms/graph.ts';
import { reachText } from '../../src/transforms/reach.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startChromium } from './chromium.ts';
import { judgeOpenTexts } from './contrast.ts';
import { fullFacts } from './facts.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = [
  'overview',
  'coverage',
  'gates',
  'distributions',
  'model',
  'graph',
  'pushes',
  'decisions',
  'runs',
];

let browser: Awaited<ReturnType<typeof startChromium>> | undefined;
let report: string;

beforeEach(async (context) => {
  browser ??= await startChromium(context);
  report ??= await reportHtml(fullFacts());
});
afterAll(() => browser?.close());

interface Opened {
  readonly page: Page;
  readonly url: string;
}

/** The report from disk, as a reader opens it. */
async function open(scheme: 'light' | 'dark' = 'light', text = report): Promise<Opened> {
  const file = join(temporaryFolder(), 'report.html');
  writeFileSync(file, text);
  const context = await browser!.newContext({
    viewport: { width: 1280, height: 900 },
    colorScheme: scheme,
    // The tests' own scripts are let in beside the page's; what the policy forbids is tested apart.
    bypassCSP: true,
  });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  await page.goto(url);
  return { page, url };
}

/** The pages of the report that are shown, by their ids. */
const shown = (page: Page): Promise<string[]> =>
  page.evaluate(
    "[...document.querySelectorAll('section.page')].filter((section) => !section.hidden).map(({ id }) => id)",
  );

/** Follows the address to a page of the report. */
async function turnTo(page: Page, id: string): Promise<void> {
  await page.evaluate(`location.hash = '${id}'`);
  await page.waitForFunction(`!document.getElementById('${id}').hidden`);
}

test('nothing is said on the console, and nothing asked of the network, on any page', async () => {
  const file = join(temporaryFolder(), 'report.html');
  writeFileSync(file, report);
  const page = await browser!.newPage();
  const said: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  const url = pathToFileURL(file).href;
  await page.goto(url);
  for (const id of PAGES) await page.goto(`${url}#${id}`);
  expect(said).toEqual([]);
  expect(asked.filter((request) => !request.startsWith('file:'))).toEqual([]);
  expect(await page.title()).toContain('hoopduck report');
});

for (const scheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on any page in ${scheme}, and leaves open no text that is hard to read`, async () => {
    const { page } = await open(scheme);
    await page.evaluate(AXE);
    // All pages at once: the rules look at what can be seen.
    await page.evaluate(`
      for (const section of document.querySelectorAll('section.page')) section.hidden = false;
      for (const details of document.querySelectorAll('details')) details.open = true;`);
    const found = await page.evaluate(`axe.run().then(({ violations, incomplete }) =>
      [...violations, ...incomplete.filter(({ id }) => id !== 'color-contrast')].map(
        ({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`);
    expect(found).toEqual([]);
    // It leaves open only text in drawings, which is judged by its colours: 4.5 is what small text needs (WCAG 1.4.3).
    const judged = await judgeOpenTexts(page);
    expect(judged.length).toBeGreaterThan(100);
    expect(judged.filter(({ contrast }) => contrast === null || contrast < 4.5)).toEqual([]);
  }, 120_000);
}

test('the graph of all models fits a page of 1280 pixels, its names their boxes, in letters of 11 pixels or more', async () => {
  const graph = loadGraph().models.map(({ name, origin, description, inputs }) => ({
    ...{ table: name, origin, description },
    reads: inputs.map(({ table, reaches }) => ({ table, reaches: reaches.map(reachText) })),
  }));
  const { page } = await open('light', await reportHtml(fullFacts({ graph })));
  await turnTo(page, 'graph');
  const [sideways, letters, outside] = await page.evaluate<[number, number, string[]]>(`{
    const drawing = document.querySelector('#graph .drawing');
    const svg = drawing.querySelector('svg');
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    const sizes = [...svg.querySelectorAll('text')].map((text) => Number.parseFloat(getComputedStyle(text).fontSize));
    const boxes = [...svg.querySelectorAll('.box:has(text)')].filter((box) =>
      box.querySelector('text').getBBox().width > box.querySelector('rect').getBBox().width);
    [drawing.scrollWidth - drawing.clientWidth, Math.min(...sizes) * scale, boxes.map((box) => box.textContent)];
  }`);
  expect(sideways).toBe(0);
  expect(letters).toBeGreaterThanOrEqual(11);
  expect(outside).toEqual([]);
});

test('every chart is drawn with marks that can be seen', async () => {
  const { page } = await open();
  for (const id of ['overview', 'gates', 'distributions', 'model', 'runs']) {
    await turnTo(page, id);
    const marks: number[] = await page.evaluate(`
      [...document.querySelectorAll('#${id} figure.chart')].map((chart) =>
        [...chart.querySelectorAll('svg.desk :is(rect, circle, path, line)')].filter((mark) => {
          const { width, height } = mark.getBoundingClientRect();
          const { fill, stroke } = getComputedStyle(mark);
          return width + height > 2 && (fill !== 'none' || stroke !== 'none');
        }).length)`);
    expect(marks.length).toBeGreaterThan(0);
    expect(marks.filter((n) => n < 2)).toEqual([]);
  }
});

test('the map tells the state of a cell, and why, on focus, by keys and by pointer', async () => {
  const { page, url } = await open();
  await page.goto(`${url}#coverage`);
  const map = page.locator('#coverage .heat-map').first();
  const tip = page.locator('#coverage .tip').first();
  await map.focus();
  expect(await tip.textContent()).toContain(
    'Sun 2025-03-02, nba_analytics.summary: red, team_rows: 2 found, 16 wanted (<script>',
  );
  await page.keyboard.press('PageDown');
  expect(await tip.textContent()).toBe(
    'Tue 2025-03-04, nba_analytics.summary: missing, no partition, though games are final',
  );
  await page.keyboard.press('ArrowDown');
  expect(await tip.textContent()).toContain(': short, 10 of 26 rows: BKN without rows');
  await page.keyboard.press('Home');
  expect(await tip.textContent()).toMatch(
    /^Sat 2025-03-01, .*: bootstrap, too early for its windows$/,
  );
  await page.keyboard.press('PageUp');
  expect(await tip.textContent()).toContain('Tue 2025-03-04, nba_analytics.summary: missing');
  const box = (await map.locator('svg').boundingBox())!;
  await page.mouse.move(box.x + 3, box.y + 25);
  expect(await tip.textContent()).toBe(
    'Sat 2025-03-01, nba_raw.schedule: here, rows as the source has them; no count is expected',
  );
});

test('a tap on a phone tells the reason, and no page is wider than the phone', async () => {
  const file = join(temporaryFolder(), 'report.html');
  writeFileSync(file, report);
  const context = await browser!.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  for (const id of PAGES) {
    await page.goto(`${url}#${id}`);
    expect([id, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([id, 390]);
  }
  await page.goto(`${url}#coverage`);
  await turnTo(page, 'coverage');
  const svg = page.locator('#coverage .heat-map svg').first();
  await svg.scrollIntoViewIfNeeded();
  const box = (await svg.boundingBox())!;
  await page.touchscreen.tap(box.x + 1.5 * (box.width / 3), box.y + 20 + 21 + 9);
  expect(await page.locator('#coverage .tip').first().textContent()).toContain(
    'Sun 2025-03-02, nba_analytics.summary: red',
  );
});

test('the keyboard reaches every page, every map, every table and every button', async () => {
  const { page } = await open();
  for (const id of PAGES) {
    await turnTo(page, id);
    const wanted: number = await page.evaluate(`{
      const all = [...document.querySelectorAll('a, button, input, summary, [tabindex="0"]')];
      const visible = all.filter((element) => element.checkVisibility());
      visible.forEach((element, i) => { element.dataset.stop = i; });
      document.activeElement?.blur();
      visible.length;
    }`);
    const stops = new Set<unknown>();
    for (let i = 0; i < wanted + 5 && stops.size < wanted; i++) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate('document.activeElement.dataset.stop ?? null');
      if (stop !== null) stops.add(stop);
    }
    expect([id, stops.size]).toEqual([id, wanted]);
  }
});

test('a link leads to its page and its heading, and the way back leads back', async () => {
  const { page } = await open();
  expect(await shown(page)).toEqual(['overview']);
  await page.getByRole('link', { name: 'Gates', exact: true }).click();
  expect(await shown(page)).toEqual(['gates']);
  expect(await page.evaluate('document.activeElement.id')).toBe('gates-title');
  expect(await page.locator('nav a[aria-current=page]').textContent()).toBe('Gates');
  await page.goBack();
  expect(await shown(page)).toEqual(['overview']);
});

test('fields narrow the table of checks by verdict and by words', async () => {
  const { page, url } = await open();
  await page.goto(`${url}#gates`);
  const visible = () => page.locator('#gate-table tbody tr:visible').count();
  expect(await visible()).toBe(4);
  await page.getByLabel('pass').uncheck();
  expect(await visible()).toBe(3);
  await page.getByLabel('Find').fill('CONSTANT 2024-25');
  expect(await visible()).toBe(1);
  expect(await page.locator('#gate-count').textContent()).toBe('1 of 4 lines shown');
});

test('the buttons choose light or dark, whatever the system has, and the choice lasts', async () => {
  const { page } = await open();
  const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
  const light = await paper();
  await page.getByRole('button', { name: 'dark' }).click();
  const dark = await paper();
  expect([light, dark]).toEqual(['rgb(247, 246, 242)', 'rgb(17, 19, 22)']);
  await page.reload();
  expect(await paper()).toBe(dark);
  await page.getByRole('button', { name: 'system' }).click();
  expect(await paper()).toBe(light);
});

test('on paper every page is there, and every season is open', async () => {
  const { page } = await open();
  await page.emulateMedia({ media: 'print' });
  const hidden = await page.evaluate(`
    dispatchEvent(new Event('beforeprint'));
    [...document.querySelectorAll('section.page, details.season .heat')]
      .filter((element) => !element.checkVisibility()).length`);
  expect(hidden).toBe(0);
});
