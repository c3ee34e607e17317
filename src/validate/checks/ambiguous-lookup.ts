import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import type { CheckOf } from '../thresholds.ts';

/** Listed players of each date whose lookup names one man (SPEC 2, quirk 6). */
export async function ambiguousLookup(
  gates: Gates,
  check: CheckOf<'ambiguous_lookup'>,
): Promise<void> {
  const identity = { name: 'ambiguous_lookup', ...check };
  if ((await gates.columnsOf('hoopduck.stg_player_game')).length === 0) {
    return recordMissingTable(gates, identity);
  }
  await record(
    gates,
    identity,
    `WITH counted AS (
       SELECT p.game_date, count(*) AS n, count_if(NOT p.is_ambiguous) AS known
       FROM hoopduck.stg_player_game AS p GROUP BY p.game_date),
     named AS (
       SELECT game_date, player_lookup,
         player_lookup || ' is ' || count(*) || ' players ('
           || string_agg(coalesce(CAST(nba_player_id AS VARCHAR), '?') || ' of ' || coalesce(team_abbr, '?'),
                ', ' ORDER BY nba_player_id, team_abbr) || ')' AS label
       FROM hoopduck.stg_player_game WHERE is_ambiguous GROUP BY game_date, player_lookup),
     details AS (
       SELECT game_date, string_agg(label, '; ' ORDER BY player_lookup) AS detail
       FROM named GROUP BY game_date)
     SELECT 'date' AS scope, CAST(c.game_date AS VARCHAR) AS scope_value,
       coalesce(known, 0) AS numerator, coalesce(n, 0) AS denominator, ${share('known', 'n')} AS found, detail
     FROM gate_calendar AS c
     LEFT JOIN counted AS k ON k.game_date = c.game_date
     LEFT JOIN details AS d ON d.game_date = c.game_date
     WHERE c.is_judged`,
  );
}
