import type { Replica } from '../../replica/replica.ts';

/** What became of the predictions of one week; errors in points, predicted less scored. */
export interface GradedWeekFacts {
  /** The week's Monday. */
  readonly monday: string;
  readonly rows: number;
  readonly mae: number;
  readonly bias: number;
  /** Share of results within the 80% interval; null: no interval is there. */
  readonly coverage_80: number | null;
}

/** Predictions of about the same size, and what was scored. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly predicted: number;
  readonly scored: number;
  readonly median_scored: number;
}

export interface GradedFacts {
  readonly weeks: readonly GradedWeekFacts[];
  readonly calibration: readonly CalibrationBin[];
}

const ACCURACY = 'nba_predictions.prediction_accuracy';
const INTERVALS = 'nba_predictions.player_prop_intervals';

/** Points a bin is wide. */
const BIN = 2;

/** The graded predictions of a model by week, oldest first, and by what was predicted. */
export async function gradedFacts(replica: Replica, modelId: string): Promise<GradedFacts> {
  if (!(await replica.hasTable(ACCURACY))) return { weeks: [], calibration: [] };
  const hasIntervals = await replica.hasTable(INTERVALS);
  const covered = hasIntervals
    ? 'avg(CASE WHEN i.points_p10 IS NOT NULL THEN CAST(a.actual_points BETWEEN i.points_p10 AND i.points_p90 AS INTEGER) END)'
    : 'NULL';
  return {
    weeks: await replica.rows<GradedWeekFacts>(
      `SELECT CAST(date_trunc('week', a.game_date) AS DATE) AS monday, count(*) AS rows, avg(a.absolute_error) AS mae,
         avg(a.signed_error) AS bias, ${covered} AS coverage_80
       FROM ${ACCURACY} AS a
       ${hasIntervals ? `LEFT JOIN ${INTERVALS} AS i USING (game_date, player_lookup, prediction_id)` : ''}
       WHERE a.model_version = $modelId GROUP BY monday ORDER BY monday`,
      { modelId },
    ),
    calibration: await replica.rows<CalibrationBin>(
      `SELECT ${BIN} * floor(predicted_points / ${BIN}) AS "from", "from" + ${BIN} AS "to", count(*) AS rows,
         avg(predicted_points) AS predicted, CAST(avg(actual_points) AS DOUBLE) AS scored,
         CAST(median(actual_points) AS DOUBLE) AS median_scored
       FROM ${ACCURACY} WHERE model_version = $modelId
       GROUP BY ALL HAVING count(*) >= 20 ORDER BY "from"`,
      { modelId },
    ),
  };
}
