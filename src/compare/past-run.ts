import { EXIT, HoopduckError } from '../errors.ts';
import { pastRowsFromJsonSql } from '../ledger/past-rows.ts';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import { columnsOfRelation } from '../replica/relation.ts';
import type { Replica } from '../replica/replica.ts';
import { attachReplica } from './attach-replica.ts';
import type { DigestOnly, Side, SideKind } from './side.ts';
import { needsWorkspace } from './workspace-needed.ts';

const PREFIX = 'run:';

/** Runs that are named when the one that was meant is not clear. */
const NAMED = 5;

/** Computed tables of the workspace's replica as they stood at the end of a run. */
export const pastRun: SideKind = {
  wanted: '"run:" with the beginning of a run\'s id',
  async open(text, context) {
    if (!text.startsWith(PREFIX)) return undefined;
    const { path } = needsWorkspace(text, context).replica;
    const { replica } = context.engine;
    const name = await attachReplica(path, context.engine);
    const run = await findRun(replica, name, path, text);
    return new PastRun(replica, path, name, run);
  },
};

interface Run {
  readonly id: string;
  /** What was replaced later than this stood at its end. */
  readonly end: string;
}

class PastRun implements Side {
  readonly label: string;
  readonly #replica: Replica;
  readonly #name: string;
  readonly #run: Run;
  /** The temporary tables with what was replaced since, of the table at hand. */
  readonly #since: string;
  readonly #rows: string;

  constructor(replica: Replica, path: string, name: string, run: Run) {
    this.label = `${path} at the end of run ${run.id}`;
    this.#replica = replica;
    this.#name = name;
    this.#run = run;
    this.#since = quoteTable(`temp.since_${name}`);
    this.#rows = quoteTable(`temp.past_rows_${name}`);
  }

  async tables(): Promise<readonly string[]> {
    const tables: string[] = [];
    for (const table of (await this.#published()).keys()) {
      if (await this.#existed(table)) tables.push(table);
    }
    return tables;
  }

  async relation(table: string): Promise<string | undefined> {
    const date = (await this.#published()).get(table);
    if (date === undefined || !(await this.#existed(table))) return undefined;
    await this.#replica.run(
      `CREATE OR REPLACE TEMP TABLE ${this.#since} AS
       SELECT game_date, digest, rows, row_count FROM ${this.#ledger('past_partition')}
       WHERE table_name = ${quoteLiteral(table)} AND replaced_at > ${this.#end()}
       QUALIFY row_number() OVER (PARTITION BY game_date ORDER BY replaced_at, rowid) = 1`,
    );
    const current = `${quoteIdentifier(this.#name)}.${quoteTable(table)}`;
    const columns = await columnsOfRelation(this.#replica, current);
    await this.#replica.run(
      `CREATE OR REPLACE TEMP TABLE ${this.#rows} AS
       SELECT unnest(row) FROM (
         SELECT unnest(${pastRowsFromJsonSql('rows', columns)}) AS row FROM ${this.#since}
         WHERE rows IS NOT NULL)`,
    );
    return `(SELECT * FROM ${current} WHERE ${quoteIdentifier(date)} NOT IN (SELECT game_date FROM ${this.#since})
      UNION ALL BY NAME SELECT * FROM ${this.#rows})`;
  }

  async digestOnly(table: string): Promise<DigestOnly | undefined> {
    const date = (await this.#published()).get(table);
    if (date === undefined) return undefined;
    return {
      date,
      relation: `(SELECT game_date AS day, digest, row_count AS n FROM ${this.#since}
        WHERE rows IS NULL AND row_count > 0)`,
    };
  }

  async close(): Promise<void> {
    await this.#replica.run(`DROP TABLE IF EXISTS ${this.#since}`);
    await this.#replica.run(`DROP TABLE IF EXISTS ${this.#rows}`);
    await this.#replica.run(`DETACH ${quoteIdentifier(this.#name)}`);
  }

  /** Tables that models publish and that are there now, with the columns that partition them. */
  async #published(): Promise<Map<string, string>> {
    const rows = await this.#replica.rows<{ table: string; date: string }>(
      `SELECT table_name AS "table", partition_column AS date FROM ${this.#ledger('model_definition')}
       WHERE starts_with(table_name, 'nba_') AND partition_column IS NOT NULL AND table_name IN (
         SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = $name)
       ORDER BY table_name`,
      { name: this.#name },
    );
    return new Map(rows.map(({ table, date }) => [table, date]));
  }

  /** A table is as old as the oldest rows that were ever seen in it; the first build leaves nothing but those. */
  async #existed(table: string): Promise<boolean> {
    const [existed] = await this.#replica.column<boolean>(
      `SELECT coalesce(min(written) <= ${this.#end()}, true) FROM (
         SELECT min(processed_at) AS written FROM ${quoteIdentifier(this.#name)}.${quoteTable(table)}
         UNION ALL
         SELECT min(written_at) FROM ${this.#ledger('past_partition')} WHERE table_name = $table)`,
      { table },
    );
    return existed!;
  }

  #ledger(table: string): string {
    return ledgerTable(this.#name, table);
  }

  #end(): string {
    return `CAST(${quoteLiteral(this.#run.end)} AS TIMESTAMP)`;
  }
}

function ledgerTable(name: string, table: string): string {
  return `${quoteIdentifier(name)}.${quoteTable(`hoopduck.${table}`)}`;
}

/** The one run whose id begins so. One that was killed has no end of its own: the next one's start is it. */
async function findRun(replica: Replica, name: string, path: string, text: string): Promise<Run> {
  const hasPast = await replica.row(
    `SELECT 1 FROM duckdb_tables() WHERE database_name = $name AND schema_name = 'hoopduck'
       AND table_name = 'past_partition'`,
    { name },
  );
  if (hasPast === undefined) {
    throw new HoopduckError(
      'PAST_UNKNOWN',
      `The replica "${path}" keeps nothing of past runs yet.`,
      {
        next: 'Run "hoopduck run" once; from then on it keeps what it replaces.',
        exitCode: EXIT.usage,
      },
    );
  }
  const beginning = text.slice(PREFIX.length);
  const runs = ledgerTable(name, 'run');
  const found = await replica.rows<Run>(
    `SELECT run_id AS id, CAST(coalesce(finished_at,
         lead(started_at) OVER (ORDER BY started_at) - INTERVAL 1 MICROSECOND,
         TIMESTAMP '9999-12-31') AS VARCHAR) AS "end"
     FROM ${runs} QUALIFY starts_with(run_id, $beginning) ORDER BY started_at`,
    { beginning },
  );
  const run = found.find(({ id }) => id === beginning) ?? found[0];
  if (run !== undefined && (found.length === 1 || run.id === beginning)) return run;
  const newest = await replica.rows<{ id: string; command: string }>(
    `SELECT run_id AS id, command FROM ${runs} ORDER BY started_at DESC LIMIT ${NAMED}`,
  );
  const named = newest.map(({ id, command }) => `"${id}" (${command})`).join(', ');
  throw new HoopduckError(
    found.length === 0 ? 'RUN_UNKNOWN' : 'RUN_AMBIGUOUS',
    `The side "${text}" is ${found.length === 0 ? 'no run' : `any of ${found.length} runs`} of "${path}"; ${
      newest.length === 0 ? 'it has none' : `the newest are ${named}`
    }.`,
    { next: 'Name one run by its id, or by a beginning that no other has.', exitCode: EXIT.usage },
  );
}
