import type { Replica } from '../../replica/replica.ts';
import type { Dataset } from '../dataset.ts';
import { dayNumber } from '../dates.ts';
import type { FeatureNeed, FeatureSet } from '../feature-sets.ts';
import type { Matrix } from '../matrix.ts';
import { quantileOf } from '../quantile.ts';
import {
  type Bins,
  binCount,
  binOf,
  spanCounts,
  stabilityIndex,
  type WeekCounts,
} from './stability.ts';

/** The artefact's file of what the training rows look like. */
export const DISTRIBUTIONS = 'distributions.json';

/** How the values of a feature lie in the reference. */
export interface FeatureDistribution extends Bins {
  readonly name: string;
  readonly needs: FeatureNeed | null;
  /** A stability index above this is an alarm: one for each of `SPANS`. */
  readonly limits: readonly number[];
  /** Rows of each bin by week of the season, from 0; null: the reference has no such week. */
  readonly weeks: readonly (readonly number[] | null)[];
}

/** Of how many rows the lines, or the report, were known: `[rows, known]` by week of the season. */
export type KnownByWeek = readonly (readonly [rows: number, known: number] | null)[];

/** `distributions.json` of an artefact: the reference that later rows are held against. */
export interface Distributions {
  readonly table: string;
  /** Seasons of the reference by their first year: the newest ones of the training. */
  readonly seasons: readonly number[];
  /** Rows of the reference by week of the season, from 0. */
  readonly rows: readonly number[];
  /** The column that is known exactly where lines, or reports, are; null: no feature needs them. */
  readonly presence: Readonly<Record<FeatureNeed, string | null>>;
  /** By week, of the newest reference season that has the week. */
  readonly known: Readonly<Record<FeatureNeed, KnownByWeek | null>>;
  readonly features: readonly FeatureDistribution[];
}

/** Rows with their week of the season, which begins with the season's first game. */
export interface WeeklyRows {
  readonly matrix: Matrix;
  readonly weeks: Int32Array;
}

/** More seasons than these say less of the next one: the game changes. */
const REFERENCE_SEASONS = 3;

/**
 * What is judged at once: four weeks show a slow change, one week a fault that has begun. A limit lies
 * between `least` and `largest`. For four weeks 0.25 is the usual rule of thumb; seven days need not be a
 * week of the season, so that features of the calendar wander by up to 1.4. A column that became
 * constant or all missing has an index of 5 and more, which honest columns seldom reach (docs/monitor.md).
 */
export const SPANS = [
  { days: 28, weeks: 4, least: 0.25, largest: 3 },
  { days: 7, weeks: 1, least: 2, largest: 5 },
] as const;

/** Fewer rows than these are a few games; what they show of thirty teams is no distribution. */
export const LEAST_ROWS = 500;

/** How much further than ever among the training's own seasons a span must be for an alarm. */
const MARGIN = 1.5;

/** The first day of each season, as days since 1970-01-01. */
export async function seasonStarts(replica: Replica): Promise<Map<number, number>> {
  const rows = await replica.rows<{ season: number; first: string }>(
    'SELECT season_year AS season, min(game_date) AS first FROM hoopduck.population GROUP BY 1',
  );
  return new Map(rows.map(({ season, first }) => [season, dayNumber(first)]));
}

/** The weeks of the season of some rows, from 0; a season without a start gives its rows week 0. */
export function weeksOf(
  days: Int32Array,
  seasons: Int32Array,
  starts: ReadonlyMap<number, number>,
): Int32Array {
  return days.map((day, row) =>
    Math.max(0, Math.floor((day - (starts.get(seasons[row]!) ?? day)) / 7)),
  );
}

/**
 * The reference of a training's rows. Its seasons are the newest three. Each earlier season of the
 * training says how far honest rows wander: the limit of a feature is one and a half times the largest index of
 * any four weeks against the up to three seasons before them, at least .25 and at most 3.
 */
export function distributionsOf(
  rows: Pick<Dataset, 'days' | 'seasons' | 'matrix'>,
  featureSet: FeatureSet,
  starts: ReadonlyMap<number, number>,
): Distributions {
  const { matrix } = rows;
  const weeks = weeksOf(rows.days, rows.seasons, starts);
  const seasons = [...new Set(rows.seasons)].sort((a, b) => a - b);
  const reference = seasons.slice(-REFERENCE_SEASONS);
  const bySeason = new Map<number, number[]>(seasons.map((season) => [season, []]));
  rows.seasons.forEach((season, row) => {
    bySeason.get(season)!.push(row);
  });
  const names = featureSet.features.map(({ name }) => name);
  const columnOf = (need: FeatureNeed | null): number =>
    need === null ? -1 : names.indexOf(featureSet.presence[need] ?? '');
  const features = featureSet.features.map(({ name, needs }, column): FeatureDistribution => {
    const presence = columnOf(needs);
    const bins = binsOf(
      matrix,
      column,
      reference.flatMap((season) => bySeason.get(season)!),
    );
    const counts = seasons.map((season) =>
      countWeeks({ matrix, weeks }, { column, presence, bins }, bySeason.get(season)!),
    );
    return {
      ...{ name, needs, ...bins },
      limits: SPANS.map((span) => limitOf(counts, binCount(bins), span)),
      weeks: toArrays(pooled(counts.slice(-REFERENCE_SEASONS))),
    };
  });
  const knownOf = (need: FeatureNeed): KnownByWeek | null => {
    const column = columnOf(need);
    return column < 0
      ? null
      : newestOfEach(
          reference.map((season) => knownWeeks({ matrix, weeks }, column, bySeason.get(season)!)),
        );
  };
  return {
    table: featureSet.table,
    seasons: reference,
    rows: countRows(
      weeks,
      reference.flatMap((season) => bySeason.get(season)!),
    ),
    presence: featureSet.presence,
    known: { lines: knownOf('lines'), report: knownOf('report') },
    features,
  };
}

/** Text of the file; its many counts stand without white space. */
export function distributionsFile(distributions: Distributions): string {
  return `${JSON.stringify(distributions)}\n`;
}

/** Rows of each bin by week; of a feature that needs lines or a report only rows that have them. */
export function countWeeks(
  { matrix, weeks }: WeeklyRows,
  what: { readonly column: number; readonly presence: number; readonly bins: Bins },
  rows: Iterable<number>,
): Float64Array[] {
  const counts: Float64Array[] = [];
  for (const row of rows) {
    const start = row * matrix.columns;
    if (what.presence >= 0 && Number.isNaN(matrix.values[start + what.presence]!)) continue;
    counts[weeks[row]!] ??= new Float64Array(binCount(what.bins));
    counts[weeks[row]!]![binOf(matrix.values[start + what.column]!, what.bins)]!++;
  }
  return counts;
}

/** `[rows, known]` of each week, by whether the column has a value. */
export function knownWeeks(
  { matrix, weeks }: WeeklyRows,
  column: number,
  rows: Iterable<number>,
): [number, number][] {
  const counts: [number, number][] = [];
  for (const row of rows) {
    counts[weeks[row]!] ??= [0, 0];
    const count = counts[weeks[row]!]!;
    count[0]++;
    if (!Number.isNaN(matrix.values[row * matrix.columns + column]!)) count[1]++;
  }
  return counts;
}

function countRows(weeks: Int32Array, rows: readonly number[]): number[] {
  const counts: number[] = [];
  for (const row of rows) counts[weeks[row]!] = (counts[weeks[row]!] ?? 0) + 1;
  return Array.from(counts, (count) => count ?? 0);
}

/** Bins of a column's values; a column without a value has all its rows in the missing bin. */
function binsOf(matrix: Matrix, column: number, rows: readonly number[]): Bins {
  const values = new Float64Array(rows.length);
  let n = 0;
  for (const row of rows) {
    const value = matrix.values[row * matrix.columns + column]!;
    if (!Number.isNaN(value)) values[n++] = value;
  }
  const sorted = values.subarray(0, n).sort();
  if (n === 0) return { low: 0, high: 0, deciles: [] };
  const deciles = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((tenth) => quantileOf(sorted, tenth / 10));
  return { low: sorted[0]!, high: sorted[n - 1]!, deciles: [...new Set(deciles)] };
}

/** The limit of a feature for a span, from the counts of each season of the training, the oldest first. */
function limitOf(
  seasons: readonly WeekCounts[],
  bins: number,
  { weeks, least, largest }: (typeof SPANS)[number],
): number {
  let furthest: number | undefined;
  for (let season = 1; season < seasons.length; season++) {
    const before = pooled(seasons.slice(Math.max(0, season - REFERENCE_SEASONS), season));
    const found = seasons[season]!;
    for (let week = 0; week < found.length; week++) {
      const span = spanCounts(found, before, bins, week - weeks + 1, week);
      const index = span.rows < LEAST_ROWS ? null : stabilityIndex(span.found, span.wanted);
      if (index !== null) furthest = Math.max(furthest ?? 0, index);
    }
  }
  // Of a single season nothing is known: only what hardly an honest column does is an alarm.
  if (furthest === undefined) return largest;
  return Number(Math.min(largest, Math.max(least, MARGIN * furthest)).toFixed(6));
}

function pooled(seasons: readonly WeekCounts[]): Float64Array[] {
  const all: Float64Array[] = [];
  for (const season of seasons) {
    season.forEach((counts, week) => {
      if (counts === undefined) return;
      const sum = all[week];
      if (sum === undefined) all[week] = Float64Array.from(counts);
      else for (let bin = 0; bin < counts.length; bin++) sum[bin]! += counts[bin]!;
    });
  }
  return all;
}

/** With null for what is absent, as JSON has it. */
function toArrays(weeks: readonly Float64Array[]): (number[] | null)[] {
  return Array.from(weeks, (counts) => (counts === undefined ? null : Array.from(counts)));
}

function newestOfEach(seasons: readonly [number, number][][]): KnownByWeek {
  const newest: [number, number][] = [];
  for (const season of seasons) {
    season.forEach((counts, week) => {
      newest[week] = counts;
    });
  }
  return Array.from(newest, (counts) => counts ?? null);
}
