import { quoteIdentifier, quoteTable } from '../../replica/identifiers.ts';
import type { Replica } from '../../replica/replica.ts';
import { readColumns } from '../columns.ts';
import { dayNumber } from '../dates.ts';
import type { FeatureNeed } from '../feature-sets.ts';
import { goneFeature } from '../gone-feature.ts';
import { ACCURACY } from '../prediction-tables.ts';
import {
  countWeeks,
  type Distributions,
  type FeatureDistribution,
  knownWeeks,
  LEAST_ROWS,
  SPANS,
  seasonStarts,
  type WeeklyRows,
  weeksOf,
} from './distributions.ts';
import { binCount, spanCounts, stabilityIndex, type WeekCounts } from './stability.ts';

/** How far a feature's recent values lie from those of the reference. */
export interface FeatureDrift {
  readonly feature: string;
  /** Whether it is the newest 28 days or the newest 7, whichever are further off for their limit. */
  readonly days: number;
  /** Rows that were held against the reference. */
  readonly rows: number;
  /** Population stability index; an alarm above `limit`. */
  readonly psi: number;
  readonly limit: number;
  /** Shares of rows without a value: found, and expected in these weeks. */
  readonly missing: number;
  readonly missing_expected: number;
}

/** Of which share of the rows lines, or a report, were known: found, and expected in these weeks. */
export interface KnownShare {
  readonly of: FeatureNeed;
  readonly rows: number;
  readonly share: number;
  readonly expected: number;
}

/** What was measured of the features in the newest 28 days of graded rows, and in the last 7 of them. */
export interface Drift {
  /** Why nothing was measured; null: it was. */
  readonly not_measured: string | null;
  /** Graded rows of the span, and those in weeks of the season that the reference has. */
  readonly rows: number;
  readonly comparable_rows: number;
  /** How many features had enough rows. */
  readonly measured: number;
  /** Features above their limits, the furthest above first. */
  readonly drifting: readonly FeatureDrift[];
  /** The five features nearest to, or furthest above, their limits. */
  readonly largest: readonly FeatureDrift[];
  readonly known: readonly KnownShare[];
}

const SHOWN = 5;

/** Features that follow from the calendar alone: another calendar is no fault of the data. */
const CALENDAR: ReadonlySet<string> = new Set(['season_day', 'team_season_game', 'season_year']);

/** A drift of which nothing was measured. */
export function notMeasured(why: string, rows = 0): Drift {
  return {
    not_measured: why,
    ...{ rows, comparable_rows: 0, measured: 0, drifting: [], largest: [], known: [] },
  };
}

/** Holds the graded rows of a model in a span (ISO dates, both included) against its reference. */
export async function measureDrift(
  replica: Replica,
  distributions: Distributions,
  span: { readonly modelId: string; readonly from: string; readonly to: string },
): Promise<Drift> {
  const gone = await goneFeature(replica, distributions);
  if (gone !== undefined) {
    return notMeasured(`the column "${gone}" of "${distributions.table}" is not computed any more`);
  }
  const rows = await recentRows(replica, distributions, span);
  const comparable = rows.weeks.reduce((n, week) => n + (distributions.rows[week] ? 1 : 0), 0);
  const known = (['lines', 'report'] as const).flatMap((need) =>
    knownShare(rows, distributions, need),
  );
  const last = dayNumber(span.to);
  const spans = SPANS.map(({ days }) => ({
    days,
    rows: [...rows.weeks.keys()].filter((row) => rows.days[row]! > last - days),
  }));
  const drifts = distributions.features.flatMap((feature, column): FeatureDrift[] => {
    if (CALENDAR.has(feature.name)) return [];
    const presence = presenceColumn(distributions, feature.needs);
    const measured = spans.flatMap(({ days, rows: chosen }, place): FeatureDrift[] => {
      const counts = countWeeks(rows, { column, presence, bins: feature }, chosen);
      return driftFrom(feature, counts, { days, limit: feature.limits[place]! });
    });
    return measured.sort(byExcess).slice(0, 1);
  });
  const ordered = drifts.sort(byExcess);
  return {
    not_measured:
      comparable < LEAST_ROWS
        ? `${comparable} of ${rows.weeks.length} graded rows lie in weeks of the season that the training has; ${LEAST_ROWS} are wanted`
        : null,
    rows: rows.weeks.length,
    comparable_rows: comparable,
    measured: ordered.length,
    drifting: ordered.filter(({ psi, limit }) => psi > limit),
    largest: ordered.slice(0, SHOWN),
    known,
  };
}

/** The drift of a feature whose rows lie so in some days; none where they are too few to say. */
function driftFrom(
  feature: FeatureDistribution,
  found: WeekCounts,
  { days, limit }: { readonly days: number; readonly limit: number },
): FeatureDrift[] {
  const bins = binCount(feature);
  const reference = feature.weeks.map((counts) => counts ?? undefined);
  const { rows, ...counts } = spanCounts(found, reference, bins, 0, found.length - 1);
  const psi = rows < LEAST_ROWS ? null : stabilityIndex(counts.found, counts.wanted);
  if (psi === null) return [];
  return [
    {
      ...{ feature: feature.name, days, rows, psi: round6(psi), limit },
      missing: round6(counts.found[bins - 1]! / rows),
      missing_expected: round6(counts.wanted[bins - 1]! / rows),
    },
  ];
}

function byExcess(a: FeatureDrift, b: FeatureDrift): number {
  return b.psi / b.limit - a.psi / a.limit;
}

/** The graded rows with the features that the replica has of them now. */
async function recentRows(
  replica: Replica,
  { table, features }: Distributions,
  span: { readonly modelId: string; readonly from: string; readonly to: string },
): Promise<WeeklyRows & { readonly days: Int32Array }> {
  const columns = features.map(
    ({ name }, j) => `CAST(f.${quoteIdentifier(name)} AS DOUBLE) AS f${j}`,
  );
  const read = await readColumns(
    replica,
    `SELECT CAST(date_diff('day', DATE '1970-01-01', a.game_date) AS INTEGER) AS day,
       CAST(p.season_year AS INTEGER) AS season, ${columns.join(', ')}
     FROM ${ACCURACY} AS a
     JOIN hoopduck.population AS p
       ON p.game_date = a.game_date AND p.player_lookup = a.player_lookup
     LEFT JOIN ${quoteTable(table)} AS f
       ON f.game_date = a.game_date AND f.player_lookup = a.player_lookup
         AND f.game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
     WHERE a.model_version = $modelId AND p.season_year IS NOT NULL
       AND a.game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)`,
    { ...span },
    { text: [], ints: ['day', 'season'], floats: [], matrix: features.map((_, j) => `f${j}`) },
  );
  const weeks = weeksOf(read.ints['day']!, read.ints['season']!, await seasonStarts(replica));
  return { matrix: read.matrix, weeks, days: read.ints['day']! };
}

function presenceColumn({ features, presence }: Distributions, need: FeatureNeed | null): number {
  return need === null ? -1 : features.findIndex(({ name }) => name === presence[need]);
}

function knownShare(
  rows: WeeklyRows,
  distributions: Distributions,
  need: FeatureNeed,
): KnownShare[] {
  const reference = distributions.known[need];
  const column = presenceColumn(distributions, need);
  if (reference === null || column < 0) return [];
  let [all, found, expected] = [0, 0, 0];
  knownWeeks(rows, column, rows.weeks.keys()).forEach(([n, known], week) => {
    const there = reference[week];
    if (there == null) return;
    all += n;
    found += known;
    expected += (n * there[1]) / there[0];
  });
  if (all < LEAST_ROWS) return [];
  return [{ of: need, rows: all, share: round6(found / all), expected: round6(expected / all) }];
}

function round6(value: number): number {
  return Number(value.toFixed(6));
}
