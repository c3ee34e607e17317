import type { CellRun, CoverageFacts, SeasonCoverage } from '../facts/coverage.ts';

/**
 * A season up to the last date that was computed, or should have been: what the schedule has after it is to come. All of
 * it where nothing was computed.
 */
export function computedDates(
  { tables }: Pick<CoverageFacts, 'tables'>,
  season: SeasonCoverage,
): SeasonCoverage {
  const lengths = season.tables.map((runs, i) =>
    tables[i]!.layer === 'model' ? computedLength(runs) : 0,
  );
  const length = Math.max(0, ...lengths);
  if (length === 0) return season;
  return {
    season: season.season,
    dates: season.dates.slice(0, length),
    tables: season.tables.map((runs) => firstOf(runs, length)),
  };
}

/** Dates to the end of the last run that is more than waiting. */
function computedLength(runs: readonly CellRun[]): number {
  const last = runs.findLastIndex(({ state }) => state !== 'none' && state !== 'coming');
  return runs.slice(0, last + 1).reduce((sum, { length }) => sum + length, 0);
}

function firstOf(runs: readonly CellRun[], dates: number): CellRun[] {
  let left = dates;
  return runs.flatMap((run) => {
    const length = Math.min(left, run.length);
    left -= length;
    return length === 0 ? [] : [{ ...run, length }];
  });
}
