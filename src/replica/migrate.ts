import { readFileSync } from 'node:fs';
import { EXIT, HoopduckError } from '../errors.ts';
import type { Replica } from './replica.ts';

/** Datasets of the replica, named like production's, and the ledger's own. */
export const SCHEMAS = [
  'nba_raw',
  'nba_analytics',
  'nba_precompute',
  'nba_predictions',
  'nba_quality',
  'hoopduck',
] as const;

/** Each migration brings the replica's own tables from the version before to its place in the list. */
const MIGRATIONS: readonly string[] = [
  readFileSync(new URL('../ledger/schema.sql', import.meta.url), 'utf8'),
  readFileSync(new URL('../ledger/schema-2.sql', import.meta.url), 'utf8'),
  readFileSync(new URL('../ledger/schema-3.sql', import.meta.url), 'utf8'),
  readFileSync(new URL('../ledger/schema-4.sql', import.meta.url), 'utf8'),
  readFileSync(new URL('../ledger/schema-5.sql', import.meta.url), 'utf8'),
  readFileSync(new URL('../ledger/schema-6.sql', import.meta.url), 'utf8'),
  readFileSync(new URL('../ledger/schema-7.sql', import.meta.url), 'utf8'),
  readFileSync(new URL('../ledger/schema-8.sql', import.meta.url), 'utf8'),
];

/** Brings the replica's own tables to the current version, each step in one transaction. */
export async function migrate(
  replica: Replica,
  before?: (replica: Replica) => Promise<void>,
): Promise<void> {
  for (const schema of SCHEMAS) await replica.run(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
  await replica.run(
    'CREATE TABLE IF NOT EXISTS hoopduck.migration (version INTEGER NOT NULL, applied_at TIMESTAMP NOT NULL)',
  );
  const found = await replica.row<{ version: number }>(
    'SELECT coalesce(max(version), 0) AS version FROM hoopduck.migration',
  );
  const version = found?.version ?? 0;
  if (version > MIGRATIONS.length) {
    throw new HoopduckError(
      'REPLICA_NEWER',
      `The replica "${replica.path}" has version ${version}; this hoopduck knows up to ${MIGRATIONS.length}.`,
      { next: 'Install the newer hoopduck that wrote it.', exitCode: EXIT.refused },
    );
  }
  if (version > 0 && version < MIGRATIONS.length) await before?.(replica);
  for (let next = version + 1; next <= MIGRATIONS.length; next++) {
    await replica.transaction(async () => {
      await replica.run(MIGRATIONS[next - 1]!);
      await replica.run('INSERT INTO hoopduck.migration VALUES ($next, now()::TIMESTAMP)', {
        next,
      });
    });
  }
}
