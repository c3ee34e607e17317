import { plural } from '../../format.ts';
import type { Replica } from '../../replica/replica.ts';
import { parsedObject } from './run-facts.ts';

/** A push as the ledger knows it; counts are partitions. */
export interface PastPush {
  readonly push_id: string;
  readonly run_id: string;
  readonly target: string;
  readonly started_at: string;
  /** planned | writing | done | failed */
  readonly status: string;
  /** The push that this one put back. */
  readonly rollback_of: string | null;
  /** null: how many is not on record. */
  readonly refused: number | null;
  /** Something was refused, whether or not it is on record how many. */
  readonly has_refused: boolean;
  readonly summary: Readonly<Record<string, unknown>>;
}

/** Pushes, the newest first; of one run, or of all. */
export async function pastPushes(
  replica: Replica,
  { runId, limit }: { readonly runId?: string; readonly limit?: number } = {},
): Promise<PastPush[]> {
  const columns = (await replica.columnsOf('hoopduck.push')).map(({ name }) => name);
  const rollback = columns.includes('rollback_of') ? 'p.rollback_of' : 'NULL';
  // A whole run keeps what its push came to; a push by itself says by its exit code that something was refused.
  const rows = await replica.rows<
    Omit<PastPush, 'summary' | 'has_refused'> & { summary: string; ended_refused: boolean }
  >(
    `SELECT p.push_id, p.run_id, p.target, strftime(p.started_at, '%Y-%m-%dT%H:%M:%SZ') AS started_at, p.status,
       ${rollback} AS rollback_of, p.summary,
       coalesce(json_array_length(s.summary, '$.refused'), TRY_CAST(p.summary ->> '$.refused' AS BIGINT),
         json_array_length(p.summary, '$.refused')) AS refused,
       coalesce(p.status = 'done' AND r.command = 'push' AND r.exit_code IN (1, 4), FALSE) AS ended_refused
     FROM hoopduck.push AS p
     LEFT JOIN hoopduck.run AS r USING (run_id)
     LEFT JOIN hoopduck.stage AS s ON s.run_id = p.run_id AND s.name = 'push'
     WHERE $runId = '' OR p.run_id = $runId
     ORDER BY p.started_at DESC, p.push_id DESC LIMIT $limit`,
    { runId: runId ?? '', limit: limit ?? 1_000_000 },
  );
  return rows.map(({ ended_refused, summary, ...push }) => ({
    ...push,
    has_refused: push.refused === null ? ended_refused : push.refused > 0,
    summary: parsedObject(summary),
  }));
}

type Refused = Pick<PastPush, 'refused' | 'has_refused'>;

/** How a push ended: `done, 58 partitions refused`, `done, put back p1`. */
export function pushOutcome(push: Refused & Pick<PastPush, 'status' | 'rollback_of'>): string {
  const back = push.rollback_of === null ? '' : `, put back ${push.rollback_of}`;
  return push.status + back + refusedText(push);
}

/** `, 58 partitions refused`, to come after how it ended; nothing where none was. */
export function refusedText({ refused, has_refused }: Refused): string {
  if (!has_refused) return '';
  return refused === null
    ? ', some partitions refused'
    : `, ${plural(refused, 'partition')} refused`;
}
