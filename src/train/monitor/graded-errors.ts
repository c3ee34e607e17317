import type { Replica } from '../../replica/replica.ts';
import { dayNumber, isoDate } from '../dates.ts';
import { round9 } from '../metrics.ts';
import { ACCURACY, INTERVALS } from '../prediction-tables.ts';

/** The graded predictions of one date, summed: errors in points, predicted less scored. */
export interface GradedDate {
  readonly date: string;
  readonly rows: number;
  readonly absolute: number;
  readonly signed: number;
  /** Rows with an interval, and those of them whose result lies in it, both ends included. */
  readonly intervals: number;
  readonly within: number;
}

/** What became of the predictions of some dates; errors in points, 9 decimals. */
export interface GradedFigures {
  readonly rows: number;
  readonly mae: number;
  /** Mean signed error: above 0 predictions are too high. */
  readonly bias: number;
  /** Share of results within the 80% interval; null: no interval is there. */
  readonly coverage_80: number | null;
}

/** The graded predictions of an ISO week, Monday to Sunday. */
export interface GradedWeek extends GradedFigures {
  /** As `2024-W05`. */
  readonly week: string;
  readonly from: string;
  readonly dates: number;
}

/** The newest days with graded predictions, and whether the MAE is that of the training. */
export interface RecentErrors extends GradedFigures {
  /** First and last graded date of the 28 days. */
  readonly from: string;
  readonly to: string;
  readonly dates: number;
  /** Rows that have an interval. */
  readonly intervals: number;
  /** Of the MAE, from how dates differ; null with fewer than two dates. */
  readonly standard_error: number | null;
}

/** Days that alarms look at. */
export const RECENT_DAYS = 28;

const SHOWN_WEEKS = 8;

/** The graded dates of a model in the newest eight ISO weeks that have any, oldest first. */
export async function gradedDates(replica: Replica, modelId: string): Promise<GradedDate[]> {
  if (!(await replica.hasTable(ACCURACY))) return [];
  const intervals = await replica.hasTable(INTERVALS);
  const sum = (column: string) => `CAST(sum(CAST(${column} AS DECIMAL(38, 9))) AS DOUBLE)`;
  return replica.rows<GradedDate>(
    `WITH week AS (
       SELECT DISTINCT date_trunc('week', game_date) AS monday FROM ${ACCURACY}
       WHERE model_version = $modelId ORDER BY 1 DESC LIMIT ${SHOWN_WEEKS}),
     graded AS (
       SELECT * FROM ${ACCURACY}
       WHERE model_version = $modelId AND game_date >= (SELECT min(monday) FROM week))
     SELECT a.game_date AS date, count(*) AS rows, ${sum('a.absolute_error')} AS absolute,
       ${sum('a.signed_error')} AS signed, count(i.points_p10) AS intervals,
       count(*) FILTER (a.actual_points BETWEEN i.points_p10 AND i.points_p90) AS within
     FROM graded AS a
     LEFT JOIN ${intervals ? INTERVALS : NO_INTERVALS} AS i
       ON i.game_date = a.game_date AND i.player_lookup = a.player_lookup
         AND i.prediction_id = a.prediction_id
         AND i.game_date >= (SELECT min(monday) FROM week)
     GROUP BY a.game_date ORDER BY a.game_date`,
    { modelId },
  );
}

const NO_INTERVALS = `(SELECT NULL::DATE AS game_date, NULL::VARCHAR AS player_lookup,
  NULL::VARCHAR AS prediction_id, NULL::DOUBLE AS points_p10, NULL::DOUBLE AS points_p90)`;

/** Figures of each week, the newest first. */
export function byWeek(dates: readonly GradedDate[]): GradedWeek[] {
  const weeks = new Map<number, GradedDate[]>();
  for (const graded of dates) {
    const monday = mondayOf(dayNumber(graded.date));
    weeks.set(monday, [...(weeks.get(monday) ?? []), graded]);
  }
  return [...weeks]
    .sort(([a], [b]) => b - a)
    .map(([monday, days]) => ({
      week: weekName(monday),
      from: isoDate(monday),
      dates: days.length,
      ...figuresOf(days),
    }));
}

/**
 * Figures of the newest 28 days, which end with the newest graded date; null without one. With sums
 * of errors S and rows n by date, the standard error of the MAE is
 * sqrt(D / (D - 1) * sum((S - MAE * n)^2)) / sum(n): dates are the draws, since the errors of one
 * night hang together, and a date weighs by its rows.
 */
export function recentErrors(dates: readonly GradedDate[]): RecentErrors | null {
  const newest = dates.at(-1);
  if (newest === undefined) return null;
  const first = isoDate(dayNumber(newest.date) - RECENT_DAYS + 1);
  const recent = dates.filter(({ date }) => date >= first);
  const rows = total(recent, 'rows');
  const mae = total(recent, 'absolute') / rows;
  const squares = recent.reduce((sum, day) => sum + (day.absolute - mae * day.rows) ** 2, 0);
  const n = recent.length;
  return {
    from: recent[0]!.date,
    to: newest.date,
    dates: n,
    ...figuresOf(recent),
    intervals: total(recent, 'intervals'),
    standard_error: n < 2 ? null : round9(Math.sqrt((n / (n - 1)) * squares) / rows),
  };
}

function figuresOf(dates: readonly GradedDate[]): GradedFigures {
  const rows = total(dates, 'rows');
  const intervals = total(dates, 'intervals');
  return {
    rows,
    mae: round9(total(dates, 'absolute') / rows),
    bias: round9(total(dates, 'signed') / rows),
    coverage_80: intervals === 0 ? null : round9(total(dates, 'within') / intervals),
  };
}

function total(dates: readonly GradedDate[], figure: Exclude<keyof GradedDate, 'date'>): number {
  return dates.reduce((sum, date) => sum + date[figure], 0);
}

/** 1970-01-01 was a Thursday. */
function mondayOf(day: number): number {
  return day - ((((day + 3) % 7) + 7) % 7);
}

/** A week belongs to the year of its Thursday, and is numbered from that year's first Thursday. */
function weekName(monday: number): string {
  const thursday = monday + 3;
  const year = isoDate(thursday).slice(0, 4);
  const number = Math.floor((thursday - dayNumber(`${year}-01-01`)) / 7) + 1;
  return `${year}-W${String(number).padStart(2, '0')}`;
}
