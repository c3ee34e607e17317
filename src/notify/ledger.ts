import { timestampText } from '../ledger/ledger.ts';
import type { Replica } from '../replica/replica.ts';
import { KNOWS_NOTHING, type Known, type RedCheck } from './news.ts';

/** Rows that are kept of a webhook. */
const KEPT = 100;

/** A row of hoopduck.notification. */
export interface Told {
  readonly webhook: string;
  readonly at: Date;
  readonly runId: string;
  readonly events: readonly string[];
  readonly outcome: 'delivered' | 'failed' | 'quiet';
  readonly detail: string | null;
  readonly known: Known;
}

/** What a webhook knows by the newest row of it. */
export async function knownTo(replica: Replica, webhook: string): Promise<Known> {
  const row = await replica.row<{ known: string }>(
    `SELECT known FROM hoopduck.notification WHERE webhook = $webhook
     ORDER BY notified_at DESC, rowid DESC LIMIT 1`,
    { webhook },
  );
  return row === undefined ? KNOWS_NOTHING : (JSON.parse(row.known) as Known);
}

/** Puts on record what a webhook was told, and lets go of what is too old. */
export async function recordTold(replica: Replica, told: Told): Promise<void> {
  const { webhook, at, runId, events, outcome, detail, known } = told;
  await replica.transaction(async () => {
    // Thousands of checks can be red: only the newest row has need of them.
    await replica.run("UPDATE hoopduck.notification SET known = '{}' WHERE webhook = $webhook", {
      webhook,
    });
    await replica.run(
      `INSERT INTO hoopduck.notification
       VALUES ($webhook, CAST($at AS TIMESTAMP), $runId, $events, $outcome, $detail, $known)`,
      {
        webhook,
        at: timestampText(at),
        runId,
        events: JSON.stringify(events),
        outcome,
        detail,
        known: JSON.stringify(known),
      },
    );
    await replica.run(
      `DELETE FROM hoopduck.notification WHERE webhook = $webhook AND rowid NOT IN (
         SELECT rowid FROM hoopduck.notification WHERE webhook = $webhook
         ORDER BY notified_at DESC, rowid DESC LIMIT ${KEPT})`,
      { webhook },
    );
  });
}

/** Every red check that the replica has on record. */
export async function redChecks(replica: Replica): Promise<RedCheck[]> {
  return replica.rows<RedCheck>(
    `SELECT check_name AS "check", table_name AS "table", scope_value AS scope, found, wanted, detail
     FROM hoopduck.check_result WHERE verdict = 'fail'
     ORDER BY CASE scope WHEN 'all' THEN 0 WHEN 'season' THEN 1 ELSE 2 END,
       scope_value DESC, check_name, table_name`,
  );
}

/** What a webhook was last sent. */
export interface LastTold {
  readonly webhook: string;
  readonly at: string;
  readonly events: readonly string[];
  readonly outcome: string;
  readonly detail: string | null;
}

/** What each webhook was last sent, or failed to be sent. */
export async function lastTold(replica: Replica): Promise<LastTold[]> {
  const [known] = await replica.column<number>(
    `SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'hoopduck' AND table_name = 'notification'`,
  );
  // Only read here: one that an earlier version wrote has no such table yet.
  if (known === 0) return [];
  const rows = await replica.rows<Omit<LastTold, 'events'> & { events: string }>(
    `SELECT webhook, strftime(notified_at, '%Y-%m-%dT%H:%M:%SZ') AS at, events, outcome, detail
     FROM hoopduck.notification WHERE outcome <> 'quiet'
     QUALIFY row_number() OVER (PARTITION BY webhook ORDER BY notified_at DESC, rowid DESC) = 1`,
  );
  return rows.map((row) => ({ ...row, events: JSON.parse(row.events) as string[] }));
}
