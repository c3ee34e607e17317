import type { StageContext } from '../context.ts';
import { replacePartitions, timestampText } from '../ledger/ledger.ts';
import { digestSql } from '../replica/digest.ts';
import { createPredictionTables, TRAINING_RUNS } from './prediction-tables.ts';
import type { PartName, TrainingReport } from './training-report.ts';

/** What `ml_training_runs` says of a training beyond its report. */
export interface TrainingRunDetails {
  readonly maes: Readonly<Record<PartName, number | null>>;
  readonly hyperparameters: unknown;
  readonly importance: unknown;
  readonly status: string;
}

/**
 * Writes a training's row of `ml_training_runs` (SPEC 7) and its partition's ledger row, inside the
 * caller's transaction. The run's id comes from the model's, so that the same training on the same
 * day is one row and gives the same bytes wherever it runs.
 */
export async function recordTrainingRun(
  ctx: StageContext,
  training: TrainingReport,
  details: TrainingRunDetails,
): Promise<void> {
  const { replica } = ctx;
  await createPredictionTables(replica);
  const at = ctx.now();
  const day = at.toISOString().slice(0, 10);
  const key = { runId: `train-${training.model_id}`, day };
  await replica.run(
    `DELETE FROM ${TRAINING_RUNS} WHERE run_id = $runId AND run_date = CAST($day AS DATE)`,
    key,
  );
  await replica.run(
    `INSERT INTO ${TRAINING_RUNS} VALUES ($runId, $modelId, CAST($day AS DATE),
       CAST($from AS DATE), CAST($to AS DATE), $trainRows, $validationRows, $testRows,
       $trainMae, $validationMae, $testMae, $hyperparameters, $importance, $status)`,
    {
      ...key,
      modelId: training.model_id,
      from: training.parts.train.from,
      to: training.parts.train.to,
      trainRows: training.parts.train.n,
      validationRows: training.parts.validation.n,
      testRows: training.parts.test.n,
      trainMae: details.maes.train,
      validationMae: details.maes.validation,
      testMae: details.maes.test,
      hyperparameters: JSON.stringify(details.hyperparameters),
      importance: JSON.stringify(details.importance),
      status: details.status,
    },
  );
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE partition_change AS
     SELECT $table AS table_name, run_date AS game_date, 'prediction' AS layer,
            CAST(NULL AS VARCHAR) AS source_token,
            ${digestSql(await replica.columnsOf(TRAINING_RUNS))} AS digest, count(*) AS rows,
            CAST(NULL AS BIGINT) AS expected_rows, 'complete' AS verdict,
            CAST(NULL AS VARCHAR) AS detail, CAST($at AS TIMESTAMP) AS updated_at, $ledgerRun AS run_id
     FROM ${TRAINING_RUNS} WHERE run_date = CAST($day AS DATE) GROUP BY run_date`,
    { table: TRAINING_RUNS, at: timestampText(at), day, ledgerRun: ctx.runId },
  );
  await replacePartitions(replica);
  await replica.run('DROP TABLE partition_change');
}
