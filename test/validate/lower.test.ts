import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { redText } from '../../src/commands/validate-red-text.ts';
import type { Config } from '../../src/config/config.ts';
import { plainStyle } from '../../src/console/style.ts';
import { type StageContext, silentReporter } from '../../src/context.ts';
import { lowerThreshold, parseLowering } from '../../src/validate/lower-threshold.ts';
import { readThresholds } from '../../src/validate/read-thresholds.ts';
import { redHelp } from '../../src/validate/red-help.ts';
import { validateStage } from '../../src/validate/validate.ts';
import { league } from './league.ts';

const PLAYERS = 'nba_analytics.player_game_summary';
const SPAN = { from: '2024-01-14', to: '2024-01-15' };
const CONFIG = '# My workspace.\nwarehouse:\n  path: warehouse # of the league\n';

/** A workspace in which the night of 2024-01-15 lacks the players of MIA, validated by the shipped thresholds. */
async function red(): Promise<{ ctx: StageContext; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-lower-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'hoopduck.yaml'), CONFIG);
  const replica = await league(['2024-01-14', '2024-01-15']);
  await replica.run(
    `DELETE FROM ${PLAYERS} WHERE game_date = DATE '2024-01-15' AND team_abbr = 'MIA'`,
  );
  await replica.run(
    `INSERT INTO hoopduck.partition VALUES
       ('${PLAYERS}', '2024-01-14', 'model', NULL, NULL, 160, 160, 'complete', NULL, now()::TIMESTAMP, 'run'),
       ('${PLAYERS}', '2024-01-15', 'model', NULL, NULL, 150, 160, 'short', NULL, now()::TIMESTAMP, 'run')`,
  );
  const ctx: StageContext = {
    config: {
      workspace: folder,
      file: join(folder, 'hoopduck.yaml'),
      gates: { thresholds: 'default' },
    } as Config,
    replica,
    runId: 'run-1',
    report: silentReporter,
    signal: new AbortController().signal,
    now: () => new Date('2024-02-01T06:30:00Z'),
  };
  return { ctx, folder };
}

const ASKED = parseLowering(`completeness_players:${PLAYERS}=90`);

test('a threshold that would let in what is red is not lowered without a reason, and nothing is written', async () => {
  const { ctx, folder } = await red();
  await validateStage(ctx, SPAN);
  await expect(lowerThreshold(ctx, ASKED, undefined)).rejects.toMatchObject({
    code: 'THRESHOLD_NOT_LOWERED',
    exitCode: 4,
    message: `At 90% "completeness_players" of "${PLAYERS}" would let in what is red now: 2024-01-15 (93.75%, 150 rows). That needs a reason.`,
  });
  expect(readFileSync(join(folder, 'hoopduck.yaml'), 'utf8')).toBe(CONFIG);
  expect(await ctx.replica.rows('SELECT * FROM hoopduck.forced')).toEqual([]);
});

test('with a reason it is written to a file of the workspace, which hoopduck.yaml then names, and kept on record', async () => {
  const { ctx, folder } = await red();
  await validateStage(ctx, SPAN);
  const lowered = await lowerThreshold(ctx, ASKED, 'MIA forfeited');
  expect(lowered).toEqual({
    check: 'completeness_players',
    table: PLAYERS,
    value: 90,
    from: 100,
    lets_in: [{ scope: '2024-01-15', found: 93.75, rows: 150 }],
    file: join(folder, 'thresholds.yaml'),
    named_now: true,
  });
  expect(readFileSync(join(folder, 'hoopduck.yaml'), 'utf8')).toBe(
    `${CONFIG}\ngates:\n  thresholds: thresholds.yaml\n`,
  );
  const file = join(folder, 'thresholds.yaml');
  expect(readFileSync(file, 'utf8')).toBe(
    [
      '# Thresholds of this workspace: those that are shipped, and what is other here.',
      'extends: default',
      'overrides:',
      '  - check: completeness_players',
      `    table: ${PLAYERS}`,
      '    min: 90',
      '    why: MIA forfeited',
      '',
    ].join('\n'),
  );
  expect(readThresholds(file).players_complete[0]).toMatchObject({ min: 90, why: 'MIA forfeited' });
  expect(await ctx.replica.rows('SELECT run_id, what, reason FROM hoopduck.forced')).toEqual([
    {
      run_id: 'run-1',
      what: `threshold of completeness_players of ${PLAYERS} lowered from 100 to 90: lets in 2024-01-15 (93.75%, 150 rows)`,
      reason: 'MIA forfeited',
    },
  ]);
  // A second time the same entry is changed; a value that lets nothing in needs no reason.
  const named = { ...ctx, config: { ...ctx.config, gates: { thresholds: file } } as Config };
  await lowerThreshold(named, { ...ASKED, value: 85 }, 'two forfeited');
  await lowerThreshold(named, { ...parseLowering(`reconciliation:${PLAYERS}=99`) }, undefined);
  const written = readThresholds(file);
  expect(written.players_complete.map(({ min }) => min)).toEqual([85]);
  expect(written.reconciliation[0]!.min).toBe(99);
});

test('a check that is red of a season too is lowered', async () => {
  const { ctx } = await red();
  await ctx.replica.run(
    `UPDATE ${PLAYERS} SET usage_rate = NULL WHERE right(player_lookup, 1) = '0'`,
  );
  await validateStage(ctx, SPAN);
  const { lets_in } = await lowerThreshold(
    ctx,
    parseLowering('coverage_usage_rate:player_game_summary=89'),
    'late',
  );
  expect(lets_in).toEqual([
    { scope: '2023-24', found: 90, rows: null },
    { scope: '2024-01-14', found: 90, rows: 160 },
    { scope: '2024-01-15', found: 90, rows: 150 },
    { scope: 'all', found: 90, rows: null },
  ]);
});

test('a value that is not lower, a check without a red limit and a misspelt one are refused', async () => {
  const { ctx } = await red();
  const refused = (text: string) => lowerThreshold(ctx, parseLowering(text), 'because');
  await expect(refused('completeness_players:player_game_summary=100')).rejects.toMatchObject({
    exitCode: 2,
    message: `The threshold of "completeness_players" of "${PLAYERS}" is 100; a lower value than that was wanted, not 100.`,
  });
  await expect(refused('games_with_shots:team_offense_game_summary=5')).rejects.toThrow(
    'The check "games_with_shots" of "nba_analytics.team_offense_game_summary" has no "min": nothing of it is ever red.',
  );
  await expect(refused('completeness_player:player_game_summary=5')).rejects.toThrow(
    'There is no check "completeness_player". Did you mean "completeness_players"?',
  );
  expect(() => parseLowering('completeness_players=90')).toThrow(
    'The option "--lower" is "completeness_players=90"; CHECK:TABLE=VALUE was wanted, such as coverage_usage_rate:nba_analytics.player_game_summary=90.',
  );
});

test('a file that inherits nothing has the limit changed where it stands, its remarks kept', async () => {
  const { ctx, folder } = await red();
  const file = join(folder, 'mine.yaml');
  writeFileSync(
    file,
    `# Mine.\nplayers_complete:\n  - table: ${PLAYERS} # all of them\n    scopes: [date]\n    applies: final_games\n    min: 100\n    why: all\n`,
  );
  const named = { ...ctx, config: { ...ctx.config, gates: { thresholds: file } } as Config };
  await validateStage(named, SPAN);
  await lowerThreshold(named, ASKED, 'MIA forfeited');
  expect(readFileSync(file, 'utf8')).toBe(
    `# Mine.\nplayers_complete:\n  - table: ${PLAYERS} # all of them\n    scopes: [date]\n    applies: final_games\n    min: 90\n    why: MIA forfeited\n`,
  );
});

test('the help of a red gate says what failed and since when, what it stops, and three ways on, in twelve lines', async () => {
  const { ctx } = await red();
  const gates = await validateStage(ctx, SPAN);
  const help = await redHelp(ctx.replica, ctx.config, gates, SPAN);
  const text = redText(help!, (command) => `hoopduck ${command}`, plainStyle);
  expect(text.split('\n').length).toBeLessThanOrEqual(12);
  expect(text).toContain(
    '  completeness_players of nba_analytics.player_game_summary: 2024-01-15, since 2024-02-01 06:30 UTC\n',
  );
  expect(text).toMatch(/^Red {4}stops training on rows of 2024-01-15, /);
  expect(text).toContain(
    '  go on    hoopduck run --exclude 2024-01-15  trains without these dates',
  );
  expect(text).toContain('--reason "..."  lets in ');
  expect(await redHelp(ctx.replica, ctx.config, { ...gates, red: [] }, SPAN)).toBeNull();
});
