import { seasonLabel, seasonYear } from '../config/seasons.ts';
import type { Replica } from '../replica/replica.ts';
import { refusedByModel } from './models.ts';
import { isOneOf, type PushTable } from './tables.ts';
import { datesReadingRed, upstreamReason } from './upstream.ts';

interface Failure {
  readonly check: string;
  readonly table: string;
  readonly scope: string;
  readonly value: string;
  readonly detail: string | null;
}

/** Says why partitions may not go to production. */
export interface RedFacts {
  /** Reasons by date, of those asked. */
  blocked(table: PushTable, dates: Iterable<string>): Promise<Map<string, string>>;
  /** Dates that a check of the table itself names. */
  ownRedDates(table: PushTable): string[];
}

/**
 * Reads the gates' verdicts from the ledger and applies SPEC 5, "What red stops": a red date blocks its
 * partition and what reads it on the same date; a red season or overall check blocks its table; rows of
 * later dates that read a red date are blocked while it is red. A later date of the same season always
 * reads it (season means, league averages); one of a later season when a window of last games does.
 */
export async function readRed(replica: Replica): Promise<RedFacts> {
  const failures = await replica.rows<Failure>(
    `SELECT check_name AS "check", table_name AS "table", scope, scope_value AS value, detail
     FROM hoopduck.check_result WHERE verdict = 'fail'
     ORDER BY check_name, table_name, scope, scope_value`,
  );
  const checked = await replica.row<{ n: number }>(
    'SELECT count(*) AS n FROM hoopduck.check_result',
  );
  const byModel = await refusedByModel(replica);
  const reading = new Map<string, Promise<Map<string, string>>>();
  const datesReading = (redDates: readonly string[], games: number) => {
    const name = `${games} ${redDates.join()}`;
    if (!reading.has(name)) reading.set(name, datesReadingRed(replica, redDates, games));
    return reading.get(name)!;
  };
  return {
    ownRedDates: (table) =>
      failures
        .filter((failure) => failure.scope === 'date' && failure.table === table.name)
        .map((failure) => failure.value),
    async blocked(table, dates) {
      const reasons = new Map<string, string>();
      const own = ownReasons(failures, table);
      const upstream = redDatesOf(failures, table.sameDate);
      const earlier = [...redDatesOf(failures, table.earlier).keys()].sort();
      const across = await datesReading(table.lastGames > 0 ? earlier : [], table.lastGames);
      for (const date of dates) {
        const season = seasonYear(date);
        const newest = earlier.findLast((red) => red < date);
        const sameSeason = newest !== undefined && seasonYear(newest) === season;
        const before = sameSeason ? newest : across.get(date);
        const sameDate = upstream.get(date);
        const reason =
          (checked?.n === 0 && table.bounded
            ? 'it is not validated yet: run "hoopduck validate" first'
            : undefined) ??
          own.dates.get(date) ??
          own.seasons.get(seasonLabel(season)) ??
          own.all ??
          (sameDate === undefined ? undefined : upstreamReason(date, sameDate)) ??
          (before === undefined ? undefined : upstreamReason(before)) ??
          (table.name.startsWith('nba_predictions.') && table.bounded
            ? byModel.get(date)
            : undefined);
        if (reason !== undefined) reasons.set(date, reason);
      }
      return reasons;
    },
  };
}

function ownReasons(failures: readonly Failure[], table: PushTable) {
  const dates = new Map<string, string>();
  const seasons = new Map<string, string>();
  let all: string | undefined;
  for (const failure of failures) {
    if (failure.table !== table.name) continue;
    const detail = failure.detail === null ? '' : `: ${failure.detail}`;
    const { check, scope, value } = failure;
    if (scope === 'date' && !dates.has(value)) dates.set(value, `check ${check} is red${detail}`);
    else if (scope === 'season' && !seasons.has(value)) {
      seasons.set(value, `check ${check} of season ${value} is red${detail}`);
    } else if (scope === 'all') all ??= `check ${check} of the whole table is red${detail}`;
  }
  return { dates, seasons, all };
}

/** Red dates of any of some tables, each with the first table that is red. */
function redDatesOf(failures: readonly Failure[], tables: readonly string[]): Map<string, string> {
  const dates = new Map<string, string>();
  for (const { scope, table, value } of failures) {
    if (scope === 'date' && isOneOf(table, tables) && !dates.has(value)) dates.set(value, table);
  }
  return dates;
}
