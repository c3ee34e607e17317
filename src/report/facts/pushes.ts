import type { Replica } from '../../replica/replica.ts';

/** What one push did to one table; counts are partitions. */
export interface PushedTableFacts {
  readonly table: string;
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly refused: number;
}

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
  readonly tables: readonly PushedTableFacts[];
}

const SHOWN_PUSHES = 30;

/** The newest pushes, the newest first. */
export async function pushFacts(replica: Replica): Promise<PushFacts[]> {
  const columns = (await replica.columnsOf('hoopduck.push')).map(({ name }) => name);
  const rollback = columns.includes('rollback_of') ? 'rollback_of' : 'NULL AS rollback_of';
  const pushes = await replica.rows<
    Pick<
      PushFacts,
      'push_id' | 'target' | 'started_at' | 'finished_at' | 'status' | 'rollback_of'
    > & {
      summary: string;
    }
  >(
    `SELECT push_id, target, strftime(started_at, '%Y-%m-%dT%H:%M:%SZ') AS started_at,
       strftime(finished_at, '%Y-%m-%dT%H:%M:%SZ') AS finished_at, status, ${rollback}, summary
     FROM hoopduck.push ORDER BY hoopduck.push.started_at DESC LIMIT ${SHOWN_PUSHES}`,
  );
  return pushes.map(({ summary, ...push }) => ({ ...push, ...countsOf(summary) }));
}

function countsOf(
  summary: string,
): Pick<PushFacts, 'written' | 'unchanged' | 'removed' | 'rows' | 'refused' | 'tables'> {
  const result = parsed(summary);
  const { tables } = result;
  return {
    written: numberOf(result['written']),
    unchanged: numberOf(result['unchanged']),
    removed: numberOf(result['removed']),
    rows: numberOf(result['rows']),
    refused: listOf(result['refused'])?.length ?? null,
    tables: (listOf(tables) ?? []).map((entry) => {
      const table = (entry ?? {}) as Record<string, unknown>;
      return {
        table: String(table['table'] ?? ''),
        written: numberOf(table['written']) ?? 0,
        unchanged: numberOf(table['unchanged']) ?? 0,
        removed: numberOf(table['removed']) ?? 0,
        refused: numberOf(table['refused']) ?? 0,
      };
    }),
  };
}

function parsed(summary: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(summary);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function listOf(value: unknown): unknown[] | null {
  return Array.isArray(value) ? value : null;
}
