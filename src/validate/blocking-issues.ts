/**
 * Codes of `quality_issues` that keep a row from being ready for production: something that other
 * tables are computed from is missing. The other codes say how a row came to be (`reconstructed`,
 * `fallback_source`, ...) and leave it usable. The models of nba_analytics set `is_production_ready`
 * by the same codes when they build a row.
 */
export const BLOCKING_ISSUES: readonly string[] = [
  'missing_opponent_row',
  'missing_team_row',
  'missing_minutes',
  'missing_stat',
];
