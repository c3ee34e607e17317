const EASTERN = "'America/New_York'";

/**
 * Functions of model files that neither engine has under one name: in the replica they are macros
 * (src/replica/dialect.ts), here they are written out.
 */
const FUNCTIONS: Readonly<Record<string, (...args: string[]) => string>> = {
  EASTERN_TO_UTC: (time) => `TIMESTAMP(CAST(${time} AS DATETIME), ${EASTERN})`,
  EASTERN_CLOCK_TO_UTC: (date, hour, minute) =>
    `TIMESTAMP(DATETIME_ADD(CAST(${date} AS DATETIME), INTERVAL (${hour}) * 60 + (${minute}) MINUTE), ${EASTERN})`,
};

/** Texts in quotes and comments, which are left alone, then what is looked for. */
const TOKEN =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.)*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|\b[A-Za-z_]\w*\s*\(|\b[A-Za-z_]\w*\.[A-Za-z_]\w*\b/g;

/**
 * A query of a model file as BigQuery takes it: tables under their names there, and functions that it
 * lacks written out. Everything else is GoogleSQL as it stands.
 * @param relation what stands for a `dataset.table` in a FROM clause; undefined: it is no table
 */
export function toGoogleSql(sql: string, relation: (table: string) => string | undefined): string {
  let out = '';
  let at = 0;
  for (const match of sql.matchAll(TOKEN)) {
    if (match.index < at) continue;
    const token = match[0];
    const name = token.endsWith('(') ? token.slice(0, -1).trim() : undefined;
    const write = name === undefined ? undefined : FUNCTIONS[name.toUpperCase()];
    let end = match.index + token.length;
    let text: string | undefined;
    if (write !== undefined) {
      const call = readArguments(sql, end);
      text = write(...call.args.map((arg) => toGoogleSql(arg, relation)));
      end = call.end;
    } else if (name === undefined && /^\w+\.\w+$/.test(token)) text = relation(token);
    if (text === undefined) continue;
    out += sql.slice(at, match.index) + text;
    at = end;
  }
  return out + sql.slice(at);
}

/** The arguments of a call, and where it ends; `from` is behind its opening parenthesis. */
function readArguments(sql: string, from: number): { args: string[]; end: number } {
  const args: string[] = [];
  let depth = 0;
  let start = from;
  for (const { 0: token, index } of sql
    .slice(from)
    .matchAll(/'(?:[^'\\]|\\.|'')*'|--[^\n]*|[(),]/g)) {
    const at = from + index;
    if (token === '(') depth += 1;
    else if (token === ')' && depth > 0) depth -= 1;
    else if (token === ')' || (token === ',' && depth === 0)) {
      args.push(sql.slice(start, at).trim());
      if (token === ')') return { args, end: at + 1 };
      start = at + 1;
    }
  }
  return { args: [...args, sql.slice(start).trim()], end: sql.length };
}
