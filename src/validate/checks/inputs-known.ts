import { quoteLiteral, quoteTable } from '../../replica/identifiers.ts';
import { type Gates, record, recordMissingTable, share, tableOrEmpty } from '../gates.ts';
import { TEAM_OFFENSE } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

const ZONE_INPUTS: readonly string[] = ['player_shot_zone', 'team_defense_zone'];

/**
 * Rows of composite factors, each season, in which an input is known, among players with ten earlier
 * games of the season. Zone inputs count only in seasons in which some game has shots.
 */
export async function inputsKnown(gates: Gates, check: CheckOf<'inputs_known'>): Promise<void> {
  const named = (input: string) => ({ name: `input_known_${input}`, ...check });
  if ((await gates.columnsOf(check.table)).length === 0) {
    for (const input of check.inputs) await recordMissingTable(gates, named(input));
    return;
  }
  const teams = await tableOrEmpty(gates, TEAM_OFFENSE, {
    game_date: 'DATE',
    team_paint_attempts: 'BIGINT',
  });
  const facts = check.inputs.map((input) => {
    const name = quoteLiteral(input);
    const counts = ZONE_INPUTS.includes(input) ? 'bool_or(has_shots)' : 'TRUE';
    return `{input: ${name}, n: CASE WHEN ${counts} THEN count(*) ELSE 0 END,
      missing: count_if(coalesce(contains(missing, ',' || ${name} || ','), FALSE))}`;
  });
  await gates.define(
    'gate_input',
    `WITH seasons AS (
       SELECT c.season, bool_or(t.game_date IS NOT NULL) AS has_shots
       FROM gate_calendar AS c
       LEFT JOIN (SELECT DISTINCT game_date FROM ${teams} WHERE team_paint_attempts IS NOT NULL) AS t
         ON t.game_date = c.game_date
       WHERE c.season_asked GROUP BY c.season),
     rows AS (
       SELECT c.season, ',' || replace(f.missing_data_fields, ' ', '') || ',' AS missing
       FROM ${quoteTable(check.table)} AS f JOIN gate_calendar AS c ON c.game_date = f.game_date
       WHERE c.season_asked AND NOT f.early_season_flag)
     SELECT season, f.input, CAST(f.n AS BIGINT) AS n, CAST(f.missing AS BIGINT) AS missing
     FROM (SELECT season, unnest([${facts.join(', ')}]) AS f FROM rows JOIN seasons USING (season) GROUP BY season)`,
  );
  for (const input of check.inputs) {
    await record(
      gates,
      named(input),
      `WITH seasons AS (SELECT DISTINCT season FROM gate_calendar WHERE season_asked),
       counted AS (SELECT season, n, n - missing AS known FROM gate_input WHERE input = $input AND n > 0)
       SELECT 'season' AS scope, season AS scope_value, coalesce(known, 0) AS numerator,
         coalesce(n, 0) AS denominator, ${share('known', 'n')} AS found,
         CASE WHEN known < n THEN (n - known) || ' rows without ' || $input END AS detail
       FROM seasons LEFT JOIN counted USING (season)`,
      { input },
    );
  }
}
