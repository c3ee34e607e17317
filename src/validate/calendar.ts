import { EXIT, HoopduckError } from '../errors.ts';
import type { Gates } from './gates.ts';
import { countHeldRows } from './held-rows.ts';

/** SQL text of a season's name, `2023-24`, from its season year. */
export function seasonName(year: string): string {
  return `(${year} || '-' || lpad(CAST((${year} + 1) % 100 AS VARCHAR), 2, '0'))`;
}

/** SQL text of the dates whose verdicts are judged anew when nothing is kept: none is left out. */
const NOTHING_KEPT = 'SELECT CAST(NULL AS DATE) AS game_date WHERE FALSE';

/**
 * Makes the temporary tables that every check reads. `gate_held`: rows by table and date. `gate_kept`: dates whose verdicts are
 * kept. `gate_calendar`: a row for each date with final games, of the whole replica: game_date, season
 * (`2023-24`), final_games, is_bootstrap (days 0 to 13 of the season), is_asked (of the range), is_judged (asked
 * and not kept), season_asked (the range has a date of its season). Seasons and drift are judged of all that is asked: they depend on
 * other dates too, which may have left the schedule, or been judged anew while these were not asked.
 * Coming games are expected of no table, so their dates are not in it.
 * @param kept SQL text that gives the dates (game_date) whose verdicts hold; it may read gate_held
 * @throws HoopduckError NOTHING_TO_VALIDATE (exit 2) when the schedule was never staged.
 */
export async function createCalendar(gates: Gates, kept: string = NOTHING_KEPT): Promise<void> {
  if ((await gates.columnsOf('hoopduck.stg_game')).length === 0) {
    throw new HoopduckError(
      'NOTHING_TO_VALIDATE',
      'The replica has no staged games ("hoopduck.stg_game"), so nothing is expected of any table.',
      { next: 'Run "hoopduck sync" and "hoopduck transform" first.', exitCode: EXIT.usage },
    );
  }
  await countHeldRows(gates);
  await gates.define('gate_kept', kept);
  await gates.define(
    'gate_calendar',
    `WITH dates AS (
       SELECT game_date, any_value(season_year) AS season_year, any_value(season_start) AS season_start,
         count(*) AS final_games
       FROM hoopduck.stg_game WHERE is_final GROUP BY game_date),
     marked AS (
       SELECT d.game_date, season_year, ${seasonName('season_year')} AS season, final_games,
         d.game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE) AS is_asked,
         d.game_date < season_start + 14 AS is_bootstrap, k.game_date IS NOT NULL AS is_kept
       FROM dates AS d LEFT JOIN gate_kept AS k ON k.game_date = d.game_date)
     SELECT *, is_asked AND NOT is_kept AS is_judged, bool_or(is_asked) OVER (PARTITION BY season_year) AS season_asked
     FROM marked ORDER BY game_date`,
    { from: gates.from, to: gates.to },
  );
}
