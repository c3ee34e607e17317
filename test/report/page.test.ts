import { createHash } from 'node:crypto';
import { parseHTML } from 'linkedom';
import { beforeAll, expect, test } from 'vitest';
import { NO_REPLICA } from '../../src/report/facts/facts.ts';
import { html, jsonBlock } from '../../src/report/html.ts';
import { reportHtml } from '../../src/report/page/page.ts';
import { figureText } from '../../src/validate/figure-text.ts';
import { fullFacts, HOSTILE } from './facts.ts';

let full: string;
beforeAll(async () => {
  full = await reportHtml(fullFacts());
});

const between = (text: string, start: string, end: string): string[] =>
  text
    .split(start)
    .slice(1)
    .map((part) => part.slice(0, part.indexOf(end)));

test('text in a template is escaped, markup is not, and nothing leaves nothing', () => {
  const inner = html`<b>${'<i>'}</b>`;
  expect(html`<p title="${'"&'}">${inner}${[inner]}${null}${undefined}${false}${0}</p>`.html).toBe(
    '<p title="&quot;&amp;"><b>&lt;i&gt;</b><b>&lt;i&gt;</b>0</p>',
  );
});

test('nothing in a block of data can end its script', () => {
  const { html: text } = jsonBlock({ name: '</script><!--' });
  expect(text).not.toContain('<');
  expect(JSON.parse(text)).toEqual({ name: '</script><!--' });
});

test('no text of the data becomes markup', () => {
  const page = full;
  expect(HOSTILE).toContain('<script>');
  // The two scripts of the page itself: its data and its program.
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script/g)).toHaveLength(2);
  expect(page).not.toContain('<img');
  const { document } = parseHTML(page);
  const handlers = [...document.querySelectorAll('*')].filter((element) =>
    [...element.attributes].some(({ name }) => name.startsWith('on')),
  );
  expect(handlers).toEqual([]);
  expect(page).toContain('&lt;script&gt;document.title=');
});

test('the policy lets in the page’s own script and style, by their digests, and no network', () => {
  const page = full;
  const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const [style] = between(page, '<style>', '</style>');
  const [script] = between(page, '<script>', '</script>');
  expect(page).toContain(
    `content="default-src 'none'; script-src ${digest(script!)}; style-src ${digest(style!)}; base-uri 'none'; form-action 'none'"`,
  );
  expect(page.match(/ style="/g)).toBeNull();
  expect(page.match(/<style/g)).toHaveLength(1);
  expect(page.match(/https?:\/\/(?!www\.w3\.org\/2000\/svg)[^"'\s)]*/g)).toBeNull();
});

test('the same facts give the same bytes', async () => {
  expect(await reportHtml(fullFacts())).toBe(full);
});

test('a page that is served may listen to its server, and knows which report it is', async () => {
  const page = await reportHtml(fullFacts(), { live: 3 });
  expect(page).toContain("connect-src 'self'");
  expect(page).toContain('<body data-live="3">');
});

test('each chart has a title, a sentence in its place and a table of its figures', () => {
  const page = full;
  const charts = between(page, '<figure class="chart', '</figure>');
  expect(charts.map((chart) => between(chart, '<h3>', '</h3>')[0])).toEqual([
    'Mean absolute error of graded predictions by week',
    'Red checks and warnings over time',
    'Usage rate, percent',
    'Usage rate, percent: old against new',
    'Mean absolute error of graded predictions by week',
    'Mean absolute error beside the trivial predictors',
    'Mean absolute error by tier',
    'Mean absolute error by season',
    'Mean absolute error by month',
    'Predicted and scored points',
    'Calibration of the quantiles',
    'Coverage of the 80% interval by tier',
    'What the trees used',
    'What shuffling a feature costs',
    'Durations of runs by stage',
  ]);
  for (const chart of charts) {
    expect(chart).toMatch(/<div class="plot" role="img" aria-label="[^"]{40,}">/);
    expect(chart).toMatch(/<tbody><tr><th scope="row">/);
    expect(chart.match(/<svg aria-hidden="true" class="(desk|phone)"/g)).toHaveLength(2);
  }
});

test('red checks over time stand at hours of 24, in UTC', async () => {
  const { gates } = fullFacts();
  const history = [
    { at: '2025-03-03T20:00:00Z', fail: 3, warn: 0 },
    { at: '2025-03-03T23:00:00Z', fail: 1, warn: 1 },
  ];
  const page = await reportHtml(fullFacts({ gates: { ...gates!, history } }));
  const chart = between(page, '<h3>Red checks and warnings over time', '</figure>')[0]!;
  const [desk] = between(chart, 'class="desk"', '</svg>');
  expect(desk).toMatch(/>20:00<.*2025-03-03<.*>20:30<.*>22:30<.*>23:00<[\s\S]*>UTC</);
});

test('the newest dates and the coverage end where computing ended, whatever the schedule and raw tables have later', async () => {
  const run = (state: 'here' | 'complete' | 'none' | 'coming', length: number) => ({
    ...{ state, length, reason: null },
  });
  const coverage = {
    tables: [
      { table: 'nba_raw.schedule', layer: 'raw' },
      { table: 'nba_analytics.summary', layer: 'model' },
      { table: 'nba_analytics.other', layer: 'model' },
    ],
    seasons: [
      {
        season: '2024-25',
        dates: ['2025-03-01', '2025-03-02', '2025-03-03', '2025-03-04', '2025-03-05'],
        tables: [
          [run('here', 5)],
          [run('complete', 2), run('none', 2), run('coming', 1)],
          [run('none', 1), run('complete', 2), run('none', 2)],
        ],
      },
    ],
  };
  const page = await reportHtml(fullFacts({ coverage }));
  const [newest] = between(page, '<h3>The newest dates</h3>', '</p>');
  expect(newest).toContain('2025-03-01 to 2025-03-03: 3 dates, 3 tables; nothing to look at.');
  expect(page).toContain(
    '<strong>to 2025-03-03</strong><span>3 dates of 1 season, 3 tables</span>',
  );
  expect(page).toContain(
    '<span>2025-03-01 to 2025-03-03: 3 dates, 3 tables; nothing to look at. Not computed: 2 later dates.</span>',
  );
});

test('a card says that its time is UTC', () => {
  expect(full).toContain('checked 2025-03-05 06:00 UTC');
  expect(full.match(/<strong>2025-03-05 06:[01]0 UTC<\/strong>/g)).toHaveLength(2);
});

test('a chart says its figures in its sentence and its table', () => {
  const page = full;
  expect(page).toContain(
    "In points, on the same 100 test rows; shorter is better. The smallest is that of the model, 4.500. The model's is 6.3% below that of last 10.",
  );
  expect(page).toContain(
    '<tr><th scope="row">last 10 games</th><td>4.800</td><td>5.800</td><td>−0.200</td><td>40.0%</td><td>60.0%</td></tr>',
  );
});

test('red checks stand first, and a check that passes tells its worst', () => {
  const page = full;
  const rows = between(page, '<tr data-verdict="', '"');
  expect(rows).toEqual(['fail', 'warn', 'pass', 'not_evaluated']);
  expect(page).toContain('<td class="right">99.95</td><td class="right">99.9</td>');
});

test('many red dates of a check are one line with first and last', async () => {
  const { gates } = fullFacts();
  const findings = [{ ...gates!.findings[0]!, n: 58, first: '2024-10-22' }];
  const counts = { ...gates!.counts, fail: 60, warn: 0 };
  const page = await reportHtml(fullFacts({ gates: { ...gates!, counts, findings } }));
  expect(page).toContain('<td>58 dates, 2024-10-22 to 2025-03-02</td>');
  expect(page).toContain('2 more results are in the ledger');
  expect(page).toContain('(58 dates, 2024-10-22 to 2025-03-02). Red dates are');
});

test('a figure of a check is cut as on the command line, not rounded', async () => {
  const { gates } = fullFacts();
  const findings = [{ ...gates!.findings[0]!, found: 91.6667 }];
  const page = await reportHtml(fullFacts({ gates: { ...gates!, findings } }));
  expect(page).toContain('<td class="right">91.66</td><td class="right">100</td>');
  expect(figureText('team_rows', 91.6667)).toBe('91.66%');
});

test('a new workspace gets every page, with what to do instead of figures', async () => {
  const page = await reportHtml({
    ...fullFacts(NO_REPLICA),
    ...{ model: null, monitor: null, replica_bytes: null, push_target: null, graph: [] },
    graded: { weeks: [], calibration: [] },
  });
  const nexts = between(page, '<p>Next: <code>', '</code>');
  expect(nexts).toEqual([
    'hoopduck run',
    'hoopduck validate',
    'hoopduck transform',
    'hoopduck train',
    'hoopduck graph',
    'hoopduck init --help',
    'hoopduck run',
  ]);
  expect(page).not.toContain('<figure');
});

test('a model without its files is shown without charts', async () => {
  const { model } = fullFacts();
  const page = await reportHtml(fullFacts({ model: { ...model!, metrics: null, parity: null } }));
  expect(page).toContain('<code>data/models/points-1/metrics.json</code> is missing');
  expect(page).toContain("No parity report is in the model's folder.");
});

test('ten seasons in which everything is wrong still make a page of less than 2 MB', async () => {
  const days = 170;
  const dates = (year: number) =>
    Array.from({ length: days }, (_, i) =>
      new Date(Date.UTC(year, 9, 20) + i * 86_400_000).toISOString().slice(0, 10),
    );
  const tables = Array.from({ length: 20 }, (_, i) => ({
    table: `nba_precompute.table_number_${i}`,
    layer: 'model',
  }));
  const seasons = Array.from({ length: 10 }, (_, back) => ({
    season: `${2024 - back}-${25 - back}`,
    dates: dates(2024 - back),
    tables: tables.map((_, table) =>
      Array.from({ length: days }, (_, day) => ({
        state: (['red', 'short', 'complete'] as const)[day % 3]!,
        length: 1,
        reason: `${back} ${table} ${day}: 10 of 26 rows; BKN, LAL and MIA without rows`,
      })),
    ),
  }));
  const page = await reportHtml(fullFacts({ coverage: { tables, seasons } }));
  expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
  expect(page).toContain('0 19 169: 10 of 26 rows; BKN');
});
