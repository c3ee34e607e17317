import type { Replica } from '../replica/replica.ts';
import { parsedObject } from './runs/run-facts.ts';

/** A stage that came to its end, of a whole run or as a command of its own. */
export interface PastStage {
  readonly name: string;
  readonly run_id: string;
  readonly seconds: number;
  /** Rows that a sync read, dates that a transform changed; 0 of the others. */
  readonly size: number;
  /** Whether there was something to do. */
  readonly worked: boolean;
}

/** Stages further back say little of what the next one takes. */
const LOOKED_AT = 200;

/** Stages of past runs, the newest first. */
export async function pastStages(replica: Replica): Promise<PastStage[]> {
  const rows = await replica.rows<{
    run_id: string;
    name: string;
    seconds: number;
    status: string;
    summary: string;
    size: number;
  }>(
    `WITH written AS (
       SELECT run_id, CAST(sum(rows) FILTER (layer = 'raw') AS BIGINT) AS rows,
         count(*) FILTER (layer <> 'raw') AS dates
       FROM hoopduck.partition GROUP BY run_id)
     SELECT r.run_id, s.name, s.seconds, s.status, s.summary, 0 AS size, r.started_at AS began
     FROM hoopduck.stage AS s JOIN hoopduck.run AS r USING (run_id)
     WHERE s.status IN ('done', 'nothing')
     UNION ALL
     SELECT r.run_id, r.command, (epoch_ms(r.finished_at) - epoch_ms(r.started_at)) / 1000.0, 'done', 'null',
       coalesce(CASE r.command WHEN 'sync' THEN w.rows WHEN 'transform' THEN w.dates END, 0), r.started_at
     FROM hoopduck.run AS r LEFT JOIN written AS w USING (run_id)
     WHERE r.command IN ('sync', 'transform', 'validate', 'train', 'predict') AND r.exit_code = 0
     ORDER BY began DESC, run_id DESC, name LIMIT ${LOOKED_AT}`,
  );
  return rows.map(({ run_id, name, seconds, status, summary, size }) => {
    const known = summary === 'null' ? size : sizeOf(name, summary);
    const sized = name === 'sync' || name === 'transform';
    return {
      run_id,
      name,
      seconds,
      size: known,
      worked: status === 'done' && (!sized || known > 0),
    };
  });
}

/** What a stage of a run said it did, as one figure. */
function sizeOf(name: string, summary: string): number {
  const said = parsedObject(summary);
  const list = Array.isArray(said) ? (said as Readonly<Record<string, unknown>>[]) : [];
  const field = name === 'sync' ? 'rows' : name === 'transform' ? 'changedDates' : undefined;
  if (field === undefined) return 0;
  return list.reduce((sum, one) => sum + (typeof one[field] === 'number' ? one[field] : 0), 0);
}
