/** A table that the gates look at: the column that dates its rows, and the key of a row. */
export interface GatedTable {
  readonly date: string;
  readonly key: readonly string[];
}

const byPlayer = (date: string): GatedTable => ({ date, key: [date, 'player_lookup'] });

/** The published tables (SPEC 3 and 4) by `dataset.table`. */
export const GATED_TABLES = {
  'nba_analytics.team_offense_game_summary': {
    date: 'game_date',
    key: ['game_date', 'team_abbr'],
  },
  'nba_analytics.team_defense_game_summary': {
    date: 'game_date',
    key: ['game_date', 'defending_team_abbr'],
  },
  'nba_analytics.player_game_summary': byPlayer('game_date'),
  'nba_precompute.player_shot_zone_analysis': byPlayer('analysis_date'),
  'nba_precompute.team_defense_zone_analysis': {
    date: 'analysis_date',
    key: ['analysis_date', 'team_abbr'],
  },
  'nba_precompute.player_daily_cache': byPlayer('cache_date'),
  'nba_precompute.player_game_context': byPlayer('game_date'),
  'nba_precompute.player_composite_factors': byPlayer('game_date'),
} as const satisfies Readonly<Record<string, GatedTable>>;

export type GatedTableName = keyof typeof GATED_TABLES;

export const GATED_TABLE_NAMES = Object.keys(GATED_TABLES) as [GatedTableName, ...GatedTableName[]];

export const TEAM_OFFENSE = 'nba_analytics.team_offense_game_summary';
export const TEAM_DEFENSE = 'nba_analytics.team_defense_game_summary';
export const PLAYER_GAMES = 'nba_analytics.player_game_summary';
export const COMPOSITE_FACTORS = 'nba_precompute.player_composite_factors';

/** The column that dates the rows of a gated table, or of a raw one. */
export function dateColumnOf(table: string): string {
  return table in GATED_TABLES ? GATED_TABLES[table as GatedTableName].date : 'game_date';
}
