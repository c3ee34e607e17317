import { createHash } from 'node:crypto';
import { digestSql } from '../replica/digest.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { PLAYER_BOX, PLAYER_CACHE, PLAYER_GAMES } from './training-rows.ts';

/** What a training read of one table. */
export interface TableInput {
  /** sha256 over the lines `date digest`, oldest first. */
  readonly digest: string;
  /** Digest of each partition by date. */
  readonly partitions: Readonly<Record<string, string>>;
}

/** Everything that decides what a training gives. */
export interface TrainingInput {
  /** sha256 over the rest; the model's id comes from it. */
  readonly digest: string;
  readonly tables: Readonly<Record<string, TableInput>>;
  /** Digest of the SQL text that built each table. */
  readonly sql: Readonly<Record<string, string>>;
}

/**
 * Digest of a training's input, without reading its rows: the partitions' digests come from the
 * ledger (a table that the ledger does not follow is digested here), the rest from `settings`,
 * which must hold every parameter, the split, the dates left out and the code's version.
 */
export async function trainingInput(
  replica: Replica,
  rows: {
    readonly featureTable: string;
    /** Whether minutes and shots are learned, too. */
    readonly twoStages: boolean;
    readonly from: string;
    readonly to: string;
    readonly exclude: readonly string[];
  },
  settings: unknown,
): Promise<TrainingInput> {
  const tables: Record<string, TableInput> = {};
  for (const [table, dateColumn] of [
    [PLAYER_GAMES, 'game_date'],
    [PLAYER_CACHE, 'cache_date'],
    [rows.featureTable, 'game_date'],
    ...(rows.twoStages ? [[PLAYER_BOX, 'game_date'] as const] : []),
  ] as const) {
    tables[table] = await tableInput(replica, table, dateColumn, rows);
  }
  const sql = Object.fromEntries(
    (
      await replica.rows<{ name: string; digest: string }>(
        'SELECT table_name AS name, max(sql_digest) AS digest FROM hoopduck.model_build GROUP BY 1 ORDER BY 1',
      )
    ).map(({ name, digest }) => [name, digest]),
  );
  const folded = Object.entries(tables).map(([table, { digest }]) => [table, digest]);
  return { digest: sha256(JSON.stringify({ tables: folded, sql, settings })), tables, sql };
}

/** sha256 of a text or of bytes, 64 hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function tableInput(
  replica: Replica,
  table: string,
  dateColumn: string,
  range: { readonly from: string; readonly to: string; readonly exclude: readonly string[] },
): Promise<TableInput> {
  const bindings = { from: range.from, to: range.to, exclude: range.exclude.join(',') };
  const within = (column: string): string =>
    `${column} BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
     AND NOT list_contains(string_split($exclude, ','), CAST(${column} AS VARCHAR))`;
  const known = await replica.row('SELECT 1 FROM hoopduck.partition WHERE table_name = $table', {
    table,
  });
  const column = quoteIdentifier(dateColumn);
  const digests = await (known === undefined
    ? replica.rows<{ date: string; digest: string }>(
        `SELECT ${column} AS date, ${digestSql(await replica.columnsOf(table))} AS digest
         FROM ${quoteTable(table)} WHERE ${within(column)} GROUP BY 1 ORDER BY 1`,
        bindings,
      )
    : replica.rows<{ date: string; digest: string }>(
        `SELECT game_date AS date, digest FROM hoopduck.partition
         WHERE table_name = $table AND digest IS NOT NULL AND ${within('game_date')} ORDER BY 1`,
        { ...bindings, table },
      ));
  return {
    digest: sha256(digests.map(({ date, digest }) => `${date} ${digest}\n`).join('')),
    partitions: Object.fromEntries(digests.map(({ date, digest }) => [date, digest])),
  };
}
