import type { DuckDBConnection } from '@duckdb/node-api';
import { dateOf } from './calendar.ts';
import type { Plant } from './plants.ts';
import type { SimulatedLeague } from './simulate.ts';

/** An oddity that the simulation itself brings about, and how its rows are found. */
interface Finding {
  readonly name: string;
  readonly table: string;
  readonly what: string;
  /** Condition on the table's rows, which has a `game_date`. */
  readonly where: string;
}

const FINDINGS: readonly Finding[] = [
  {
    name: 'id-prefixed-lookups',
    table: 'bigdataball_play_by_play',
    what: "lookups with the man's id in front, from October 2024 on",
    where: "regexp_full_match(player_1_lookup, '[0-9]{7}.*')",
  },
  {
    name: 'suffix-left-out-of-shots',
    table: 'bigdataball_play_by_play',
    what: 'a man with III in the box score and without it in play-by-play',
    where:
      'player_1_lookup IN (SELECT play_lookup FROM player WHERE play_lookup <> lookup UNION ALL SELECT prefixed_lookup FROM player WHERE play_lookup <> lookup)',
  },
  {
    name: 'line-after-tip-off',
    table: 'odds_api_game_lines',
    what: 'a snapshot of a live game: a leak if it were used',
    where: 'snapshot_timestamp > commence_time',
  },
  {
    name: 'player-line-after-tip-off',
    table: 'odds_api_player_points_props',
    what: 'a points line of a live game: a leak if it were used',
    where: 'snapshot_timestamp > game_start_time',
  },
  {
    name: 'evening-before-report',
    table: 'nbac_injury_report',
    what: 'the report of the evening before, replaced by the one of the day',
    where: 'report_date < game_date',
  },
  {
    name: 'cleared-man',
    table: 'nbac_injury_report',
    what: "out by the evening's report, available by the day's: he plays",
    where: "injury_status = 'Available'",
  },
  {
    name: 'active-without-minutes',
    table: 'nbac_gamebook_player_stats',
    what: 'active with 0:00: neither dnp nor played',
    where: "player_status = 'active' AND minutes = '0:00'",
  },
  {
    name: 'overtime',
    table: 'nbac_team_boxscore',
    what: 'games of 265 minutes and more',
    where: "minutes <> '240:00'",
  },
];

/** Lists what the simulation brought about by itself, with its first date and number of rows. */
export async function findOddities(
  connection: DuckDBConnection,
  { trades }: SimulatedLeague,
): Promise<Plant[]> {
  const plants: Plant[] = [];
  for (const { name, table, what, where } of FINDINGS) {
    const reader = await connection.runAndReadAll(
      `SELECT CAST(min(game_date) AS VARCHAR), CAST(count(*) AS INTEGER) FROM ${table} WHERE ${where}`,
    );
    const [date, rows] = reader.getRows()[0] as [string | null, number];
    if (date !== null) plants.push({ name, table, date, rows, what });
  }
  for (const { player, day } of trades) {
    plants.push({
      name: 'traded-man',
      table: 'nbac_gamebook_player_stats',
      date: dateOf(day),
      rows: 1,
      what: `${player.lookup} plays for another team from this date on`,
    });
  }
  return plants;
}
