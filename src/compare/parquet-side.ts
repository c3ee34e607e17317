import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { kindOfPath } from '../config/path-kind.ts';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { quoteLiteral } from '../replica/identifiers.ts';
import { columnsOfRelation } from '../replica/relation.ts';
import type { CompareEngine } from './engine.ts';
import type { Side, SideKind } from './side.ts';

/** Files by table. */
type ParquetTables = ReadonlyMap<string, readonly string[]>;

/** A folder of Parquet files, `<dataset>/<table>/*.parquet`, or one file that holds one table. */
export const parquetSide: SideKind = {
  wanted: 'a folder with <dataset>/<table>/*.parquet, a .parquet file',
  async open(text, { cwd, engine, asked }) {
    const path = resolve(cwd, text);
    const kind = kindOfPath(path);
    if (kind === 'file' && text.endsWith('.parquet')) {
      return sideOf(path, new Map([[tableOfFile(text, asked), [path]]]), engine);
    }
    if (kind !== 'folder') return undefined;
    const tables = tablesOfFolder(path);
    return tables.size === 0 ? undefined : sideOf(path, tables, engine);
  },
};

/** The side of a folder in the layout of a warehouse; one that is not there yet holds no tables. */
export function parquetFolder(path: string, engine: CompareEngine): Side {
  return sideOf(path, kindOfPath(path) === 'folder' ? tablesOfFolder(path) : new Map(), engine);
}

function sideOf(label: string, tables: ParquetTables, { replica }: CompareEngine): Side {
  return {
    label,
    tables: async () => [...tables.keys()],
    async relation(table) {
      const files = tables.get(table);
      if (files === undefined) return undefined;
      // A folder named "x=y" on the way is no column.
      const sql = `read_parquet([${files.map(quoteLiteral).join(', ')}], union_by_name = true, hive_partitioning = false)`;
      try {
        await columnsOfRelation(replica, sql);
      } catch (error) {
        throw broken(table, error);
      }
      return sql;
    },
    close: async () => undefined,
  };
}

function tablesOfFolder(folder: string): ParquetTables {
  const tables = new Map<string, string[]>();
  for (const dataset of foldersIn(folder)) {
    for (const table of foldersIn(join(folder, dataset))) {
      const place = join(folder, dataset, table);
      const files = readdirSync(place)
        .filter((name) => name.endsWith('.parquet') && !name.startsWith('.'))
        .sort();
      if (files.length > 0) {
        tables.set(
          `${dataset}.${table}`,
          files.map((name) => join(place, name)),
        );
      }
    }
  }
  return tables;
}

function foldersIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => kindOfPath(join(folder, name)) === 'folder');
}

function tableOfFile(text: string, asked: readonly string[]): string {
  const [table] = asked;
  if (asked.length === 1 && /^[^.]+\.[^.]+$/.test(table!)) return table!;
  const found = asked.map((name) => `"${name}"`).join(', ');
  throw new HoopduckError(
    'SIDE_UNNAMED',
    `The side "${text}" is one Parquet file; one --table dataset.table was wanted that says which table it holds, and ${found === '' ? 'none was given' : `${found} was given`}.`,
    { next: 'Add, for instance, --table nba_raw.nbac_schedule.', exitCode: EXIT.usage },
  );
}

function broken(table: string, error: unknown): HoopduckError {
  return new HoopduckError(
    'SOURCE_BROKEN',
    `The files of "${table}" cannot be read as Parquet: ${messageOf(error).split('\n')[0]}`,
    {
      next: 'Write the file again from its source, or take it away; then run the same command.',
      exitCode: EXIT.warehouse,
      cause: error,
    },
  );
}
