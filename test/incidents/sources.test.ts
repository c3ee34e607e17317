import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { quoteIdentifier, quoteLiteral } from '../../src/replica/identifiers.ts';
import { Replica } from '../../src/replica/replica.ts';
import { queryReplica } from '../pipeline/support/state.ts';
import { explains } from './support/explains.ts';
import { morning } from './support/hoopduck.ts';
import {
  disturbed,
  FALLBACK,
  league,
  NEXT_NIGHT,
  NIGHT,
  PLAYERS,
  PLAYS,
  plant,
  restore,
  TEAMS,
} from './support/league.ts';
import { record, tells } from './support/record.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

test('of scrapes with different values the newest counts; a newest one that is wrong is red', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [TEAMS, PLAYERS],
    `INSERT INTO ${TEAMS} SELECT * REPLACE (fg_attempted - 4 AS fg_attempted, turnovers + 3 AS turnovers,
       processed_at - INTERVAL 5 HOUR AS processed_at) FROM ${TEAMS} WHERE game_date = '${NIGHT}'`,
    `INSERT INTO ${PLAYERS} SELECT * REPLACE (points + 2 AS points, '48:00' AS minutes,
       processed_at - INTERVAL 5 HOUR AS processed_at) FROM ${PLAYERS} WHERE game_date = '${NIGHT}'`,
    `INSERT INTO ${TEAMS} SELECT * REPLACE (fg_attempted - 4 AS fg_attempted, turnovers + 3 AS turnovers,
       processed_at + INTERVAL 5 HOUR AS processed_at) FROM ${TEAMS}
     WHERE game_date = '${NEXT_NIGHT}' AND team_abbr = 'NYK'`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(1);
  expect((await disturbed(workspace)).filter((name) => name.endsWith(NIGHT))).toEqual([]);
  const explained = await explains(workspace, 'reconciliation', NEXT_NIGHT, {
    verdict: 'fail',
    incident: 'Duplicated scrapes with different values',
    command: 'hoopduck run',
  });
  record({
    name: 'Duplicated scrapes with different values',
    explained,
    verdict: 'repaired',
    before:
      'a table held several scrapes of a game with different figures, and which of them counted was left to chance.',
    now: 'of each key one row counts: the newest, then the fuller one. A night that is there twice, the older scrape with other figures, is the same, digest by digest. When the newest scrape itself is wrong, `reconciliation` is red with both figures.',
    message: tells(
      said,
      'nba_raw.nbac_gamebook_player_stats: restated 2024-12-13',
      'nba_raw.nbac_team_boxscore: restated 2024-12-13, 2024-12-14',
      'red  reconciliation of nba_analytics.player_game_summary, 2024-12-14: 93.75% found, 100% wanted (NYK FGA 83 of players, 79 of the team, TOV 12 of players, 15 of the team (game 20241214_NYK_GSW))',
    ),
  });
});

test('one game of eight in the second source, and nothing in the first, is red for the other seven', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [PLAYERS, FALLBACK],
    `INSERT INTO ${FALLBACK} BY NAME
     SELECT p.player_name AS player_full_name, p.total_rebounds AS rebounds, p.* EXCLUDE (player_name, total_rebounds,
       nba_game_id, home_team_abbr, away_team_abbr, nba_player_id, player_status, dnp_reason, plus_minus)
     FROM ${PLAYERS} AS p WHERE game_date = '${NIGHT}' AND team_abbr IN ('CHA', 'LAL')`,
    `DELETE FROM ${PLAYERS} WHERE game_date = '${NIGHT}'`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(1);
  const explained = await explains(workspace, 'completeness_players', NIGHT, {
    verdict: 'fail',
    incident: 'A fallback source with one game of eight',
    command: 'hoopduck run',
  });
  record({
    name: 'A fallback source with one game of eight',
    explained,
    verdict: 'caught',
    before:
      'the second source had rows of the date, so that the night passed with one game of eight.',
    now: 'the choice between sources is made for each player and game, never for a table or a night, and the schedule says what a night must hold: `completeness_players` names the seven games.',
    message: tells(
      said,
      'warning: nba_raw.nbac_gamebook_player_stats: removed, no longer in the warehouse: 2024-12-13',
      'nba_raw.bdl_player_boxscores: 34 rows of 1 new date, 2024-12-13',
      'red  completeness_players of nba_analytics.player_game_summary, 2024-12-13: 12.50% found, 100% wanted (no players of BOS, no players of MEM (game 20241213_MEM_BOS); no players of CLE, no players of MIL (game 20241213_MIL_CLE); no players of DEN, no players of MIN (game 20241213_MIN_DEN); no players of LAC, no players of ORL (game 20241213_ORL_LAC); no players of PHX, no players of POR (game 20241213_PHX_POR); no players of ATL, no players of SAS (game 20241213_SAS_ATL); no players of TOR, no players of WAS (game 20241213_TOR_WAS))',
    ),
  });
});

test('play-by-play that comes late is named game by game, and the night is the same once it is there', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [PLAYS],
    `DELETE FROM ${PLAYS} WHERE game_date = '${NIGHT}' AND bdb_game_id NOT IN (22400340, 22400341)`,
    `DELETE FROM ${PLAYS} WHERE game_date = '${NEXT_NIGHT}'`,
  );
  const late = await morning(workspace);
  expect(late.exitCode).toBe(0);
  const explained = await explains(workspace, 'games_with_shots', NIGHT, {
    verdict: 'warn',
    incident: 'Late play-by-play',
    command: 'hoopduck run',
  });
  expect(await disturbed(workspace)).not.toEqual([]);

  await restore(workspace, PLAYS);
  const there = await morning(workspace);

  expect(there.exitCode).toBe(0);
  expect(await disturbed(workspace)).toEqual([]);
  record({
    name: 'Late play-by-play',
    explained,
    verdict: 'repaired',
    before:
      'play-by-play arrived after its night was computed, and the night was not computed again.',
    now: 'zones without shots are unknown, never zero. `games_with_shots` and `dates_with_rows` warn of the games and dates that lack them. When they come, the night and whatever reads it is rebuilt, and everything is as if they had been there at once, digest by digest.',
    message: [
      ...tells(
        late,
        'warn dates_with_rows of nba_raw.bigdataball_play_by_play, all: 98.30% found, 100% wanted (1 of 59 dates without rows: 2024-12-14 (rows from 2024-10-22 to 2024-12-20))',
        'warn games_with_shots of nba_analytics.team_offense_game_summary, 2024-12-13: 25% found, 100% wanted (no shots of 20241213_MEM_BOS, 20241213_MIL_CLE, 20241213_MIN_DEN, 20241213_ORL_LAC, 20241213_SAS_ATL, 20241213_TOR_WAS)',
      ),
      ...tells(
        there,
        'nba_raw.bigdataball_play_by_play: 2,794 rows of 1 new date, 2024-12-14',
        'nba_raw.bigdataball_play_by_play: restated 2024-12-13',
      ),
    ],
  });
});

test('NaN and infinity become unknown, not a number of any table, and a total that misses them is red', async () => {
  const workspace = await league();
  await plant(
    workspace,
    [PLAYERS, 'odds_api_game_lines'],
    `ALTER TABLE ${PLAYERS} ALTER points TYPE DOUBLE`,
    `UPDATE ${PLAYERS} SET points = 'nan' WHERE points IS NULL`,
    `UPDATE ${PLAYERS} SET points = 'infinity' WHERE game_date = '${NIGHT}' AND team_abbr = 'LAL' AND points > 20`,
    `UPDATE odds_api_game_lines SET outcome_point = 'infinity' WHERE game_date = '${NIGHT}'`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(1);
  const doubles = await queryReplica<{ table: string; name: string }>(
    workspace,
    `SELECT schema_name || '.' || table_name AS "table", column_name AS name FROM duckdb_columns()
     WHERE data_type = 'DOUBLE' AND schema_name IN ('nba_analytics', 'nba_precompute')`,
  );
  const counts = doubles.map(
    ({ table, name }) =>
      `SELECT count(*) AS n FROM ${table} WHERE NOT isfinite(${quoteIdentifier(name)})`,
  );
  expect(
    await queryReplica(
      workspace,
      `SELECT sum(n)::INTEGER AS n FROM (${counts.join(' UNION ALL ')})`,
    ),
  ).toEqual([{ n: 0 }]);
  const explained = await explains(workspace, 'reconciliation', NIGHT, {
    verdict: 'fail',
    incident: 'NaN and infinity',
    command: 'hoopduck run',
  });
  record({
    name: 'NaN and infinity',
    explained,
    verdict: 'caught',
    before:
      'a figure that was missing came as NaN or infinity, and made every mean that it entered the same.',
    now: 'a figure that is not finite is unknown from the moment it lands, and a line that is none is left out; no published table holds one. Where it stood for a figure that counts, `reconciliation` is red.',
    message: tells(
      said,
      'warning: nba_raw.nbac_gamebook_player_stats: the column "points" is DOUBLE now, it was INTEGER; it is taken',
      'nba_raw.nbac_gamebook_player_stats: restated 2024-12-13',
      'nba_raw.odds_api_game_lines: restated 2024-12-13',
      'red  reconciliation of nba_analytics.player_game_summary, 2024-12-13: 93.75% found, 100% wanted (LAL points 56 of players, 99 of the team (game 20241213_CHA_LAL))',
    ),
  });
});

test('a file of 0 bytes is refused by name, one without rows takes nothing away, a table without rows is red', async () => {
  const workspace = await league();
  const empty = join(workspace, 'warehouse', 'nba_raw', PLAYERS, '2025-26.parquet');
  writeFileSync(empty, '');
  const broken = await morning(workspace);
  expect(broken.exitCode).toBe(3);
  expect(await disturbed(workspace)).toEqual([]);

  await writeWithoutRows(join(dirname(empty), '2024-25.parquet'), empty);
  const beside = await morning(workspace);
  expect(beside.exitCode).toBe(0);
  expect(await disturbed(workspace)).toEqual([]);

  rmSync(empty);
  await plant(workspace, [PLAYERS], `DELETE FROM ${PLAYERS}`);
  const gone = await morning(workspace);
  expect(gone.exitCode).toBe(1);
  const explained = await explains(
    workspace,
    'dates_with_rows:nba_raw.nbac_gamebook_player_stats',
    'all',
    { verdict: 'fail', incident: 'Empty files', command: 'hoopduck run' },
  );
  record({
    name: 'Empty files',
    explained,
    verdict: 'caught',
    before: 'a file was there and empty, and was taken for a night without games.',
    now: 'a file that is no Parquet stops sync before anything is touched, and names itself. A file without rows beside others takes nothing away. Dates that a table had and has no more are removed from the replica and named, and what the schedule expects of them is red or, where it can be rebuilt, a warning.',
    message: [
      ...tells(
        broken,
        'error[SOURCE_BROKEN]: The file "league/warehouse/nba_raw/nbac_gamebook_player_stats/2025-26.parquet" cannot be read as Parquet: it has 0 bytes.',
        'next: Write the file again from its source, or take it away; then run the same command.',
      ),
      ...tells(
        gone,
        'warning: nba_raw.nbac_gamebook_player_stats: removed, no longer in the warehouse: 2024-10-18, 2024-10-22, 2024-10-23, 2024-10-24, 2024-10-25 and 55 more dates',
        'red  dates_with_rows of nba_raw.nbac_gamebook_player_stats, all: 0% found, 100% wanted (the table has no rows)',
        'red  min_records of nba_analytics.player_game_summary, all: 452 rows found, 7700 rows wanted (rows of 385 final games)',
      ),
    ],
  });
});

/** Writes a Parquet file with the columns of another one and without rows. */
async function writeWithoutRows(like: string, file: string): Promise<void> {
  const replica = await Replica.open(':memory:');
  try {
    await replica.run(
      `COPY (SELECT * FROM read_parquet(${quoteLiteral(like)}) LIMIT 0) TO ${quoteLiteral(file)} (FORMAT parquet)`,
    );
  } finally {
    replica.close();
  }
}
