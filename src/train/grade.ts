import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import { ACCURACY, PREDICTIONS } from './prediction-tables.ts';
import { type PartitionsWritten, writePartitions } from './write-partitions.ts';

/** What grading did: graded predictions of the range and their MAE in points. */
export interface GradeOutcome extends PartitionsWritten {
  readonly dates: number;
  readonly rows: number;
  readonly mae: number | null;
}

/**
 * Grades the predictions of a range where results are in: `prediction_accuracy` has a row for each
 * predicted player who played (minutes > 0). Errors are predicted - actual. A date on which games
 * are still to come is graded as far as it is known, and its ledger row says so.
 */
export async function gradePredictions(
  ctx: StageContext,
  range: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<GradeOutcome> {
  const { replica } = ctx;
  const bindings = { from: range.from ?? '0001-01-01', to: range.to ?? '9999-12-31' };
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE accuracy_staged AS
     SELECT p.prediction_id, p.system_id, p.player_lookup, p.game_date, p.game_id,
            p.ml_model_id AS model_version, p.predicted_points,
            CAST(g.points AS BIGINT) AS actual_points,
            round(p.predicted_points - g.points, 9) AS signed_error,
            round(abs(p.predicted_points - g.points), 9) AS absolute_error,
            abs(p.predicted_points - g.points) <= 3 AS within_3_points,
            abs(p.predicted_points - g.points) <= 5 AS within_5_points,
            CAST($at AS TIMESTAMP) AS graded_at
     FROM ${PREDICTIONS} AS p
     JOIN nba_analytics.player_game_summary AS g USING (game_date, player_lookup)
     WHERE g.minutes_played > 0 AND g.points IS NOT NULL
       AND p.game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)`,
    { ...bindings, at: timestampText(ctx.now()) },
  );
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE accuracy_plan AS
     SELECT game_date, played.n AS expected_rows,
            CASE WHEN coming.n > 0 THEN 'unchecked'
                 WHEN graded.n = played.n THEN 'complete' ELSE 'short' END AS verdict,
            CASE WHEN coming.n > 0 THEN coming.n || ' games without a result yet'
                 WHEN graded.n < played.n
                   THEN (played.n - graded.n) || ' players who played were not predicted' END AS detail,
            CAST(NULL AS VARCHAR) AS source_token, FALSE AS fresh
     FROM (SELECT game_date, count(*) AS n FROM accuracy_staged GROUP BY 1) AS graded
     JOIN (SELECT game_date, count(*) AS n FROM nba_analytics.player_game_summary
           WHERE minutes_played > 0 AND points IS NOT NULL GROUP BY 1) AS played USING (game_date)
     LEFT JOIN (SELECT game_date, count(DISTINCT game_id) AS n FROM hoopduck.population
                WHERE NOT is_final GROUP BY 1) AS coming USING (game_date)`,
  );
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE accuracy_gone AS
     SELECT game_date FROM hoopduck.partition
     WHERE table_name = $table AND game_date NOT IN (SELECT game_date FROM accuracy_plan)
       AND game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)`,
    { ...bindings, table: ACCURACY },
  );
  const written = await writePartitions(ctx, ACCURACY, {
    staged: 'accuracy_staged',
    plan: 'accuracy_plan',
    gone: 'accuracy_gone',
  });
  const counts = await replica.row<{ dates: number; rows: number; mae: number | null }>(
    `SELECT count(DISTINCT game_date) AS dates, count(*) AS rows,
            round(CAST(sum(CAST(absolute_error AS DECIMAL(38, 9))) AS DOUBLE) / count(*), 9) AS mae
     FROM accuracy_staged`,
  );
  for (const name of ['accuracy_staged', 'accuracy_plan', 'accuracy_gone']) {
    await replica.run(`DROP TABLE ${name}`);
  }
  return {
    dates: counts?.dates ?? 0,
    rows: counts?.rows ?? 0,
    mae: counts?.mae ?? null,
    ...written,
  };
}
