import type { StageContext } from '../context.ts';
import { replacePartitions, timestampText } from '../ledger/ledger.ts';
import { digestOfHashesSql, digestOfNumbersSql, rowHashSql } from '../replica/digest.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { judgeBuild } from './expectations.ts';
import type { StaleRange } from './freshness.ts';
import type { Model } from './model.ts';

/** What the build of one model did. */
export interface BuildResult {
  readonly table: string;
  readonly why: string;
  readonly from: string;
  readonly to: string;
  /** Rows that were computed. */
  readonly rows: number;
  /** Dates whose content changed and that were written; the others were computed to the same digest. */
  readonly changedDates: number;
  readonly short: readonly { date: string; detail: string }[];
  readonly seconds: number;
}

/** The date under which the ledger keeps a table that has no partitions. */
export const WHOLE_TABLE = '1970-01-01';

/**
 * Computes a model over a span of dates in one statement, compares each date's digest with what the
 * table holds, and writes the dates that differ together with their ledger rows in one transaction.
 */
export async function buildModel(
  context: StageContext,
  model: Model,
  range: StaleRange,
): Promise<BuildResult> {
  const { replica } = context;
  const started = performance.now();
  await computeRows(replica, model, range, context.now());
  const columns = (await replica.columnsOf('temp.build')).filter(
    (column) => column.name !== 'partition_date',
  );
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE build_digest AS
     SELECT partition_date AS game_date, count(*) AS rows,
       ${isPublished(model) ? digestOfHashesSql('data_hash') : stagingDigestSql(columns)} AS digest
     FROM build GROUP BY partition_date`,
  );
  await judgeBuild(replica, model, range);
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE changed_date AS
     SELECT game_date FROM (
       SELECT game_date, digest FROM hoopduck.partition
       WHERE table_name = $name AND game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)) AS old
     FULL JOIN build_verdict AS new USING (game_date)
     WHERE old.digest IS DISTINCT FROM new.digest`,
    { name: model.name, from: range.from, to: range.to },
  );
  await replica.transaction(() => writeBuild(context, model, range, columns));
  const counts = await replica.row<{ rows: number; changed: number }>(
    'SELECT (SELECT count(*) FROM build) AS rows, (SELECT count(*) FROM changed_date) AS changed',
  );
  const short = await replica.rows<{ date: string; detail: string }>(
    `SELECT CAST(game_date AS VARCHAR) AS date, detail FROM build_verdict
     WHERE verdict = 'short' ORDER BY game_date`,
  );
  for (const table of ['build', 'build_digest', 'build_verdict', 'changed_date']) {
    await replica.run(`DROP TABLE temp.${table}`);
  }
  return {
    table: model.name,
    why: range.why,
    from: range.from,
    to: range.to,
    rows: counts?.rows ?? 0,
    changedDates: counts?.changed ?? 0,
    short,
    seconds: (performance.now() - started) / 1000,
  };
}

/**
 * Fills the temporary table `build` with the model's rows of the span and their `partition_date`. A
 * published table gets the types that SPEC gives its figures (counts BIGINT, others DOUBLE, whatever an
 * expression came out as), its rows' md5 and the time.
 */
async function computeRows(
  replica: Replica,
  model: Model,
  range: StaleRange,
  now: Date,
): Promise<void> {
  const bindings: Record<string, string> = {};
  const sql = model.sql.replace(/@(from_date|to_date)\b/g, (_, name: 'from_date' | 'to_date') => {
    bindings[name] = name === 'from_date' ? range.from : range.to;
    return `CAST($${name} AS DATE)`;
  });
  const date =
    model.partition === null ? `DATE '${WHOLE_TABLE}'` : quoteIdentifier(model.partition);
  if (!isPublished(model)) {
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE build AS SELECT *, ${date} AS partition_date FROM (${sql}\n)`,
      bindings,
    );
    return;
  }
  const found = await replica.rows<{ column_name: string; column_type: string }>(
    `DESCRIBE SELECT * FROM (${sql}\n)`,
    bindings,
  );
  const columns = found.map(({ column_name: name, column_type: type }) => ({
    name,
    type: publishedType(type),
  }));
  const casts = columns.map(({ name, type }, i) => {
    const id = quoteIdentifier(name);
    return found[i]!.column_type === type ? id : `CAST(${id} AS ${type}) AS ${id}`;
  });
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE build AS
     SELECT *, ${rowHashSql(columns)} AS data_hash, CAST($now AS TIMESTAMP) AS processed_at,
       ${date} AS partition_date
     FROM (SELECT ${casts.join(', ')} FROM (${sql}\n))`,
    { ...bindings, now: timestampText(now) },
  );
}

/**
 * Digest of a staging partition. It is compared only with what this replica recorded before, so that
 * DuckDB's own row hash will do, at a tenth of the time of md5; should another DuckDB hash differently,
 * the next build finds every date changed and writes it again, no more.
 */
function stagingDigestSql(columns: readonly { name: string }[]): string {
  const list = columns.map((column) => quoteIdentifier(column.name)).join(', ');
  return digestOfNumbersSql(`hash(${list})`);
}

/** Whether a model's table is for the warehouse, with types, hashes and comments of its own. */
export function isPublished(model: Model): boolean {
  return model.name.startsWith('nba_');
}

/** The type under which a published table keeps what an expression came out as. */
function publishedType(type: string): string {
  if (type.startsWith('DECIMAL') || type === 'FLOAT') return 'DOUBLE';
  if (['HUGEINT', 'INTEGER', 'SMALLINT', 'TINYINT', 'UBIGINT', 'UINTEGER'].includes(type)) {
    return 'BIGINT';
  }
  return type;
}

async function writeBuild(
  context: StageContext,
  model: Model,
  range: StaleRange,
  columns: readonly { name: string; type: string }[],
): Promise<void> {
  const { replica, runId } = context;
  const table = quoteTable(model.name);
  const held = await replica.columnsOf(model.name);
  const sameColumns =
    held.length === columns.length &&
    held.every((column, i) => column.name === columns[i]!.name && column.type === columns[i]!.type);
  const list = columns.map((column) => quoteIdentifier(column.name)).join(', ');
  const order = [...new Set([model.partition, ...model.key])]
    .filter((column) => column !== null)
    .map(quoteIdentifier)
    .join(', ');
  if (!sameColumns) {
    // New columns come with new SQL text, and that rebuilds every date: nothing is lost here.
    await replica.run(
      `CREATE OR REPLACE TABLE ${table} AS SELECT ${list} FROM build ORDER BY ${order}`,
    );
  } else {
    const date = model.partition === null ? null : quoteIdentifier(model.partition);
    const where =
      date === null
        ? 'WHERE EXISTS (SELECT 1 FROM changed_date)'
        : `WHERE ${date} IN (SELECT game_date FROM changed_date)`;
    await replica.run(`DELETE FROM ${table} ${where}`);
    await replica.run(`INSERT INTO ${table} SELECT ${list} FROM build ${where} ORDER BY ${order}`);
  }
  const now = timestampText(context.now());
  const ledger = { name: model.name, from: range.from, to: range.to };
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE partition_change AS
     SELECT $name AS table_name, v.game_date,
       CASE WHEN $name LIKE 'nba_%' THEN 'model' ELSE 'staging' END AS layer,
       CAST(NULL AS VARCHAR) AS source_token, v.digest, v.rows, v.expected_rows, v.verdict, v.detail,
       CAST($now AS TIMESTAMP) AS updated_at, $runId AS run_id
     FROM build_verdict AS v
     LEFT JOIN hoopduck.partition AS p ON p.table_name = $name AND p.game_date = v.game_date
     WHERE p.game_date IS NULL OR p.digest IS DISTINCT FROM v.digest OR p.verdict <> v.verdict
       OR p.expected_rows IS DISTINCT FROM v.expected_rows OR p.detail IS DISTINCT FROM v.detail`,
    { name: model.name, now, runId },
  );
  await replica.run(
    `DELETE FROM hoopduck.partition WHERE table_name = $name
       AND game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
       AND game_date NOT IN (SELECT game_date FROM build_verdict)`,
    ledger,
  );
  await replacePartitions(replica);
  await recordBuild(context, model, range.to);
}

/** Records the input digests that this build has read, the SQL text and how far builds now cover. */
async function recordBuild(context: StageContext, model: Model, to: string): Promise<void> {
  const { replica, runId } = context;
  await replica.run(`DELETE FROM hoopduck.model_input WHERE table_name = $name`, {
    name: model.name,
  });
  for (const input of model.inputs) {
    await replica.run(
      `INSERT INTO hoopduck.model_input
       SELECT $name, table_name, game_date, digest FROM hoopduck.partition
       WHERE table_name = $input AND digest IS NOT NULL`,
      { name: model.name, input: input.table },
    );
  }
  const before = await replica.row<{ built_to: string }>(
    'SELECT CAST(built_to AS VARCHAR) AS built_to FROM hoopduck.model_build WHERE table_name = $name',
    { name: model.name },
  );
  await replica.run('DELETE FROM hoopduck.model_build WHERE table_name = $name', {
    name: model.name,
  });
  await replica.run(
    `INSERT INTO hoopduck.model_build VALUES
       ($name, $digest, CAST($to AS DATE), CAST($now AS TIMESTAMP), $runId)`,
    {
      name: model.name,
      digest: model.sqlDigest,
      to: before !== undefined && before.built_to > to ? before.built_to : to,
      now: timestampText(context.now()),
      runId,
    },
  );
}
