import { createRequire } from 'node:module';
import type { DuckDBValue } from '@duckdb/node-api';

// An `import` would have Node read the text of every file of the package; see replica/duckdb.ts.
const {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
} = createRequire(import.meta.url)('@duckdb/node-api') as typeof import('@duckdb/node-api');

/** What a value of DuckDB becomes in JSON. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [name: string]: JsonValue };

/**
 * A DuckDB value for JSON: integers beyond 2^53 and decimals as strings, dates and times in ISO 8601,
 * NaN and infinities as strings, lists as arrays, structs as objects, maps as [key, value] pairs.
 */
export function jsonValue(value: DuckDBValue): JsonValue {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return value.items.map(jsonValue);
  }
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(
      Object.entries(value.entries).map(([name, inner]) => [name, jsonValue(inner)]),
    );
  }
  if (value instanceof DuckDBMapValue) {
    return value.entries.map(({ key, value: inner }) => [jsonValue(key), jsonValue(inner)]);
  }
  if (value instanceof DuckDBUnionValue) return jsonValue(value.value);
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString('base64');
  const text = value.toString();
  return isTimestamp(value) ? isoTimestamp(text) : text;
}

function isTimestamp(value: DuckDBValue): boolean {
  return (
    value instanceof DuckDBTimestampValue ||
    value instanceof DuckDBTimestampTZValue ||
    value instanceof DuckDBTimestampSecondsValue ||
    value instanceof DuckDBTimestampMillisecondsValue ||
    value instanceof DuckDBTimestampNanosecondsValue
  );
}

/** `2024-01-15 19:30:00+00` as `2024-01-15T19:30:00+00:00`. */
function isoTimestamp(text: string): string {
  return text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00');
}

/** A value as one line of text for a person or a CSV field; null stays null. */
export function textValue(value: DuckDBValue): string | null {
  const json = jsonValue(value);
  if (json === null || typeof json === 'string') return json;
  return typeof json === 'object' ? JSON.stringify(json) : String(json);
}
