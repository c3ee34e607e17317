import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HoopduckError } from '../../src/errors.ts';
import { namedChecks } from '../../src/validate/check-names.ts';
import { parseThresholds, readThresholds } from '../../src/validate/read-thresholds.ts';
import { evaluate, league, only } from './league.ts';

/** Name, table, scopes and limits of the checks of that name. */
function checks(yaml: string, name: string) {
  return namedChecks(parseThresholds('gates.yaml', yaml))
    .filter((check) => check.name === name)
    .map(({ check }) => {
      const { scopes, min, warn, by_season } = check;
      return { scopes, min, warn, ...(by_season !== undefined && { by_season }) };
    });
}

function refusal(yaml: string): string {
  try {
    parseThresholds('gates.yaml', yaml);
  } catch (error) {
    if (error instanceof HoopduckError) return error.message;
    throw error;
  }
  throw new Error('the thresholds were accepted');
}

const change = (...lines: string[]) =>
  ['extends: default', 'overrides:', `  - ${lines.join('\n    ')}`].join('\n');

test('a file that extends the default without more is the default', () => {
  expect(parseThresholds('gates.yaml', 'extends: default\n')).toEqual(readThresholds('default'));
});

test('an override changes one scope of a check and leaves the others, and the reason is its own', () => {
  const yaml = change('check: coverage_usage_rate', 'scope: date', 'min: 90', 'why: old seasons');
  expect(checks(yaml, 'coverage_usage_rate')).toEqual([
    { scopes: ['season', 'all'], min: 95, warn: undefined },
    { scopes: ['date'], min: 90, warn: undefined },
  ]);
  expect(checks(yaml, 'coverage_rebounds')).toEqual(
    checks('extends: default', 'coverage_rebounds'),
  );
  const [, date] = parseThresholds('gates.yaml', yaml).coverage.filter(
    ({ name }) => name === 'usage_rate',
  );
  expect(date!.why).toBe('old seasons');
});

test('an override takes one feature out of a list, turns a limit into a warning, or leaves a check out', () => {
  const drift = change('check: drift', 'feature: shot_zones', 'min: null', 'why: late');
  expect(checks(drift, 'drift_shot_zones')).toEqual([
    { scopes: ['date', 'season'], min: undefined, warn: 95 },
  ]);
  expect(checks(drift, 'drift_rebounds')).toEqual([
    { scopes: ['date', 'season'], min: 90, warn: 95 },
  ]);
  const off = change(
    'check: dates_with_rows',
    'table: nba_raw.nbac_injury_report',
    'off: true',
    'why: we have none',
  );
  const tables = parseThresholds('gates.yaml', off).dates_with_rows.map(({ table }) => table);
  expect(tables).toHaveLength(6);
  expect(tables).not.toContain('nba_raw.nbac_injury_report');
});

test("a check of one's own takes the place of the inherited one of its table, feature and scope, or is added", () => {
  const own =
    'coverage:\n  - {name: usage_rate, table: nba_analytics.player_game_summary, columns: [usage_rate], scopes: [all], applies: played, min: 99, why: x}\n' +
    'range:\n  - {table: nba_analytics.player_game_summary, column: assists, low: 0, high: 40, scopes: [all], applies: known_values, min: 99, why: y}\n';
  const yaml = `extends: default\n${own}`;
  expect(checks(yaml, 'coverage_usage_rate')).toEqual([
    { scopes: ['date', 'season'], min: 95, warn: undefined },
    { scopes: ['all'], min: 99, warn: undefined },
  ]);
  expect(checks(yaml, 'range_assists')).toEqual([{ scopes: ['all'], min: 99, warn: undefined }]);
  expect(checks(yaml, 'range_points')).toHaveLength(1);
});

test("a check of one's own that judges one of several features leaves the others to the inherited one", () => {
  const own = (scopes: string) =>
    `extends: default\ndrift:\n  - {table: nba_analytics.player_game_summary, of: [usage_rate], scopes: [${scopes}], applies: earlier_history, min: 70, why: x}\n`;
  const inherited = { scopes: ['date', 'season'], min: 90, warn: 95 };
  for (const scopes of ['date, season', 'date']) {
    for (const name of ['drift_minutes_played', 'drift_rebounds', 'drift_shot_zones']) {
      expect(checks(own(scopes), name)).toEqual([inherited]);
    }
  }
  expect(checks(own('date, season'), 'drift_usage_rate')).toEqual([
    { scopes: ['date', 'season'], min: 70, warn: undefined },
  ]);
  expect(checks(own('date'), 'drift_usage_rate')).toEqual([
    { ...inherited, scopes: ['season'] },
    { scopes: ['date'], min: 70, warn: undefined },
  ]);
});

test('an override of a kind in one scope leaves its other scopes, whatever number of features it judges', () => {
  const names = ['drift_minutes_played', 'drift_rebounds', 'drift_usage_rate', 'drift_shot_zones'];
  const season = { scopes: ['season'], min: 90, warn: 95 };
  for (const name of names) {
    expect(checks(change('check: drift', 'scope: date', 'min: 50', 'why: x'), name)).toEqual([
      season,
      { scopes: ['date'], min: 50, warn: 95 },
    ]);
    expect(checks(change('check: drift', 'scope: date', 'off: true', 'why: x'), name)).toEqual([
      season,
    ]);
  }
});

test('a season has limits of its own; other seasons and everything keep theirs', async () => {
  const replica = await league(['2023-01-10', '2024-01-15']);
  // 48 of 320 rows of each night have no usage: 85% of them know it.
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = NULL WHERE right(player_lookup, 1) IN ('0', '1') AND team_abbr < 'HOU'",
  );
  const yaml = change(
    'check: coverage_usage_rate',
    'season: 2022-23',
    'min: 80',
    'why: half of its play-by-play was lost',
  );
  const found = await evaluate(replica, yaml, '2023-01-10', '2024-01-15');
  expect(
    only(found, 'coverage_usage_rate').map(({ value, verdict, wanted }) => [
      value,
      verdict,
      wanted,
    ]),
  ).toEqual([
    ['all', 'fail', 95],
    ['2023-01-10', 'pass', 80],
    ['2024-01-15', 'fail', 95],
    ['2022-23', 'pass', 80],
    ['2023-24', 'fail', 95],
  ]);
});

test('what an override names and is not there is shown where it stands, with what was probably meant', () => {
  expect(refusal(change('check: coverage_usage', 'min: 90', 'why: x'))).toBe(
    [
      'gates.yaml:3:12: "overrides.0.check" is "coverage_usage"; a check of what is inherited was wanted. Did you mean "coverage_usage_rate"?',
      '  3 |   - check: coverage_usage',
      '    |            ^^^^^^^^^^^^^^',
    ].join('\n'),
  );
  expect(
    refusal(change('check: unique_key', 'table: player_daily_cache', 'min: 99', 'why: x')),
  ).toMatch(
    /^gates\.yaml:4:12: "overrides\.0\.table" is "player_daily_cache"; a table that the check judges was wanted: /,
  );
  expect(refusal(change('check: team_rows', 'scope: season', 'min: 99', 'why: x'))).toContain(
    'gates.yaml:4:12: "overrides.0.scope" is "season"; a scope of the check was wanted: "date".',
  );
  expect(refusal(change('check: range_points', 'season: 2020-21', 'min: 9', 'why: x'))).toContain(
    'gates.yaml:4:13: "overrides.0.season" is "2020-21"; a check by date or season was wanted; this one judges everything at once.',
  );
  expect(refusal(change('check: drift', 'season: 2020-22', 'min: 9', 'why: x'))).toContain(
    'gates.yaml:4:13: "overrides.0.season" is "2020-22"; a season such as 2020-21 was wanted.',
  );
  expect(refusal(change('check: range_points', 'min: 101', 'why: x'))).toContain(
    'gates.yaml:4:10: "overrides.0.min" is 101; at most 100 was wanted.',
  );
  expect(refusal(change('check: range_points', 'min: 99'))).toContain(
    '"overrides.0.why" is missing.',
  );
  expect(refusal('extend: default\n')).toContain(
    'gates.yaml:1:1: Unknown key "extend". Did you mean "extends"?\n',
  );
  expect(refusal('extends: defalt\n')).toContain(
    'gates.yaml:1:10: "extends" is "defalt"; "default", "legacy" or an existing YAML file was wanted. Did you mean "default"?',
  );
});

test('a file extends a file beside it, and none extends itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-extends-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const team = join(folder, 'team.yaml');
  writeFileSync(team, change('check: range_points', 'min: 98', 'why: x'));
  const own = join(folder, 'own.yaml');
  writeFileSync(own, 'extends: team.yaml\n');
  const [points] = readThresholds(own).range.filter(({ column }) => column === 'points');
  expect(points!.min).toBe(98);
  writeFileSync(team, 'extends: own.yaml\n');
  expect(() => readThresholds(own)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('a feature that no check judges, and an override that changes nothing, are refused', () => {
  expect(refusal(change('check: drift', 'feature: rebound', 'min: 9', 'why: x'))).toContain(
    'gates.yaml:4:14: "overrides.0.feature" is "rebound"; a feature that the check judges was wanted. Did you mean "rebounds"?',
  );
  expect(refusal(change('check: coverage', 'feature: rebound', 'min: 9', 'why: x'))).toContain(
    'Did you mean "rebounds"?',
  );
  expect(refusal(change('check: drift', 'why: x'))).toContain(
    'gates.yaml:3:12: "overrides.0.check" is "drift"; a change was wanted: "min", "warn", "applies" or "off".',
  );
  expect(refusal(change('check: drift', 'off: false', 'why: x'))).toContain('a change was wanted');
  expect(refusal(change('check: drift', 'season: 2020-21', 'off: true', 'why: x'))).toContain(
    '"overrides.0.off" is true; a limit of the season was wanted: a check is left out of all or none.',
  );
});

test('a limit is at most 100, but for a number of records', () => {
  expect(checks(change('check: range_points', 'min: 100', 'why: x'), 'range_points')).toEqual([
    { scopes: ['all'], min: 100, warn: undefined },
  ]);
  expect(refusal(change('check: range_points', 'warn: 100.5', 'why: x'))).toContain(
    '"overrides.0.warn" is 100.5; at most 100 was wanted.',
  );
  const records = change('check: min_records', 'min: 35000', 'why: x');
  expect(checks(records, 'min_records').map(({ min }) => min)).toContain(35000);
});

test('the rows that count are other ones of a coverage alone, and in all of its scopes', () => {
  const rows = (yaml: string) =>
    parseThresholds('gates.yaml', yaml)
      .coverage.filter(({ name }) => name === 'usage_rate')
      .map(({ applies, min, why }) => ({ applies, min, why }));
  expect(rows(change('check: coverage_usage_rate', 'applies: all_rows', 'why: everybody'))).toEqual(
    [{ applies: 'all_rows', min: 95, why: 'everybody' }],
  );
  expect(refusal(change('check: drift', 'applies: all_rows', 'why: x'))).toContain(
    '"overrides.0.applies" is "all_rows"; a coverage was wanted: the rows of other checks are given.',
  );
  for (const part of ['scope: date', 'season: 2020-21']) {
    expect(
      refusal(change('check: coverage_usage_rate', part, 'applies: all_rows', 'why: x')),
    ).toContain(
      '"overrides.0.applies" is "all_rows"; no scope and no season was wanted beside it: the same rows count in all of them.',
    );
  }
});

test('the tables that a check judges are named where another one was asked', () => {
  expect(refusal(change('check: team_rows', 'table: teams', 'min: 99', 'why: x'))).toContain(
    'a table that the check judges was wanted: "nba_analytics.team_offense_game_summary", "nba_analytics.team_defense_game_summary".',
  );
});

test("a fault of one's own check beside inherited ones is shown where it stands", () => {
  const own =
    'drift:\n  - {table: nba_analytics.player_game_summary, of: [usage], scopes: [date], applies: earlier_history, min: 90, why: x}\n';
  expect(refusal(`extends: default\n${own}`)).toContain(
    'gates.yaml:3:53: "drift.0.of.0" is "usage"; the name of a coverage of this file was wanted.',
  );
  // A check that is left without its coverage by an override is a fault of what is inherited.
  expect(refusal(change('check: coverage_rebounds', 'off: true', 'why: x'))).toContain(
    'gates.yaml:1:10: "extends" is ',
  );
});

test("a check of one's own of another table leaves the inherited one", () => {
  const own =
    'team_rows:\n  - {table: nba_analytics.team_offense_game_summary, scopes: [date], applies: final_games, min: 50, why: x}\n';
  const rows = parseThresholds('gates.yaml', `extends: default\n${own}`).team_rows;
  expect(rows.map(({ table, min }) => [table, min])).toEqual([
    ['nba_analytics.team_defense_game_summary', 100],
    ['nba_analytics.team_offense_game_summary', 50],
  ]);
});

test("of a season's limits the one that is not named is the check's own", async () => {
  const replica = await league(['2023-01-10', '2024-01-15']);
  await replica.run(
    "UPDATE nba_analytics.player_game_summary SET usage_rate = NULL WHERE right(player_lookup, 1) IN ('0', '1') AND team_abbr < 'HOU'",
  );
  const season = async (...limits: string[]) => {
    const lines = limits.map((limit) => `        ${limit}\n`).join('');
    const found = await evaluate(
      replica,
      `coverage:\n  - name: usage_rate\n    table: nba_analytics.player_game_summary\n    columns: [usage_rate]\n    scopes: [season]\n    applies: active\n    min: 90\n    warn: 98\n    why: x\n    by_season:\n      2022-23:\n${lines}        why: y\n`,
      '2023-01-10',
      '2024-01-15',
    );
    return only(found, 'coverage_usage_rate').map(({ value, verdict, wanted }) => [
      value,
      verdict,
      wanted,
    ]);
  };
  const other = ['2023-24', 'fail', 90];
  // Between 80% and 90% know their usage: enough for 80, and a warning by the 98 of the check.
  expect(await season('min: 80')).toEqual([['2022-23', 'warn', 98], other]);
  expect(await season('warn: 80')).toEqual([['2022-23', 'fail', 90], other]);
  expect(await season('min: 70', 'warn: 80')).toEqual([['2022-23', 'pass', 70], other]);
  expect(await season('min: 70', 'warn: 90')).toEqual([['2022-23', 'warn', 90], other]);
});

test("a check of one's own that judges several features leaves none of them to the inherited one", () => {
  const all = ['minutes_played', 'rebounds', 'usage_rate', 'shot_zones'];
  for (const own of [all, all.slice(1, 3)]) {
    const yaml = `extends: default\ndrift:\n  - {table: nba_analytics.player_game_summary, of: [${own.join(', ')}], scopes: [date, season], applies: earlier_history, min: 70, why: x}\n`;
    const scopes = ['date', 'season'];
    for (const name of all) {
      expect(checks(yaml, `drift_${name}`)).toEqual([
        own.includes(name) ? { scopes, min: 70, warn: undefined } : { scopes, min: 90, warn: 95 },
      ]);
    }
  }
});

test('a check that is named by one feature is changed for that feature alone, and once more', () => {
  const once = change('check: drift_usage_rate', 'min: 50', 'why: x');
  const twice = `${once}\n  - check: drift_usage_rate\n    warn: 60\n    why: y`;
  const scopes = ['date', 'season'];
  for (const name of ['drift_minutes_played', 'drift_rebounds', 'drift_shot_zones']) {
    for (const yaml of [once, twice]) {
      expect(checks(yaml, name)).toEqual([{ scopes, min: 90, warn: 95 }]);
    }
  }
  expect(checks(once, 'drift_usage_rate')).toEqual([{ scopes, min: 50, warn: 95 }]);
  expect(checks(twice, 'drift_usage_rate')).toEqual([{ scopes, min: 50, warn: 60 }]);
});

test('a check by date alone has limits of a season', () => {
  const yaml = change('check: completeness_players', 'season: 2020-21', 'min: 90', 'why: bubble');
  expect(checks(yaml, 'completeness_players')).toEqual([
    {
      scopes: ['date'],
      min: 100,
      warn: undefined,
      by_season: { '2020-21': { min: 90, why: 'bubble' } },
    },
  ]);
});
