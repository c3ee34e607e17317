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

/** The left edge of a box by the table in its tooltip. */
function leftOf(svg: string, table: string): number {
  return Number(new RegExp(`<title>${table}\\b[^<]*</title><rect x="([^"]+)"`).exec(svg)![1]);
}

test('a helper that reads analytics stands with precompute, one that reads staging one step to its right', () => {
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

test('a table never stands left of what it reads, whatever its dataset', () => {
  const late = model('nba_analytics.late', ['hoopduck.feature_seed_21'], 'workspace');
  expect(placeTables([...MODELS, late]).get('nba_analytics.late')).toEqual({ layer: 4, step: 1 });
});

test('every arrow runs to the right and says what is read how far back', async () => {
  const svg = await graphSvg({ title: 'All', models: MODELS });
  const arrows = MODELS.flatMap(({ table, reads }) => reads.map((read) => [read.table, table]));
  for (const [from, to] of arrows) {
    expect(svg).toContain(`<title>${to} reads ${from}: same date; 2 days</title>`);
    expect(leftOf(svg, from!)).toBeLessThan(leftOf(svg, to!));
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
