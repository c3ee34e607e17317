import type { DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { csvRecord } from '../console/csv.ts';
import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { jsonValue, textValue } from '../console/values.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { plural } from '../format.ts';
import type { Replica } from '../replica/replica.ts';
import type { CommandEnvironment, Outcome } from './command.ts';
import { usageError } from './options.ts';
import { sqlFailure } from './query-failure.ts';

interface QueryOptions {
  readonly sql?: string;
  readonly csv?: boolean;
}

/** Rows that the table for a person shows; --json and --csv give all. */
const SHOWN_ROWS = 100;
const MAX_CELL = 60;

/**
 * Without external access DuckDB still lets a COPY write to the files of the open database and to the folder that it
 * spills to, so the file system goes as well, and the folder with it; the pages of the replica are read by the handle
 * that is open.
 */
const NOTHING_OUTSIDE = [
  "SET temp_directory = ''",
  'SET enable_external_access = false',
  "SET disabled_filesystems = 'LocalFileSystem'",
  'SET lock_configuration = true',
];

/** Runs SQL on the replica, which is opened read-only and cannot reach any other file. */
export async function execute(options: QueryOptions, env: CommandEnvironment): Promise<Outcome> {
  if (options.csv === true && env.json) {
    throw usageError('The options "--csv" and "--json" exclude each other.', 'query');
  }
  const given = options.sql ?? '-';
  const sql = given === '-' ? await env.stdin() : given;
  if (sql.trim() === '') throw usageError('The SQL is empty; one statement was wanted.', 'query');
  return env.reading(async (replica) => {
    for (const statement of NOTHING_OUTSIDE) await replica.run(statement);
    const stop = interruptOnAbort(replica, env.signal);
    try {
      const result = await streamStatement(replica, sql);
      if (options.csv === true) return { exitCode: EXIT.done, json: {}, raw: await csv(result) };
      if (env.json) return { exitCode: EXIT.done, json: {}, raw: await json(result) };
      return await forPeople(result);
    } catch (error) {
      throw env.signal.aborted ? interrupted(error) : await sqlFailure(error, replica);
    } finally {
      stop();
    }
  });
}

/** DuckDB forgets an interrupt that comes between two statements, so it is said again until the end. */
function interruptOnAbort(replica: Replica, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const interrupt = () => {
    timer = setInterval(() => replica.connection.interrupt(), 50);
  };
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt);
  return () => {
    clearInterval(timer);
    signal.removeEventListener('abort', interrupt);
  };
}

/** Runs every statement of the text; the result is that of the last. */
async function streamStatement(replica: Replica, sql: string): Promise<DuckDBResult> {
  const statements = await replica.connection.extractStatements(sql);
  if (statements.count === 0) {
    throw usageError('The SQL holds no statement; one was wanted.', 'query');
  }
  for (let i = 0; i < statements.count - 1; i++) await (await statements.prepare(i)).run();
  return (await statements.prepare(statements.count - 1)).stream();
}

/** Rows of a result in pieces of a chunk each, so that no list of all row objects is ever held. */
async function* chunks(result: DuckDBResult): AsyncGenerator<DuckDBValue[][]> {
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk.getRows();
  }
}

/** The JSON document in pieces. It is complete before the first is written: an error in a late row gives no half document. */
async function json(result: DuckDBResult): Promise<string[]> {
  const names = result.deduplicatedColumnNames();
  const types = result.columnTypes();
  const columns = names.map((name, i) => ({ name, type: typeName(types[i]!) }));
  const head = { ok: true, exit_code: EXIT.done, command: 'query', error: null, columns };
  const pieces = [`${JSON.stringify(head).slice(0, -1)},"rows":[`];
  const keys = names.map((name) => JSON.stringify(name));
  let rows = 0;
  for await (const part of chunks(result)) {
    const text = part.map(
      (row) =>
        `{${row.map((value, i) => `${keys[i]}:${JSON.stringify(jsonValue(value))}`).join(',')}}`,
    );
    pieces.push((rows === 0 ? '' : ',') + text.join(','));
    rows += part.length;
  }
  pieces.push(`],"row_count":${rows}}\n`);
  return pieces;
}

async function csv(result: DuckDBResult): Promise<string[]> {
  const pieces = [csvRecord(result.columnNames())];
  for await (const part of chunks(result)) {
    pieces.push(part.map((row) => csvRecord(row.map(textValue))).join(''));
  }
  return pieces;
}

async function forPeople(result: DuckDBResult): Promise<Outcome> {
  const names = result.columnNames();
  const types = result.columnTypes().map(typeName);
  const shown: DuckDBValue[][] = [];
  let rows = 0;
  for await (const part of chunks(result)) {
    shown.push(...part.slice(0, SHOWN_ROWS - shown.length));
    rows += part.length;
  }
  const columns = names.map((title, i) => ({
    title,
    align: /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/.test(types[i]!)
      ? ('right' as const)
      : ('left' as const),
    maxWidth: MAX_CELL,
  }));
  const text = (style: Style) => {
    const cells = shown.map((row) =>
      row.map((value) => textValue(value)?.replaceAll(/\p{Control}+/gu, ' ') ?? style.dim('NULL')),
    );
    const all = rows <= shown.length;
    const foot = all
      ? plural(rows, 'row')
      : `first ${shown.length} of ${plural(rows, 'row')}; --csv or --json gives all`;
    return `${table(columns, cells, style)}\n${style.dim(`(${foot})`)}`;
  };
  return { exitCode: EXIT.done, json: {}, text };
}

function typeName(type: DuckDBType): string {
  return type.toString();
}

function interrupted(cause: unknown): HoopduckError {
  return new HoopduckError('INTERRUPTED', 'The query was stopped by Ctrl-C.', {
    next: 'Nothing was changed.',
    exitCode: EXIT.interrupted,
    cause,
  });
}
