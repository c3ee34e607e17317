import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { readColumns } from './columns.ts';
import type { Matrix } from './matrix.ts';
import {
  PLAYER_BOX,
  PLAYER_CACHE,
  playedRowsBindings,
  playedRowsSql,
  type RowSelection,
} from './training-rows.ts';

/**
 * The rows of a training, ordered by date and player, one array a column; all arrays have `rows`
 * entries and unknown numbers are NaN. `days` are days since 1970-01-01.
 */
export interface Dataset {
  readonly rows: number;
  readonly days: Int32Array;
  readonly lookups: readonly string[];
  readonly seasons: Int32Array;
  /** Earlier played games in the replica: 0 is a debutant. */
  readonly gamesBefore: Int32Array;
  readonly points: Float64Array;
  readonly minutes: Float64Array;
  /** What the trivial predictors say, as known before the date. */
  readonly last5: Float64Array;
  readonly last10: Float64Array;
  readonly seasonMean: Float64Array;
  readonly line: Float64Array;
  readonly matrix: Matrix;
  /** What the first of two stages learns, for a set that has one; NaN where the team's minutes or his shots are unknown. */
  readonly firstStage?: FirstStageLabels;
}

/** Minutes less overtime, minutes*240/(team's minutes), and shots, FGA + 0.44*FTA. */
export interface FirstStageLabels {
  readonly minutes: Float64Array;
  readonly shots: Float64Array;
}

/** Loads a selection's rows; float32 features, row-major. */
export async function loadDataset(replica: Replica, selection: RowSelection): Promise<Dataset> {
  const names = selection.featureSet.features.map((feature) => feature.name);
  const features = names.map((name) => `CAST(f.${quoteIdentifier(name)} AS DOUBLE)`);
  const hasFirstStage = selection.featureSet.firstStage !== undefined;
  const labels = hasFirstStage
    ? `CAST(b.minutes_of_240 AS DOUBLE) AS stage_minutes,
      b.fg_attempts + 0.44::DOUBLE * b.ft_attempts AS stage_shots,`
    : '';
  const labelled = hasFirstStage
    ? `LEFT JOIN ${quoteTable(PLAYER_BOX)} AS b
      ON b.game_date = f.game_date AND b.player_lookup = f.player_lookup`
    : '';
  const sql = `SELECT f.player_lookup AS lookup,
      CAST(date_diff('day', DATE '1970-01-01', f.game_date) AS INTEGER) AS day,
      CAST(p.season_year AS INTEGER) AS season,
      CAST(f.games_before AS INTEGER) AS games_before,
      CAST(p.points AS DOUBLE) AS points,
      CAST(p.minutes_played AS DOUBLE) AS minutes,
      CAST(c.points_avg_last_5 AS DOUBLE) AS last_5,
      CAST(c.points_avg_last_10 AS DOUBLE) AS last_10,
      CAST(c.points_avg_season AS DOUBLE) AS season_mean,
      CAST(p.points_line AS DOUBLE) AS line,
      ${labels}
      ${features.map((sql, j) => `${sql} AS f${j}`).join(', ')}
    FROM (${playedRowsSql(selection)}) AS p
    JOIN ${quoteTable(selection.featureSet.table)} AS f USING (game_date, player_lookup)
    LEFT JOIN ${quoteTable(PLAYER_CACHE)} AS c
      ON c.cache_date = f.game_date AND c.player_lookup = f.player_lookup
    ${labelled}
    ORDER BY f.game_date, f.player_lookup`;
  const read = await readColumns(replica, sql, playedRowsBindings(selection), {
    text: ['lookup'],
    ints: ['day', 'season', 'games_before'],
    floats: [
      'points',
      'minutes',
      'last_5',
      'last_10',
      'season_mean',
      'line',
      ...(hasFirstStage ? ['stage_minutes', 'stage_shots'] : []),
    ],
    matrix: names.map((_, j) => `f${j}`),
  });
  return {
    rows: read.rows,
    days: read.ints['day']!,
    lookups: read.text['lookup']!,
    seasons: read.ints['season']!,
    gamesBefore: read.ints['games_before']!,
    points: read.floats['points']!,
    minutes: read.floats['minutes']!,
    last5: read.floats['last_5']!,
    last10: read.floats['last_10']!,
    seasonMean: read.floats['season_mean']!,
    line: read.floats['line']!,
    matrix: read.matrix,
    ...(hasFirstStage && {
      firstStage: { minutes: read.floats['stage_minutes']!, shots: read.floats['stage_shots']! },
    }),
  };
}

/** The rows from `start` to before `end`, sharing memory with the whole. */
export function sliceDataset(whole: Dataset, start: number, end: number): Dataset {
  const { columns, values } = whole.matrix;
  const part = <T extends Int32Array | Float64Array>(column: T): T =>
    column.subarray(start, end) as T;
  return {
    rows: end - start,
    days: part(whole.days),
    lookups: whole.lookups.slice(start, end),
    seasons: part(whole.seasons),
    gamesBefore: part(whole.gamesBefore),
    points: part(whole.points),
    minutes: part(whole.minutes),
    last5: part(whole.last5),
    last10: part(whole.last10),
    seasonMean: part(whole.seasonMean),
    line: part(whole.line),
    matrix: {
      rows: end - start,
      columns,
      values: values.subarray(start * columns, end * columns),
    },
    ...(whole.firstStage !== undefined && {
      firstStage: {
        minutes: part(whole.firstStage.minutes),
        shots: part(whole.firstStage.shots),
      },
    }),
  };
}
