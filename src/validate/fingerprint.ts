import { createHash } from 'node:crypto';
import type { Replica } from '../replica/replica.ts';
import { VERSION } from '../version.ts';
import type { Gates } from './gates.ts';
import { dateStatesSql } from './kept-dates.ts';
import type { GateSummary } from './results.ts';
import type { Thresholds } from './thresholds.ts';

/**
 * What all verdicts are judged by, in 64 hexadecimal digits: the thresholds, the heads of the workspace's own models, whose keys
 * and partitions are checked, and the code's version.
 */
export async function rulesDigest(replica: Replica, thresholds: Thresholds): Promise<string> {
  const models = await replica.rows(
    `SELECT table_name, partition_column, key_columns, inputs FROM hoopduck.model_definition
     WHERE origin = 'workspace' ORDER BY ALL`,
  );
  return createHash('sha256')
    .update(JSON.stringify([VERSION, thresholds, models]))
    .digest('hex');
}

/**
 * What an evaluation of the gates depends on, in 64 hexadecimal digits: the state of every date, which has the
 * rules in it (rulesDigest), and the range. Reads gate_held.
 */
export async function fingerprintOf(gates: Gates, rules: string): Promise<string> {
  const [states] = await gates.replica.column<string | null>(
    `SELECT count(*) || ' ' || sum(hash(game_date, state)) FROM (${dateStatesSql(rules)})`,
  );
  return createHash('sha256')
    .update(JSON.stringify([rules, gates.from, gates.to, states ?? null]))
    .digest('hex');
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
  if (row === undefined) return undefined;
  const summary = JSON.parse(row.summary) as GateSummary;
  // One that an older version kept has no trends.
  return { ...summary, trends: summary.trends ?? [] };
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
