import type { Replica } from '../../src/replica/replica.ts';
import { createCalendar } from '../../src/validate/calendar.ts';
import { createResults, openGates } from '../../src/validate/gates.ts';
import { parseThresholds, readThresholds } from '../../src/validate/read-thresholds.ts';
import { runChecks } from '../../src/validate/run-checks.ts';
import { memoryReplica } from '../support/memory-replica.ts';

const TEAMS = 'ATL BOS BKN CHA CHI CLE DAL DEN DET GSW HOU IND LAC LAL MEM MIA'.split(' ');

/** One recorded verdict of a check. */
export interface Recorded {
  readonly check: string;
  readonly table: string;
  readonly scope: string;
  readonly value: string;
  readonly verdict: string;
  readonly found: number | null;
  readonly wanted: number | null;
  readonly numerator: number;
  readonly denominator: number;
  readonly detail: string | null;
}

/**
 * A replica with whole nights of eight games: 16 teams, ten players each who played 24 minutes and
 * scored 11 on 9 shots and 2 free throws with one turnover; team rows from the box score, shots in
 * every game, composite factors for everyone after the bootstrap. Each date of `dates` is a night of
 * the season that starts on 2023-10-24 (or a year earlier for dates before).
 */
export async function league(dates: readonly string[]): Promise<Replica> {
  const replica = await memoryReplica();
  const pairs = TEAMS.filter((_, i) => i % 2 === 0).map((away, i) => [away, TEAMS[2 * i + 1]!]);
  const games = dates.flatMap((date) =>
    pairs.map(([away, home], i) => {
      const compact = date.replaceAll('-', '');
      return `(DATE '${date}', '00223${compact.slice(4)}${i}', '${compact}_${away}_${home}', '${home}', '${away}')`;
    }),
  );
  await replica.run(
    `CREATE TABLE hoopduck.stg_game AS
     SELECT *, CASE WHEN game_date < DATE '2023-10-24' THEN 2022 ELSE 2023 END::BIGINT AS season_year,
       CASE WHEN game_date < DATE '2023-10-24' THEN DATE '2022-10-18' ELSE DATE '2023-10-24' END AS season_start,
       3 AS game_status, TRUE AS is_final, FALSE AS is_playoffs
     FROM (VALUES ${games.join(', ')}) AS g(game_date, nba_game_id, game_id, home_team_abbr, away_team_abbr)`,
  );
  await replica.run(
    `CREATE TABLE hoopduck.stg_team_game AS
     SELECT game_date, t.team_abbr, t.opponent_team_abbr, game_id, nba_game_id, season_year, season_start,
       is_final, game_date < season_start + 14 AS is_bootstrap, 110::BIGINT AS team_score
     FROM hoopduck.stg_game, LATERAL (VALUES (home_team_abbr, away_team_abbr), (away_team_abbr, home_team_abbr))
       AS t(team_abbr, opponent_team_abbr)`,
  );
  await replica.run(
    `CREATE TABLE hoopduck.stg_player_game AS
     SELECT game_date, lower(team_abbr) || i AS player_lookup, 100 * ascii(team_abbr) + i AS nba_player_id,
       team_abbr, FALSE AS is_ambiguous
     FROM hoopduck.stg_team_game, range(10) AS p(i) WHERE is_final`,
  );
  await replica.run(
    `CREATE TABLE nba_analytics.team_offense_game_summary AS
     SELECT game_date, team_abbr, game_id, 110::BIGINT AS points_scored, 90::BIGINT AS fg_attempts,
       20::BIGINT AS ft_attempts, 10::BIGINT AS turnovers, 105.0::DOUBLE AS possessions, 40::BIGINT AS team_paint_attempts,
       0::BIGINT AS overtime_periods, 110.0::DOUBLE AS offensive_rating, 'nbac_team_boxscore' AS primary_source_used, CAST(NULL AS VARCHAR) AS quality_issues,
       TRUE AS is_production_ready
     FROM hoopduck.stg_team_game WHERE is_final`,
  );
  await replica.run(
    `CREATE TABLE nba_analytics.team_defense_game_summary AS
     SELECT game_date, team_abbr AS defending_team_abbr, game_id, 110.0::DOUBLE AS defensive_rating
     FROM hoopduck.stg_team_game WHERE is_final`,
  );
  await replica.run(
    `CREATE TABLE nba_analytics.player_game_summary AS
     SELECT s.game_date, s.player_lookup, s.team_abbr, g.game_id, 24.0::DOUBLE AS minutes_played,
       11::BIGINT AS points, 5::BIGINT AS rebounds, 9::BIGINT AS fg_attempts, 2::BIGINT AS ft_attempts,
       1::BIGINT AS turnovers, 4::BIGINT AS paint_attempts, 2::BIGINT AS mid_range_attempts,
       3::BIGINT AS three_attempts_pbp, CAST(20 + i AS DOUBLE) AS usage_rate, 0.5 + i / 100 AS ts_pct, 0.4 + i / 100 AS efg_pct, TRUE AS is_active,
       CAST(NULL AS VARCHAR) AS quality_issues, TRUE AS is_production_ready
     FROM (SELECT *, CAST(right(player_lookup, 1) AS DOUBLE) AS i FROM hoopduck.stg_player_game) AS s
     JOIN hoopduck.stg_team_game AS g ON g.game_date = s.game_date AND g.team_abbr = s.team_abbr`,
  );
  await replica.run(
    `CREATE TABLE nba_precompute.player_composite_factors AS
     SELECT p.game_date, p.player_lookup, 90.0 AS fatigue_score, CAST(0.5 * usage_rate AS DOUBLE) AS pace_score,
       CAST(1 AS DOUBLE) AS shot_zone_mismatch_score, CAST(2 AS DOUBLE) AS total_composite_adjustment, FALSE AS early_season_flag,
       CAST(NULL AS VARCHAR) AS missing_data_fields
     FROM nba_analytics.player_game_summary AS p
     JOIN hoopduck.stg_team_game AS g ON g.game_date = p.game_date AND g.team_abbr = p.team_abbr
     WHERE NOT g.is_bootstrap`,
  );
  for (const table of ['nbac_schedule', 'nbac_gamebook_player_stats', 'nbac_team_boxscore']) {
    await replica.run(`CREATE TABLE nba_raw.${table} AS SELECT game_date FROM hoopduck.stg_game`);
  }
  return replica;
}

/** Thresholds from YAML text, or the shipped strict ones. */
export function thresholds(yaml?: string) {
  return yaml === undefined ? readThresholds('default') : parseThresholds('gates.yaml', yaml);
}

/** Evaluates thresholds and gives what was recorded, in order of check, scope and value. */
export async function evaluate(
  replica: Replica,
  yaml: string | undefined,
  from: string,
  to: string = from,
): Promise<Recorded[]> {
  const gates = openGates(replica, { from, to });
  await createCalendar(gates);
  await createResults(replica);
  await runChecks(gates, thresholds(yaml));
  return replica.rows<Recorded>(
    `SELECT check_name AS "check", table_name AS "table", scope, scope_value AS "value", verdict, found,
       wanted, numerator, denominator, detail
     FROM gate_result ORDER BY check_name, table_name, scope, scope_value`,
  );
}

/** What was recorded of one scope, without the check's name and table. */
export function only(recorded: readonly Recorded[], check: string, value?: string) {
  return recorded
    .filter((row) => row.check === check && (value === undefined || row.value === value))
    .map(({ check: _, table: __, ...rest }) => rest);
}
