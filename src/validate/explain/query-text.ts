import { quoteLiteral } from '../../replica/identifiers.ts';
import type { Bindings } from '../../replica/replica.ts';
import type { Gates, GateText } from '../gates.ts';

/**
 * SQL text that counts one verdict from the replica alone: the check's own query, with the temporary tables that it reads
 * as common tables before it and every value in its place, so that `hoopduck query` runs it.
 */
export function queryText(gates: Gates, of: GateText, scope: string, value: string): string {
  const definitions = new Map(
    gates.texts.filter((text) => text.table !== null).map((text) => [text.table!, text]),
  );
  const own = inlined(of.sql, { ...of.bindings, table: of.check?.table ?? '' });
  const needed: string[] = [];
  const need = (sql: string) => {
    for (const [name, text] of definitions) {
      if (needed.includes(name) || !new RegExp(`\\b${name}\\b`).test(sql)) continue;
      const definition = inlined(text.sql, text.bindings);
      need(definition);
      if (!needed.includes(name)) needed.push(name);
    }
  };
  need(own);
  const tables = needed.map((name) => {
    const text = definitions.get(name)!;
    return `${name} AS (\n${indented(inlined(text.sql, text.bindings))})`;
  });
  const head = tables.length === 0 ? '' : `WITH ${tables.join(',\n')}\n`;
  return `${head}SELECT numerator, denominator, found, detail FROM (\n${indented(own)})
WHERE scope = ${quoteLiteral(scope)} AND scope_value = ${quoteLiteral(value)}`;
}

/** The text with every `$name` replaced by its value. */
function inlined(sql: string, bindings: Bindings): string {
  return sql.replace(/\$(\w+)/g, (whole, name: string) => {
    const value = bindings[name];
    if (value === undefined) return whole;
    if (value === null) return 'NULL';
    return typeof value === 'string' ? quoteLiteral(value) : String(value);
  });
}

/** The lines of a text with their common indentation replaced by two spaces. */
function indented(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const depth = Math.min(...lines.slice(1).map((line) => line.search(/\S/)), 80);
  return lines
    .map(
      (line, i) =>
        `  ${i === 0 ? line.trimStart() : line.slice(Math.min(depth, line.search(/\S/)))}`,
    )
    .join('\n');
}
