import { quoteIdentifier } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { Expectation, Model } from './model.ts';
import { isStaleSql, type Stale } from './stale.ts';

/** How many rows a date should have, from the schedule and the lists of players: game_date, expected, bootstrap. */
const EXPECTED: Readonly<Record<Expectation, string>> = {
  'two rows a final game': `
    SELECT game_date, count(*) AS expected, FALSE AS bootstrap
    FROM hoopduck.stg_team_game WHERE is_final GROUP BY game_date`,
  'players of both teams': `
    SELECT game_date, CAST(NULL AS BIGINT) AS expected, FALSE AS bootstrap
    FROM hoopduck.stg_team_game WHERE is_final GROUP BY game_date`,
  'one row a listed player': `
    SELECT game_date, count(*) AS expected, bool_and(is_bootstrap) AS bootstrap
    FROM hoopduck.population GROUP BY game_date`,
  'one row a team that plays': `
    SELECT game_date, count(*) AS expected, bool_and(is_bootstrap) AS bootstrap
    FROM hoopduck.stg_team_game GROUP BY game_date`,
};

/** Which teams of final games a date lacks, in words. Fewer than five who played are no team. */
function missingSql(expectation: Expectation, team: string, dates: string): string | null {
  if (expectation === 'two rows a final game') {
    return `
      SELECT t.game_date,
        string_agg(t.team_abbr || ' (' || t.game_id || ')', ', ' ORDER BY t.game_id, t.team_abbr) AS missing
      FROM hoopduck.stg_team_game AS t
      ANTI JOIN build AS b ON b.partition_date = t.game_date AND b.${team} = t.team_abbr
      WHERE t.is_final AND ${dates} GROUP BY t.game_date`;
  }
  if (expectation === 'players of both teams') {
    return `
      SELECT t.game_date,
        string_agg(t.team_abbr || ' (' || t.game_id || ': ' || coalesce(b.played, 0) || ' who played)',
          ', ' ORDER BY t.game_id, t.team_abbr) AS missing
      FROM hoopduck.stg_team_game AS t
      LEFT JOIN (
        SELECT partition_date, team_abbr, count_if(minutes_played > 0) AS played
        FROM build GROUP BY partition_date, team_abbr) AS b
        ON b.partition_date = t.game_date AND b.team_abbr = t.team_abbr
      WHERE t.is_final AND coalesce(b.played, 0) < 5 AND ${dates} GROUP BY t.game_date`;
  }
  return null;
}

/**
 * Compares the built rows of the stale dates (temporary `build` and `build_digest`) with what is
 * expected, and leaves the verdict of every date in a temporary table: game_date, digest, rows, expected_rows,
 * verdict, detail. A date that should have rows and has none is there too.
 * @returns the table's name; where nothing is expected it is `build_digest` as it is
 */
export async function judgeBuild(replica: Replica, model: Model, stale: Stale): Promise<string> {
  if (model.expectation === null) return 'build_digest';
  const team = quoteIdentifier(
    model.key.find((column) => column.endsWith('team_abbr')) ?? 'team_abbr',
  );
  const missing =
    missingSql(model.expectation, team, isStaleSql(stale, 't.game_date')) ??
    'SELECT CAST(NULL AS DATE) AS game_date, CAST(NULL AS VARCHAR) AS missing WHERE FALSE';
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE build_verdict AS
     WITH expected AS (
       SELECT * FROM (${EXPECTED[model.expectation]})
       WHERE ${isStaleSql(stale)}),
     missing AS (${missing}),
     joined AS (
       SELECT game_date, digest, coalesce(rows, 0) AS rows,
         CASE WHEN bootstrap AND $skips THEN 0 ELSE expected END AS expected_rows,
         coalesce(bootstrap AND $skips, FALSE) AS bootstrap, missing
       FROM expected FULL JOIN (SELECT game_date, digest, rows FROM build_digest) USING (game_date) LEFT JOIN missing USING (game_date))
     SELECT game_date, digest, rows, expected_rows,
       CASE WHEN bootstrap THEN 'bootstrap'
            WHEN missing IS NOT NULL OR rows < expected_rows THEN 'short'
            ELSE 'complete' END AS verdict,
       CASE WHEN missing IS NOT NULL THEN 'no row for ' || missing
            WHEN rows < expected_rows THEN rows || ' of ' || expected_rows || ' rows' END AS detail
     FROM joined`,
    { skips: model.skipsBootstrap },
  );
  return 'build_verdict';
}
