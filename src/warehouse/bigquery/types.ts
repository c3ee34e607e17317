/** A column as BigQuery's API describes it. */
export interface BigQueryField {
  readonly name: string;
  readonly type: string;
  readonly mode?: string;
  readonly precision?: string;
  readonly scale?: string;
  readonly description?: string;
}

const SIMPLE: Readonly<Record<string, string>> = {
  INT64: 'BIGINT',
  INTEGER: 'BIGINT',
  FLOAT64: 'DOUBLE',
  FLOAT: 'DOUBLE',
  BOOL: 'BOOLEAN',
  BOOLEAN: 'BOOLEAN',
  STRING: 'VARCHAR',
  DATE: 'DATE',
  // Instants, which the replica keeps as UTC without a zone, and wall clocks' readings.
  TIMESTAMP: 'TIMESTAMP',
  DATETIME: 'TIMESTAMP',
};
/** Digits that the replica's decimals have at most. */
const DIGITS = 38;
/** Of NUMERIC without parameters. */
const NUMERIC_SCALE = 9;

/** DuckDB's type name for a column of BigQuery; undefined: the replica does not hold such values. */
export function duckdbType({ type, mode, precision, scale }: BigQueryField): string | undefined {
  if (mode === 'REPEATED') return undefined;
  if (type === 'NUMERIC' || type === 'BIGNUMERIC') {
    if (precision !== undefined) {
      return Number(precision) <= DIGITS ? `DECIMAL(${precision},${scale ?? 0})` : undefined;
    }
    return type === 'NUMERIC' ? `DECIMAL(${DIGITS},${NUMERIC_SCALE})` : undefined;
  }
  return SIMPLE[type];
}

const FIELD_TYPES: Readonly<Record<string, string>> = {
  TINYINT: 'INT64',
  SMALLINT: 'INT64',
  INTEGER: 'INT64',
  BIGINT: 'INT64',
  UTINYINT: 'INT64',
  USMALLINT: 'INT64',
  UINTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  DOUBLE: 'FLOAT64',
  BOOLEAN: 'BOOL',
  VARCHAR: 'STRING',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
};

/** The column of BigQuery for one of the replica; undefined: it has no such type. */
export function bigqueryField(
  column: { readonly name: string; readonly type: string },
  description?: string,
): BigQueryField | undefined {
  const described = description === undefined ? {} : { description };
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(column.type);
  if (decimal !== null) {
    const [precision, scale] = [decimal[1]!, decimal[2]!];
    if (Number(precision) === DIGITS && Number(scale) === NUMERIC_SCALE) {
      return { name: column.name, type: 'NUMERIC', ...described };
    }
    const fits = Number(scale) <= NUMERIC_SCALE && Number(precision) - Number(scale) <= 29;
    return {
      name: column.name,
      type: fits ? 'NUMERIC' : 'BIGNUMERIC',
      precision,
      scale,
      ...described,
    };
  }
  const type = FIELD_TYPES[column.type];
  return type === undefined ? undefined : { name: column.name, type, ...described };
}

/** A type as people write it, and as a statement takes it: `ARRAY<STRING>`, `NUMERIC(10, 2)`. */
export function typeText({ type, mode, precision, scale }: BigQueryField): string {
  const digits =
    precision === undefined ? '' : `(${precision}${scale === undefined ? '' : `, ${scale}`})`;
  const name = type === 'RECORD' ? 'STRUCT' : `${STANDARD[type] ?? type}${digits}`;
  return mode === 'REPEATED' ? `ARRAY<${name}>` : name;
}

/** The API's older names of types. */
const STANDARD: Readonly<Record<string, string>> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
};

/** Columns whose values the replica holds. */
export function supported(fields: readonly BigQueryField[]): BigQueryField[] {
  return fields.filter((field) => duckdbType(field) !== undefined);
}

/** Columns whose values it does not. */
export function unsupported(fields: readonly BigQueryField[]): BigQueryField[] {
  return fields.filter((field) => duckdbType(field) === undefined);
}
