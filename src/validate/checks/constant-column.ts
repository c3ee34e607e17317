import { quoteIdentifier, quoteLiteral, quoteTable } from '../../replica/identifiers.ts';
import { requireColumns } from '../columns.ts';
import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import { GATED_TABLES } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

const NUMERIC = /^(BIGINT|INTEGER|SMALLINT|TINYINT|HUGEINT|DOUBLE|FLOAT|DECIMAL.*)$/;

/**
 * Numeric columns of a season, or of a date, that vary, among those with enough known values: a column is
 * named when it has one value throughout, or its default value in more than the given share of its known
 * values. On a date only columns with a default are looked at, and that share alone counts.
 */
export async function constantColumn(
  gates: Gates,
  check: CheckOf<'constant_column'>,
): Promise<void> {
  const identity = { name: 'constant_column', ...check };
  const columns = await gates.columnsOf(check.table);
  if (columns.length === 0) return recordMissingTable(gates, identity);
  await requireColumns(gates, check.table, Object.keys(check.defaults), identity.name);
  const numeric = columns.filter(
    ({ name, type }) => NUMERIC.test(type) && !check.constant_by_design.includes(name),
  );
  for (const scope of check.scopes) {
    const tested =
      scope === 'season' ? numeric : numeric.filter(({ name }) => name in check.defaults);
    if (tested.length > 0) await judge(gates, check, scope, tested);
  }
}

async function judge(
  gates: Gates,
  check: CheckOf<'constant_column'>,
  scope: 'season' | 'date',
  tested: readonly { readonly name: string }[],
): Promise<void> {
  const facts = tested.map(({ name }) => {
    const id = quoteIdentifier(name);
    const value = check.defaults[name];
    const defaults =
      value === undefined ? '0' : `count_if(coalesce(${id} = ${Number(value)}, FALSE))`;
    return `{name: ${quoteLiteral(name)}, n: count(${id}), low: CAST(min(${id}) AS DOUBLE),
      high: CAST(max(${id}) AS DOUBLE), defaults: ${defaults}}`;
  });
  const date = quoteIdentifier(GATED_TABLES[check.table].date);
  const value = scope === 'season' ? 'c.season' : 'CAST(c.game_date AS VARCHAR)';
  const wanted = scope === 'season' ? 'c.season_asked' : 'c.is_judged';
  await record(
    gates,
    { name: 'constant_column', ...check },
    `WITH facts AS (
       SELECT ${value} AS scope_value, unnest([${facts.join(', ')}]) AS f
       FROM ${quoteTable(check.table)} AS t JOIN gate_calendar AS c ON c.game_date = t.${date}
       WHERE ${wanted} GROUP BY 1),
     judged AS (
       SELECT scope_value,
         CASE WHEN f.low = f.high AND $wholeColumns THEN f.name || ' is ' || f.low || ' in all ' || f.n || ' rows'
              WHEN 100.0 * f.defaults > $share * f.n
                THEN f.name || ' is at its default in ' || round(100.0 * f.defaults / f.n, 1) || '% of ' || f.n || ' rows'
         END AS problem, f.name AS name
       FROM facts WHERE f.n >= $least),
     counted AS (
       SELECT scope_value, count(*) AS n, count(*) - count(problem) AS varying,
         string_agg(problem, '; ' ORDER BY name) AS problems
       FROM judged GROUP BY scope_value),
     units AS (SELECT DISTINCT ${value} AS scope_value FROM gate_calendar AS c WHERE ${wanted})
     SELECT '${scope}' AS scope, scope_value, coalesce(varying, 0) AS numerator,
       coalesce(n, 0) AS denominator, ${share('varying', 'n')} AS found, problems AS detail
     FROM units LEFT JOIN counted USING (scope_value)`,
    { share: check.max_default_share, least: check.min_rows, wholeColumns: scope === 'season' },
  );
}
