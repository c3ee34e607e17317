import { EXIT, HoopduckError } from '../errors.ts';
import type { Gates } from './gates.ts';

/** SQL text of a season's name, `2023-24`, from its season year. */
export function seasonName(year: string): string {
  return `(${year} || '-' || lpad(CAST((${year} + 1) % 100 AS VARCHAR), 2, '0'))`;
}

/**
 * Makes the temporary table `gate_calendar`: a row for each date with final games, of the whole
 * replica: game_date, season (`2023-24`), final_games, in_range (of the asked dates), season_touched
 * (the range has a date of its season), is_bootstrap (days 0 to 13 of the season).
 * Coming games are expected of no table, so their dates are not in it.
 * @throws HoopduckError NOTHING_TO_VALIDATE (exit 2) when the schedule was never staged.
 */
export async function createCalendar(gates: Gates): Promise<void> {
  if ((await gates.columnsOf('hoopduck.stg_game')).length === 0) {
    throw new HoopduckError(
      'NOTHING_TO_VALIDATE',
      'The replica has no staged games ("hoopduck.stg_game"), so nothing is expected of any table.',
      { next: 'Run "hoopduck sync" and "hoopduck transform" first.', exitCode: EXIT.usage },
    );
  }
  await gates.replica.run(
    `CREATE OR REPLACE TEMP TABLE gate_calendar AS
     WITH dates AS (
       SELECT game_date, any_value(season_year) AS season_year, any_value(season_start) AS season_start,
         count(*) AS final_games
       FROM hoopduck.stg_game WHERE is_final GROUP BY game_date),
     marked AS (
       SELECT game_date, season_year, ${seasonName('season_year')} AS season, final_games,
         game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE) AS in_range,
         game_date < season_start + 14 AS is_bootstrap
       FROM dates)
     SELECT *, bool_or(in_range) OVER (PARTITION BY season_year) AS season_touched
     FROM marked ORDER BY game_date`,
    { from: gates.from, to: gates.to },
  );
}
