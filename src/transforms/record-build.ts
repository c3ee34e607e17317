import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import { recordInputs } from './inputs.ts';
import type { Model } from './model.ts';
import { isStaleSql, type Stale } from './stale.ts';

/**
 * Records a build inside its transaction: the verdict of each date (the temporary table `verdicts`), the
 * digests of the inputs that it has read, the SQL text, and how far builds now cover.
 */
export async function recordBuild(
  context: StageContext,
  model: Model,
  stale: Stale,
  verdicts: string,
): Promise<void> {
  const { replica, runId } = context;
  const now = timestampText(context.now());
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE partition_change AS
     SELECT $name AS table_name, v.game_date,
       CASE WHEN $name LIKE 'nba_%' THEN 'model' ELSE 'staging' END AS layer,
       CAST(NULL AS VARCHAR) AS source_token, v.digest, v.rows, v.expected_rows, v.verdict, v.detail,
       CAST($now AS TIMESTAMP) AS updated_at, $runId AS run_id
     FROM ${verdicts} AS v
     LEFT JOIN hoopduck.partition AS p ON p.table_name = $name AND p.game_date = v.game_date
     WHERE p.game_date IS NULL OR p.digest IS DISTINCT FROM v.digest OR p.verdict <> v.verdict
       OR p.expected_rows IS DISTINCT FROM v.expected_rows OR p.detail IS DISTINCT FROM v.detail`,
    { name: model.name, now, runId },
  );
  await replica.run(
    `DELETE FROM hoopduck.partition WHERE table_name = $name
       AND (game_date IN (SELECT game_date FROM partition_change)
         OR (${isStaleSql(stale)} AND game_date NOT IN (SELECT game_date FROM ${verdicts})))`,
    { name: model.name },
  );
  await replica.run('INSERT INTO hoopduck.partition BY NAME SELECT * FROM partition_change');
  await recordInputs(replica, model.name);
  const { builtTo } = stale;
  const build = {
    name: model.name,
    digest: model.sqlDigest,
    to: builtTo !== null && builtTo > stale.to ? builtTo : stale.to,
    now,
    runId,
  };
  await replica.run(
    builtTo === null
      ? `INSERT INTO hoopduck.model_build VALUES
           ($name, $digest, CAST($to AS DATE), CAST($now AS TIMESTAMP), $runId)`
      : `UPDATE hoopduck.model_build SET sql_digest = $digest, built_to = CAST($to AS DATE),
           updated_at = CAST($now AS TIMESTAMP), run_id = $runId
         WHERE table_name = $name`,
    build,
  );
}
