import { type DuckDBConnection, DuckDBDateValue } from '@duckdb/node-api';
import { dayOf } from './calendar.ts';

/** One oddity of real warehouses that the sample holds on purpose. */
export interface Plant {
  readonly name: string;
  /** Raw table in which it is to be seen. */
  readonly table: string;
  /** ISO date of the (first) rows. */
  readonly date: string;
  readonly rows: number;
  /** What is odd, and what the pipeline shall make of it. */
  readonly what: string;
}

/** How an oddity is planted: statements with `$date`, the nth date of the last season. */
interface Recipe {
  readonly name: string;
  readonly table: string;
  /** Place of its date among the last season's dates with games, from 0. */
  readonly nth: number;
  readonly what: string;
  readonly sql: readonly string[];
}

/** Dates (by their place in the season) on which the second source of player rows exists. */
export const FALLBACK_NIGHTS = [15, 16, 17];

/** Days a league must last to hold every plant that has a place in its season. */
export const MIN_DAYS = 30;

const FIRST_GAME = '(SELECT min(nba_game_id) FROM games WHERE game_date = $date AND status = 3)';
const FIRST_HOME = '(SELECT arg_min(home_abbr, nba_game_id) FROM games WHERE game_date = $date)';

/** A statement that writes the variant codes of two days into some columns of a table. */
function variants(table: string, columns: readonly string[]): string[] {
  return columns.map(
    (column) =>
      `UPDATE ${table} SET ${column} = v.variant FROM team AS v
       WHERE ${column} = v.abbr AND v.variant IS NOT NULL AND game_date BETWEEN $date AND $date + 1`,
  );
}

/** Every planted oddity of the last season's first weeks. */
const RECIPES: readonly Recipe[] = [
  {
    name: 'minutes-formats',
    table: 'nbac_gamebook_player_stats',
    nth: 2,
    what: "minutes as '', '-', 'null', a plain number and '12:60' (60 seconds carry)",
    sql: [
      `UPDATE nbac_gamebook_player_stats SET minutes = ['', '-', 'null'][1 + nba_player_id % 3]
       WHERE game_date = $date AND player_status <> 'active'`,
      `UPDATE nbac_gamebook_player_stats SET minutes = replace(minutes, ':00', '')
       WHERE game_date = $date AND nba_player_id % 4 = 0 AND minutes LIKE '%:00' AND minutes <> '0:00'`,
      `UPDATE nbac_gamebook_player_stats
       SET minutes = CONCAT(CAST(replace(minutes, ':00', '') AS INTEGER) - 1, ':60')
       WHERE game_date = $date AND nba_player_id % 4 = 1 AND minutes LIKE '%:00' AND minutes <> '0:00'`,
    ],
  },
  {
    name: 'team-codes',
    table: 'nbac_gamebook_player_stats',
    nth: 4,
    what: 'BRK, CHO, PHO, NY, GS, NO, SA, UTAH for two days, in box scores, shots and lines',
    sql: [
      ...variants('nbac_gamebook_player_stats', ['team_abbr', 'home_team_abbr', 'away_team_abbr']),
      ...variants('nbac_team_boxscore', ['team_abbr']),
      ...variants('bigdataball_play_by_play', ['player_1_team_abbr', 'player_2_team_abbr']),
      ...variants('odds_api_game_lines', ['outcome_team_abbr', 'home_team_abbr', 'away_team_abbr']),
    ],
  },
  {
    name: 'raw-lookups',
    table: 'nbac_gamebook_player_stats',
    nth: 5,
    what: 'lookups with accents and letters like đ and ß for a week: the rule folds them',
    sql: [
      `UPDATE nbac_gamebook_player_stats SET player_lookup = lower(replace(player_name, ' ', ''))
       WHERE game_date BETWEEN $date AND $date + 6 AND NOT regexp_full_match(player_name, '[ -~]+')`,
    ],
  },
  {
    name: 'gamebook-rescraped',
    table: 'nbac_gamebook_player_stats',
    nth: 6,
    what: 'every row twice, the older scrape with other points: the newest processed_at wins',
    sql: [
      `INSERT INTO nbac_gamebook_player_stats
       SELECT * REPLACE (points + 2 AS points, processed_at - to_hours(6) AS processed_at)
       FROM nbac_gamebook_player_stats WHERE game_date = $date`,
    ],
  },
  {
    name: 'reversed-game-id',
    table: 'nbac_gamebook_player_stats',
    nth: 7,
    what: 'one game with its id as YYYYMMDD_HOME_AWAY in both box scores: found by date and team',
    sql: ['nbac_gamebook_player_stats', 'nbac_team_boxscore'].map(
      (table) =>
        `UPDATE ${table} SET game_id = CONCAT(
           split_part(game_id, '_', 1), '_', split_part(game_id, '_', 3), '_', split_part(game_id, '_', 2))
         WHERE nba_game_id = ${FIRST_GAME}`,
    ),
  },
  {
    name: 'team-rescraped',
    table: 'nbac_team_boxscore',
    nth: 8,
    what: 'every team row twice, the older scrape short of two attempts: the newest wins',
    sql: [
      `INSERT INTO nbac_team_boxscore
       SELECT * REPLACE (fg_attempted - 2 AS fg_attempted, processed_at - to_hours(6) AS processed_at)
       FROM nbac_team_boxscore WHERE game_date = $date`,
    ],
  },
  {
    name: 'rows-without-team',
    table: 'nbac_gamebook_player_stats',
    nth: 9,
    what: 'inactive rows without a team: that of the newest earlier listing; one never listed leaves',
    sql: [
      `UPDATE nbac_gamebook_player_stats SET team_abbr = NULL
       WHERE game_date = $date AND player_status = 'inactive' AND nba_player_id % 2 = 0`,
      `INSERT INTO nbac_gamebook_player_stats
       SELECT * REPLACE ('Unlisted Visitor' AS player_name, 'unlistedvisitor' AS player_lookup,
         1899999 AS nba_player_id, NULL AS team_abbr)
       FROM nbac_gamebook_player_stats
       WHERE game_date = $date AND player_status = 'inactive' ORDER BY rowid LIMIT 1`,
    ],
  },
  {
    name: 'partial-team-night',
    table: 'nbac_team_boxscore',
    nth: 10,
    what: 'all team rows of the night but two are missing: reconstructed from the players (silver)',
    sql: [
      `DELETE FROM nbac_team_boxscore WHERE game_date = $date AND NOT (is_home AND nba_game_id IN (
         SELECT nba_game_id FROM games WHERE game_date = $date ORDER BY nba_game_id LIMIT 2))`,
    ],
  },
  {
    name: 'live-scrape',
    table: 'nbac_schedule',
    nth: 12,
    what: 'the games scraped while they were played (status 2) with half of the score: final wins',
    sql: [
      `INSERT INTO nbac_schedule
       SELECT * REPLACE (2 AS game_status, 'Half' AS game_status_text, NULL AS winning_team_tricode,
         home_team_score // 2 AS home_team_score, away_team_score // 2 AS away_team_score,
         processed_at - to_hours(10) AS processed_at)
       FROM nbac_schedule WHERE game_date = $date AND game_status = 3`,
    ],
  },
  {
    name: 'inconsistent-team-row',
    table: 'nbac_team_boxscore',
    nth: 13,
    what: 'a team row with 0 points is no source: reconstructed from the players',
    sql: [
      `UPDATE nbac_team_boxscore SET points = 0 WHERE game_date = $date AND team_abbr = ${FIRST_HOME}`,
    ],
  },
  {
    name: 'shots-rescraped',
    table: 'bigdataball_play_by_play',
    nth: 14,
    what: 'the shots of one game twice, the older scrape with made and missed exchanged',
    sql: [
      `INSERT INTO bigdataball_play_by_play
       SELECT * REPLACE (NOT shot_made AS shot_made, processed_at - to_hours(3) AS processed_at)
       FROM bigdataball_play_by_play WHERE game_date = $date AND bdb_game_id = CAST(${FIRST_GAME} AS BIGINT)`,
    ],
  },
  {
    name: 'gamebook-lacks-player',
    table: 'nbac_gamebook_player_stats',
    nth: 16,
    what: 'a scorer is missing from the gamebook: taken from bdl_player_boxscores, which has that night',
    sql: [
      `DELETE FROM nbac_gamebook_player_stats WHERE rowid = (
         SELECT min(b.rowid) FROM nbac_gamebook_player_stats AS b
         JOIN player AS p ON p.nba_player_id = b.nba_player_id AND p.lookup = p.plain_lookup
         WHERE b.game_date = $date AND b.points >= 10 AND regexp_full_match(p.name, '[ -~]+'))`,
    ],
  },
  {
    name: 'nickname-in-shots',
    table: 'bigdataball_play_by_play',
    nth: 18,
    what: 'a shooter under a name that no box score knows: found by his number of attempts',
    sql: [
      `UPDATE bigdataball_play_by_play SET player_1_name = 'Bub Nickname', player_1_lookup = 'bubnickname'
       WHERE game_date = $date AND player_1_lookup = (
         SELECT min(player_1_lookup) FROM bigdataball_play_by_play
         WHERE game_date = $date AND bdb_game_id = CAST(${FIRST_GAME} AS BIGINT))`,
    ],
  },
  {
    name: 'postponed-game',
    table: 'nbac_schedule',
    nth: 20,
    what: 'a game first scheduled for an earlier date on which neither team played: the newest row says when it was',
    sql: [
      `INSERT INTO nbac_schedule
       WITH idle AS (
         SELECT g.nba_game_id, max(d.game_date) AS first_date
         FROM games AS g
         JOIN (SELECT DISTINCT game_date FROM games) AS d
           ON d.game_date BETWEEN g.game_date - 12 AND g.game_date - 2
         WHERE g.game_date BETWEEN $date AND $date + 4 AND g.status = 3
           AND NOT EXISTS (SELECT 1 FROM games AS o WHERE o.game_date = d.game_date
             AND (o.home IN (g.home, g.away) OR o.away IN (g.home, g.away)))
         GROUP BY g.nba_game_id ORDER BY g.nba_game_id LIMIT 1
       )
       SELECT s.* REPLACE (i.first_date AS game_date, 'PPD' AS game_status_text,
         s.game_date_est - to_days(s.game_date - i.first_date) AS game_date_est,
         s.processed_at - to_days(20) AS processed_at)
       FROM nbac_schedule AS s JOIN idle AS i ON i.nba_game_id = s.game_id
       WHERE s.game_status = 1`,
    ],
  },
  {
    name: 'equal-scrapes',
    table: 'nbac_gamebook_player_stats',
    nth: 22,
    what: 'rows of one game twice with one processed_at, one copy with holes: the fuller row wins',
    sql: [
      `INSERT INTO nbac_gamebook_player_stats
       SELECT * REPLACE (points + 1 AS points, NULL AS plus_minus, NULL AS personal_fouls)
       FROM nbac_gamebook_player_stats
       WHERE nba_game_id = ${FIRST_GAME} AND player_status = 'active'`,
    ],
  },
  {
    name: 'renamed-man',
    table: 'nbac_gamebook_player_stats',
    nth: 23,
    what: 'a scorer is a Jr. from this date on, with the id that he always had: one man, two lookups',
    sql: [
      `CREATE TABLE renamed AS SELECT b.nba_player_id, b.player_lookup AS lookup
       FROM nbac_gamebook_player_stats AS b JOIN player AS p
         ON p.nba_player_id = b.nba_player_id AND p.lookup = p.plain_lookup
       WHERE b.game_date = $date AND b.points IS NOT NULL AND regexp_full_match(p.name, '[ -~]+')
       ORDER BY b.points DESC, b.nba_player_id LIMIT 1`,
      `UPDATE nbac_gamebook_player_stats AS b
       SET player_name = CONCAT(player_name, ' Jr.'), player_lookup = CONCAT(player_lookup, 'jr')
       FROM renamed AS r WHERE r.nba_player_id = b.nba_player_id AND game_date >= $date`,
      `UPDATE odds_api_player_points_props AS b
       SET player_name = CONCAT(player_name, ' Jr.'), player_lookup = CONCAT(player_lookup, 'jr')
       FROM renamed AS r WHERE r.lookup = b.player_lookup AND game_date >= $date`,
      `UPDATE nbac_injury_report AS b
       SET player_full_name = CONCAT(player_full_name, ' Jr.'), player_lookup = CONCAT(player_lookup, 'jr')
       FROM renamed AS r WHERE r.lookup = b.player_lookup AND game_date >= $date`,
    ],
  },
];

/**
 * Plants every oddity into the raw tables. None of them makes a date red: each has a right reading.
 * @param dates ISO dates with played games of the last season, in order.
 */
export async function plantOddities(
  connection: DuckDBConnection,
  dates: readonly string[],
): Promise<Plant[]> {
  const plants: Plant[] = [];
  for (const { name, table, nth, what, sql } of RECIPES) {
    const date = dates[nth]!;
    let rows = 0;
    for (const statement of sql) {
      const bound = statement.includes('$date') ? { date: new DuckDBDateValue(dayOf(date)) } : {};
      const result = await connection.run(statement, bound);
      rows += result.rowsChanged;
    }
    plants.push({ name, table, date, rows, what });
  }
  return plants;
}
