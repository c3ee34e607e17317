import type { Replica } from '../replica/replica.ts';
import { createCalendar, seasonName } from './calendar.ts';
import { countCoverages } from './checks/coverage.ts';
import { openGates } from './gates.ts';
import type { Thresholds } from './thresholds.ts';
import { WELL_BELOW } from './trend.ts';

/** What coverage is summed by. */
export const PERIODS = ['season', 'month', 'week', 'date', 'team'] as const;

export type PeriodKind = (typeof PERIODS)[number];

/** A check over one period. */
export interface PeriodCoverage {
  /** `2023-24`, `2024-01`, the Monday of a week, a date, or a team. */
  readonly period: string;
  readonly numerator: number;
  readonly denominator: number;
  readonly percent: number;
  /** Of the same check over earlier periods, this one left out; null: there are fewer than three. Of a team: over the other teams. */
  readonly median: number | null;
  /** How many periods that median is of. */
  readonly of: number;
  /** Whether the percent is well below that median. */
  readonly falls: boolean;
}

/** A check with its periods in order. */
export interface CheckCoverage {
  readonly check: string;
  readonly table: string;
  readonly periods: readonly PeriodCoverage[];
}

/** Fewer earlier periods say nothing of what is usual. */
const LEAST_HISTORY = 3;

/** SQL text of the period of a date. */
const PERIOD_SQL: Readonly<Record<Exclude<PeriodKind, 'team'>, string>> = {
  season: seasonName('season_year'),
  month: "strftime(game_date, '%Y-%m')",
  week: "CAST(CAST(date_trunc('week', game_date) AS DATE) AS VARCHAR)",
  date: 'CAST(game_date AS VARCHAR)',
};

/**
 * Every check by date, summed by season, month, week or date of the range from the verdicts in the ledger; with `team` every
 * coverage by team, counted on the tables. Each period stands beside the median of the same check over earlier periods
 * of the whole replica, its own left out. Writes nothing.
 */
export async function coverageBy(
  replica: Replica,
  thresholds: Thresholds,
  by: PeriodKind,
  range: { readonly from: string; readonly to: string },
): Promise<CheckCoverage[]> {
  const rows =
    by === 'team'
      ? await byTeam(replica, thresholds, range)
      : await byPeriod(replica, PERIOD_SQL[by], range);
  const checks = new Map<string, { check: string; table: string; periods: PeriodCoverage[] }>();
  for (const { check, table, ...period } of rows) {
    const key = `${check} ${table}`;
    const known = checks.get(key) ?? { check, table, periods: [] };
    known.periods.push(period);
    checks.set(key, known);
  }
  return [...checks.values()];
}

type Counted = PeriodCoverage & { readonly check: string; readonly table: string };

/** Red rows of one date that a check has only where it is red are no coverage; neither are shares of an earlier share. */
const BY_DATE = `scope = 'date' AND verdict <> 'not_evaluated' AND NOT starts_with(check_name, 'drift_')
  AND check_name NOT IN ('recorded_rows', 'unique_key')`;

function byPeriod(
  replica: Replica,
  period: string,
  range: { readonly from: string; readonly to: string },
): Promise<Counted[]> {
  return replica.rows<Counted>(
    `WITH seasons AS (
       SELECT game_date, any_value(season_year) AS season_year FROM hoopduck.stg_game GROUP BY game_date),
     summed AS (
       SELECT check_name, table_name, ${period} AS period, CAST(sum(numerator) AS BIGINT) AS numerator,
         CAST(sum(denominator) AS BIGINT) AS denominator,
         bool_or(scope_value BETWEEN $from AND $to) AS is_asked
       FROM hoopduck.check_result JOIN seasons ON game_date = TRY_CAST(scope_value AS DATE)
       WHERE ${BY_DATE} GROUP BY ALL),
     shares AS (SELECT *, 100.0 * numerator / denominator AS percent FROM summed),
     histories AS (
       SELECT *, count(*) OVER earlier AS "of",
         CASE WHEN count(*) OVER earlier >= ${LEAST_HISTORY} THEN median(percent) OVER earlier END AS median
       FROM shares
       WINDOW earlier AS (PARTITION BY check_name, table_name ORDER BY period ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING))
     SELECT check_name AS "check", table_name AS "table", period, numerator, denominator, percent, median, "of",
       coalesce(100.0 * percent < ${WELL_BELOW} * median, FALSE) AS falls
     FROM histories WHERE is_asked ORDER BY check_name, table_name, period`,
    { from: range.from, to: range.to },
  );
}

async function byTeam(
  replica: Replica,
  thresholds: Thresholds,
  range: { readonly from: string; readonly to: string },
): Promise<Counted[]> {
  const gates = openGates(replica, range);
  await createCalendar(gates);
  await countCoverages(gates, thresholds.coverage);
  return replica.rows<Counted>(
    `WITH shares AS (
       SELECT 'coverage_' || name AS check_name, team_abbr AS period, CAST(sum(known) AS BIGINT) AS numerator,
         CAST(sum(n) AS BIGINT) AS denominator, 100.0 * sum(known) / sum(n) AS percent
       FROM gate_coverage SEMI JOIN (FROM gate_calendar WHERE is_asked) USING (game_date) GROUP BY ALL),
     others AS (
       SELECT a.check_name, a.period, count(*) AS "of", median(b.percent) AS median
       FROM shares AS a JOIN shares AS b ON b.check_name = a.check_name AND b.period <> a.period GROUP BY ALL)
     SELECT check_name AS "check", 'nba_analytics.player_game_summary' AS "table", period, numerator, denominator, percent,
       CASE WHEN "of" >= ${LEAST_HISTORY} THEN median END AS median, coalesce("of", 0) AS "of",
       coalesce("of" >= ${LEAST_HISTORY} AND 100.0 * percent < ${WELL_BELOW} * median, FALSE) AS falls
     FROM shares LEFT JOIN others USING (check_name, period) ORDER BY check_name, period`,
  );
}
