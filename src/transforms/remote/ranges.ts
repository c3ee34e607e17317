import type { SqlEngine } from '../../warehouse/sql-engine.ts';
import type { Model } from '../model.ts';

/** What a build of a model covers. */
export interface RemoteRange {
  readonly from: string;
  readonly to: string;
  /** `table`: made anew from its first date on; `dates`: the dates are replaced in what is there. */
  readonly extent: 'table' | 'dates';
  readonly why: string;
}

/** Before all history. */
export const FIRST_DATE = '1900-01-01';

/**
 * Which dates of each model are built, in build order. A table that is not there, that was cut off, or
 * whose SQL text is another one is made anew, and so is what reads it; otherwise the asked dates are
 * replaced, with those that no build has come to yet. History before is read. Every table ends on the
 * same date, which is never before the last one that is there: a later date reads the earlier ones.
 * @param asked `from`: null: everything is built anew
 */
export async function remoteRanges(
  engine: SqlEngine,
  models: readonly Model[],
  asked: { readonly from: string | null; readonly to: string },
): Promise<Map<string, RemoteRange>> {
  const built = new Map<string, Built | undefined>();
  for (const { name } of models) built.set(name, builtOf((await engine.find(name))?.marks));
  const to = [...built.values()].map((each) => each?.to ?? '').reduce(later, asked.to);
  const ranges = new Map<string, RemoteRange>();
  for (const model of models) {
    const inputs = model.inputs.flatMap(({ table }) => {
      const range = ranges.get(table);
      return range === undefined ? [] : [{ table, ...range }];
    });
    ranges.set(model.name, { ...rangeOf(model, built.get(model.name), inputs, asked.from), to });
  }
  return ranges;
}

/** What the marks of a table say of its builds. */
interface Built {
  readonly sql: string;
  readonly to: string;
}

function builtOf(marks: Readonly<Record<string, string>> | undefined): Built | undefined {
  const { sql, built_to: to } = marks ?? {};
  return sql === undefined || to === undefined ? undefined : { sql, to };
}

function rangeOf(
  model: Model,
  built: Built | undefined,
  inputs: readonly (RemoteRange & { readonly table: string })[],
  from: string | null,
): Omit<RemoteRange, 'to'> {
  const whole = (why: string) => ({ from: FIRST_DATE, extent: 'table', why }) as const;
  if (built === undefined) return whole('new');
  if (built.sql !== model.sqlDigest) return whole('code changed');
  if (from === null) return whole('asked');
  const renewed = inputs.find(
    ({ why, extent }) => extent === 'table' && why !== UNDATED && why !== 'asked',
  );
  if (renewed !== undefined) return whole(`${renewed.table} is made anew`);
  if (model.partition === null) return whole(UNDATED);
  const gap = dayAfter(built.to);
  const starts = [gap, ...inputs.map((input) => input.from).filter((date) => date !== FIRST_DATE)];
  const start = starts.reduce(earlier, from);
  return { from: start, extent: 'dates', why: start < from ? 'asked, and new dates' : 'asked' };
}

/** A table without dates is small and always made anew; that alone makes no reader stale. */
const UNDATED = 'has no dates';

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function earlier(a: string, b: string): string {
  return a < b ? a : b;
}
