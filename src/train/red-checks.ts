import type { Replica } from '../replica/replica.ts';

/** A failed check as the validate stage left it in the ledger. */
export interface RedCheck {
  readonly check: string;
  readonly table: string;
  readonly scope: string;
  readonly scope_value: string;
  readonly found: number | null;
  readonly wanted: number | null;
  readonly detail: string | null;
}

/**
 * Failed checks that touch a range of dates (SPEC 5, "What red stops"): of any of its dates but the
 * ones left out, of its seasons, and of the whole. Checks of the prediction tables themselves do
 * not count. A date of the range without any row counts too: a hole in it is no licence to train.
 */
export async function redChecks(
  replica: Replica,
  rows: {
    readonly from: string;
    readonly to: string;
    readonly seasons: readonly string[];
    readonly exclude: readonly string[];
  },
): Promise<RedCheck[]> {
  return replica.rows<RedCheck>(
    `SELECT DISTINCT check_name AS "check", table_name AS "table", scope, scope_value, found, wanted, detail
     FROM hoopduck.check_result
     WHERE verdict = 'fail' AND NOT starts_with(table_name, 'nba_predictions.')
       AND (scope = 'all'
         OR (scope = 'season' AND list_contains(string_split($seasons, ','), scope_value))
         OR (scope = 'date' AND scope_value BETWEEN $from AND $to
             AND NOT list_contains(string_split($exclude, ','), scope_value)))
     ORDER BY scope, scope_value, "table", "check"`,
    {
      from: rows.from,
      to: rows.to,
      seasons: rows.seasons.join(','),
      exclude: rows.exclude.join(','),
    },
  );
}

/** One red check in words: `usage_rate of nba_analytics.x (2024-01-15)`. */
export function redCheckText(red: RedCheck): string {
  return `${red.check} of ${red.table} (${red.scope_value})`;
}
