/** First regular-season date of each known season, ascending, by season year (SPEC, quirk 8). */
export const SEASON_STARTS: readonly (readonly [year: number, start: string])[] = [
  [2015, '2015-10-27'],
  [2016, '2016-10-25'],
  [2017, '2017-10-17'],
  [2018, '2018-10-16'],
  [2019, '2019-10-22'],
  [2020, '2020-12-22'],
  [2021, '2021-10-19'],
  [2022, '2022-10-18'],
  [2023, '2023-10-24'],
  [2024, '2024-10-22'],
  [2025, '2025-10-21'],
];

/**
 * The season year of an ISO date: that of the newest listed start on or before it, so that October
 * 2020 belongs to 2019-20. Before the first listed season, and from the October after the start of
 * the last one on, the month decides: October to December belong to that year's season, the other
 * months to the season of the year before.
 */
export function seasonYear(date: string): number {
  const year = Number(date.slice(0, 4));
  const byMonth = Number(date.slice(5, 7)) >= 10 ? year : year - 1;
  const listed = SEASON_STARTS.findLast(([, start]) => start <= date);
  if (listed === undefined) return byMonth;
  return listed === SEASON_STARTS.at(-1) ? Math.max(listed[0], byMonth) : listed[0];
}

/** `2024-25` of the season year 2024. */
export function seasonLabel(year: number): string {
  return `${year}-${String((year + 1) % 100).padStart(2, '0')}`;
}

/** The season year of a SQL date as SQL text: the same rule as `seasonYear`. */
export function seasonYearSql(date: string): string {
  const [last, ...others] = [...SEASON_STARTS].reverse();
  const byMonth = `(year(${date}) - CASE WHEN month(${date}) >= 10 THEN 0 ELSE 1 END)`;
  const listed = others.map(([year, start]) => `WHEN ${date} >= DATE '${start}' THEN ${year}`);
  return `CASE WHEN ${date} >= DATE '${last![1]}' THEN greatest(${last![0]}, ${byMonth})
    ${listed.join(' ')} ELSE ${byMonth} END`;
}
