import { quoteIdentifier, quoteLiteral, quoteTable } from '../../replica/identifiers.ts';
import { requireColumns } from '../columns.ts';
import { type Gates, record, recordMissingTable, share } from '../gates.ts';
import { gamesWithShotsSql, ROW_SET_SQL } from '../row-sets.ts';
import { PLAYER_GAMES } from '../tables.ts';
import type { CheckOf } from '../thresholds.ts';

/**
 * Makes the temporary table `gate_coverage`, which `coverage` and `drift` read: for every coverage,
 * date and team of the replica the rows that count (`n`) and those whose columns are known (`known`).
 * One look at the table for all of them; empty when the table is not there.
 */
export async function countCoverages(
  gates: Gates,
  checks: readonly CheckOf<'coverage'>[],
): Promise<void> {
  const byName = new Map(checks.map((check) => [check.name, check]));
  const facts: string[] = [];
  // Dates whose verdicts hold have been counted: of coverages that are judged by date the counts stand in the ledger.
  const dated = new Set(checks.filter(({ scopes }) => scopes.includes('date')).map(nameOf));
  const isWhole = [...byName.keys()].every((name) => dated.has(name));
  for (const { name, table, columns, applies } of byName.values()) {
    if (!(await requireColumns(gates, table, columns, `coverage_${name}`))) continue;
    const known = columns.map((column) => `p.${quoteIdentifier(column)} IS NOT NULL`);
    const counts = ROW_SET_SQL[applies];
    facts.push(
      `{name: ${quoteLiteral(name)}, n: count_if(coalesce(${counts}, FALSE)), known: count_if(coalesce(${[counts, ...known].join(' AND ')}, FALSE))}`,
    );
  }
  const counted =
    facts.length === 0
      ? `SELECT CAST(NULL AS DATE) AS game_date, '' AS team_abbr, {name: '', n: 0, known: 0} AS f WHERE FALSE`
      : `SELECT p.game_date, p.team_abbr, unnest([${facts.join(', ')}]) AS f
         FROM ${quoteTable(PLAYER_GAMES)} AS p
         SEMI JOIN (SELECT game_date FROM gate_calendar WHERE NOT (is_kept AND $isWhole)) AS c ON c.game_date = p.game_date
         LEFT JOIN (${await gamesWithShotsSql(gates)}) AS z
           ON z.game_date = p.game_date AND z.team_abbr = p.team_abbr
         GROUP BY p.game_date, p.team_abbr`;
  await gates.define(
    'gate_coverage',
    `SELECT f.name, game_date, team_abbr, CAST(f.n AS BIGINT) AS n, CAST(f.known AS BIGINT) AS known
     FROM (${counted}) WHERE f.n > 0
     UNION ALL
     -- Two limits on one coverage are two rows of the same counts.
     SELECT DISTINCT substr(check_name, 10), TRY_CAST(scope_value AS DATE), NULL, denominator, numerator
     FROM hoopduck.check_result
     WHERE $isWhole AND scope = 'date' AND starts_with(check_name, 'coverage_') AND denominator > 0
       AND TRY_CAST(scope_value AS DATE) IN (SELECT game_date FROM gate_kept)`,
    { isWhole },
  );
}

const nameOf = ({ name }: { readonly name: string }) => name;

/** Share of the rows that count in which all columns are known, at each scope that the check names. */
export async function coverage(gates: Gates, check: CheckOf<'coverage'>): Promise<void> {
  const identity = { ...check, name: `coverage_${check.name}` };
  if ((await gates.columnsOf(check.table)).length === 0) {
    return recordMissingTable(gates, identity);
  }
  const limit = Math.max(check.min ?? 0, check.warn ?? 0);
  for (const scope of check.scopes) {
    await record(gates, identity, scope === 'date' ? BY_DATE : byDates(scope), {
      name: check.name,
      columns: check.columns.join(', '),
      limit,
    });
  }
}

/** The teams that lack it are named where the date is below the limit. */
const BY_DATE = `
  WITH counted AS (
    SELECT game_date, sum(n) AS n, sum(known) AS known FROM gate_coverage WHERE name = $name GROUP BY game_date),
  details AS (
    SELECT game_date, 'rows without ' || $columns || ': '
      || string_agg(team_abbr || ' ' || (n - known) || ' of ' || n, ', ' ORDER BY team_abbr) AS detail
    FROM gate_coverage
    WHERE name = $name AND known < n
      AND game_date IN (SELECT game_date FROM counted WHERE 100.0 * known < $limit * n)
    GROUP BY game_date)
  SELECT 'date' AS scope, CAST(c.game_date AS VARCHAR) AS scope_value,
    coalesce(known, 0) AS numerator, coalesce(n, 0) AS denominator, ${share('known', 'n')} AS found, detail
  FROM gate_calendar AS c
  LEFT JOIN counted AS k ON k.game_date = c.game_date
  LEFT JOIN details AS d ON d.game_date = c.game_date
  WHERE c.is_judged`;

/** A season, or everything; the thinnest dates are named where it is below the limit. */
function byDates(scope: 'season' | 'all'): string {
  const value = scope === 'season' ? 'c.season' : "'all'";
  const filter = scope === 'season' ? 'WHERE c.season_asked' : '';
  return `
    WITH dates AS (
      SELECT game_date, sum(n) AS n, sum(known) AS known
      FROM gate_coverage WHERE name = $name GROUP BY game_date),
    counted AS (
      SELECT ${value} AS scope_value, coalesce(sum(n), 0) AS n, coalesce(sum(known), 0) AS known,
        list(c.game_date || ' ' || round(100.0 * known / n, 1) || '%' ORDER BY 1.0 * known / n, c.game_date)
          FILTER (known < n) AS thin
      FROM gate_calendar AS c LEFT JOIN dates AS d ON d.game_date = c.game_date
      ${filter} GROUP BY 1)
    SELECT '${scope}' AS scope, scope_value, known AS numerator, n AS denominator,
      ${share('known', 'n')} AS found,
      CASE WHEN 100.0 * known < $limit * n
        THEN 'rows without ' || $columns || ', the thinnest dates: ' || array_to_string(thin[1:3], ', ')
      END AS detail
    FROM counted`;
}
