import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { redText } from '../../src/commands/validate-red-text.ts';
import type { Config } from '../../src/config/config.ts';
import { plainStyle } from '../../src/console/style.ts';
import { type StageContext, silentReporter } from '../../src/context.ts';
import { namedChecks } from '../../src/validate/check-names.ts';
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

/** Red or a warning below, by scope, of the checks of a name. */
function limits(file: string, name: string) {
  return namedChecks(readThresholds(file))
    .filter((check) => check.name === name && check.table === PLAYERS)
    .map(({ check: { scopes, min, warn, by_season } }) => [
      scopes.join(' '),
      min,
      warn,
      ...(by_season === undefined ? [] : [by_season]),
    ]);
}

/** Lowers a threshold in a file of that text, beside hoopduck.yaml; gives the file. */
async function lowered(text: string, asked: string): Promise<string> {
  const { ctx, folder } = await red();
  const file = join(folder, 'own.yaml');
  writeFileSync(file, text);
  const named = { ...ctx, config: { ...ctx.config, gates: { thresholds: file } } as Config };
  try {
    await lowerThreshold(named, parseLowering(asked), 'because');
  } catch (error) {
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(await ctx.replica.rows('SELECT * FROM hoopduck.forced')).toEqual([]);
    throw error;
  }
  return file;
}

test('lowering a limit makes no warning red, and raises no other limit of the check', async () => {
  const zones = await lowered('extends: default\n', 'coverage_shot_zones:player_game_summary=29');
  expect(limits(zones, 'coverage_shot_zones').sort()).toEqual([
    ['all', 29, undefined],
    ['date', undefined, 40],
    ['season', 29, undefined],
  ]);
  const constant = await lowered('extends: default\n', 'constant_column:player_game_summary=75');
  expect(limits(constant, 'constant_column')).toEqual([
    ['season', undefined, 100],
    ['date', 75, undefined],
  ]);
  const dates = await lowered(
    'extends: default\noverrides:\n  - {check: coverage_usage_rate, scope: date, min: 80, why: x}\n',
    'coverage_usage_rate:player_game_summary=90',
  );
  expect(limits(dates, 'coverage_usage_rate').sort()).toEqual([
    ['all', 90, undefined],
    ['date', 80, undefined],
    ['season', 90, undefined],
  ]);
});

const OWN_USAGE = `extends: default
coverage:
  - {name: usage_rate, table: ${PLAYERS}, columns: [usage_rate], scopes: [date], applies: played, min: 98, why: x}
`;

test("an entry of one's own is lowered where it stands, the inherited scopes by an override", async () => {
  const file = await lowered(OWN_USAGE, 'coverage_usage_rate:player_game_summary=90');
  expect(limits(file, 'coverage_usage_rate').sort()).toEqual([
    ['all', 90, undefined],
    ['date', 90, undefined],
    ['season', 90, undefined],
  ]);
});

test('a limit of one season is lowered too, and one that is lower stays', async () => {
  const file = await lowered(
    'extends: default\noverrides:\n  - {check: coverage_usage_rate, season: 2022-23, min: 97, why: x}\n  - {check: coverage_usage_rate, season: 2021-22, min: 70, why: y}\n',
    'coverage_usage_rate:player_game_summary=90',
  );
  expect(limits(file, 'coverage_usage_rate').sort()).toEqual(
    ['date', 'season', 'all'].sort().map((scope) => [
      scope,
      90,
      undefined,
      {
        '2021-22': { min: 70, why: 'y' },
        '2022-23': scope === 'all' ? { min: 97, why: 'x' } : { min: 90, why: 'because' },
      },
    ]),
  );
});

test("a limit of one season in an entry of one's own is lowered there, beside a lower one of all seasons", async () => {
  const text = `coverage:
  - name: usage_rate
    table: ${PLAYERS}
    columns: [usage_rate]
    scopes: [date]
    applies: played
    min: 80
    by_season: {2023-24: {min: 95, why: y}}
    why: x
`;
  for (const extend of ['', 'extends: default\n']) {
    const file = await lowered(extend + text, 'coverage_usage_rate:player_game_summary=90');
    expect(limits(file, 'coverage_usage_rate').filter(([scope]) => scope === 'date')).toEqual([
      ['date', 80, undefined, { '2023-24': { min: 90, why: 'because' } }],
    ]);
  }
});

test('one of the features of an entry is lowered without the others', async () => {
  const text = `coverage:
  - {name: points, table: ${PLAYERS}, columns: [points], scopes: [date], applies: played, min: 90, why: x}
  - {name: rebounds, table: ${PLAYERS}, columns: [rebounds], scopes: [date], applies: played, min: 90, why: x}
drift:
  - {table: ${PLAYERS}, of: [points, rebounds], scopes: [date], applies: earlier_history, min: 90, why: x}
`;
  for (const extend of ['', 'extends: legacy\n']) {
    const file = await lowered(extend + text, 'drift_points:player_game_summary=50');
    expect(limits(file, 'drift_points').filter(([scope]) => scope === 'date')).toEqual([
      ['date', 50, undefined],
    ]);
    expect(limits(file, 'drift_rebounds').filter(([scope]) => scope === 'date')).toEqual([
      ['date', 90, undefined],
    ]);
  }
});

test('a lowering that a later override undoes is refused, and nothing is written', async () => {
  await expect(
    lowered(
      'extends: default\noverrides:\n' +
        `  - {check: coverage_usage_rate, table: ${PLAYERS}, min: 96, why: x}\n  - {check: coverage, min: 97, why: y}\n`,
      'coverage_usage_rate:player_game_summary=90',
    ),
  ).rejects.toMatchObject({
    code: 'THRESHOLD_NOT_LOWERED',
    exitCode: 4,
    message: expect.stringMatching(
      new RegExp(
        `by itself: coverage_usage_rate of ${PLAYERS}, date would be 97, not 90, as the override at \\S+:4:5 says, which comes later\\. Nothing was written`,
      ),
    ),
  });
});

test('a file without overrides and one in flow style are written as YAML, and so is hoopduck.yaml', async () => {
  for (const text of ['extends: default\n', '{extends: default}\n']) {
    const file = await lowered(text, `completeness_players:${PLAYERS}=90`);
    expect(limits(file, 'completeness_players')).toEqual([['date', 90, undefined]]);
  }
  for (const [text, wanted] of [
    [
      '{warehouse: {path: warehouse}}\n',
      '{warehouse: {path: warehouse}, gates: {thresholds: thresholds.yaml}}\n',
    ],
    [
      'warehouse: {path: warehouse}\ngates:\n',
      'warehouse: {path: warehouse}\ngates:\n  thresholds: thresholds.yaml\n',
    ],
  ] as const) {
    const { ctx, folder } = await red();
    writeFileSync(join(folder, 'hoopduck.yaml'), text);
    await lowerThreshold(ctx, ASKED, 'because');
    expect(readFileSync(join(folder, 'hoopduck.yaml'), 'utf8')).toBe(wanted);
  }
});

test('where hoopduck.yaml cannot be changed, no file of thresholds is made', async () => {
  const { ctx, folder } = await red();
  writeFileSync(join(folder, 'hoopduck.yaml'), '- a list\n');
  await expect(lowerThreshold(ctx, ASKED, 'because')).rejects.toThrow(
    `"${join(folder, 'hoopduck.yaml')}" cannot be made to name "thresholds.yaml"; nothing was written.`,
  );
  expect(existsSync(join(folder, 'thresholds.yaml'))).toBe(false);
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
  const wider = { ...gates.red[0]!, check: 'coverage', scope: 'all' };
  const both = await redHelp(
    ctx.replica,
    ctx.config,
    { ...gates, red: [wider, ...gates.red] },
    SPAN,
  );
  expect(both!.groups.map(({ check, follows }) => [check, follows])).toEqual([
    ['completeness_players', null],
    ['coverage', 'completeness_players of 2024-01-15'],
  ]);
  expect(redText(both!, (command) => `hoopduck ${command}`, plainStyle)).toContain(
    '  coverage of nba_analytics.player_game_summary: everything; counts completeness_players of 2024-01-15 too, and may be red for that alone\n',
  );
  expect(
    redText(help!, (command) => `hoopduck ${command}`, plainStyle, ' --to 2024-01-20 --push'),
    'what the run was given stays in what is advised',
  ).toContain('  go on    hoopduck run --to 2024-01-20 --push --exclude 2024-01-15  ');
  expect(text).toContain('--reason "..."  lets in ');
  expect(help!.repair).toMatchObject({ remedy: 'source', command: 'hoopduck run' });
  const given = await redHelp(ctx.replica, ctx.config, gates, {
    ...SPAN,
    given: ' --to 2024-01-20',
  });
  expect(given!.repair, 'so does what mends it').toMatchObject({
    command: 'hoopduck run --to 2024-01-20',
  });
  expect(await redHelp(ctx.replica, ctx.config, { ...gates, red: [] }, SPAN)).toBeNull();
});
