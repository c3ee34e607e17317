import { seasonLabel } from '../config/seasons.ts';
import { type Baselines, baselinesOf } from './baselines.ts';
import type { Dataset } from './dataset.ts';
import { isoDate } from './dates.ts';
import { type ErrorReport, errorReport } from './metrics.ts';

/** The model and the trivial predictors on the same rows. */
export interface Comparison {
  readonly n: number;
  readonly model: ErrorReport;
  readonly last_10: ErrorReport;
  readonly last_5: ErrorReport;
  readonly season: ErrorReport;
  readonly mix: ErrorReport;
  /** On those of the rows whose line is known; null when none is. */
  readonly line: {
    readonly n: number;
    readonly model: ErrorReport;
    readonly line: ErrorReport;
  } | null;
}

/** The figures of one part (SPEC 6). */
export interface PartReport {
  /** Every row with minutes > 0. */
  readonly all: ErrorReport;
  /** Rows with an earlier played game in the replica. */
  readonly compared: Comparison;
  /** Compared rows in which he played ten minutes or more. */
  readonly minutes_10: Comparison;
  /** Compared rows in which the season mean was missing and the last 10 stood for it. */
  readonly season_mean_missing: number;
  /** Debutants: predicted, counted, left out of the comparison. */
  readonly without_history: number;
}

/** The compared rows of a part by season, month and tier. */
export interface GroupReports {
  readonly by_season: Readonly<Record<string, Comparison>>;
  readonly by_month: Readonly<Record<string, Comparison>>;
  readonly by_tier: Readonly<Record<string, Comparison>>;
}

/** Evaluates one part; `predicted` has a figure for each of its rows. */
export function evaluatePart(part: Dataset, predicted: Float64Array): PartReport {
  const baselines = baselinesOf(part);
  const compared = comparedRows(part);
  return {
    all: errorReport(predicted, part.points, part.points.keys()),
    compared: compare(part, predicted, baselines, compared),
    minutes_10: compare(
      part,
      predicted,
      baselines,
      compared.filter((i) => part.minutes[i]! >= 10),
    ),
    season_mean_missing: compared.filter((i) => Number.isNaN(part.seasonMean[i]!)).length,
    without_history: part.rows - compared.length,
  };
}

/** The compared rows of one part, cut by season, month and tier. */
export function evaluateGroups(part: Dataset, predicted: Float64Array): GroupReports {
  const baselines = baselinesOf(part);
  const compared = comparedRows(part);
  const by = (name: (i: number) => string): Record<string, Comparison> =>
    Object.fromEntries(
      [...groupRows(compared, name)].map(([key, rows]) => [
        key,
        compare(part, predicted, baselines, rows),
      ]),
    );
  return {
    by_season: by((i) => seasonLabel(part.seasons[i]!)),
    by_month: by((i) => isoDate(part.days[i]!).slice(0, 7)),
    by_tier: by((i) => tierOf(baselines.season[i]!)),
  };
}

/** Tier of a player by his season mean (SPEC 6). */
export function tierOf(seasonMean: number): 'bench' | 'role' | 'starter' | 'star' {
  if (seasonMean >= 25) return 'star';
  if (seasonMean >= 18) return 'starter';
  return seasonMean >= 10 ? 'role' : 'bench';
}

/** Rows on which a model stands beside the trivial predictors: those with an earlier played game (SPEC 6). */
export function comparedRows(part: Dataset): number[] {
  const rows: number[] = [];
  for (let i = 0; i < part.rows; i++) {
    const known = !Number.isNaN(part.last10[i]!) && !Number.isNaN(part.last5[i]!);
    if (part.gamesBefore[i]! >= 1 && known) rows.push(i);
  }
  return rows;
}

/** Rows by name, the names in the order of their letters. */
export function groupRows(
  rows: readonly number[],
  name: (row: number) => string,
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const row of rows) {
    const key = name(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function compare(
  part: Dataset,
  predicted: Float64Array,
  baselines: Baselines,
  rows: readonly number[],
): Comparison {
  const report = (figures: Float64Array): ErrorReport => errorReport(figures, part.points, rows);
  const lined = rows.filter((i) => !Number.isNaN(part.line[i]!));
  return {
    n: rows.length,
    model: report(predicted),
    last_10: report(baselines.last_10),
    last_5: report(baselines.last_5),
    season: report(baselines.season),
    mix: report(baselines.mix),
    line:
      lined.length === 0
        ? null
        : {
            n: lined.length,
            model: errorReport(predicted, part.points, lined),
            line: errorReport(baselines.line, part.points, lined),
          },
  };
}
