import { didYouMean } from '../../config/suggest.ts';
import { EXIT, HoopduckError } from '../../errors.ts';
import type { Replica } from '../../replica/replica.ts';
import { type NamedCheck, namedChecks } from '../check-names.ts';
import type { Thresholds } from '../thresholds.ts';

/** A check on what it judges, as `--explain` was asked for it. */
export interface AskedVerdict {
  readonly name: string;
  readonly table: string;
  readonly scope: 'date' | 'season' | 'all';
  readonly value: string;
  /** The entry of the thresholds; undefined: a check of a workspace's own model, or one that is in no thresholds any more. */
  readonly named: NamedCheck | undefined;
}

interface Recorded {
  readonly name: string;
  readonly table: string;
  readonly scope: AskedVerdict['scope'];
  readonly value: string;
}

/**
 * Finds what `--explain CHECK[:TABLE]`, `--table` and `--scope` mean. Without a scope it is the worst verdict in the
 * ledger: red before yellow, a date before a season before everything, the newest first.
 * @throws HoopduckError CHECK_UNKNOWN (exit 2) with what was probably meant
 */
export async function findVerdict(
  replica: Replica,
  thresholds: Thresholds,
  asked: {
    readonly check: string;
    readonly table?: string | undefined;
    readonly scope?: string | undefined;
  },
): Promise<AskedVerdict> {
  const [name, ofName] = asked.check.split(':') as [string, string | undefined];
  const table = asked.table ?? ofName;
  const recorded = await replica.rows<Recorded>(
    `SELECT check_name AS name, table_name AS "table", scope, scope_value AS "value" FROM hoopduck.check_result
     WHERE check_name = $name
     ORDER BY CASE verdict WHEN 'fail' THEN 0 WHEN 'warn' THEN 1 WHEN 'pass' THEN 2 ELSE 3 END,
       CASE scope WHEN 'date' THEN 0 WHEN 'season' THEN 1 ELSE 2 END, scope_value DESC, table_name`,
    { name },
  );
  const named = namedChecks(thresholds);
  const names = [
    ...new Set([...named.map((check) => check.name), ...recorded.map((row) => row.name)]),
  ];
  if (!names.includes(name)) {
    throw unknown(`There is no check "${name}".${didYouMean(name, names)}`);
  }
  const ofTable = (one: { readonly table: string }) =>
    table === undefined || one.table === table || one.table.endsWith(`.${table}`);
  const checks = named.filter((check) => check.name === name);
  const tables = [...new Set([...checks, ...recorded].map((one) => one.table))];
  if (![...checks, ...recorded].some(ofTable)) {
    throw unknown(
      `The check "${name}" judges no table "${table}"; one of ${tables.map((one) => `"${one}"`).join(', ')} was wanted.${didYouMean(table ?? '', tables)}`,
    );
  }
  const { scope } = asked;
  const isScope = (row: Recorded) => scope === undefined || row.value === scope;
  const found = recorded.find((row) => ofTable(row) && isScope(row));
  const at = found ?? {
    name,
    table: checks.find(ofTable)?.table ?? tables.find((one) => ofTable({ table: one }))!,
    scope: scopeOf(scope ?? 'all'),
    value: scope ?? 'all',
  };
  const entries = checks.filter((check) => check.table === at.table);
  const entry = entries.find(({ check }) => (check.scopes as string[]).includes(at.scope));
  return { ...at, named: entry ?? entries[0] };
}

function scopeOf(value: string): AskedVerdict['scope'] {
  if (value === 'all') return 'all';
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return 'date';
  if (/^\d{4}-\d{2}$/.test(value)) return 'season';
  throw unknown(
    `The option "--scope" is "${value}"; a date such as 2024-01-15, a season such as 2023-24, or "all" was wanted.`,
  );
}

function unknown(message: string): HoopduckError {
  return new HoopduckError('CHECK_UNKNOWN', message, {
    next: 'See "hoopduck validate" for what is red; docs/gates.md lists the checks.',
    exitCode: EXIT.usage,
  });
}
