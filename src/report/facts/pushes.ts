import type { Replica } from '../../replica/replica.ts';

/** What one push wrote of one table. */
export interface PushedTableFacts {
  readonly table: string;
  /** What is swapped at once: files, or batches of dates. */
  readonly units: number;
  /** Of those, the ones that were read back and found equal. */
  readonly verified: number;
  /** Dates written or taken away. */
  readonly partitions: number;
}

/** A partition that a push left alone, and why. */
export interface RefusedFacts {
  readonly table: string;
  readonly date: string;
  readonly reason: string;
}

/** A push; counts are partitions, null where the ledger does not tell. */
export interface PushFacts {
  readonly push_id: string;
  readonly target: string;
  readonly started_at: string;
  readonly finished_at: string | null;
  /** planned | writing | done | failed */
  readonly status: string;
  /** The push that this one put back. */
  readonly rollback_of: string | null;
  readonly written: number | null;
  readonly unchanged: number | null;
  readonly removed: number | null;
  readonly rows: number | null;
  readonly refused: number | null;
  /** The first of those that were refused. */
  readonly refusals: readonly RefusedFacts[];
  readonly tables: readonly PushedTableFacts[];
}

const SHOWN_PUSHES = 30;
const SHOWN_REFUSALS = 50;

type Head = Omit<PushFacts, 'refusals' | 'tables'> & { readonly run_id: string };

/** The newest pushes, the newest first. */
export async function pushFacts(replica: Replica): Promise<PushFacts[]> {
  const columns = (await replica.columnsOf('hoopduck.push')).map(({ name }) => name);
  const rollback = columns.includes('rollback_of') ? 'p.rollback_of' : 'NULL';
  const number = (json: string, key: string) => `TRY_CAST(${json} ->> '$.${key}' AS BIGINT)`;
  // A run keeps what its push came to; a push by itself keeps what it wrote.
  const pushes = await replica.rows<Head>(
    `SELECT p.push_id, p.run_id, p.target, strftime(p.started_at, '%Y-%m-%dT%H:%M:%SZ') AS started_at,
       strftime(p.finished_at, '%Y-%m-%dT%H:%M:%SZ') AS finished_at, p.status, ${rollback} AS rollback_of,
       ${number('p.summary', 'written')} AS written, ${number('s.summary', 'unchanged')} AS unchanged,
       ${number('p.summary', 'removed')} AS removed, ${number('p.summary', 'rows')} AS rows,
       json_array_length(s.summary, '$.refused') AS refused
     FROM hoopduck.push AS p
     LEFT JOIN hoopduck.stage AS s ON s.run_id = p.run_id AND s.name = 'push'
     ORDER BY p.started_at DESC, p.push_id LIMIT ${SHOWN_PUSHES}`,
  );
  const tables = await pushedTables(replica);
  const newest = pushes[0];
  const refusals = newest === undefined ? [] : await refusalsOf(replica, newest.run_id);
  return pushes.map(({ run_id: _, ...push }) => ({
    ...push,
    refusals: push.push_id === newest?.push_id ? refusals : [],
    tables: tables
      .filter(({ push_id }) => push_id === push.push_id)
      .map(({ table, units, verified, partitions }) => ({ table, units, verified, partitions })),
  }));
}

/** What the journal holds, by push and table. */
async function pushedTables(replica: Replica) {
  return replica.rows<PushedTableFacts & { readonly push_id: string }>(
    `SELECT push_id, table_name AS "table", count(DISTINCT unit) AS units,
       count(DISTINCT unit) FILTER (step = 'verified') AS verified,
       coalesce(CAST(sum(json_array_length(dates)) FILTER (step = 'planned') AS BIGINT), 0) AS partitions
     FROM hoopduck.push_step GROUP BY push_id, table_name ORDER BY push_id, table_name`,
  );
}

async function refusalsOf(replica: Replica, runId: string): Promise<RefusedFacts[]> {
  return replica.rows<RefusedFacts>(
    `SELECT r ->> '$.table' AS "table", r ->> '$.date' AS date, r ->> '$.reason' AS reason
     FROM (SELECT unnest(CAST(summary -> '$.refused' AS JSON[])) AS r
       FROM hoopduck.stage WHERE run_id = $runId AND name = 'push')
     LIMIT ${SHOWN_REFUSALS}`,
    { runId },
  );
}
