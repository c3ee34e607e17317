import { quoteIdentifier, quoteTable } from '../../../src/replica/identifiers.ts';
import type { Replica } from '../../../src/replica/replica.ts';
import { loadModels } from '../../../src/transforms/graph.ts';
import { memoryReplica } from '../../support/memory-replica.ts';

/** The season of the fixtures: it starts on 2023-10-24, its bootstrap ends with 2023-11-06. */
export const SEASON = { year: 2023, start: '2023-10-24' };
const SEASON_BEFORE = { year: 2022, start: '2022-10-18' };

/** The columns that the precompute models read, in the staging and analytics tables before them. */
const INPUTS: Readonly<Record<string, string>> = {
  'hoopduck.stg_team_game': `game_date DATE, team_abbr VARCHAR, opponent_team_abbr VARCHAR,
    game_id VARCHAR, nba_game_id VARCHAR, season_year BIGINT, season_start DATE, home_game BOOLEAN,
    is_final BOOLEAN, is_playoffs BOOLEAN, is_bootstrap BOOLEAN, tipoff_at TIMESTAMP,
    team_score BIGINT, opponent_score BIGINT`,
  'hoopduck.stg_player_game': `game_date DATE, player_lookup VARCHAR, player_key VARCHAR,
    team_abbr VARCHAR, player_status VARCHAR, is_ambiguous BOOLEAN`,
  'hoopduck.stg_game_line': `game_date DATE, team_abbr VARCHAR, game_spread DOUBLE,
    game_total DOUBLE`,
  'hoopduck.stg_injury_report': 'game_date DATE, team_abbr VARCHAR, report_at TIMESTAMP',
  'hoopduck.stg_player_out': 'game_date DATE, team_abbr VARCHAR, player_lookup VARCHAR',
  'nba_analytics.player_game_summary': `game_date DATE, player_lookup VARCHAR, team_abbr VARCHAR,
    minutes_played DOUBLE, points BIGINT, rebounds BIGINT, offensive_rebounds BIGINT, assists BIGINT,
    steals BIGINT, blocks BIGINT, turnovers BIGINT, personal_fouls BIGINT, plus_minus BIGINT,
    fg_attempts BIGINT, fg_makes BIGINT, three_pt_attempts BIGINT, three_pt_makes BIGINT,
    ft_attempts BIGINT, ft_makes BIGINT, usage_rate DOUBLE,
    paint_attempts BIGINT, paint_makes BIGINT, mid_range_attempts BIGINT, mid_range_makes BIGINT,
    three_attempts_pbp BIGINT, three_makes_pbp BIGINT, assisted_fg_makes BIGINT,
    unassisted_fg_makes BIGINT`,
  'nba_analytics.team_offense_game_summary': `game_date DATE, team_abbr VARCHAR,
    points_scored BIGINT, fg_attempts BIGINT, ft_attempts BIGINT, turnovers BIGINT,
    offensive_rebounds BIGINT, three_pt_attempts BIGINT, margin_of_victory BIGINT,
    overtime_periods BIGINT`,
  'nba_analytics.team_defense_game_summary': `game_date DATE, defending_team_abbr VARCHAR,
    season_year BIGINT, points_allowed BIGINT, opp_fg_attempts BIGINT, opp_ft_attempts BIGINT, turnovers_forced BIGINT,
    opp_offensive_rebounds BIGINT, opp_three_pt_attempts BIGINT, opp_three_pt_makes BIGINT,
    opp_paint_attempts BIGINT, opp_paint_makes BIGINT, opp_mid_range_attempts BIGINT,
    opp_mid_range_makes BIGINT, defensive_rating DOUBLE, overtime_periods BIGINT`,
};

/** A value of a fixture row; dates as ISO text. */
export type Cell = string | number | boolean | null;

/** A replica in memory with the empty tables that the precompute models read. */
export async function emptyInputs(): Promise<Replica> {
  const replica = await memoryReplica();
  for (const [name, columns] of Object.entries(INPUTS)) {
    await replica.run(`CREATE TABLE ${name} (${columns})`);
  }
  return replica;
}

/** Inserts rows; columns that a row does not name are NULL. */
export async function insert(
  replica: Replica,
  table: string,
  rows: readonly Readonly<Record<string, Cell>>[],
): Promise<void> {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const bindings: Record<string, Cell> = {};
  const values = rows.map((row, r) => {
    const cells = names.map((name, c) => {
      bindings[`v${r}_${c}`] = row[name] ?? null;
      return `$v${r}_${c}`;
    });
    return `(${cells.join(', ')})`;
  });
  if (rows.length === 0) return;
  await replica.run(
    `INSERT INTO ${quoteTable(table)} (${names.map(quoteIdentifier).join(', ')}) VALUES ${values.join(', ')}`,
    bindings,
  );
}

/** A game between two teams; final unless said otherwise. */
export interface Game {
  readonly date: string;
  readonly home: string;
  readonly away: string;
  readonly final?: boolean;
}

/** Puts games into the schedule: one row a side. */
export async function addGames(replica: Replica, games: readonly Game[]): Promise<void> {
  await insert(
    replica,
    'hoopduck.stg_team_game',
    games.flatMap(({ date, home, away, final }) => {
      const season = seasonOf(date);
      const side = (team: string, opponent: string, isHome: boolean) => ({
        game_date: date,
        team_abbr: team,
        opponent_team_abbr: opponent,
        game_id: `${date.replaceAll('-', '')}_${away}_${home}`,
        nba_game_id: `00223${date.slice(5).replace('-', '')}0`,
        season_year: season.year,
        season_start: season.start,
        home_game: isHome,
        is_final: final ?? true,
        is_playoffs: false,
        is_bootstrap: daysBetween(season.start, date) < 14,
      });
      return [side(home, away, true), side(away, home, false)];
    }),
  );
}

function seasonOf(date: string): typeof SEASON {
  return date < SEASON.start ? SEASON_BEFORE : SEASON;
}

/** A team's totals of a final game. */
export interface TeamTotals {
  readonly date: string;
  readonly team: string;
  readonly opponent: string;
  readonly points?: number | null;
  readonly fga?: number;
  readonly fta?: number;
  readonly tov?: number;
  readonly oreb?: number;
  readonly overtimes?: number;
  /** Attempts and makes. */
  readonly threes?: readonly [number, number];
  readonly paint?: readonly [number, number];
  readonly midRange?: readonly [number, number];
}

/** Adds a team's offence row and the same turned round as the opponent's defence row. */
export async function addTeamTotals(
  replica: Replica,
  totals: readonly TeamTotals[],
): Promise<void> {
  const shared = (row: TeamTotals) => ({
    points: row.points === undefined ? 100 : row.points,
    fga: row.fga ?? 90,
    fta: row.fta ?? 0,
    tov: row.tov ?? 10,
    oreb: row.oreb ?? 0,
    overtimes: row.overtimes ?? 0,
  });
  const marginOf = (row: TeamTotals): number | null => {
    const other = totals.find(({ date, team }) => date === row.date && team === row.opponent);
    const [own, theirs] = [shared(row).points, other === undefined ? null : shared(other).points];
    return own === null || theirs === null ? null : own - theirs;
  };
  await insert(
    replica,
    'nba_analytics.team_offense_game_summary',
    totals.map((row) => {
      const { points, fga, fta, tov, oreb, overtimes } = shared(row);
      return {
        game_date: row.date,
        team_abbr: row.team,
        points_scored: points,
        fg_attempts: fga,
        ft_attempts: fta,
        turnovers: tov,
        offensive_rebounds: oreb,
        three_pt_attempts: row.threes?.[0] ?? null,
        margin_of_victory: marginOf(row),
        overtime_periods: overtimes,
      };
    }),
  );
  await insert(
    replica,
    'nba_analytics.team_defense_game_summary',
    totals.map((row) => {
      const { points, fga, fta, tov, oreb, overtimes } = shared(row);
      return {
        game_date: row.date,
        defending_team_abbr: row.opponent,
        season_year: seasonOf(row.date).year,
        points_allowed: points,
        opp_fg_attempts: fga,
        opp_ft_attempts: fta,
        turnovers_forced: tov,
        opp_offensive_rebounds: oreb,
        defensive_rating: points === null ? null : (100 * points) / (fga + 0.44 * fta + tov - oreb),
        overtime_periods: overtimes,
        opp_three_pt_attempts: row.threes?.[0] ?? null,
        opp_three_pt_makes: row.threes?.[1] ?? null,
        opp_paint_attempts: row.paint?.[0] ?? null,
        opp_paint_makes: row.paint?.[1] ?? null,
        opp_mid_range_attempts: row.midRange?.[0] ?? null,
        opp_mid_range_makes: row.midRange?.[1] ?? null,
      };
    }),
  );
}

/** A man listed for a final game; without minutes he did not play. */
export interface Listing {
  readonly date: string;
  readonly lookup: string;
  readonly team: string;
  /** The man for histories; the lookup unless said otherwise. */
  readonly key?: string;
  readonly ambiguous?: boolean;
  readonly minutes?: number;
  readonly points?: number;
  readonly fga?: number;
  readonly fta?: number;
  readonly usage?: number;
  /** Attempts and makes in the paint, from mid-range, of three. */
  readonly zones?: readonly [number, number, number, number, number, number];
  /** Assisted and unassisted field goals. */
  readonly roles?: readonly [number, number];
  /** Field goals and threes made, threes attempted, offensive rebounds, assists, blocks. */
  readonly box?: readonly [number, number, number, number, number, number];
}

/** Lists men for final games, with their box score where they played. */
export async function addListings(replica: Replica, listings: readonly Listing[]): Promise<void> {
  await insert(
    replica,
    'hoopduck.stg_player_game',
    listings.map((row) => ({
      game_date: row.date,
      player_lookup: row.lookup,
      player_key: row.key ?? row.lookup,
      team_abbr: row.team,
      player_status: row.minutes === undefined ? 'dnp' : 'active',
      is_ambiguous: row.ambiguous ?? false,
    })),
  );
  await insert(
    replica,
    'nba_analytics.player_game_summary',
    listings
      .filter((row) => row.ambiguous !== true)
      .map((row) => ({
        game_date: row.date,
        player_lookup: row.lookup,
        team_abbr: row.team,
        minutes_played: row.minutes ?? null,
        points: row.points ?? null,
        fg_attempts: row.fga ?? null,
        ft_attempts: row.fta ?? null,
        usage_rate: row.usage ?? null,
        paint_attempts: row.zones?.[0] ?? null,
        paint_makes: row.zones?.[1] ?? null,
        mid_range_attempts: row.zones?.[2] ?? null,
        mid_range_makes: row.zones?.[3] ?? null,
        three_attempts_pbp: row.zones?.[4] ?? null,
        three_makes_pbp: row.zones?.[5] ?? null,
        assisted_fg_makes: row.roles?.[0] ?? null,
        unassisted_fg_makes: row.roles?.[1] ?? null,
        fg_makes: row.box?.[0] ?? null,
        three_pt_makes: row.box?.[1] ?? null,
        three_pt_attempts: row.box?.[2] ?? null,
        offensive_rebounds: row.box?.[3] ?? null,
        assists: row.box?.[4] ?? null,
        blocks: row.box?.[5] ?? null,
      })),
  );
}

/** Wider than every fixture. */
const ALWAYS = { from: '2022-01-01', to: '2024-12-31' };

/**
 * Builds the named tables over a span of dates, as the runner does, in place of what they held, after everything
 * between them and INPUTS, which is built over all dates.
 */
export async function buildPrecompute(
  replica: Replica,
  span: { from: string; to: string } = ALWAYS,
  tables: readonly string[] = precomputeModels(),
): Promise<void> {
  const wanted = new Set(tables);
  const models = loadModels().filter(({ name }) => !(name in INPUTS));
  for (const { name, inputs } of [...models].reverse()) {
    if (wanted.has(name)) for (const { table } of inputs) wanted.add(table);
  }
  for (const { name } of models.filter((model) => wanted.has(model.name))) {
    await buildOnly(replica, name, tables.includes(name) ? span : ALWAYS);
  }
}

/** Builds one table from the rows that those before it hold. */
export async function buildOnly(
  replica: Replica,
  name: string,
  span: { from: string; to: string } = ALWAYS,
): Promise<void> {
  const used: Record<string, string> = {};
  const model = loadModels().find((found) => found.name === name)!;
  const sql = model.sql.replace(/@(from_date|to_date)\b/g, (_, bound: 'from_date' | 'to_date') => {
    used[bound] = bound === 'from_date' ? span.from : span.to;
    return `CAST($${bound} AS DATE)`;
  });
  await replica.run(`CREATE OR REPLACE TABLE ${quoteTable(name)} AS ${sql}`, used);
}

/** Everything that is computed from INPUTS: the precompute tables, the features and what they are made of. */
function precomputeModels(): string[] {
  const known = new Set(Object.keys(INPUTS));
  return loadModels()
    .filter(({ name, inputs }) => {
      if (known.has(name) || !inputs.every(({ table }) => known.has(table))) return false;
      if (name.startsWith('hoopduck.stg_') || inputs.length === 0) return false;
      known.add(name);
      return true;
    })
    .map(({ name }) => name);
}

/** The date `days` after another. */
export function day(from: string, days: number): string {
  return new Date(Date.parse(`${from}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}
