import { forgetPartitions, replacePartitions, timestampText } from '../ledger/ledger.ts';
import { computedDigestSql } from '../replica/digest.ts';
import type { Gates } from './gates.ts';
import { COVERED_SQL } from './kept-dates.ts';

/** The table of newest results, which is pushed like any other. */
export const GATE_RESULTS = 'nba_quality.gate_results';

/** How many earlier results of one check, table and scope are kept; beyond them the oldest go. */
const KEPT_RESULTS = 30;

const KEY = 'check_name, table_name, scope, scope_value';
const FOUND = ['verdict', 'found', 'wanted', 'numerator', 'denominator', 'detail'];

/**
 * Brings `nba_quality.gate_results` to what `gate_result` holds: a result that is found again leaves its row
 * as it is, another one takes its place, and the one before goes to hoopduck.check_history. The ledger
 * gets the digest of each date that changed. Inside the caller's transaction.
 */
export async function keepHistory(
  gates: Gates,
  written: { readonly runId: string; readonly at: Date },
): Promise<void> {
  const { replica, from, to } = gates;
  const stamp = { runId: written.runId, at: timestampText(written.at) };
  const differs = FOUND.map((name) => `n.${name} IS DISTINCT FROM o.${name}`).join(' OR ');
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE gate_change AS
     WITH newest AS (
       -- Two limits on the same rows are one check: what is red in either is red.
       SELECT * FROM gate_result
       QUALIFY row_number() OVER (PARTITION BY ${KEY}
         ORDER BY CASE verdict WHEN 'fail' THEN 0 WHEN 'warn' THEN 1 ELSE 2 END, wanted DESC) = 1),
     before AS (SELECT * FROM ${GATE_RESULTS} WHERE ${COVERED_SQL})
     SELECT check_name, table_name, scope, scope_value, n.verdict IS NOT NULL AS is_found, o.verdict IS NOT NULL AS was_found,
       CASE WHEN scope = 'date' THEN CAST(scope_value AS DATE) ELSE CAST($to AS DATE) END AS game_date,
       o.game_date AS old_date, ${FOUND.map((name) => `n.${name}`).join(', ')},
       CASE WHEN o.verdict = n.verdict THEN o.verdict_since ELSE CAST($at AS TIMESTAMP) END AS verdict_since
     FROM newest AS n FULL JOIN before AS o USING (${KEY})
     WHERE ${differs}`,
    { from, to, at: stamp.at },
  );
  await replica.run(
    `INSERT INTO hoopduck.check_history BY NAME
     SELECT r.* EXCLUDE (game_date), CAST($at AS TIMESTAMP) AS replaced_at, $runId AS replaced_by
     FROM ${GATE_RESULTS} AS r SEMI JOIN (FROM gate_change WHERE was_found) USING (${KEY})`,
    stamp,
  );
  await replica.run(
    `DELETE FROM ${GATE_RESULTS} AS r USING (FROM gate_change WHERE was_found) AS c
     WHERE ${KEY.split(', ')
       .map((name) => `r.${name} = c.${name}`)
       .join(' AND ')}`,
  );
  await replica.run(
    `INSERT INTO ${GATE_RESULTS} BY NAME
     SELECT ${KEY}, game_date, ${FOUND.join(', ')}, verdict_since, CAST($at AS TIMESTAMP) AS checked_at, $runId AS run_id
     FROM gate_change WHERE is_found ORDER BY game_date, ${KEY}`,
    stamp,
  );
  await replica.run(
    `DELETE FROM hoopduck.check_history WHERE rowid IN (
       SELECT row FROM (
         SELECT h.rowid AS row, row_number() OVER (PARTITION BY ${KEY} ORDER BY replaced_at DESC, h.rowid DESC) AS place
         FROM hoopduck.check_history AS h SEMI JOIN (FROM gate_change WHERE was_found) USING (${KEY}))
       WHERE place > $kept)`,
    { kept: KEPT_RESULTS },
  );
  await recordDates(gates, stamp);
}

/** Brings the ledger's partitions of the table to the dates that changed, and to those that it does not know yet. */
async function recordDates(gates: Gates, stamp: { runId: string; at: string }): Promise<void> {
  const { replica } = gates;
  const columns = await gates.columnsOf(GATE_RESULTS);
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE partition_change AS
     WITH known AS (SELECT game_date FROM hoopduck.partition WHERE table_name = '${GATE_RESULTS}'),
     touched AS (
       SELECT game_date FROM gate_change UNION SELECT old_date FROM gate_change WHERE old_date IS NOT NULL
       UNION (SELECT game_date FROM ${GATE_RESULTS} EXCEPT FROM known))
     SELECT '${GATE_RESULTS}' AS table_name, game_date, 'quality' AS layer, CAST(NULL AS VARCHAR) AS source_token,
       ${computedDigestSql(columns)} AS digest, count(*) AS rows, CAST(NULL AS BIGINT) AS expected_rows,
       'unchecked' AS verdict, CAST(NULL AS VARCHAR) AS detail, CAST($at AS TIMESTAMP) AS updated_at, $runId AS run_id
     FROM ${GATE_RESULTS} SEMI JOIN touched USING (game_date) GROUP BY game_date`,
    stamp,
  );
  await replacePartitions(replica);
  const gone = await replica.column<string>(
    `SELECT game_date FROM hoopduck.partition WHERE table_name = '${GATE_RESULTS}'
     AND game_date NOT IN (SELECT game_date FROM ${GATE_RESULTS})`,
  );
  await forgetPartitions(replica, GATE_RESULTS, gone);
  await replica.run('DROP TABLE temp.partition_change');
}
