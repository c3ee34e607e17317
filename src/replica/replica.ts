import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DuckDBConnection, DuckDBInstance, DuckDBValue } from '@duckdb/node-api';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { SESSION_SQL } from './dialect.ts';
import { duckdb } from './duckdb.ts';
import { quoteLiteral, quoteTable } from './identifiers.ts';
import { migrate } from './migrate.ts';
import { clearUnfinishedFiles, makeDatabaseFile } from './new-file.ts';

/** Values that a statement can bind by name: `$name` in the SQL. */
export type Bindings = Record<string, DuckDBValue>;

/** A result row of a small query; never used for bulk data. */
export type Row = Record<string, unknown>;

export interface ReplicaOptions {
  readonly threads?: number;
  readonly memoryLimit?: string;
  readonly readOnly?: boolean;
  /** Called before the replica's own tables are brought from an older version to this one's. */
  readonly beforeMigration?: (replica: Replica) => Promise<void>;
}

/** All that is needed is built in; no statement, ours or a workspace's model, fetches more from the network or loads it from a home folder. */
const NO_EXTENSIONS = {
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
} as const;

/**
 * The one local DuckDB file. One connection, one writer: DuckDB's own file lock refuses a second
 * process, and the refusal names the process that holds the file.
 */
export class Replica {
  readonly path: string;
  readonly connection: DuckDBConnection;
  readonly #instance: DuckDBInstance;
  #inTransaction = false;

  private constructor(path: string, instance: DuckDBInstance, connection: DuckDBConnection) {
    this.path = path;
    this.#instance = instance;
    this.connection = connection;
  }

  /**
   * Opens the replica, creating it and bringing its own tables up to date unless `readOnly`.
   * @throws HoopduckError REPLICA_LOCKED (exit 4) when another process holds it, REPLICA_MISSING
   * (exit 2) when it is to be read and is not there.
   */
  static async open(path: string, options: ReplicaOptions = {}): Promise<Replica> {
    const readOnly = options.readOnly ?? false;
    const memory = path === ':memory:';
    if (readOnly && !existsSync(path)) {
      throw new HoopduckError('REPLICA_MISSING', `There is no replica at "${path}" yet.`, {
        next: 'Run "hoopduck run" or "hoopduck sync" first.',
        exitCode: EXIT.usage,
      });
    }
    // DuckDB takes what follows as options, and writes its log to another place.
    if (path.includes('?'))
      throw openFailure(path, 'DuckDB cannot keep a file at a path with "?".');
    if (!memory) mkdirSync(dirname(path), { recursive: true });
    const settings: Record<string, string> = {
      access_mode: readOnly ? 'READ_ONLY' : 'READ_WRITE',
      // Of a new file: DuckDB 1.4 and later read it, and it is written at a quarter of the cost of the default,
      // which older ones read too.
      storage_compatibility_version: 'v1.4.0',
    };
    if (options.threads !== undefined) settings['threads'] = String(options.threads);
    if (options.memoryLimit !== undefined) settings['memory_limit'] = options.memoryLimit;
    const create = (file: string) =>
      duckdb.DuckDBInstance.create(file, { ...NO_EXTENSIONS, ...(memory ? {} : settings) });
    let instance: DuckDBInstance;
    try {
      if (!memory && !readOnly) {
        clearUnfinishedFiles(path);
        if (!existsSync(path)) {
          await makeDatabaseFile(path, async (aside) => (await create(aside)).closeSync());
        }
      }
      instance = await create(path);
    } catch (error) {
      throw openFailure(path, error);
    }
    const connection = await instance.connect();
    const replica = new Replica(path, instance, connection);
    try {
      if (!memory) {
        await connection.run(`SET temp_directory = ${quoteLiteral(`${path}.spill`)}`);
      }
      for (const statement of SESSION_SQL) await connection.run(statement);
      // Tables are compressed into the file once, when it is let go of, and not after each of forty builds.
      if (!readOnly) await connection.run("SET wal_autocheckpoint = '1GB'");
      if (!readOnly) await migrate(replica, options.beforeMigration);
    } catch (error) {
      replica.close();
      throw error;
    }
    return replica;
  }

  /** Runs one statement. */
  async run(sql: string, bindings?: Bindings): Promise<void> {
    await this.connection.run(sql, bindings);
  }

  /** Rows of a small result as objects; BIGINT as number when it is safe, DATE as `YYYY-MM-DD`. */
  async rows<T = Row>(sql: string, bindings?: Bindings): Promise<T[]> {
    const reader = await this.connection.runAndReadAll(sql, bindings);
    const names = reader.deduplicatedColumnNames();
    return reader.getRows().map((values) => {
      const row: Row = {};
      for (let i = 0; i < names.length; i++) row[names[i]!] = plainValue(values[i]);
      return row as T;
    });
  }

  /** The single row of a result, or undefined. */
  async row<T = Row>(sql: string, bindings?: Bindings): Promise<T | undefined> {
    return (await this.rows<T>(sql, bindings))[0];
  }

  /** The first column of a result. */
  async column<T>(sql: string, bindings?: Bindings): Promise<T[]> {
    const reader = await this.connection.runAndReadAll(sql, bindings);
    return reader.getRows().map((values) => plainValue(values[0]) as T);
  }

  /** Runs `work` in one transaction: all of it, or nothing. An inner call joins the outer one. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inTransaction) return work();
    await this.run('BEGIN TRANSACTION');
    this.#inTransaction = true;
    try {
      const result = await work();
      await this.run('COMMIT');
      return result;
    } catch (error) {
      await this.run('ROLLBACK').catch(() => undefined);
      throw error;
    } finally {
      this.#inTransaction = false;
    }
  }

  /** Runs `work` in a transaction that is taken back: what it would do can be looked at, and nothing remains. */
  async rehearse<T>(work: () => Promise<T>): Promise<T> {
    await this.run('BEGIN TRANSACTION');
    this.#inTransaction = true;
    try {
      return await work();
    } finally {
      await this.run('ROLLBACK').catch(() => undefined);
      this.#inTransaction = false;
    }
  }

  /** Whether a table or view of this name (`dataset.table`) exists. */
  async hasTable(name: string): Promise<boolean> {
    return (await this.columnsOf(name)).length > 0;
  }

  /**
   * Columns of a table (`dataset.table`, or `temp.table`) in order, with DuckDB's type names; empty
   * when absent.
   */
  async columnsOf(name: string): Promise<{ name: string; type: string }[]> {
    // A query that returns nothing: DuckDB's catalogue views walk every column of every table.
    try {
      const reader = await this.connection.runAndReadAll(
        `SELECT * FROM ${quoteTable(name)} LIMIT 0`,
      );
      const types = reader.columnTypes();
      return reader.columnNames().map((column, i) => ({ name: column, type: String(types[i]) }));
    } catch (error) {
      if (/^Catalog Error/.test(messageOf(error))) return [];
      throw error;
    }
  }

  /** Writes what is in the log into the file and lets go of it; no lock remains. */
  close(): void {
    this.connection.closeSync();
    this.#instance.closeSync();
  }
}

/** What a failure to open or attach a replica says when another process holds it: REPLICA_LOCKED (exit 4); else undefined. */
export function lockFailure(path: string, error: unknown): HoopduckError | undefined {
  const holder = /held in (.*?) \(PID (\d+)\)/.exec(messageOf(error));
  if (holder === null) return undefined;
  return new HoopduckError(
    'REPLICA_LOCKED',
    `The replica "${path}" is in use by process ${holder[2]} (${holder[1]}).`,
    {
      next: `Wait for that command to end, or stop it (process ${holder[2]}), then try again.`,
      exitCode: EXIT.refused,
      cause: error,
    },
  );
}

function openFailure(path: string, error: unknown): HoopduckError {
  const locked = lockFailure(path, error);
  if (locked !== undefined) return locked;
  return new HoopduckError(
    'REPLICA_UNREADABLE',
    `The replica "${path}" cannot be opened: ${messageOf(error).split('\n')[0]}`,
    {
      next: 'If the file is damaged, "hoopduck restore --replace" puts the newest backup in its place. Without one, move it away and run "hoopduck run": tables are rebuilt from the warehouse, but what was pushed, promoted and decided is forgotten.',
      exitCode: EXIT.refused,
      cause: error,
    },
  );
}

/** Turns DuckDB's value classes into plain JavaScript: safe integers, ISO dates, text for the rest. */
export function plainValue(value: DuckDBValue | undefined): unknown {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
      ? Number(value)
      : value.toString();
  }
  if (typeof value === 'object') return value.toString();
  return value;
}
