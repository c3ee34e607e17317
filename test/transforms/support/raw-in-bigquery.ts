import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { quoteLiteral } from '../../../src/replica/identifiers.ts';
import { parquetRelation, unionRelation } from '../../../src/replica/relation.ts';
import type { Replica } from '../../../src/replica/replica.ts';
import type { OtherWriter } from '../../support/bigquery-world.ts';

/** Raw tables of a warehouse folder, each as SQL that stands in a FROM clause, in the named files' seasons. */
function rawTables(folder: string, seasons?: readonly string[]): Map<string, string> {
  const raw = join(folder, 'nba_raw');
  const found = new Map<string, string>();
  for (const table of readdirSync(raw).sort()) {
    const files = readdirSync(join(raw, table))
      .filter((name) => seasons === undefined || seasons.includes(name.replace('.parquet', '')))
      .map((name) => parquetRelation(join(raw, table, name)));
    if (files.length > 0) found.set(table, unionRelation(files));
  }
  return found;
}

/** Puts the raw tables of a warehouse folder into BigQuery. */
export async function seedRaw(writer: OtherWriter, folder: string): Promise<void> {
  for (const [table, relation] of rawTables(folder)) {
    await writer.seed(`nba_raw.${table}`, `SELECT * FROM ${relation}`);
  }
}

/** Writes a warehouse folder with the rows of some dates of another one. */
export async function copyDates(
  replica: Replica,
  from: string,
  to: string,
  { seasons, first, last }: { seasons: readonly string[]; first: string; last: string },
): Promise<void> {
  for (const [table, relation] of rawTables(from, seasons)) {
    const folder = join(to, 'nba_raw', table);
    mkdirSync(folder, { recursive: true });
    const file = join(folder, 'rows.parquet');
    if (existsSync(file)) throw new Error(`"${file}" is there already`);
    await replica.run(
      `COPY (SELECT * FROM ${relation} WHERE game_date BETWEEN DATE ${quoteLiteral(first)} AND DATE ${quoteLiteral(last)})
       TO ${quoteLiteral(file)} (FORMAT parquet)`,
    );
  }
}
