import type { Replica } from '../replica/replica.ts';

/** A figure below this percentage of the median of its history is well below it. */
export const WELL_BELOW = 95;

/** A check whose figure of the tested span is well below what it was before. */
export interface Trend {
  readonly check: string;
  readonly table: string;
  readonly from: string;
  readonly to: string;
  readonly percent: number;
  readonly median: number;
  /** Dates that the median is of. */
  readonly of: number;
  /** All of it in a sentence. */
  readonly text: string;
}

/** Fewer earlier dates say nothing of what is usual. */
const LEAST_DATES = 10;
/** A longer range is the history itself: of it the newest dates are tested. */
const LONGEST_SPAN = 7;

/**
 * Every check by date over the newest dates of the range (at most seven) against the median of its dates before them: the
 * tested span is no part of its own history. Gives those that fell well below, whatever their thresholds say.
 */
export async function fallingTrends(
  replica: Replica,
  range: { readonly from: string; readonly to: string },
): Promise<Trend[]> {
  const rows = await replica.rows<Omit<Trend, 'text'>>(
    `WITH dates AS (
       SELECT check_name, table_name, scope_value AS day, numerator, denominator,
         dense_rank() OVER (ORDER BY scope_value DESC) AS place
       FROM hoopduck.check_result
       WHERE scope = 'date' AND verdict <> 'not_evaluated' AND scope_value <= $to AND NOT starts_with(check_name, 'drift_')
         AND check_name NOT IN ('recorded_rows', 'unique_key')),
     marked AS (
       SELECT *, day >= $from AND place <= (
         SELECT least(${LONGEST_SPAN}, greatest(1, max(place) FILTER (day >= $from))) FROM dates) AS is_tested
       FROM dates)
     SELECT check_name AS "check", table_name AS "table", min(day) FILTER (is_tested) AS "from", max(day) FILTER (is_tested) AS "to",
       100.0 * sum(numerator) FILTER (is_tested) / sum(denominator) FILTER (is_tested) AS percent,
       median(100.0 * numerator / denominator) FILTER (NOT is_tested) AS median,
       count(*) FILTER (NOT is_tested) AS "of"
     FROM marked GROUP BY ALL
     HAVING "of" >= ${LEAST_DATES} AND 100.0 * percent < ${WELL_BELOW} * median
     ORDER BY percent / median, 1, 2`,
    { from: range.from, to: range.to },
  );
  return rows.map((row) => ({ ...row, text: trendText(row) }));
}

function trendText({ check, table, from, to, percent, median, of }: Omit<Trend, 'text'>): string {
  const span = from === to ? `on ${from}` : `from ${from} to ${to}`;
  return `${check} of ${table} is ${percent.toFixed(1)}% ${span}, well below the ${median.toFixed(1)}% that was usual on ${of} dates before`;
}
