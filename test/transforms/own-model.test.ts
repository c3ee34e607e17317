import { mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test, vi } from 'vitest';
import { openWorkspace, plan } from '../../src/index.ts';
import { hoopduck } from '../incidents/support/hoopduck.ts';
import { lastingFolder } from '../pipeline/support/lasting-folder.ts';
import { type Observed, observe, runWorkspace } from '../pipeline/support/league.ts';
import { queryReplica } from '../pipeline/support/state.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const PAGE = readFileSync(
  fileURLToPath(new URL('../../docs/own-models.md', import.meta.url)),
  'utf8',
);

/** A fenced block of the page, word for word. */
function block(language: string): string {
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(PAGE)![1]!;
}

const TABLE = 'nba_precompute.player_rebounds';
const folder = lastingFolder();
let workspace: string;
let ran: Observed;

// The page, step by step, in a workspace that has run before.
beforeAll(async () => {
  workspace = await runWorkspace(folder);
  mkdirSync(join(workspace, 'models', 'nba_precompute'), { recursive: true });
  writeFileSync(join(workspace, 'models', 'nba_precompute', 'player_rebounds.sql'), block('sql'));
  const file = join(workspace, 'hoopduck.yaml');
  const added = block('yaml').replace('train:\n', '');
  writeFileSync(file, readFileSync(file, 'utf8').replace('train:\n', `train:\n${added}`));
});

test('the model of the page has fewer than twenty lines', () => {
  expect(block('sql').trim().split('\n').length).toBeLessThan(20);
});

test('it is in the graph and in the plan', async () => {
  const graph = await hoopduck(workspace, 'graph', { table: TABLE });
  expect(graph.exitCode).toBe(0);
  expect(graph.lines.join('\n')).toContain('hoopduck.player_timeline');
  const { transform } = await plan(openWorkspace(workspace));
  expect(transform.map(({ table, why }) => [table, why])).toEqual([
    [TABLE, 'new'],
    ['hoopduck.feature_workspace', 'new'],
  ]);
});

test('it is built, gated, trained on and pushed', async () => {
  ran = await observe(workspace, { push: true });

  expect(ran.outcome.exitCode).toBe(0);
  expect(ran.outcome.training).toMatchObject({ features: 'seed-21+rebounds_avg_last_10' });
  const checks = await queryReplica(
    workspace,
    `SELECT check_name, verdict, count(*) AS n FROM hoopduck.check_result
     WHERE table_name = '${TABLE}' GROUP BY ALL ORDER BY ALL`,
  );
  const [{ dates, games } = { dates: 0, games: 0 }] = await queryReplica<{
    dates: number;
    games: number;
  }>(
    workspace,
    `SELECT count(*) AS dates, (SELECT count(DISTINCT game_date) FROM hoopduck.population) AS games
     FROM hoopduck.partition WHERE table_name = '${TABLE}' AND verdict = 'complete'`,
  );
  expect(dates).toBe(games);
  expect(checks).toEqual([
    { check_name: 'expected_rows', verdict: 'pass', n: dates },
    { check_name: 'unique_key', verdict: 'pass', n: 1 },
  ]);
  const pushed = await queryReplica<{ n: number }>(
    workspace,
    `SELECT count(*) AS n FROM hoopduck.pushed WHERE table_name = '${TABLE}'`,
  );
  expect(pushed).toEqual([{ n: dates }]);
});

test('its figures are the means of the last ten games, counted by hand', async () => {
  const [row] = await queryReplica<{ found: number; wanted: number }>(
    workspace,
    `WITH man AS (
       SELECT game_date, player_lookup, rebounds_avg_last_10 AS found FROM ${TABLE}
       WHERE rebounds_avg_last_10 IS NOT NULL ORDER BY game_date DESC, player_lookup LIMIT 1)
     SELECT any_value(found) AS found, round(avg(rebounds), 9) AS wanted FROM (
       SELECT m.found, s.rebounds FROM man AS m JOIN nba_analytics.player_game_summary AS s
         ON s.player_lookup = m.player_lookup AND s.game_date < m.game_date AND s.minutes_played > 0
       ORDER BY s.game_date DESC LIMIT 10)`,
  );
  expect(row!.found).toBe(row!.wanted);
});

test('a second run has nothing to do, and a file that is taken away takes its table with it', async () => {
  const again = await observe(workspace, { push: true });
  expect(again.outcome.stages.find(({ name }) => name === 'transform')?.status).toBe('nothing');

  unlinkSync(join(workspace, 'models', 'nba_precompute', 'player_rebounds.sql'));
  const file = join(workspace, 'hoopduck.yaml');
  const added = block('yaml').replace('train:\n', '');
  writeFileSync(file, readFileSync(file, 'utf8').replace(added, ''));
  expect((await hoopduck(workspace, 'transform')).exitCode).toBe(0);
  const predicted = await hoopduck(workspace, 'predict');
  expect(predicted.exitCode).toBe(0);
  expect(predicted.lines.join('\n')).toMatch(
    /reads "points_avg_last_5" of "hoopduck.feature_workspace", which is not computed any more. Model points-\w+ predicts in its place./,
  );
  expect((await observe(workspace, { push: true })).outcome.exitCode).toBe(0);
  const left = await queryReplica(
    workspace,
    `SELECT table_name FROM duckdb_tables() WHERE table_name IN ('player_rebounds', 'feature_workspace')`,
  );
  expect(left).toEqual([]);
});

test('a key that is there twice is red on its date, and is not pushed', async () => {
  const twice = block('sql').replace(
    'WHERE e.game_date',
    'JOIN (SELECT 1 AS n UNION ALL SELECT 2) AS two ON TRUE\nWHERE e.game_date',
  );
  writeFileSync(join(workspace, 'models', 'nba_precompute', 'player_rebounds.sql'), twice);
  const { outcome } = await observe(workspace, { push: true });
  expect(outcome.exitCode).toBe(1);
  expect(outcome.gates!.red.filter(({ table }) => table === TABLE)[0]).toMatchObject({
    check: 'unique_key',
    scope: 'all',
  });
  expect(outcome.push?.refused.length).toBeGreaterThan(0);
});
