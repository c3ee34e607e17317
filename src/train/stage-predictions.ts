import { DOUBLE, DuckDBDataChunk, INTEGER, VARCHAR } from '@duckdb/node-api';
import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import type { Replica } from '../replica/replica.ts';
import { confidenceOf } from './confidence.ts';
import { round9 } from './metrics.ts';
import { forecast } from './model.ts';
import { QUANTILE_COLUMNS, SYSTEM_ID } from './prediction-tables.ts';
import type { Predictor } from './predictor.ts';
import { chanceOver, LEVELS } from './residual-table.ts';
import { playerLines, type ScoringRows } from './scoring-rows.ts';
import type { WhatWasKnown } from './what-was-known.ts';

/** Version of a prediction of one system for one player and date: replaced whole, so always 1. */
const PREDICTION_VERSION = 1;

/**
 * A prediction at least this far from the line is a recommendation, in points. It is a choice for
 * reading, not a claim: half of it is within the error of any line.
 */
const RECOMMENDED_MARGIN = 2;

/** Scores the rows and puts them into the temporary table `prediction_score`, chunk by chunk. */
export async function stageScores(
  replica: Replica,
  rows: ScoringRows,
  { model, settings }: Predictor,
): Promise<void> {
  const { points, quantiles, members } = forecast(model, rows.matrix);
  const levels = LEVELS.length;
  const over = Float64Array.from(rows.lines, (line, row) =>
    Number.isNaN(line) ? NaN : round9(chanceOver(quantiles, row * levels, line)),
  );
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE prediction_score
       (day INTEGER, player_lookup VARCHAR, predicted_points DOUBLE, confidence_score DOUBLE,
        model_member VARCHAR, p_over DOUBLE,
        ${QUANTILE_COLUMNS.map((name) => `${name} DOUBLE`).join(', ')})`,
  );
  const appender = await replica.connection.createAppender('prediction_score', 'main', 'temp');
  for (let start = 0; start < rows.rows; start += CHUNK) {
    const end = Math.min(start + CHUNK, rows.rows);
    const scored = Array.from(points.subarray(start, end));
    const chunk = DuckDBDataChunk.create([
      ...[INTEGER, VARCHAR, DOUBLE, DOUBLE, VARCHAR, DOUBLE],
      ...LEVELS.map(() => DOUBLE),
    ]);
    chunk.setColumns([
      Array.from(rows.days.subarray(start, end)),
      rows.lookups.slice(start, end),
      scored,
      scored.map((value) => confidenceOf(settings.confidence, value)),
      Array.from(members.subarray(start, end), (member) => model.members[member]!.name),
      Array.from(over.subarray(start, end), (chance) => (Number.isNaN(chance) ? null : chance)),
      ...LEVELS.map((_, level) =>
        scored.map((_, row) => quantiles[(start + row) * levels + level]!),
      ),
    ]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** Rows of one data chunk of DuckDB. */
const CHUNK = 2048;

/**
 * Makes the temporary tables `prediction_staged` and `interval_staged`, with the columns of the
 * tables of predictions and of intervals.
 */
export async function stagePredictions(
  ctx: StageContext,
  modelId: string,
  { settings }: Predictor,
): Promise<void> {
  const { replica } = ctx;
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE prediction_staged AS
     SELECT md5(concat_ws(chr(31), $system, p.player_lookup, CAST(p.game_date AS VARCHAR), $model))
              AS prediction_id,
            $system AS system_id, p.player_lookup, p.game_date, p.game_id,
            CAST($version AS BIGINT) AS prediction_version,
            s.predicted_points, s.confidence_score,
            CASE WHEN l.points_line IS NULL THEN 'NO_LINE'
                 WHEN s.predicted_points - l.points_line >= $margin THEN 'OVER'
                 WHEN s.predicted_points - l.points_line <= -$margin THEN 'UNDER'
                 ELSE 'PASS' END AS recommendation,
            CAST(l.points_line AS DOUBLE) AS current_points_line,
            round(s.predicted_points - l.points_line, 9) AS line_margin,
            $model AS ml_model_id, CAST($mae AS DOUBLE) AS model_expected_mae,
            TRUE AS is_active, CAST($at AS TIMESTAMP) AS created_at
     FROM prediction_population AS p
     JOIN prediction_score AS s
       ON s.player_lookup = p.player_lookup AND DATE '1970-01-01' + s.day = p.game_date
     LEFT JOIN ${await playerLines(replica)} AS l ON l.game_date = p.game_date AND l.player_lookup = p.player_lookup`,
    {
      system: SYSTEM_ID,
      model: modelId,
      version: PREDICTION_VERSION,
      margin: RECOMMENDED_MARGIN,
      mae: settings.expected_mae,
      at: timestampText(ctx.now()),
    },
  );
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE interval_staged AS
     SELECT p.prediction_id, p.system_id, p.player_lookup, p.game_date, p.game_id, p.ml_model_id,
            s.model_member, ${QUANTILE_COLUMNS.map((name) => `s.${name}`).join(', ')},
            p.current_points_line, s.p_over
     FROM prediction_staged AS p
     JOIN prediction_score AS s
       ON s.player_lookup = p.player_lookup AND DATE '1970-01-01' + s.day = p.game_date`,
  );
}

/** Makes the temporary table `prediction_plan`: what each date should have, and its stamp. */
export async function stagePlan(replica: Replica, known: WhatWasKnown): Promise<void> {
  await replica.run('CREATE OR REPLACE TEMP TABLE prediction_stamp (day VARCHAR, detail VARCHAR)');
  const appender = await replica.connection.createAppender('prediction_stamp', 'main', 'temp');
  for (const [date, detail] of known.stamps) {
    appender.appendVarchar(date);
    appender.appendVarchar(detail);
    appender.endRow();
  }
  appender.closeSync();
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE prediction_plan AS
     SELECT p.game_date, p.n AS expected_rows,
            CASE WHEN NOT d.stale THEN d.old_verdict
                 WHEN coalesce(s.n, 0) = p.n THEN 'complete' ELSE 'short' END AS verdict,
            t.detail, d.token AS source_token, NOT d.stale AS fresh
     FROM (SELECT game_date, count(*) AS n FROM prediction_population GROUP BY 1) AS p
     JOIN prediction_date AS d USING (game_date)
     LEFT JOIN (SELECT game_date, count(*) AS n FROM prediction_staged GROUP BY 1) AS s USING (game_date)
     LEFT JOIN prediction_stamp AS t ON CAST(p.game_date AS VARCHAR) = t.day`,
  );
  await replica.run('DROP TABLE prediction_stamp');
}
