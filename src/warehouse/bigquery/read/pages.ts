import type { DuckDBVector } from '@duckdb/node-api';
import { DuckDBDateValue, DuckDBDecimalValue, DuckDBTimestampValue } from '@duckdb/node-api';
import { type BigQueryField, duckdbType } from '../types.ts';
import type { ColumnAppender, ColumnSource } from './append.ts';

/** Rows as the REST API gives them: a text or NULL for each column. */
export type PageRows = readonly { readonly f: readonly { readonly v: unknown }[] }[];

/**
 * Appends one page of a query's result.
 * @param fields the columns of the result, in the order of the appender's table
 * @throws Error when a text is no value of its column's type
 */
export function appendPage(
  appender: ColumnAppender,
  fields: readonly BigQueryField[],
  rows: PageRows,
): void {
  const columns = fields.map((field, column): ColumnSource => {
    const parse = parserOf(field);
    return (vector: DuckDBVector, start, count) => {
      for (let i = 0; i < count; i++) {
        const text = rows[start + i]!.f[column]!.v;
        vector.setItem(i, text === null || text === undefined ? null : parse(String(text)));
      }
    };
  });
  appender.append(rows.length, columns);
}

type Parser = (text: string) => Parameters<DuckDBVector['setItem']>[1];

function parserOf(field: BigQueryField): Parser {
  const type = duckdbType(field);
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type ?? '');
  if (decimal !== null) return decimalParser(Number(decimal[1]), Number(decimal[2]));
  if (field.type === 'TIMESTAMP') return (text) => new DuckDBTimestampValue(instantMicros(text));
  if (field.type === 'DATETIME') return (text) => new DuckDBTimestampValue(clockMicros(text));
  switch (type) {
    case 'BIGINT':
      return BigInt;
    case 'DOUBLE':
      return doubleOf;
    case 'BOOLEAN':
      return (text) => text === 'true';
    case 'DATE':
      return (text) => new DuckDBDateValue(Math.round(Date.parse(`${text}T00:00:00Z`) / DAY_MS));
    default:
      return (text) => text;
  }
}

const DAY_MS = 24 * 3_600_000;

function doubleOf(text: string): number {
  if (text === 'Infinity' || text === '+inf' || text === 'inf') return Number.POSITIVE_INFINITY;
  if (text === '-Infinity' || text === '-inf') return Number.NEGATIVE_INFINITY;
  return Number(text); // "NaN" is NaN
}

/** Whole microseconds, or seconds as a decimal or with an exponent: `1.7304552001234562E9`. */
function instantMicros(text: string): bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : scaled(text, 6);
}

/** A decimal text times 10 to the power of `scale`, as a whole number; digits beyond are cut off. */
function scaled(text: string, scale: number): bigint {
  const parts = /^(-?)(\d*)(?:\.(\d*))?(?:E([+-]?\d+))?$/i.exec(text);
  if (parts === null) throw new Error(`"${text}" is no decimal number`);
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = `${whole}${fraction}`;
  const point = whole.length + Number(exponent) + scale;
  const value = point <= 0 ? 0n : BigInt(digits.padEnd(point, '0').slice(0, point) || '0');
  return sign === '-' ? -value : value;
}

/** `2024-11-01T10:00:00.123456`. */
function clockMicros(text: string): bigint {
  const [, seconds, fraction = ''] = /^([^.]+)(?:\.(\d+))?$/.exec(text.replace(' ', 'T'))!;
  return BigInt(Date.parse(`${seconds}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6));
}

function decimalParser(width: number, scale: number): Parser {
  return (text) => new DuckDBDecimalValue(scaled(text, scale), width, scale);
}
