import { quoteIdentifier, quoteLiteral, quoteTable } from '../../replica/identifiers.ts';
import { requireColumns } from '../columns.ts';
import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import { GATED_TABLES } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

const NUMERIC = /^(BIGINT|INTEGER|SMALLINT|TINYINT|HUGEINT|DOUBLE|FLOAT|DECIMAL.*)$/;

/**
 * Numeric columns of a season that vary, among those with enough known values: a column is named when
 * it has one value throughout, or its default value in more than the given share of its known values.
 */
export async function constantColumn(
  gates: Gates,
  check: CheckOf<'constant_column'>,
): Promise<void> {
  const identity = { name: 'constant_column', ...check };
  const columns = await gates.columnsOf(check.table);
  if (columns.length === 0) return recordMissingTable(gates, identity);
  await requireColumns(gates, check.table, Object.keys(check.defaults), identity.name);
  const tested = columns.filter(
    ({ name, type }) => NUMERIC.test(type) && !check.constant_by_design.includes(name),
  );
  if (tested.length === 0) return;
  const facts = tested.map(({ name }) => {
    const id = quoteIdentifier(name);
    const value = check.defaults[name];
    const defaults =
      value === undefined ? '0' : `count_if(coalesce(${id} = ${Number(value)}, FALSE))`;
    return `{name: ${quoteLiteral(name)}, n: count(${id}), low: CAST(min(${id}) AS DOUBLE),
      high: CAST(max(${id}) AS DOUBLE), defaults: ${defaults}}`;
  });
  const date = quoteIdentifier(GATED_TABLES[check.table].date);
  await record(
    gates,
    identity,
    `WITH facts AS (
       SELECT c.season, unnest([${facts.join(', ')}]) AS f
       FROM ${quoteTable(check.table)} AS t JOIN gate_calendar AS c ON c.game_date = t.${date}
       WHERE c.season_touched GROUP BY c.season),
     judged AS (
       SELECT season,
         CASE WHEN f.low = f.high THEN f.name || ' is ' || f.low || ' in all ' || f.n || ' rows'
              WHEN 100.0 * f.defaults > $share * f.n
                THEN f.name || ' is at its default in ' || round(100.0 * f.defaults / f.n, 1) || '% of ' || f.n || ' rows'
         END AS problem, f.name AS name
       FROM facts WHERE f.n >= $least),
     counted AS (
       SELECT season, count(*) AS n, count(*) - count(problem) AS varying,
         string_agg(problem, '; ' ORDER BY name) AS problems
       FROM judged GROUP BY season),
     seasons AS (SELECT DISTINCT season FROM gate_calendar WHERE season_touched)
     SELECT 'season' AS scope, s.season AS scope_value, coalesce(varying, 0) AS numerator,
       coalesce(n, 0) AS denominator, ${share('varying', 'n')} AS found, problems AS detail
     FROM seasons AS s LEFT JOIN counted AS k ON k.season = s.season`,
    { share: check.max_default_share, least: check.min_rows },
  );
}
