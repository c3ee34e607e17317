import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import type { Replica } from '../replica/replica.ts';
import { isOutOfMemory } from '../unexpected.ts';

/** What is said of a statement that DuckDB refused: the same in our words where the words help, and the next step. */
export async function sqlFailure(error: unknown, replica: Replica): Promise<unknown> {
  if (error instanceof HoopduckError) return error;
  const lines = messageOf(error)
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
  // DuckDB goes on about where the database could lie, which is not the reader's to choose.
  if (isOutOfMemory(error)) lines.length = 1;
  const where = lines.slice(lines.findIndex((line) => /^LINE \d+:/.test(line)));
  const pointed = /^LINE \d+:/.test(where[0] ?? '') ? where : [];
  const known = (await unknownTable(lines, replica)) ?? (await unknownColumn(lines));
  const text = known === undefined ? lines.join('\n') : [known.message, ...pointed].join('\n');
  return new HoopduckError('SQL_FAILED', text, {
    next: known?.next ?? adviceFor(text),
    exitCode: EXIT.usage,
    cause: error,
  });
}

interface Known {
  readonly message: string;
  readonly next: string;
}

/** `Table with name x does not exist!`, with the table of the replica that is nearest. */
async function unknownTable(
  lines: readonly string[],
  replica: Replica,
): Promise<Known | undefined> {
  const found = /^Catalog Error: Table with name "?([^"\s]+)"? does not exist/.exec(lines[0] ?? '');
  if (found === null) return undefined;
  const name = found[1]!;
  const tables = await replica.column<string>(
    `SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = current_database()
     ORDER BY ALL`,
  );
  const { suggestion } = await import('../config/suggest.ts');
  const byBareName = new Map(tables.map((table) => [bareName(table), table]));
  const meant = byBareName.get(suggestion(bareName(name), [...byBareName.keys()]) ?? '');
  return {
    message: `There is no table "${name}" in the replica.${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
    next: 'Correct the SQL; "SHOW ALL TABLES" lists what there is.',
  };
}

function bareName(table: string): string {
  return table.slice(table.lastIndexOf('.') + 1);
}

/** `Referenced column "x" not found`, with the nearest of the columns that DuckDB names. */
async function unknownColumn(lines: readonly string[]): Promise<Known | undefined> {
  const found =
    /^Binder Error: (?:Referenced column "([^"]+)" not found|Table "[^"]+" does not have a column named "([^"]+)")/.exec(
      lines[0] ?? '',
    );
  if (found === null) return undefined;
  const name = found[1] ?? found[2]!;
  const named = lines.find((line) => line.startsWith('Candidate bindings'));
  const candidates = [...(named ?? '').matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
  const { suggestion } = await import('../config/suggest.ts');
  const best = suggestion(name, candidates);
  const others = candidates.filter((one) => one !== best).slice(0, 3);
  const near = best === undefined ? '' : ` Did you mean "${best}"?`;
  const list = others.map((one) => `"${one}"`).join(', ');
  const also =
    list === '' ? '' : best === undefined ? ` Nearest: ${list}.` : ` Also near: ${list}.`;
  return {
    message: `There is no column "${name}" here.${near}${also}`,
    next: 'Correct the SQL; "DESCRIBE nba_analytics.player_game_summary" lists the columns of a table.',
  };
}

function adviceFor(text: string): string {
  if (/Out of Memory/i.test(text)) {
    return 'Raise replica.memory_limit in hoopduck.yaml, or read fewer rows.';
  }
  return /read-only|external access|disabled/i.test(text)
    ? 'The replica is opened read-only here, and no other file can be reached.'
    : 'Correct the SQL; "SHOW ALL TABLES" lists what there is.';
}
