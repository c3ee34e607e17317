import type { StageContext } from '../context.ts';
import { replacePartitions, timestampText } from '../ledger/ledger.ts';
import { recordInputs } from './inputs.ts';
import type { Model } from './model.ts';
import { isStaleSql, type Stale } from './stale.ts';

/**
 * Records a build inside its transaction: the verdict of each date (temporary table `build_verdict`), the
 * digests of the inputs that it has read, the SQL text, and how far builds now cover.
 */
export async function recordBuild(
  context: StageContext,
  model: Model,
  stale: Stale,
): Promise<void> {
  const { replica, runId } = context;
  const now = timestampText(context.now());
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE partition_change AS
     SELECT $name AS table_name, v.game_date,
       CASE WHEN $name LIKE 'nba_%' THEN 'model' ELSE 'staging' END AS layer,
       CAST(NULL AS VARCHAR) AS source_token, v.digest, v.rows, v.expected_rows, v.verdict, v.detail,
       CAST($now AS TIMESTAMP) AS updated_at, $runId AS run_id
     FROM build_verdict AS v
     LEFT JOIN hoopduck.partition AS p ON p.table_name = $name AND p.game_date = v.game_date
     WHERE p.game_date IS NULL OR p.digest IS DISTINCT FROM v.digest OR p.verdict <> v.verdict
       OR p.expected_rows IS DISTINCT FROM v.expected_rows OR p.detail IS DISTINCT FROM v.detail`,
    { name: model.name, now, runId },
  );
  await replica.run(
    `DELETE FROM hoopduck.partition WHERE table_name = $name AND ${isStaleSql(stale)}
       AND game_date NOT IN (SELECT game_date FROM build_verdict)`,
    { name: model.name },
  );
  await replacePartitions(replica);
  await recordInputs(replica, model.name);
  const before = await replica.row<{ built_to: string }>(
    'SELECT CAST(built_to AS VARCHAR) AS built_to FROM hoopduck.model_build WHERE table_name = $name',
    { name: model.name },
  );
  await replica.run('DELETE FROM hoopduck.model_build WHERE table_name = $name', {
    name: model.name,
  });
  await replica.run(
    `INSERT INTO hoopduck.model_build VALUES
       ($name, $digest, CAST($to AS DATE), CAST($now AS TIMESTAMP), $runId)`,
    {
      name: model.name,
      digest: model.sqlDigest,
      to: before !== undefined && before.built_to > stale.to ? before.built_to : stale.to,
      now,
      runId,
    },
  );
}
