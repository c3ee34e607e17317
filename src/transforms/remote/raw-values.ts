import { quoteLiteral } from '../../replica/identifiers.ts';
import type { SqlEngine } from '../../warehouse/sql-engine.ts';
import type { Column } from '../../warehouse/warehouse.ts';
import { MINUTES, minutesValues, NAMES, nameValues, RAW_VALUE_RULES } from '../raw-values.ts';
import { FIRST_DATE } from './ranges.ts';

/** A table of texts with what the rules say of them. */
interface ValueTable {
  readonly table: string;
  readonly sources: readonly (readonly [table: string, column: string])[];
  readonly columns: readonly Column[];
  readonly derive: (text: string) => readonly (string | number | boolean | null)[];
}

const TABLES: readonly ValueTable[] = [
  {
    table: 'hoopduck.raw_player_name',
    sources: NAMES,
    columns: [
      { name: 'raw_value', type: 'VARCHAR' },
      { name: 'player_lookup', type: 'VARCHAR' },
      { name: 'base_lookup', type: 'VARCHAR' },
      { name: 'prefix_player_id', type: 'BIGINT' },
    ],
    derive: nameValues,
  },
  {
    table: 'hoopduck.raw_minutes',
    sources: MINUTES,
    columns: [
      { name: 'raw_value', type: 'VARCHAR' },
      { name: 'minutes', type: 'DOUBLE' },
      { name: 'is_readable', type: 'BOOLEAN' },
    ],
    derive: minutesValues,
  },
];

/**
 * Applies the rules for names and minutes to the distinct raw texts of the dates and puts the results
 * beside the tables that join them. The texts come here, the rules stay in one place. Texts that are
 * known there are not read again, unless the rules have changed: then all texts of all dates are.
 */
export async function loadRawValues(
  engine: SqlEngine,
  span: { from: string; to: string },
): Promise<void> {
  const rules = String(RAW_VALUE_RULES);
  for (const { table, sources, columns, derive } of TABLES) {
    const isKept = (await engine.find(table))?.marks['rules'] === rules;
    const from = isKept ? span.from : FIRST_DATE;
    const found = textsSql(sources);
    const sql = isKept ? `(${found}) EXCEPT DISTINCT SELECT raw_value FROM ${table}` : found;
    const texts = await engine.texts({ sql, from, to: span.to });
    if (texts.length === 0 && isKept) continue;
    const rows = texts.map((text) => [text, ...derive(text)]);
    const relation = valuesRelation(columns, rows);
    await engine.load(table, relation, columns, isKept ? 'append' : 'replace');
    await engine.mark(table, { rules });
  }
}

/** Distinct texts of raw columns on the asked dates. */
function textsSql(sources: ValueTable['sources']): string {
  const parts = sources.map(
    ([table, column]) =>
      `SELECT ${column} AS raw_value FROM ${table} WHERE ${column} IS NOT NULL AND game_date BETWEEN @from_date AND @to_date`,
  );
  return parts.join(' UNION DISTINCT ');
}

/** Rows as a relation of the replica; they travel as one JSON text, the types are the columns'. */
function valuesRelation(columns: readonly Column[], rows: readonly unknown[][]): string {
  const objects = rows.map((row) =>
    Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])),
  );
  const types = Object.fromEntries(columns.map(({ name, type }) => [name, type]));
  return `(SELECT r.* FROM (SELECT unnest(from_json(${quoteLiteral(JSON.stringify(objects))}, ${quoteLiteral(JSON.stringify([types]))})) AS r))`;
}
