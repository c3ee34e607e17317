import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { RAW_TABLES } from '../../../src/config/raw-tables.ts';
import { quoteIdentifier, quoteLiteral } from '../../../src/replica/identifiers.ts';
import type { Replica } from '../../../src/replica/replica.ts';
import { createRawTables } from '../../../src/sync/land.ts';
import { memoryReplica } from '../../support/memory-replica.ts';
import { buildDirectly } from '../../transforms/support/direct-build.ts';
import { foreknownTables, type Query } from './compare.ts';
import { KNOWN_TABLES, TIP_OFF, type Variant, variantSql } from './truncate.ts';

const VARIANTS: readonly Variant[] = ['truncated', 'altered'];

/** What a world is made of. */
export interface SidesOptions {
  /** Folder of a warehouse, and the files of each table that are read, such as `2023-24`. */
  readonly warehouse: string;
  readonly labels: readonly string[];
  /** First date of the season that is asked for, and how many dates with games before it are kept. */
  readonly start: string;
  readonly datesBefore: number;
  /** Days of the future that there are after the last date that is asked for. */
  readonly daysAfter: number;
}

/**
 * Seasons as a warehouse holds them, in memory, and the tables that are computed from them as they are (`whole`)
 * and from a variant that does not know, or knows wrongly, what came from a date on.
 */
export class Sides {
  readonly #replica: Replica;
  readonly #daysAfter: number;

  private constructor(replica: Replica, daysAfter: number) {
    this.#replica = replica;
    this.#daysAfter = daysAfter;
  }

  static async open(options: SidesOptions): Promise<Sides> {
    const replica = await memoryReplica();
    const sides = new Sides(replica, options.daysAfter);
    await createRawTables(replica);
    await replica.run('CREATE SCHEMA source');
    let first: { date: string } | undefined;
    // The schedule says from which date on the others are read.
    for (const table of ['nbac_schedule', ...KNOWN_TABLES.filter((t) => t !== 'nbac_schedule')]) {
      const files = options.labels
        .map((label) => join(options.warehouse, 'nba_raw', table, `${label}.parquet`))
        .filter((file) => existsSync(file));
      if (files.length === 0) continue;
      const rows = `SELECT * FROM read_parquet([${files.map(quoteLiteral).join(', ')}])`;
      first ??= await replica.row<{ date: string }>(
        `SELECT coalesce(CAST(min(game_date) AS VARCHAR), '2000-01-01') AS date FROM (
           SELECT DISTINCT game_date FROM (${rows})
           WHERE game_date < CAST($start AS DATE) ORDER BY game_date DESC LIMIT $dates)`,
        { start: options.start, dates: options.datesBefore },
      );
      await replica.run(
        `CREATE TABLE source.${table} AS ${rows} WHERE game_date >= CAST($date AS DATE)`,
        first!,
      );
    }
    await replica.run(
      `CREATE TABLE tip_off AS ${TIP_OFF.replaceAll('$schedule', 'source.nbac_schedule')}`,
    );
    for (const side of ['whole', ...VARIANTS]) await sides.#openSide(side);
    return sides;
  }

  close(): void {
    this.#replica.close();
  }

  query: Query = (sql) => this.#replica.rows(sql);

  /**
   * Builds all tables from the rows as they are, or from a variant, and keeps those of the dates aside.
   * @param dates ascending; a variant is that of the first of them
   */
  async build(side: 'whole' | Variant, dates: readonly string[]): Promise<void> {
    const replica = this.#replica;
    const [first, last] = [dates[0]!, dates.at(-1)!];
    const after = side === 'truncated' ? 0 : this.#daysAfter;
    const end = new Date(Date.parse(last) + after * 86_400_000).toISOString().slice(0, 10);
    for (const table of await this.#tables()) {
      const raw = RAW_TABLES.find(({ name }) => name === table)!;
      const there = await replica.columnsOf(`source.${table}`);
      const columns = there
        .filter(({ name }) => name in raw.columns)
        .map(({ name }) => quoteIdentifier(name));
      const rows =
        side === 'whole'
          ? `SELECT * FROM source.${table}`
          : variantSql(table, `source.${table}`, side, first);
      // The schedule stretches ahead, and reports a little; of what was played only a stretch is there.
      const until = table === 'nbac_schedule' ? '' : `WHERE game_date <= DATE '${end}' + 2`;
      await replica.run(`DELETE FROM nba_raw.${table}`);
      await replica.run(
        `INSERT INTO nba_raw.${table} (${columns.join(', ')}) SELECT ${columns.join(', ')} FROM (${rows}) ${until}`,
      );
    }
    await buildDirectly(replica, { from: first, to: end });
    for (const { table, date } of kept()) {
      await replica.run(
        `CREATE OR REPLACE TABLE ${side}.${table} AS SELECT * FROM ${table}
         WHERE ${date} IN (${dates.map((each) => `DATE '${each}'`).join(', ')})`,
      );
    }
  }

  async #openSide(side: string): Promise<void> {
    await this.#replica.run(`ATTACH ':memory:' AS ${side}`);
    const schemas = new Set(kept().map(({ table }) => table.split('.')[0]!));
    for (const schema of schemas) {
      await this.#replica.run(`CREATE SCHEMA IF NOT EXISTS ${side}.${schema}`);
    }
  }

  #tables(): Promise<string[]> {
    return this.#replica.column<string>(
      "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'source' ORDER BY table_name",
    );
  }
}

/** What is compared, who is listed, and what the men of the date did. */
function kept(): { table: string; date: string }[] {
  return [
    ...foreknownTables(),
    { table: 'hoopduck.population', date: 'game_date' },
    { table: 'nba_analytics.player_game_summary', date: 'game_date' },
  ];
}
