import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteLiteral } from '../../../src/replica/identifiers.ts';

/**
 * What becomes of the rows that nobody knew before the games of a date: `truncated`, they are gone and games
 * stand as scheduled (SPEC 6); `altered`, they are there and say something else.
 */
export type Variant = 'truncated' | 'altered';

/** Tip-off, Eastern, of each team's game: what a line or a report has to come before. */
export const TIP_OFF = `SELECT game_date, team, max(game_date_est) AS tip FROM (
    SELECT game_date, game_date_est, home_team_tricode AS team FROM $schedule
    UNION ALL SELECT game_date, game_date_est, away_team_tricode FROM $schedule)
  GROUP BY ALL`;

interface Rule {
  /** Joins a row `t` to the tip-off `s` of its game. */
  readonly tipOff?: string;
  /** Whether a row was known before the games of $date. */
  readonly known: string;
  /** What a row says in these columns that is there before its game; without any, it is not there. */
  readonly scheduled?: Readonly<Record<string, string>>;
  /** What an altered row says. */
  readonly altered: Readonly<Record<string, string>>;
  /** What copies of the rows of $date and later say that come when the game has begun; none without. */
  readonly late?: Readonly<Record<string, string>>;
}

const BEFORE = 't.game_date < $date';

const TIP_IN_UTC = "CAST(timezone('America/New_York', s.tip) AS TIMESTAMP)";
const AFTERNOON = 'CAST(t.game_date AS TIMESTAMP) + INTERVAL 16 HOUR';
/** Snapshots are in UTC; one whose game has no known tip-off counts as early until 16:00. */
const LINE = {
  tipOff: 's.game_date = t.game_date AND s.team = t.home_team_abbr',
  known: `t.game_date < $date OR (t.game_date = $date AND CASE WHEN s.tip IS NULL
    THEN t.snapshot_timestamp <= ${AFTERNOON} ELSE t.snapshot_timestamp < ${TIP_IN_UTC} END)`,
};
/** A live line follows the score. */
const LATE_SNAPSHOT = `coalesce(${TIP_IN_UTC}, ${AFTERNOON}) + INTERVAL 1 HOUR`;

/** Every twelfth man who played did not, and who did not play did. */
const PLAYS = `(t.player_status <> 'active' OR hash(t.player_lookup, t.game_date) % 12 <> 0)`;
/** A count that is never the true one; the points stay those of the shots. */
const more = (column: string, by: number) => `coalesce(t.${column}, 0) + ${by}`;
const ofMan = (value: string) => `CASE WHEN ${PLAYS} THEN ${value} END`;
const OTHER_STATUS = `CASE lower(t.injury_status) WHEN 'out' THEN 'available' ELSE 'out' END`;
const OTHER_MINUTES = `(coalesce(TRY_CAST(split_part(t.minutes, ':', 1) AS INTEGER), 0) * 7 + 5) % 41 + 4 || ':30'`;

const RULES: Readonly<Record<string, Rule>> = {
  nbac_gamebook_player_stats: {
    known: BEFORE,
    altered: {
      // Whoever is listed on the date stays listed; later on every fifth man stands on the other side.
      team_abbr: `CASE WHEN t.game_date > $date AND hash(t.player_lookup, t.game_date) % 5 = 0
        THEN CASE t.team_abbr WHEN t.home_team_abbr THEN t.away_team_abbr ELSE t.home_team_abbr END
        ELSE t.team_abbr END`,
      player_status: `CASE WHEN ${PLAYS} THEN 'active' ELSE 'dnp' END`,
      minutes: ofMan(OTHER_MINUTES),
      points: ofMan(
        '2 * coalesce(t.field_goals_made, 0) + coalesce(t.three_pointers_made, 0) + coalesce(t.free_throws_made, 0) + 6',
      ),
      field_goals_made: ofMan(more('field_goals_made', 2)),
      field_goals_attempted: ofMan(more('field_goals_attempted', 5)),
      three_pointers_made: ofMan(more('three_pointers_made', 1)),
      three_pointers_attempted: ofMan(more('three_pointers_attempted', 2)),
      free_throws_made: ofMan(more('free_throws_made', 1)),
      free_throws_attempted: ofMan(more('free_throws_attempted', 2)),
      turnovers: ofMan(more('turnovers', 3)),
      total_rebounds: ofMan(more('total_rebounds', 3)),
      assists: ofMan(more('assists', 4)),
    },
  },
  nbac_team_boxscore: {
    known: BEFORE,
    altered: {
      minutes: `CASE WHEN hash(t.team_abbr, t.game_date) % 2 = 0 THEN '265:00' ELSE t.minutes END`,
      points: '2 * t.fg_made + t.three_pt_made + t.ft_made + 6',
      fg_made: more('fg_made', 2),
      fg_attempted: more('fg_attempted', 5),
      three_pt_made: more('three_pt_made', 1),
      three_pt_attempted: more('three_pt_attempted', 2),
      ft_made: more('ft_made', 1),
      ft_attempted: more('ft_attempted', 2),
      turnovers: more('turnovers', 3),
      offensive_rebounds: more('offensive_rebounds', 2),
    },
  },
  bigdataball_play_by_play: {
    known: BEFORE,
    altered: {
      shot_made: 'NOT coalesce(t.shot_made, FALSE)',
      shot_distance: 'CASE WHEN t.shot_distance <= 8 THEN 17 ELSE 3 END',
    },
  },
  bdl_player_boxscores: {
    known: BEFORE,
    altered: { minutes: OTHER_MINUTES, points: more('points', 5) },
  },
  odds_api_game_lines: {
    ...LINE,
    altered: { outcome_point: 't.outcome_point + 10' },
    late: { snapshot_timestamp: LATE_SNAPSHOT, outcome_point: 't.outcome_point + 25' },
  },
  odds_api_player_points_props: {
    ...LINE,
    altered: { points_line: 't.points_line + 5' },
    late: { snapshot_timestamp: LATE_SNAPSHOT, points_line: 't.points_line + 12' },
  },
  nbac_schedule: {
    known: BEFORE,
    scheduled: {
      game_status: '1',
      game_status_text: 'NULL',
      home_team_score: 'NULL',
      away_team_score: 'NULL',
      winning_team_tricode: 'NULL',
    },
    altered: {
      home_team_score: 't.home_team_score + 3',
      away_team_score: 't.away_team_score + 17',
      winning_team_tricode: 'NULL',
    },
  },
  // A report that came out during the evening may speak of tomorrow, but not of a game that had begun.
  nbac_injury_report: {
    tipOff: 's.game_date = t.game_date AND s.team = t.team',
    known: `t.report_date < $date OR (t.report_date = $date
      AND t.report_date + to_minutes(60 * t.report_hour + 30) < CASE WHEN t.game_date <= $date
        THEN s.tip ELSE (SELECT max(tip) FROM tip_off WHERE game_date = $date) END)`,
    altered: { injury_status: OTHER_STATUS },
    late: { report_date: 't.game_date', report_hour: '23', injury_status: OTHER_STATUS },
  },
};

/** The raw tables of which it is known what was known when. */
export const KNOWN_TABLES: readonly string[] = Object.keys(RULES);

/**
 * SELECT of a raw table's rows in a variant of a date; reads the table `tip_off` (TIP_OFF).
 * @param relation the table's true rows
 */
export function variantSql(
  table: string,
  relation: string,
  variant: Variant,
  date: string,
): string {
  const { tipOff, known, scheduled, altered, late } = RULES[table]!;
  const rows = `${relation} AS t${tipOff === undefined ? '' : ` LEFT JOIN tip_off AS s ON ${tipOff}`}`;
  const saying = (values: Readonly<Record<string, string>>, unless = 'FALSE') => {
    const columns = Object.entries(values).map(
      ([column, value]) => `CASE WHEN ${unless} THEN t.${column} ELSE ${value} END AS ${column}`,
    );
    return `SELECT t.* REPLACE (${columns.join(', ')}) FROM ${rows}`;
  };
  const selects =
    variant === 'altered'
      ? [
          saying(altered, known),
          ...(late === undefined ? [] : [`${saying(late)} WHERE t.game_date >= $date`]),
        ]
      : [
          scheduled === undefined
            ? `SELECT t.* FROM ${rows} WHERE ${known}`
            : saying(scheduled, known),
        ];
  return selects.join(' UNION ALL ').replaceAll('$date', `DATE '${date}'`);
}

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
    const tables = KNOWN_TABLES.filter((table) => existsSync(join(dataset, table)));
    for (const table of tables) {
      const files = quoteLiteral(join(dataset, table, `${season}.parquet`));
      await connection.run(`CREATE VIEW ${table} AS SELECT * FROM read_parquet(${files})`);
    }
    await connection.run(
      `CREATE TABLE tip_off AS ${TIP_OFF.replaceAll('$schedule', 'nbac_schedule')}`,
    );
    for (const table of tables) {
      const folder = join(target, 'nba_raw', table);
      mkdirSync(folder, { recursive: true });
      const file = quoteLiteral(join(folder, 'known.parquet'));
      const known = variantSql(table, table, 'truncated', date);
      await connection.run(`COPY (${known}) TO ${file} (FORMAT parquet)`);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
