import { createHash } from 'node:crypto';
import { RAW_TABLES } from '../config/raw-tables.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { VERSION } from '../version.ts';
import type { GateSummary } from './results.ts';
import { dateColumnOf, GATED_TABLE_NAMES } from './tables.ts';
import type { Thresholds } from './thresholds.ts';

/**
 * What an evaluation of the gates depends on, in 64 hexadecimal digits: the digest and the verdict of
 * every partition, the rows that the tables hold on each date (rows lost behind the ledger's back are
 * seen by that), the thresholds, the range and the code's version.
 */
export async function fingerprintOf(
  replica: Replica,
  thresholds: Thresholds,
  span: { readonly from: string; readonly to: string },
): Promise<string> {
  const state = await replica.row<{ tables: string | null }>(
    `SELECT md5(string_agg(concat_ws(' ', table_name, game_date, digest, rows, verdict), ',' ORDER BY table_name, game_date)) AS tables
     FROM hoopduck.partition WHERE layer NOT IN ('prediction', 'quality')`,
  );
  const held = await rowsByDate(replica);
  return createHash('sha256')
    .update(JSON.stringify([VERSION, thresholds, span.from, span.to, state?.tables ?? null, held]))
    .digest('hex');
}

async function rowsByDate(replica: Replica): Promise<string | null> {
  const known = [...RAW_TABLES.map(({ name }) => `nba_raw.${name}`), ...GATED_TABLE_NAMES];
  const there = await replica.column<string>(
    `SELECT schema_name || '.' || table_name FROM duckdb_tables()
     WHERE database_name = current_database() AND schema_name LIKE 'nba_%' ESCAPE ''`,
  );
  const counts = known
    .filter((table) => there.includes(table))
    .map(
      (table) =>
        `SELECT ${quoteLiteral(table)} AS table_name, ${quoteIdentifier(dateColumnOf(table))} AS game_date, count(*) AS rows
         FROM ${quoteTable(table)} GROUP BY ALL`,
    );
  if (counts.length === 0) return null;
  const row = await replica.row<{ held: string | null }>(
    `SELECT md5(string_agg(concat_ws(' ', table_name, game_date, rows), ',' ORDER BY table_name, game_date)) AS held
     FROM (${counts.join(' UNION ALL ')})`,
  );
  return row?.held ?? null;
}

/** The summary of the last evaluation, if it had this fingerprint. */
export async function knownSummary(
  replica: Replica,
  fingerprint: string,
): Promise<GateSummary | undefined> {
  const row = await replica.row<{ summary: string }>(
    'SELECT summary FROM hoopduck.validated WHERE fingerprint = $fingerprint',
    { fingerprint },
  );
  return row === undefined ? undefined : (JSON.parse(row.summary) as GateSummary);
}

/** Keeps the summary of an evaluation in place of the one before, inside the caller's transaction. */
export async function rememberSummary(
  replica: Replica,
  fingerprint: string,
  summary: GateSummary,
): Promise<void> {
  await replica.run('DELETE FROM hoopduck.validated');
  await replica.run('INSERT INTO hoopduck.validated VALUES ($fingerprint, $summary)', {
    fingerprint,
    summary: JSON.stringify(summary),
  });
}
