import { type Gates, tableOrEmpty } from './gates.ts';
import { TEAM_OFFENSE } from './tables.ts';
import type { ROW_SETS } from './thresholds.ts';

export type RowSet = (typeof ROW_SETS)[number];

/** Which rows `p` of player_game_summary a coverage counts; `z` is the team's game with shots. */
export const ROW_SET_SQL: Readonly<Record<RowSet, string>> = {
  active: 'p.is_active',
  played: 'p.minutes_played > 0',
  shot_takers: 'p.fg_attempts > 0 AND z.team_abbr IS NOT NULL',
  all_rows: 'TRUE',
};

/**
 * SQL text of the team-games that have shots: those whose team row has zones, which come straight
 * from the shots, whoever took them, so that players whose shots were lost are missed, not forgiven.
 */
export async function gamesWithShotsSql(gates: Gates): Promise<string> {
  const teams = await tableOrEmpty(gates, TEAM_OFFENSE, {
    game_date: 'DATE',
    team_abbr: 'VARCHAR',
    team_paint_attempts: 'BIGINT',
  });
  return `SELECT DISTINCT game_date, team_abbr FROM ${teams} WHERE team_paint_attempts IS NOT NULL`;
}
