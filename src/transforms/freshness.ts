import type { Replica } from '../replica/replica.ts';
import type { Model, Reach } from './model.ts';

/** The dates of a model that a build must cover, both ends included. */
export interface StaleRange {
  readonly from: string;
  readonly to: string;
  /** Why, for the plan: `new`, `code changed`, `asked`, or the input that changed with its first date. */
  readonly why: string;
}

const FIRST_DATE = '1900-01-01';

/**
 * Which dates of a model are stale: those that read a partition whose digest is not the one that
 * the last build recorded, those that no build has covered yet, and all when the SQL text changed.
 * @param horizon last date that builds cover from now on
 * @param asked range that is rebuilt whatever the ledger says
 */
export async function staleRange(
  replica: Replica,
  model: Model,
  horizon: string,
  asked: { from: string; to: string } | null,
): Promise<StaleRange | null> {
  const build = await replica.row<{ sql_digest: string; built_to: string }>(
    'SELECT sql_digest, CAST(built_to AS VARCHAR) AS built_to FROM hoopduck.model_build WHERE table_name = $name',
    { name: model.name },
  );
  if (build === undefined) return { from: FIRST_DATE, to: horizon, why: 'new' };
  const end = horizon > build.built_to ? horizon : build.built_to;
  if (build.sql_digest !== model.sqlDigest) {
    return { from: FIRST_DATE, to: end, why: 'code changed' };
  }
  const ranges: StaleRange[] = [];
  if (horizon > build.built_to && model.partition !== null) {
    ranges.push({ from: dayAfter(build.built_to), to: horizon, why: 'new dates' });
  }
  if (asked !== null) ranges.push({ ...asked, why: 'asked' });
  for (const input of model.inputs) {
    const changed = await replica.row<{ first: string | null; last: string | null; dates: number }>(
      `WITH current AS (
         SELECT game_date, digest FROM hoopduck.partition
         WHERE table_name = $input AND digest IS NOT NULL),
       recorded AS (
         SELECT game_date, digest FROM hoopduck.model_input
         WHERE table_name = $model AND input_name = $input)
       SELECT CAST(min(game_date) AS VARCHAR) AS first, CAST(max(game_date) AS VARCHAR) AS last,
         count(*) AS dates
       FROM current FULL JOIN recorded USING (game_date)
       WHERE current.digest IS DISTINCT FROM recorded.digest`,
      { model: model.name, input: input.table },
    );
    if (changed?.first == null || changed.last == null) continue;
    const range = reached(input.reach, changed.first, changed.last, end);
    ranges.push({ ...range, why: `${input.table} changed on ${changed.first}` });
  }
  // What changed after the last date that builds cover is built when they come to cover it.
  const reaching = ranges.filter((range) => range.from <= end);
  if (reaching.length === 0) return null;
  if (model.partition === null) return { from: FIRST_DATE, to: end, why: reasons(reaching) };
  const from = reaching.map((range) => range.from).sort()[0]!;
  const to = reaching
    .map((range) => range.to)
    .sort()
    .at(-1)!;
  return { from, to: to > end ? end : to, why: reasons(reaching) };
}

function reasons(ranges: readonly StaleRange[]): string {
  return ranges.map((range) => range.why).join('; ');
}

/** The dates of a model that read an input's dates `first` to `last`. */
function reached(
  reach: Reach,
  first: string,
  last: string,
  end: string,
): { from: string; to: string } {
  switch (reach) {
    case 'same date':
      return { from: first, to: last };
    case 'same season':
      // A season ends before the next October ends; later dates of the span are rebuilt to the same rows.
      return { from: first, to: `${Number(last.slice(0, 4)) + 1}-10-31` };
    case 'earlier dates':
      return { from: first, to: end };
    case 'any date':
      return { from: FIRST_DATE, to: end };
  }
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
