import { seasonLabel, seasonYearSql } from '../../config/seasons.ts';
import { quoteIdentifier, quoteTable } from '../../replica/identifiers.ts';
import type { Replica } from '../../replica/replica.ts';

/** A column whose values are watched. */
export interface Measure {
  readonly table: string;
  readonly column: string;
  /** What it is, for a person. */
  readonly title: string;
  /** Rows that count, in words and in SQL; none: all. */
  readonly rows?: { readonly text: string; readonly sql: string };
}

/** How the values of a column lie; null without any. */
export interface Spread {
  readonly n: number;
  /** Rows without a value, of all rows that count. */
  readonly missing: number;
  readonly mean: number | null;
  readonly p05: number | null;
  readonly p25: number | null;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p95: number | null;
}

export interface SeasonSpread extends Spread {
  readonly season: string;
}

export interface MeasureFacts {
  readonly table: string;
  readonly column: string;
  readonly title: string;
  readonly rows: string | null;
  /** Oldest first. */
  readonly seasons: readonly SeasonSpread[];
}

const PLAYED = { text: 'players who played', sql: 'minutes_played > 0' };

export const MEASURES: readonly Measure[] = [
  {
    table: 'nba_analytics.player_game_summary',
    column: 'usage_rate',
    title: 'Usage rate, percent',
    rows: PLAYED,
  },
  {
    table: 'nba_analytics.player_game_summary',
    column: 'minutes_played',
    title: 'Minutes played',
    rows: PLAYED,
  },
  {
    table: 'nba_analytics.player_game_summary',
    column: 'points',
    title: 'Points of a player',
    rows: PLAYED,
  },
  {
    table: 'nba_analytics.player_game_summary',
    column: 'ts_pct',
    title: 'True shooting share',
    rows: PLAYED,
  },
  {
    table: 'nba_analytics.team_offense_game_summary',
    column: 'pace',
    title: 'Pace, possessions in 48 minutes',
  },
  {
    table: 'nba_analytics.team_offense_game_summary',
    column: 'offensive_rating',
    title: 'Offensive rating, points in 100 possessions',
  },
  {
    table: 'nba_precompute.player_composite_factors',
    column: 'fatigue_score',
    title: 'Fatigue score',
  },
  {
    table: 'nba_precompute.player_composite_factors',
    column: 'total_composite_adjustment',
    title: 'Total composite adjustment',
  },
];

/** SQL text of the figures of a spread over the rows of a group. */
export function spreadSql(value: string): string {
  // One list of quantiles, which DuckDB computes once however often it is named; each by itself would order all values again.
  const all = `quantile_cont(${value}, [0.05, 0.25, 0.5, 0.75, 0.95])`;
  const quantiles = ['p05', 'p25', 'p50', 'p75', 'p95'].map(
    (name, i) => `${all}[${i + 1}] AS ${name}`,
  );
  return `count(${value}) AS n, count(*) - count(${value}) AS missing, CAST(avg(${value}) AS DOUBLE) AS mean, ${quantiles.join(', ')}`;
}

/** The measures whose columns the replica has, by season. */
export async function distributionFacts(replica: Replica): Promise<MeasureFacts[]> {
  const facts: MeasureFacts[] = [];
  for (const { table, column, title, rows } of MEASURES) {
    const names = (await replica.columnsOf(table)).map(({ name }) => name);
    if (!names.includes(column) || !names.includes('game_date')) continue;
    const seasons = await replica.rows<Spread & { year: number }>(
      `SELECT ${seasonYearSql('game_date')} AS year, ${spreadSql(`CAST(${quoteIdentifier(column)} AS DOUBLE)`)}
       FROM ${quoteTable(table)} ${rows === undefined ? '' : `WHERE ${rows.sql}`}
       GROUP BY year ORDER BY year`,
    );
    facts.push({
      table,
      column,
      title,
      rows: rows?.text ?? null,
      seasons: seasons.map(({ year, ...spread }) => ({ season: seasonLabel(year), ...spread })),
    });
  }
  return facts;
}
