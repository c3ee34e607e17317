import type { Replica } from '../replica/replica.ts';

/** The longest window of a player's last games in SPEC 4: `..._last_20`. */
const PLAYER_WINDOW_GAMES = 20;

/** A team that plays on a red date has its men listed within this many days before it. */
const LISTING_DAYS = 30;

/**
 * Later dates whose rows read a red date through a player's last games, across seasons: the newest red
 * date by later date. A man reads it when his newest listing up to it is for a team that plays on it
 * (so that men whose rows of it are missing count too) and he has played fewer than 20 games since.
 * Takes every man of the population of the later date, past or coming.
 */
export async function datesReadingRed(
  replica: Replica,
  redDates: readonly string[],
): Promise<Map<string, string>> {
  if (redDates.length === 0) return new Map();
  for (const table of ['population', 'stg_player_game', 'stg_team_game']) {
    if (!(await replica.hasTable(`hoopduck.${table}`))) return new Map();
  }
  const rows = await replica.rows<{ date: string; red: string }>(
    `WITH red AS (SELECT unnest(from_json($redDates, '["DATE"]')) AS red_date),
     played AS (
       SELECT player_key, game_date,
         row_number() OVER (PARTITION BY player_key ORDER BY game_date) AS n
       FROM hoopduck.stg_player_game WHERE minutes_played > 0),
     listed AS (
       SELECT red.red_date, p.player_key, arg_max(p.team_abbr, p.game_date) AS team_abbr
       FROM red JOIN hoopduck.stg_player_game AS p
         ON p.game_date BETWEEN red.red_date - ${LISTING_DAYS} AND red.red_date
       GROUP BY ALL),
     reader AS (
       SELECT l.red_date, l.player_key FROM listed AS l
       SEMI JOIN hoopduck.stg_team_game AS t
         ON t.game_date = l.red_date AND t.team_abbr = l.team_abbr),
     counted AS (
       SELECT r.red_date, r.player_key, coalesce(p.n, 0) AS n
       FROM reader AS r ASOF LEFT JOIN played AS p
         ON p.player_key = r.player_key AND r.red_date >= p.game_date),
     reach AS (
       SELECT c.red_date, c.player_key, coalesce(p.game_date, DATE '9999-12-31') AS until
       FROM counted AS c LEFT JOIN played AS p
         ON p.player_key = c.player_key AND p.n = c.n + ${PLAYER_WINDOW_GAMES})
     SELECT CAST(p.game_date AS VARCHAR) AS date, CAST(max(r.red_date) AS VARCHAR) AS red
     FROM hoopduck.population AS p JOIN reach AS r
       ON r.player_key = p.player_key AND p.game_date > r.red_date AND p.game_date <= r.until
     GROUP BY p.game_date`,
    { redDates: JSON.stringify(redDates) },
  );
  return new Map(rows.map(({ date, red }) => [date, red]));
}
