import type { Replica } from '../replica/replica.ts';
import { type RedCheck, redChecks, redCheckText } from './red-checks.ts';

/** A game and its teams for which something was not known when its players were predicted. */
export interface GameWithout {
  readonly game_date: string;
  readonly game_id: string | null;
  /** Teams without it, with commas between. */
  readonly teams: string;
}

/** What was known when predictions were made (SPEC 6: predictions are stamped with it). */
export interface WhatWasKnown {
  readonly games: number;
  /** Games of which a team has no valid injury report: who is out is unknown, not nobody. */
  readonly games_without_report: readonly GameWithout[];
  readonly games_without_lines: readonly GameWithout[];
  /** Failed checks that touch the predicted dates, their seasons or the whole. */
  readonly red: readonly RedCheck[];
  /** The stamp of each date that has something to say. */
  readonly stamps: ReadonlyMap<string, string>;
}

/** Looks up what was known for the games of the temporary table `prediction_population`. */
export async function whatWasKnown(
  replica: Replica,
  range: { readonly from: string; readonly to: string; readonly seasons: readonly string[] },
): Promise<WhatWasKnown> {
  const games = await replica.row<{ n: number }>(
    'SELECT count(*) AS n FROM (SELECT DISTINCT game_date, game_id FROM prediction_population)',
  );
  const withoutReport = await gamesWithout(replica, 'hoopduck.stg_injury_report');
  const withoutLines = await gamesWithout(replica, 'hoopduck.stg_game_line');
  const red = await redChecks(replica, { ...range, exclude: [] });
  const stamps = new Map<string, string[]>();
  const dates = await replica.column<string>(
    'SELECT DISTINCT game_date FROM prediction_population ORDER BY 1',
  );
  const wide = red
    .filter(({ scope }) => scope !== 'date')
    .map((check) => `red: ${redCheckText(check)}`);
  for (const date of dates) stamps.set(date, [...wide]);
  for (const check of red) {
    if (check.scope === 'date') stamps.get(check.scope_value)?.push(`red: ${redCheckText(check)}`);
  }
  for (const { date, detail } of await upstreamWarnings(replica, range)) {
    stamps.get(date)?.push(detail);
  }
  stampGames(stamps, withoutReport, 'injury report');
  stampGames(stamps, withoutLines, 'line');
  return {
    games: games?.n ?? 0,
    games_without_report: withoutReport,
    games_without_lines: withoutLines,
    red,
    stamps: new Map(
      [...stamps].filter(([, said]) => said.length > 0).map(([d, s]) => [d, s.join('; ')]),
    ),
  };
}

/** Games of the population of which a team has no row in `table` (game_date, team_abbr). */
async function gamesWithout(replica: Replica, table: string): Promise<GameWithout[]> {
  const known = (await replica.hasTable(table))
    ? `SELECT DISTINCT game_date, team_abbr FROM ${table}`
    : 'SELECT NULL::DATE AS game_date, NULL::VARCHAR AS team_abbr';
  return replica.rows<GameWithout>(
    `SELECT game_date, game_id, string_agg(team_abbr, ',' ORDER BY team_abbr) AS teams
     FROM (SELECT DISTINCT game_date, game_id, team_abbr FROM prediction_population) AS p
     WHERE NOT EXISTS (SELECT 1 FROM (${known}) AS k
                       WHERE k.game_date = p.game_date AND k.team_abbr = p.team_abbr)
     GROUP BY game_date, game_id ORDER BY game_date, game_id`,
  );
}

/** What the ledger says of precompute partitions that were built on a red earlier date. */
async function upstreamWarnings(
  replica: Replica,
  range: { readonly from: string; readonly to: string },
): Promise<{ date: string; detail: string }[]> {
  return replica.rows(
    `SELECT DISTINCT game_date AS date, detail FROM hoopduck.partition
     WHERE starts_with(table_name, 'nba_precompute.') AND starts_with(detail, 'warn: upstream')
       AND game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
     ORDER BY 1, 2`,
    { from: range.from, to: range.to },
  );
}

function stampGames(
  stamps: ReadonlyMap<string, string[]>,
  games: readonly GameWithout[],
  what: string,
): void {
  const counts = new Map<string, number>();
  for (const { game_date: date } of games) counts.set(date, (counts.get(date) ?? 0) + 1);
  for (const [date, n] of counts) {
    stamps.get(date)?.push(`${n} ${n === 1 ? 'game' : 'games'} without ${what}`);
  }
}
