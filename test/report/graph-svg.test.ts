import { expect, test } from 'vitest';
import { placeTables } from '../../src/report/graph-layers.ts';
import { type DrawnModel, graphSvg, labelLines } from '../../src/report/graph-svg.ts';

const model = (
  table: string,
  reads: readonly string[],
  origin: DrawnModel['origin'] = 'hoopduck',
): DrawnModel => ({
  table,
  origin,
  description: `What ${table} holds, < & ".`,
  reads: reads.map((read) => ({ table: read, reaches: ['same date', '2 days'] })),
});

const MODELS = [
  model('hoopduck.stg_game', ['nba_raw.schedule']),
  model('hoopduck.stg_line', ['nba_raw.schedule', 'hoopduck.stg_game']),
  model('nba_analytics.summary', ['hoopduck.stg_game', 'hoopduck.stg_line']),
  model('hoopduck.form', ['nba_analytics.summary']),
  model('nba_precompute.cache', ['hoopduck.form']),
  model('nba_precompute.mine', ['nba_analytics.summary'], 'workspace'),
  model('hoopduck.feature_seed_21', ['nba_precompute.cache', 'nba_precompute.mine']),
];

/** The upper edge of a box by the table in its tooltip. */
function topOf(svg: string, table: string): number {
  const box = new RegExp(`<title>${table}\\b[^<]*</title><rect x="[^"]+" y="([^"]+)"`);
  return Number(box.exec(svg)![1]);
}

test('a helper that reads analytics stands with precompute, one that reads staging one step below it', () => {
  expect([...placeTables(MODELS)]).toEqual([
    ['nba_raw.schedule', { layer: 0, step: 0 }],
    ['hoopduck.stg_game', { layer: 1, step: 0 }],
    ['hoopduck.stg_line', { layer: 1, step: 1 }],
    ['nba_analytics.summary', { layer: 2, step: 0 }],
    ['hoopduck.form', { layer: 3, step: 0 }],
    ['nba_precompute.cache', { layer: 3, step: 1 }],
    ['nba_precompute.mine', { layer: 3, step: 0 }],
    ['hoopduck.feature_seed_21', { layer: 4, step: 0 }],
  ]);
});

test('a table never stands above what it reads, whatever its dataset', () => {
  const late = model('nba_analytics.late', ['hoopduck.feature_seed_21'], 'workspace');
  expect(placeTables([...MODELS, late]).get('nba_analytics.late')).toEqual({ layer: 4, step: 1 });
});

test('every arrow runs down and says what is read how far back', async () => {
  const svg = await graphSvg({ title: 'All', models: MODELS });
  const arrows = MODELS.flatMap(({ table, reads }) => reads.map((read) => [read.table, table]));
  for (const [from, to] of arrows) {
    expect(svg).toContain(`<title>${to} reads ${from}: same date; 2 days</title>`);
    expect(topOf(svg, from!)).toBeLessThan(topOf(svg, to!));
  }
  expect(svg.match(/<polygon/g)).toHaveLength(arrows.length + 2);
});

test('an arrow beside a longer way is marked as implied, and no other', async () => {
  const svg = await graphSvg({ title: 'All', models: MODELS });
  const implied = [...svg.matchAll(/class="arrow implied a\d+ a\d+"><title>([^:]+):/g)];
  expect(implied.map((match) => match[1])).toEqual([
    'hoopduck.stg_line reads nba_raw.schedule',
    'nba_analytics.summary reads hoopduck.stg_game',
  ]);
});

test('an implied arrow is unseen until one of its tables is pointed at', async () => {
  const svg = await graphSvg({ title: 'All', models: MODELS });
  expect(svg).toContain('.hd-graph .implied{visibility:hidden}');
  const [, from, to] = /class="arrow implied (a\d+) (a\d+)">/.exec(svg)!;
  const rule = svg.slice(svg.indexOf('.hd-graph:has(')).split('}')[0]!;
  expect(rule).toContain(`.hd-graph:has(.b${from!.slice(1)}:hover) .${from}`);
  expect(rule).toContain(`.hd-graph:has(.b${to!.slice(1)}:hover) .${to}`);
  expect(rule.split('{')[1]).toContain('visibility:visible');
});

test('a row too long for a page stands in two, and letters of 12 units are 11 pixels or more in a page of 1134', async () => {
  const many = Array.from({ length: 12 }, (_, i) =>
    model(`hoopduck.quite_long_name_${i}`, ['nba_raw.schedule']),
  );
  const svg = await graphSvg({ title: 'Many', models: many });
  const tops = many.map(({ table }) => topOf(svg, table));
  expect(new Set(tops).size).toBe(2);
  const width = Number(/viewBox="0 0 (\d+) /.exec(svg)![1]);
  expect((12 * 1134) / width).toBeGreaterThanOrEqual(11);
  expect(svg).toContain(`min-width:${Math.ceil((width * 11) / 12)}px;max-width:${width}px`);
});

test('title, description and both colour schemes are in the document, and texts are escaped', async () => {
  const svg = await graphSvg({ title: 'A < B & "C"', models: MODELS });
  expect(svg).toContain('<title id="hd-graph-title">A &lt; B &amp; &quot;C&quot;</title>');
  expect(svg).toContain('(raw, staging, analytics, precompute, features): 7 computed, 1 raw.');
  expect(svg).toContain("Of the workspace's own: nba_precompute.mine.</desc>");
  expect(svg).toContain('@media (prefers-color-scheme:dark)');
  expect(svg).toContain('What hoopduck.stg_game holds, &lt; &amp; &quot;.');
});

test("the user's tables are named in words and dashed; without one the legend has no such entry", async () => {
  const svg = await graphSvg({ title: 'All', models: MODELS });
  expect(svg.match(/>\(yours\)<\/tspan>/g)).toHaveLength(1);
  expect(svg).toMatch(/\.yours rect\{[^}]*stroke-dasharray/);
  expect(svg).toContain('class="box yours published b6"');
  const ours = await graphSvg({ title: 'Ours', models: MODELS.slice(0, 5) });
  expect(ours).not.toContain('class="box yours');
});

test('equal models give an equal drawing, and models without arrows are drawn, too', async () => {
  const first = await graphSvg({ title: 'All', models: MODELS });
  expect(await graphSvg({ title: 'All', models: MODELS })).toBe(first);
  const empty = await graphSvg({ title: 'None', models: [] });
  expect(empty).toContain('): 0 computed, 0 raw.');
  expect(empty).not.toContain('NaN');
  const lonely = await graphSvg({ title: 'One', models: [model('hoopduck.alone', [])] });
  expect(lonely).toContain('): 1 computed, 0 raw.');
});

test('a long name breaks after an underscore', () => {
  expect(labelLines('bettingpros_player_points_props')).toEqual([
    'bettingpros_',
    'player_points_',
    'props',
  ]);
  expect(labelLines('stg_team_game')).toEqual(['stg_team_game']);
});
