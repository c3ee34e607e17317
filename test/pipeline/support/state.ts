import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../../../src/replica/identifiers.ts';
import { Replica } from '../../../src/replica/replica.ts';

/** All that must be the same again, as texts by name. */
export interface State {
  /** By `table date`: digest, rows, expected rows and verdict, as the ledger has them. */
  readonly partitions: Readonly<Record<string, string>>;
  /** By `table date`: a digest of the rows themselves, reckoned here. */
  readonly contents: Readonly<Record<string, string>>;
  /** sha256 of every file of the models. */
  readonly models: Readonly<Record<string, string>>;
  /** By `table date`: a digest of the rows that the push target holds. */
  readonly pushed: Readonly<Record<string, string>>;
  /** Every file of the workspace but those of the warehouse, and whole ones of inputs: they tell of its past. */
  readonly files: readonly string[];
}

/** When a row was written, and by what run of which day; two runs differ in nothing else. */
const OF_THE_RUN = ['processed_at', 'created_at', 'graded_at', 'run_date'];
/** The same of the results of gates, whose digest in the ledger therefore is another each time. */
const OF_THE_CHECK = ['checked_at', 'run_id', 'verdict_since'];

/** Reads the state of a workspace that no process holds. */
export async function stateOf(workspace: string): Promise<State> {
  const replica = await Replica.open(join(workspace, 'data', 'replica.duckdb'), { readOnly: true });
  try {
    return {
      partitions: await partitionsOf(replica),
      contents: await contentsOf(replica),
      models: modelsOf(join(workspace, 'data', 'models')),
      pushed: await pushedOf(replica, join(workspace, 'production')),
      files: filesOf(workspace)
        .map((path) => path.replace(/(ml_training_runs\/)[^/]+/, '$1season.parquet'))
        .filter((path) => !/^warehouse\/|^data\/inputs\/.*\.parquet$/.test(path))
        // Whole backups of the workspace are named by the time; a half-written one would be a leftover.
        .filter((path) => !/^data\/workspace-backups\/\d/.test(path)),
    };
  } finally {
    replica.close();
  }
}

/** Rows of a query on the replica of a workspace. */
export async function queryReplica<T>(workspace: string, sql: string): Promise<T[]> {
  const replica = await Replica.open(join(workspace, 'data', 'replica.duckdb'), { readOnly: true });
  try {
    return await replica.rows<T>(sql);
  } finally {
    replica.close();
  }
}

/** Everything but the records of trainings, of which every training adds one. */
export const ALL_BUT_TRAINING = [
  'nba_raw.',
  'hoopduck.',
  'nba_analytics.',
  'nba_precompute.',
  'nba_predictions.player_prop_predictions',
  'nba_predictions.prediction_accuracy',
];

/** The entries of tables whose names begin so. */
export function only(
  part: Readonly<Record<string, string>>,
  ...prefixes: readonly string[]
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(part).filter(([name]) => prefixes.some((prefix) => name.startsWith(prefix))),
  );
}

/** By `table date`: digest, rows and verdict of the ledger. */
export async function partitionsOf(replica: Replica): Promise<Record<string, string>> {
  const rows = await replica.rows<{ name: string; value: string }>(
    `SELECT table_name || ' ' || CASE WHEN table_name LIKE '%.ml_training_runs' THEN 'day'
         ELSE CAST(game_date AS VARCHAR) END AS name,
       concat_ws(' ', CASE WHEN layer <> 'quality' THEN digest END, rows, expected_rows, verdict, detail) AS value
     FROM hoopduck.partition ORDER BY table_name, game_date`,
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** Raw, staging, model and prediction tables: all that the ledger has partitions of. */
async function contentsOf(replica: Replica): Promise<Record<string, string>> {
  const tables = await replica.column<string>(
    `SELECT DISTINCT table_name FROM hoopduck.partition ORDER BY table_name`,
  );
  const contents: Record<string, string> = {};
  for (const table of tables) {
    const columns = (await replica.columnsOf(table)).map(({ name }) => name);
    Object.assign(contents, await digestsByDay(replica, table, quoteTable(table), columns));
  }
  return contents;
}

async function digestsByDay(
  replica: Replica,
  table: string,
  source: string,
  columns: readonly string[],
): Promise<Record<string, string>> {
  const date = ['game_date', 'analysis_date', 'cache_date'].find((name) => columns.includes(name));
  const day = date === undefined ? "'all'" : `CAST(${quoteIdentifier(date)} AS VARCHAR)`;
  const counted = table.startsWith('nba_quality.')
    ? columns.filter((name) => !OF_THE_CHECK.includes(name))
    : columns;
  const rows = await replica.rows<{ day: string; digest: string }>(
    `SELECT ${day} AS day, ${rowsDigest(counted)} AS digest FROM ${source} GROUP BY 1 ORDER BY 1`,
  );
  return Object.fromEntries(rows.map((row) => [`${table} ${row.day}`, row.digest]));
}

function rowsDigest(columns: readonly string[]): string {
  const list = columns.filter((name) => !OF_THE_RUN.includes(name)).map(quoteIdentifier);
  return `count(*) || '-' || CAST(sum(hash(${list.join(', ')})) AS VARCHAR)`;
}

function modelsOf(folder: string): Record<string, string> {
  return Object.fromEntries(
    filesOf(folder).map((path) => [
      path,
      createHash('sha256')
        .update(readFileSync(join(folder, path)))
        .digest('hex'),
    ]),
  );
}

async function pushedOf(replica: Replica, folder: string): Promise<Record<string, string>> {
  const pushed: Record<string, string> = {};
  const tables = new Set(filesOf(folder).map((path) => path.split('/').slice(0, 2).join('/')));
  for (const table of tables) {
    const source = `read_parquet(${quoteLiteral(join(folder, table, '*.parquet'))})`;
    const columns = await replica.rows<{ column_name: string }>(`DESCRIBE SELECT * FROM ${source}`);
    const names = columns.map((column) => column.column_name);
    Object.assign(pushed, await digestsByDay(replica, table.replace('/', '.'), source, names));
  }
  return pushed;
}

/** Paths of all files under a folder, sorted, with forward slashes. */
export function filesOf(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}
