import type { DuckDBVector } from '@duckdb/node-api';
import { DuckDBDateValue, DuckDBDecimalValue, DuckDBTimestampValue } from '@duckdb/node-api';
import { EXIT, HoopduckError } from '../../../errors.ts';
import { type BigQueryField, duckdbType, typeText } from '../types.ts';
import type { ColumnAppender, ColumnSource } from './append.ts';

/** Rows as the REST API gives them: a text or NULL for each column. */
export type PageRows = readonly { readonly f: readonly { readonly v: unknown }[] }[];

/**
 * Appends one page of a query's result.
 * @param fields the columns of the result, in the order of the appender's table
 * @throws HoopduckError BIGQUERY_VALUE (exit 3) when a text is no value of its column's type
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
        try {
          vector.setItem(i, text === null || text === undefined ? null : parse(String(text)));
        } catch (error) {
          throw noValue(field, String(text), error);
        }
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
      return wholeOf;
    case 'DOUBLE':
      return doubleOf;
    case 'BOOLEAN':
      return booleanOf;
    case 'DATE':
      return (text) => new DuckDBDateValue(dayOf(text));
    default:
      return (text) => text;
  }
}

const DAY_MS = 24 * 3_600_000;

function wholeOf(text: string): bigint {
  if (!/^-?\d+$/.test(text)) throw new Error('no whole number');
  return BigInt(text);
}

function doubleOf(text: string): number {
  const number = Number(text);
  if (!Number.isNaN(number) && text !== '') return number;
  const special = NOT_FINITE[text.toLowerCase()];
  if (special === undefined) throw new Error('no number');
  return special;
}

/** As servers write them, beside JavaScript's own words. */
const NOT_FINITE: Readonly<Record<string, number>> = {
  nan: Number.NaN,
  inf: Number.POSITIVE_INFINITY,
  '+inf': Number.POSITIVE_INFINITY,
  '-inf': Number.NEGATIVE_INFINITY,
};

function booleanOf(text: string): boolean {
  if (text !== 'true' && text !== 'false') throw new Error('neither true nor false');
  return text === 'true';
}

/** Days since 1970-01-01 of `2024-11-01`. */
function dayOf(text: string): number {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new Error('no date');
  return Date.parse(`${text}T00:00:00Z`) / DAY_MS;
}

/** Whole microseconds, or seconds as a decimal or with an exponent: `1.7304552001234562E9`. */
function instantMicros(text: string): bigint {
  if (/^-?\d+$/.test(text)) return BigInt(text);
  const { sign, whole, rest } = scaled(text, 6);
  // Seconds come as doubles, whose last digits may lie below the microsecond that was meant.
  return sign * (/^[5-9]/.test(rest) ? whole + 1n : whole);
}

/** Microseconds of `2024-11-01T10:00:00.123456`, as if the clock were in UTC. */
function clockMicros(text: string): bigint {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?$/.exec(text);
  if (parts === null) throw new Error('no date and time');
  const [, date, time, fraction = ''] = parts;
  return BigInt(Date.parse(`${date}T${time}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0'));
}

function decimalParser(width: number, scale: number): Parser {
  const limit = 10n ** BigInt(width);
  return (text) => {
    const { sign, whole, rest } = scaled(text, scale);
    if (whole >= limit || /[1-9]/.test(rest)) throw new Error('too many digits');
    return new DuckDBDecimalValue(sign * whole, width, scale);
  };
}

/** A decimal text times 10 to the power of `scale`: its sign, the whole number, and the digits beyond. */
function scaled(text: string, scale: number): { sign: bigint; whole: bigint; rest: string } {
  const parts = /^(-?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:E([+-]?\d{1,3}))?$/i.exec(text);
  if (parts === null) throw new Error('no decimal number');
  const [, minus, before = '', after = '', exponent = '0'] = parts;
  const point = before.length + Number(exponent) + scale;
  const digits = `${'0'.repeat(Math.max(0, -point))}${before}${after}`.padEnd(point, '0');
  const cut = Math.max(0, point);
  return {
    sign: minus === '-' ? -1n : 1n,
    whole: BigInt(digits.slice(0, cut) || '0'),
    rest: digits.slice(cut),
  };
}

function noValue(field: BigQueryField, text: string, cause: unknown): HoopduckError {
  return new HoopduckError(
    'BIGQUERY_VALUE',
    `The column "${field.name}" came as "${text.slice(0, EXCERPT)}"; ${typeText(field)} was wanted.`,
    {
      next: 'Nothing of it was taken. Run the same command again; if it stays, set "read: storage" in hoopduck.yaml.',
      exitCode: EXIT.warehouse,
      cause,
    },
  );
}

/** Characters of a value that a message shows. */
const EXCERPT = 60;
