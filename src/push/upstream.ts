import { seasonYear } from '../config/seasons.ts';
import type { Replica } from '../replica/replica.ts';

/** Why a partition is refused that reads a red date of what is upstream; `table`: where, on its own date. */
export function upstreamReason(date: string, table?: string): string {
  return `upstream ${date} is red${table === undefined ? '' : ` in ${table}`}`;
}

/** The red date of such a reason; undefined: it is another reason. */
export function upstreamDate(reason: string): string | undefined {
  return /^upstream (\d{4}-\d{2}-\d{2}) is red/.exec(reason)?.[1];
}

/** A man without a row on a red date may be one whose row is missing, if he was listed this shortly before. */
const LISTING_DAYS = 7;

/**
 * Later dates whose rows read a red date through a player's last games, across seasons: the newest red
 * date by later date. A man reads it when he played on it, or has no row of it although his newest
 * listing, not older than a week, is for a team that plays on it (rows that are missing are what makes
 * many a date red), and he has played fewer than `games` games since. Every man of the population of
 * the later date counts, past or coming. Of a season only the newest red date that he reads matters:
 * later dates of the same season are blocked anyway.
 */
export async function datesReadingRed(
  replica: Replica,
  redDates: readonly string[],
  games: number,
): Promise<Map<string, string>> {
  if (redDates.length === 0) return new Map();
  for (const table of ['population', 'stg_player_game', 'stg_team_game']) {
    if (!(await replica.hasTable(`hoopduck.${table}`))) return new Map();
  }
  const rows = await replica.rows<{ date: string; red: string }>(
    `WITH red AS (
       SELECT unnest(from_json($redDates, '[{"red_date": "DATE", "season": "INTEGER"}]'),
         recursive := true)),
     played AS (
       SELECT player_key, game_date,
         row_number() OVER (PARTITION BY player_key ORDER BY game_date) AS n
       FROM hoopduck.stg_player_game WHERE minutes_played > 0),
     listed AS (
       SELECT red.red_date, red.season, p.player_key, arg_max(p.team_abbr, p.game_date) AS team_abbr,
         max(p.game_date) AS listed_on, arg_max(coalesce(p.minutes_played, 0), p.game_date) AS minutes_played
       FROM red JOIN hoopduck.stg_player_game AS p
         ON p.game_date BETWEEN red.red_date - ${LISTING_DAYS} AND red.red_date
       GROUP BY ALL),
     reader AS (
       SELECT max(l.red_date) AS red_date, l.player_key FROM listed AS l
       SEMI JOIN hoopduck.stg_team_game AS t
         ON t.game_date = l.red_date AND t.team_abbr = l.team_abbr
       WHERE l.listed_on < l.red_date OR l.minutes_played > 0
       GROUP BY l.player_key, l.season),
     counted AS (
       SELECT r.red_date, r.player_key, coalesce(p.n, 0) AS n
       FROM reader AS r ASOF LEFT JOIN played AS p
         ON p.player_key = r.player_key AND r.red_date >= p.game_date),
     reach AS (
       SELECT c.red_date, c.player_key, coalesce(p.game_date, DATE '9999-12-31') AS until
       FROM counted AS c LEFT JOIN played AS p
         ON p.player_key = c.player_key AND p.n = c.n + $games)
     SELECT CAST(p.game_date AS VARCHAR) AS date, CAST(max(r.red_date) AS VARCHAR) AS red
     FROM hoopduck.population AS p JOIN reach AS r
       ON r.player_key = p.player_key AND p.game_date > r.red_date AND p.game_date <= r.until
     GROUP BY p.game_date`,
    {
      redDates: JSON.stringify(
        redDates.map((date) => ({ red_date: date, season: seasonYear(date) })),
      ),
      games,
    },
  );
  return new Map(rows.map(({ date, red }) => [date, red]));
}
