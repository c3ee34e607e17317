import { existsSync } from 'node:fs';
import { expect, type TestContext } from 'vitest';
import { bytes, flag, googleSqlService, TIME_ZONES } from './googlesql.ts';

/** A column with the name of its type in GoogleSQL. */
export interface GoogleColumn {
  readonly name: string;
  readonly type: string;
}

/** Kinds of types (TypeKind). */
const KINDS: Readonly<Record<string, number>> = {
  INT64: 2,
  BOOL: 5,
  FLOAT64: 7,
  STRING: 8,
  BYTES: 9,
  DATE: 10,
  TIMESTAMP: 19,
  DATETIME: 21,
  NUMERIC: 23,
  BIGNUMERIC: 24,
};

/** CREATE TABLE AS SELECT and MERGE (ResolvedNodeKind). */
const STATEMENTS = [40, 101];

/**
 * Google's own analyzer of GoogleSQL: names, types, signatures of functions and what a statement may hold, as
 * it would be judged where it runs. Tables that statements shall find are added to it.
 */
export class GoogleSqlAnalyzer {
  readonly #service: ReturnType<typeof googleSqlService>;
  readonly #tables = new Map<string, Buffer>();

  /** Skips the test where the analyzer cannot run; with CI=true it fails. */
  constructor(context: TestContext) {
    if (!existsSync(TIME_ZONES)) {
      const text = `the analyzer needs the time zones in ${TIME_ZONES}`;
      if (process.env['CI'] === 'true') expect.fail(text);
      context.skip(text);
    }
    this.#service = googleSqlService(context);
  }

  /** Adds a table, or puts it in place of the one before. `path`: `project.dataset.table`. */
  addTable(path: string, columns: readonly GoogleColumn[]): void {
    // SimpleTable: name (1), column (4). SimpleColumn: name (1), type (2).
    const fields = columns.map(({ name, type }) =>
      bytes(4, Buffer.concat([bytes(1, Buffer.from(name)), bytes(2, typeOf(type))])),
    );
    this.#tables.set(path, Buffer.concat([bytes(1, Buffer.from(path)), ...fields]));
  }

  /**
   * Columns of a query, none of another statement; the parameters `@from_date` and `@to_date` are dates.
   * @throws Error with what is wrong with the text
   */
  analyze(sql: string): GoogleColumn[] {
    const { analyze } = this.#service;
    // LanguageOptions: supported_statement_kinds (6) beside queries.
    const options = Buffer.concat([
      this.#service.options,
      ...STATEMENTS.map((kind) => flag(6, kind)),
    ]);
    // AnalyzerOptions: language_options (1), query_parameters (2): name (1), type (2).
    const parameters = ['from_date', 'to_date'].map((name) =>
      bytes(2, Buffer.concat([bytes(1, Buffer.from(name)), bytes(2, typeOf('DATE'))])),
    );
    // SimpleCatalog: name (1), table (2), builtin_function_options (5): language_options (1).
    const catalog = [
      bytes(1, Buffer.from('catalog')),
      ...[...this.#tables.values()].map((table) => bytes(2, table)),
      bytes(5, bytes(1, options)),
    ];
    // AnalyzeRequest: options (1), simple_catalog (2), sql_statement (5).
    const request = [
      bytes(1, Buffer.concat([bytes(1, options), ...parameters])),
      bytes(2, Buffer.concat(catalog)),
      bytes(5, Buffer.from(sql)),
    ];
    const analyzed = analyze(Buffer.concat(request));
    if ('error' in analyzed) throw new Error(`${analyzed.error}\n${sql}`);
    // AnalyzeResponse: resolved_statement (1): resolved_query_stmt_node (38): output_column_list (2), each
    // with name (2) and column (3): type (4): type_kind (1).
    const query = [analyzed.answer].flatMap((at) => inside(at, 1)).flatMap((at) => inside(at, 38));
    return query
      .flatMap((at) => inside(at, 2))
      .map((column) => {
        const kind = inside(column, 3)
          .flatMap((at) => inside(at, 4))
          .flatMap((at) => fieldsOf(at))[0]?.number;
        const type = Object.keys(KINDS).find((name) => KINDS[name] === kind);
        return { name: inside(column, 2)[0]!.toString(), type: type ?? `type ${kind}` };
      });
  }
}

function typeOf(name: string): Buffer {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(`no type ${name}`);
  return flag(1, kind);
}

/** The messages, or texts, of a field. */
function inside(message: Buffer, field: number): Buffer[] {
  return fieldsOf(message).flatMap((each) =>
    each.field === field && each.bytes !== undefined ? [each.bytes] : [],
  );
}

function fieldsOf(message: Buffer): { field: number; number?: number; bytes?: Buffer }[] {
  const found: { field: number; number?: number; bytes?: Buffer }[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++]!;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = varint();
    const field = Math.floor(tag / 8);
    if (tag % 8 === 0) found.push({ field, number: varint() });
    else if (tag % 8 === 2) {
      const size = varint();
      found.push({ field, bytes: message.subarray(at, at + size) });
      at += size;
    } else at += tag % 8 === 1 ? 8 : 4;
  }
  return found;
}
