import { timestampText } from '../ledger/ledger.ts';
import type { Replica } from '../replica/replica.ts';

/** What the ledger knows of one partition in the target: the state that push expects to find. */
export interface Baseline {
  /** Of the target's rows, on the target's types. */
  readonly digest: string;
  /** Whether we wrote it, or found it there. */
  readonly origin: 'pushed' | 'observed';
  /** Digest of the replica's partition with the same content; null: none is known. */
  readonly localDigest: string | null;
  /** The target's token when it had this digest. */
  readonly token: string | null;
  /** When it was pushed or observed, `YYYY-MM-DD HH:MM:SS` UTC. */
  readonly recordedAt: string;
}

/** A change of one row of hoopduck.pushed; a null digest takes the row away. */
export interface BaselineChange {
  readonly date: string;
  readonly digest: string | null;
  readonly origin: 'pushed' | 'observed';
  readonly localDigest: string | null;
  readonly token: string | null;
}

/** What the ledger expects a target to hold, by table and date. */
export async function readBaselines(
  replica: Replica,
  target: string,
): Promise<Map<string, Map<string, Baseline>>> {
  const rows = await replica.rows<Baseline & { table: string; date: string }>(
    `SELECT table_name AS "table", CAST(game_date AS VARCHAR) AS date, digest, origin,
       local_digest AS "localDigest", token, strftime(recorded_at, '%Y-%m-%d %H:%M:%S') AS "recordedAt"
     FROM hoopduck.pushed WHERE target = $target`,
    { target },
  );
  const tables = new Map<string, Map<string, Baseline>>();
  for (const { table, date, ...baseline } of rows) {
    const dates = tables.get(table);
    if (dates === undefined) tables.set(table, new Map([[date, baseline]]));
    else dates.set(date, baseline);
  }
  return tables;
}

/** Writes what became known of a table's partitions in the target; joins the caller's transaction. */
export async function recordBaselines(
  replica: Replica,
  where: { target: string; table: string; pushId: string | null; at: Date },
  changes: readonly BaselineChange[],
): Promise<void> {
  if (changes.length === 0) return;
  await replica.transaction(async () => {
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE push_change AS
       SELECT unnest(from_json($changes, '[{"date": "DATE", "digest": "VARCHAR",
         "origin": "VARCHAR", "localDigest": "VARCHAR", "token": "VARCHAR"}]'), recursive := true)`,
      { changes: JSON.stringify(changes) },
    );
    await replica.run(
      `DELETE FROM hoopduck.pushed WHERE target = $target AND table_name = $table
         AND game_date IN (SELECT date FROM push_change)`,
      { target: where.target, table: where.table },
    );
    await replica.run(
      `INSERT INTO hoopduck.pushed BY NAME
       SELECT $target AS target, $table AS table_name, date AS game_date, digest, origin,
         localDigest AS local_digest, token, CAST($at AS TIMESTAMP) AS recorded_at, $pushId AS push_id
       FROM push_change WHERE digest IS NOT NULL`,
      {
        target: where.target,
        table: where.table,
        at: timestampText(where.at),
        pushId: where.pushId,
      },
    );
    await replica.run('DROP TABLE temp.push_change');
  });
}

/** Since when the ledger knows all that a target holds; null: it was never looked at. */
export async function observedSince(replica: Replica, target: string): Promise<string | null> {
  const row = await replica.row<{ at: string | null }>(
    `SELECT strftime(max(observed_at), '%Y-%m-%d %H:%M:%S') AS "at"
     FROM hoopduck.push_target WHERE target = $target`,
    { target },
  );
  return row?.at ?? null;
}
