import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteLiteral } from '../../../src/replica/identifiers.ts';

/** Tip-off, Eastern, of each team's game: what a line or a report has to come before. */
const TIP_OFF = `SELECT game_date, team, max(game_date_est) AS tip FROM (
    SELECT game_date, game_date_est, home_team_tricode AS team FROM nbac_schedule
    UNION ALL SELECT game_date, game_date_est, away_team_tricode FROM nbac_schedule)
  GROUP BY ALL`;

/** Snapshots are in UTC; one whose game has no known tip-off counts as early until 16:00. */
const LINES_BEFORE = `SELECT t.* FROM $table AS t
  LEFT JOIN tip_off AS s ON s.game_date = t.game_date AND s.team = t.home_team_abbr
  WHERE t.game_date < $date OR (t.game_date = $date AND t.snapshot_timestamp < coalesce(
    CAST(timezone('America/New_York', s.tip) AS TIMESTAMP),
    CAST($date AS TIMESTAMP) + INTERVAL 16 HOUR))`;

const BEFORE = 'SELECT * FROM $table WHERE game_date < $date';

/** What was known of each table before the games of $date. */
const KNOWN: Readonly<Record<string, string>> = {
  nbac_gamebook_player_stats: BEFORE,
  nbac_team_boxscore: BEFORE,
  bigdataball_play_by_play: BEFORE,
  bdl_player_boxscores: BEFORE,
  odds_api_game_lines: LINES_BEFORE,
  odds_api_player_points_props: LINES_BEFORE,
  nbac_schedule: `SELECT * REPLACE (
      CASE WHEN game_date < $date THEN game_status ELSE 1 END AS game_status,
      CASE WHEN game_date < $date THEN game_status_text END AS game_status_text,
      CASE WHEN game_date < $date THEN home_team_score END AS home_team_score,
      CASE WHEN game_date < $date THEN away_team_score END AS away_team_score,
      CASE WHEN game_date < $date THEN winning_team_tricode END AS winning_team_tricode)
    FROM nbac_schedule`,
  // A report that came out during the evening may speak of tomorrow, but not of a game that had begun.
  nbac_injury_report: `SELECT t.* FROM nbac_injury_report AS t
    LEFT JOIN tip_off AS s ON s.game_date = t.game_date AND s.team = t.team
    WHERE t.report_date < $date OR (t.report_date = $date
      AND t.report_date + to_minutes(60 * t.report_hour + 30) < CASE WHEN t.game_date <= $date
        THEN s.tip ELSE (SELECT max(tip) FROM tip_off WHERE game_date = $date) END)`,
};

/**
 * Writes what a folder warehouse knew just before the games of a date (SPEC 6, the truncation rule): no box
 * score, team or play row from the date on, its games and later ones as scheduled and without scores, its
 * lines and reports only from before tip-off.
 * @param season only files of this name, such as `2023-24`
 */
export async function writeTruncated(
  warehouse: string,
  target: string,
  date: string,
  season = '*',
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const dataset = join(warehouse, 'nba_raw');
    const tables = Object.keys(KNOWN).filter((table) => existsSync(join(dataset, table)));
    for (const table of tables) {
      const files = quoteLiteral(join(dataset, table, `${season}.parquet`));
      await connection.run(`CREATE VIEW ${table} AS SELECT * FROM read_parquet(${files})`);
    }
    await connection.run(`CREATE TABLE tip_off AS ${TIP_OFF}`);
    for (const table of tables) {
      const folder = join(target, 'nba_raw', table);
      mkdirSync(folder, { recursive: true });
      const known = KNOWN[table]!.replaceAll('$date', `DATE '${date}'`).replaceAll('$table', table);
      const file = quoteLiteral(join(folder, 'known.parquet'));
      await connection.run(`COPY (${known}) TO ${file} (FORMAT parquet)`);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
