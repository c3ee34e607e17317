import { expect, test } from 'vitest';
import { HoopduckError } from '../../src/errors.ts';
import { parseThresholds, readThresholds } from '../../src/validate/read-thresholds.ts';

function refusal(yaml: string): HoopduckError {
  try {
    parseThresholds('gates.yaml', yaml);
  } catch (error) {
    if (error instanceof HoopduckError) return error;
    throw error;
  }
  throw new Error('the thresholds were accepted');
}

test('the strict thresholds name table, scope, rows that count, limit and reason of every check', () => {
  const thresholds = readThresholds('default');
  const checks = Object.values(thresholds).flat();
  expect(checks).toHaveLength(65);
  for (const check of checks) {
    expect(check.why).not.toBe('');
    expect(check.min ?? check.warn).toBeTypeOf('number');
  }
  expect(
    thresholds.coverage.map(({ name, scopes, min, warn }) => [
      name,
      scopes,
      min ?? null,
      warn ?? null,
    ]),
  ).toEqual([
    ['minutes_played', ['date', 'season', 'all'], 99, null],
    ['rebounds', ['date', 'season', 'all'], 99, null],
    ['usage_rate', ['date', 'season', 'all'], 95, null],
    ['shot_zones', ['season', 'all'], 40, null],
    ['shot_zones', ['date'], null, 40],
  ]);
});

test('the old thresholds are read in their own keys, over everything at once', () => {
  const thresholds = readThresholds('legacy');
  expect(
    thresholds.coverage.map(({ name, scopes, applies, min }) => ({ name, scopes, applies, min })),
  ).toEqual([
    { name: 'minutes_played', scopes: ['all'], applies: 'active', min: 99 },
    { name: 'usage_rate', scopes: ['all'], applies: 'all_rows', min: 45 },
    { name: 'shot_zones', scopes: ['all'], applies: 'all_rows', min: 40 },
  ]);
  expect(thresholds.min_records.map(({ table, per, min }) => [table, per, min])).toEqual([
    ['nba_analytics.player_game_summary', 'range', 35000],
    ['nba_analytics.team_offense_game_summary', 'range', 11200],
  ]);
  expect(thresholds.composite_dates).toMatchObject([{ min: 88, season_days: 0 }]);
  expect(thresholds.team_rows).toEqual([]);
});

test('an unknown kind of check is shown with a caret and what was probably meant', () => {
  const error = refusal('# mine\ncoverag:\n  - name: usage_rate\n');
  expect(error.message).toBe(
    'gates.yaml:2:1: Unknown key "coverag". Did you mean "coverage"?\n' +
      '  2 | coverag:\n' +
      '    | ^^^^^^^',
  );
  expect(error.exitCode).toBe(2);
  expect(error.next).toBe('Correct "gates.yaml" and try again.');
});

test('an unknown key, a wrong value and a share over 100 are shown where they stand', () => {
  const error = refusal(
    [
      'coverage:',
      '  - name: usage_rate',
      '    table: nba_analytics.player_game_sumary',
      '    columns: [usage_rate]',
      '    scopes: [date, seasn]',
      '    aplies: played',
      '    applies: playd',
      '    min: 950',
      '    why: it is needed',
    ].join('\n'),
  );
  expect(error.message).toBe(
    [
      'gates.yaml:3:12: "coverage.0.table" is "nba_analytics.player_game_sumary"; "nba_analytics.player_game_summary" was wanted. Did you mean "nba_analytics.player_game_summary"?',
      '  3 |     table: nba_analytics.player_game_sumary',
      '    |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^',
      'gates.yaml:5:20: "coverage.0.scopes.1" is "seasn"; one of "date", "season", "all" was wanted. Did you mean "season"?',
      '  5 |     scopes: [date, seasn]',
      '    |                    ^^^^^',
      'gates.yaml:6:5: Unknown key "aplies" in "coverage.0". Did you mean "applies"?',
      '  6 |     aplies: played',
      '    |     ^^^^^^',
      'gates.yaml:7:14: "coverage.0.applies" is "playd"; one of "active", "played", "shot_takers", "all_rows" was wanted. Did you mean "played"?',
      '  7 |     applies: playd',
      '    |              ^^^^^',
      'gates.yaml:8:10: "coverage.0.min" is 950; at most 100 was wanted.',
      '  8 |     min: 950',
      '    |          ^^^',
    ].join('\n'),
  );
});

test('a check without a limit, or a drift of a coverage that is not there, is refused', () => {
  const error = refusal(
    [
      'ambiguous_lookup:',
      '  - {table: nba_analytics.player_game_summary, scopes: [date], applies: listed_players, why: x}',
      'drift:',
      '  - {table: nba_analytics.player_game_summary, of: [usage], scopes: [date], applies: earlier_history, min: 90, why: x}',
    ].join('\n'),
  );
  expect(error.message).toContain(
    'gates.yaml:2:5: "ambiguous_lookup.0" is a map; a check with "min" (red below it) or "warn" (a warning below it) was wanted.',
  );
  const drift = refusal(
    [
      'drift:',
      '  - {table: nba_analytics.player_game_summary, of: [usage], scopes: [date], applies: earlier_history, min: 90, why: x}',
    ].join('\n'),
  );
  expect(drift.message).toContain(
    'gates.yaml:2:53: "drift.0.of.0" is "usage"; the name of a coverage of this file was wanted.\n',
  );
});

test('two coverages of one name must count the same rows and columns', () => {
  const item = (columns: string, scope: string) =>
    `  - {name: zones, table: nba_analytics.player_game_summary, columns: [${columns}], scopes: [${scope}], applies: active, min: 40, why: x}`;
  expect(() =>
    parseThresholds(
      'gates.yaml',
      ['coverage:', item('points', 'date'), item('points', 'all')].join('\n'),
    ),
  ).not.toThrow();
  expect(
    refusal(['coverage:', item('points', 'date'), item('rebounds', 'all')].join('\n')).message,
  ).toContain(
    'gates.yaml:3:12: "coverage.1.name" is "zones"; the same columns and rows as the coverage of that name before it, or another name, were wanted.',
  );
});

test('an unknown key among the old ones is refused too', () => {
  expect(refusal('player_game_summary:\n  minutes_played_pt: 99\n').message).toBe(
    'gates.yaml:2:3: Unknown key "minutes_played_pt" in "player_game_summary". Did you mean "minutes_played_pct"?\n' +
      '  2 |   minutes_played_pt: 99\n' +
      '    |   ^^^^^^^^^^^^^^^^^',
  );
});

test('a file that is not there is refused by name', () => {
  expect(() => readThresholds('/nowhere/gates.yaml')).toThrow(
    expect.objectContaining({ code: 'THRESHOLDS_MISSING', exitCode: 2 }),
  );
});

test('of the old keys each is one check of its own, and one that is left out is none', () => {
  const old = (yaml: string) => {
    const { coverage, min_records, composite_dates, ...others } = parseThresholds('g.yaml', yaml);
    expect(Object.values(others).flat()).toEqual([]);
    return [
      ...coverage.map(({ name, min }) => [name, min]),
      ...min_records.map(({ table, min }) => [table, min]),
      ...composite_dates.map(({ table, min }) => [table, min]),
    ];
  };
  expect(old('team_offense: {min_games: 10}')).toEqual([
    // Two rows a game.
    ['nba_analytics.team_offense_game_summary', 20],
  ]);
  expect(old('player_game_summary: {min_records: 7}')).toEqual([
    ['nba_analytics.player_game_summary', 7],
  ]);
  expect(old('player_game_summary: {usage_rate_pct: 45}')).toEqual([['usage_rate', 45]]);
  expect(old('precompute: {min_coverage_pct: 0}')).toEqual([
    ['nba_precompute.player_composite_factors', 0],
  ]);
  expect(old('player_game_summary: {}\nprecompute: {}\nteam_offense: {}')).toEqual([]);
});

test('a share over 100 and half a record are refused among the old keys too', () => {
  expect(refusal('precompute: {min_coverage_pct: 101}').message).toContain('at most 100');
  expect(refusal('player_game_summary: {min_records: 0.5}').exitCode).toBe(2);
  expect(refusal('player_game_summary: {min_records: -1}').exitCode).toBe(2);
});

test('a file of no checks at all, and an empty one, judge nothing', () => {
  for (const yaml of ['{}', 'coverage: []']) {
    expect(Object.values(parseThresholds('gates.yaml', yaml)).flat()).toEqual([]);
  }
});

test('thresholds that were read cannot be changed', () => {
  for (const yaml of ['coverage: []', 'extends: default', 'precompute: {}']) {
    expect(Object.isFrozen(parseThresholds('gates.yaml', yaml))).toBe(true);
  }
});

test('keys of ours beside old ones are read as ours, and a nearly right "overrides" as extending', () => {
  expect(refusal('coverage: []\nprecompute: {min_coverage_pct: 9}').message).toContain(
    'gates.yaml:2:1: Unknown key "precompute".',
  );
  expect(refusal('override: []').message).toContain('Did you mean "overrides"?');
});
