import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { digestSql } from '../replica/digest.ts';
import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import { columnsOfRelation } from '../replica/relation.ts';
import type { Replica } from '../replica/replica.ts';
import type { DeclaredColumn } from '../warehouse/declared.ts';
import type { Column, Warehouse } from '../warehouse/warehouse.ts';

/** Digests of the dates in one relation; rows without a date stand under `undated`. */
export type DateDigests = ReadonlyMap<string, string>;

const UNDATED = 'undated';

/**
 * Digests of every date in each relation, on the types of that relation, computed in the replica by the
 * same SQL as the ledger's. Relations with equal columns are read by one query.
 * @throws HoopduckError TARGET_BROKEN (exit 3) when their rows cannot be read
 */
export async function digestRelations(
  replica: Replica,
  partitionColumn: string,
  relations: readonly string[],
): Promise<Map<string, DateDigests>> {
  const groups = new Map<string, { columns: Column[]; alike: string[] }>();
  for (const relation of relations) {
    const columns = await columnsOfRelation(replica, relation);
    const group = groups.get(JSON.stringify(columns));
    if (group === undefined) groups.set(JSON.stringify(columns), { columns, alike: [relation] });
    else group.alike.push(relation);
  }
  const digests = new Map<string, Map<string, string>>(
    relations.map((relation) => [relation, new Map()]),
  );
  for (const { columns, alike } of groups.values()) {
    const parts = alike.map((relation, i) => `SELECT ${i} AS hoopduck_part, * FROM ${relation}`);
    const query = replica.rows<{ part: number; date: string | null; digest: string }>(
      `SELECT hoopduck_part AS part, CAST(hoopduck_date AS VARCHAR) AS date, digest
       FROM (SELECT hoopduck_part, TRY_CAST(${quoteIdentifier(partitionColumn)} AS DATE) AS hoopduck_date,
               ${digestSql(columns)} AS digest
             FROM (${parts.join(' UNION ALL ')}) GROUP BY 1, 2)`,
    );
    const rows = await query.catch((error: unknown) => {
      throw unreadable(alike, error);
    });
    for (const { part, date, digest } of rows) {
      digests.get(alike[part]!)!.set(date ?? UNDATED, digest);
    }
  }
  return digests;
}

function unreadable(relations: readonly string[], error: unknown): HoopduckError {
  const others = relations.length === 1 ? '' : ` or one of ${relations.length - 1} beside it`;
  return new HoopduckError(
    'TARGET_BROKEN',
    `"${relations[0]}"${others} cannot be read: ${messageOf(error).split('\n')[0]}`,
    {
      next: 'Take the broken file out of the target, then run "hoopduck push" again.',
      exitCode: EXIT.warehouse,
      cause: error,
    },
  );
}

/** The digest of rows that lie in several places: counts and hash sums add up. */
export function addDigests(a: string, b: string): string {
  const [rowsA, sumA] = a.split('-') as [string, string];
  const [rowsB, sumB] = b.split('-') as [string, string];
  const sum = (BigInt(`0x${sumA}`) + BigInt(`0x${sumB}`)) % (1n << 64n);
  return `${Number(rowsA) + Number(rowsB)}-${sum.toString(16)}`;
}

/** The digests of dates over all of some relations. */
export function mergeDigests(parts: Iterable<DateDigests>): Map<string, string> {
  const merged = new Map<string, string>();
  for (const part of parts) {
    for (const [date, digest] of part) {
      const other = merged.get(date);
      merged.set(date, other === undefined ? digest : addDigests(other, digest));
    }
  }
  return merged;
}

/** Digests of a replica's partitions as the target would hold them: rounded and cast to its types. */
export async function digestAsDeclared(
  replica: Replica,
  table: string,
  partitionColumn: string,
  columns: readonly DeclaredColumn[],
  dates: readonly string[],
): Promise<Map<string, string>> {
  const selected = columns.map(({ name, sql }) => `${sql} AS ${quoteIdentifier(name)}`);
  const rows = await replica.rows<{ date: string; digest: string }>(
    `SELECT CAST(hoopduck_date AS VARCHAR) AS date, ${digestSql(columns)} AS digest
     FROM (SELECT ${quoteIdentifier(partitionColumn)} AS hoopduck_date, ${selected.join(', ')}
           FROM ${quoteTable(table)}
           WHERE ${quoteIdentifier(partitionColumn)} IN
             (SELECT unnest(from_json($dates, '["DATE"]'))))
     GROUP BY hoopduck_date`,
    { dates: JSON.stringify(dates) },
  );
  return new Map(rows.map(({ date, digest }) => [date, digest]));
}

/**
 * Digests of partitions as the target holds them now. Dates that it does not hold are absent.
 * @throws HoopduckError when the target changed while it was read
 */
export async function digestTarget(
  replica: Replica,
  target: Warehouse,
  table: { readonly name: string; readonly partitionColumn: string },
  dates: readonly string[],
): Promise<Map<string, string>> {
  const fetched = await target.fetch(table.name, dates);
  try {
    const parts = await digestRelations(replica, table.partitionColumn, fetched.relations);
    await fetched.verify();
    return mergeDigests(parts.values());
  } finally {
    await fetched.release();
  }
}
