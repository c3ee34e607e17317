import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/load.ts';
import { type StageContext, silentReporter } from '../../../src/context.ts';
import { quoteLiteral, quoteTable } from '../../../src/replica/identifiers.ts';
import { Replica } from '../../../src/replica/replica.ts';
import { verifyWorkspace } from '../../../src/verify/verify.ts';
import { filesOf, partitionsOf } from '../../pipeline/support/state.ts';

/** What a workspace holds after a command, as texts by name; what is the same twice says so twice. */
export interface Held {
  /** By `table date`: digest, rows and verdict of the ledger, which `verify` has held against the rows themselves. */
  readonly partitions: Readonly<Record<string, string>>;
  /** sha256 of every file of the models. */
  readonly models: Readonly<Record<string, string>>;
  /** Of every table that was pushed: what readers of the target see. */
  readonly pushed: Readonly<Record<string, string>>;
  /** Paths of every file, without the ids of runs and backups. */
  readonly files: readonly string[];
  /** What `verify` has found to be off. */
  readonly findings: readonly string[];
}

/** When a row was written, and by what run of which day; two runs differ in nothing else. */
const OF_THE_RUN = ['processed_at', 'created_at', 'graded_at', 'run_date', 'checked_at', 'run_id'];

/** Verifies a workspace that no process holds, and reads what it has. */
export async function heldBy(workspace: string): Promise<Held> {
  const config = loadConfig(workspace);
  const files = filesOf(workspace);
  const replica = await Replica.open(config.replica.path);
  try {
    const ctx: StageContext = {
      config,
      replica,
      runId: 'verify',
      report: silentReporter,
      signal: new AbortController().signal,
      now: () => new Date(),
    };
    const { findings } = await verifyWorkspace(ctx, { repair: false, offline: false });
    return {
      findings: findings.map(({ area, subject, found }) => `${area} ${subject}: ${found}`),
      partitions: await partitionsOf(replica),
      models: sums(join(workspace, 'data', 'models')),
      pushed: await pushedOf(replica, join(workspace, 'production')),
      files: files.map(withoutIds).sort(),
    };
  } finally {
    replica.close();
  }
}

/**
 * What is wrong in a workspace in which a command was just killed, before anything else is done to it: a table that holds
 * other rows than the ledger counts, a file of the target or a backup that is not whole.
 */
export async function brokenAfterKill(workspace: string): Promise<string[]> {
  const broken: string[] = [];
  const path = join(workspace, 'data', 'replica.duckdb');
  const memory = await Replica.open(':memory:');
  try {
    for (const file of filesOf(join(workspace, 'production'))) {
      if (!file.endsWith('.parquet')) continue;
      const source = quoteLiteral(join(workspace, 'production', file));
      await memory
        .run(`SELECT count(*) FROM read_parquet(${source})`)
        .catch((error: Error) => broken.push(`production/${file}: ${error.message}`));
    }
  } finally {
    memory.close();
  }
  broken.push(...halfBackups(join(workspace, 'data', 'workspace-backups')));
  if (!existsSync(path)) return broken;
  const replica = await Replica.open(path, { readOnly: true });
  try {
    if (!(await replica.hasTable('hoopduck.partition'))) return broken;
    const counted = await replica.rows<{ name: string; rows: number }>(
      'SELECT table_name AS name, sum(rows)::BIGINT AS rows FROM hoopduck.partition GROUP BY 1',
    );
    if (counted.length === 0) return broken;
    const counts = counted.map(
      ({ name }) =>
        `SELECT ${quoteLiteral(name)} AS name, count(*) AS rows FROM ${quoteTable(name)}`,
    );
    const there = new Map(
      (await replica.rows<{ name: string; rows: number }>(counts.join(' UNION ALL '))).map(
        ({ name, rows }) => [name, rows],
      ),
    );
    for (const { name, rows } of counted) {
      if (there.get(name) !== rows) {
        broken.push(`${name} holds ${there.get(name)} rows, its ledger says ${rows}`);
      }
    }
  } finally {
    replica.close();
  }
  return broken;
}

/** Backups under their names that lack a file, or have one of another size. */
function halfBackups(folder: string): string[] {
  const ids = existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
  return ids.flatMap((id) => {
    const manifest = join(folder, id, 'manifest.json');
    if (!existsSync(manifest)) return [`backup ${id} has no manifest`];
    const { files } = JSON.parse(readFileSync(manifest, 'utf8')) as {
      files: { path: string; bytes: number; sha256: string }[];
    };
    return files
      .filter(({ path, sha256 }) => {
        const file = join(folder, id, path);
        return !existsSync(file) || sum(file) !== sha256;
      })
      .map(({ path }) => `backup ${id} has not the "${path}" of its manifest`);
  });
}

async function pushedOf(replica: Replica, folder: string): Promise<Record<string, string>> {
  const tables = new Set(filesOf(folder).map((path) => path.split('/').slice(0, 2).join('/')));
  const pushed: Record<string, string> = {};
  for (const table of tables) {
    const source = `read_parquet(${quoteLiteral(join(folder, table, '*.parquet'))})`;
    const columns = await replica.rows<{ column_name: string }>(`DESCRIBE SELECT * FROM ${source}`);
    const names = columns
      .map(({ column_name }) => column_name)
      .filter((name) => !OF_THE_RUN.includes(name) && name !== 'verdict_since');
    const [digest] = await replica.column<string>(
      `SELECT count(*) || '-' || CAST(sum(hash(${names.map((name) => `"${name}"`).join(', ')})) AS VARCHAR) FROM ${source}`,
    );
    pushed[table] = digest!;
  }
  return pushed;
}

function sums(folder: string): Record<string, string> {
  return Object.fromEntries(filesOf(folder).map((path) => [path, sum(join(folder, path))]));
}

function sum(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** A push that was killed and one that finished it keep what each replaced; whole backups of a workspace are as many as were made. */
function withoutIds(path: string): string {
  return path
    .replaceAll(/\d{8}T\d{6}Z-[0-9a-f]{4}/g, 'RUN')
    .replace(/^(data\/workspace-backups)\/\d{8}T\d{6}Z(-\d+)?\//, '$1/BACKUP/')
    .replace(/(ml_training_runs\/)[^/]+/, '$1season.parquet');
}
