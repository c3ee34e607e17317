import type { Replica } from '../replica/replica.ts';
import { PREDICTIONS, TRAINING_RUNS } from '../train/prediction-tables.ts';

/** How the partitions of one table compare with those of the run. */
export interface TableCount {
  readonly table: string;
  /** Partitions of the run, and how many have the same digest. */
  readonly of: number;
  readonly same: number;
  /** Partitions that differ, those that the run did not have included. */
  readonly differing: number;
  readonly first: string | null;
}

const SAME = 'e.digest IS NOT DISTINCT FROM p.digest';

const JOINED = `reproduce_expected AS e
  FULL JOIN (SELECT table_name, game_date, digest FROM hoopduck.partition WHERE digest IS NOT NULL AND layer <> 'quality') AS p
    USING (table_name, game_date)`;

const COUNTS = `count(e.digest) AS of, count_if(${SAME}) AS same, count_if(NOT (${SAME})) AS differing,
  CAST(min(game_date) FILTER (NOT (${SAME})) AS VARCHAR) AS first`;

/** Computed tables, staging included, by name. */
export async function compareTables(replica: Replica): Promise<Map<string, TableCount>> {
  const rows = await replica.rows<TableCount>(
    `SELECT table_name AS "table", ${COUNTS} FROM ${JOINED}
     WHERE NOT starts_with(table_name, 'nba_raw.') AND NOT starts_with(table_name, 'nba_predictions.')
     GROUP BY table_name ORDER BY table_name`,
  );
  return new Map(rows.map((row) => [row.table, row]));
}

/**
 * Predictions, their intervals and their grades on the dates that the run's model predicts; those of other models, before its test part
 * or outside the run's dates, are left out.
 */
export async function comparePredictions(
  replica: Replica,
  range: { readonly from: string; readonly to: string; readonly testFrom: string },
): Promise<{ readonly counts: readonly TableCount[]; readonly others: number }> {
  const { from, to, testFrom } = range;
  const first = from > testFrom ? from : testFrom;
  const bindings = { first, to, predictions: PREDICTIONS, records: TRAINING_RUNS };
  const ofPredictions = "starts_with(table_name, 'nba_predictions.') AND table_name <> $records";
  const predicted = `(game_date BETWEEN CAST($first AS DATE) AND CAST($to AS DATE) OR game_date IN (
    SELECT game_date FROM hoopduck.partition WHERE table_name = $predictions))`;
  const counts = await replica.rows<TableCount>(
    `SELECT table_name AS "table", ${COUNTS} FROM ${JOINED}
     WHERE ${ofPredictions} AND ${predicted}
     GROUP BY table_name ORDER BY table_name`,
    bindings,
  );
  const [others] = await replica.column<number>(
    `SELECT count(*) FROM reproduce_expected WHERE ${ofPredictions} AND NOT ${predicted}`,
    bindings,
  );
  return { counts, others: others! };
}
