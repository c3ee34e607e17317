import type { Replica } from '../replica/replica.ts';

/** A table of the replica over a range of dates, as `run --json` lists it. */
export interface TableFacts {
  readonly table: string;
  readonly rows: number;
  /** Dates that should have rows; null where nothing is expected of the table. */
  readonly dates_expected: number | null;
  readonly dates_found: number;
}

/**
 * Rows and dates of every raw, analytics, precompute and prediction table within the range, from the
 * ledger. What the models should hold comes from the schedule; bootstrap dates are not expected of tables
 * that have none by design.
 */
export async function tableFacts(
  replica: Replica,
  span: { from: string; to: string },
): Promise<TableFacts[]> {
  return replica.rows<TableFacts>(
    `SELECT table_name AS "table",
       CAST(sum(rows) AS BIGINT) AS rows,
       CASE WHEN layer = 'model' THEN count_if(verdict <> 'bootstrap') END AS dates_expected,
       count_if(rows > 0) AS dates_found
     FROM hoopduck.partition
     WHERE layer NOT IN ('staging', 'quality') AND game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
     GROUP BY table_name, layer
     ORDER BY CASE layer WHEN 'raw' THEN 0 WHEN 'model' THEN 1 ELSE 2 END, table_name`,
    { from: span.from, to: span.to },
  );
}
