import type { Replica } from '../../src/replica/replica.ts';

/** What people and scrapers do to raw tables; `pick` chooses among what is there. */
export type Edit =
  | {
      readonly kind: 'restate points' | 'restate minutes' | 'sit out' | 'lose his id';
      readonly pick: number;
    }
  | { readonly kind: 'lose his team' | 'play for another team' | 'new name'; readonly pick: number }
  | {
      readonly kind: 'delete' | 'bring back' | 'duplicate';
      readonly pick: number;
      readonly table: number;
    }
  | {
      readonly kind: 'reverse ids' | 'restate team' | 'move game' | 'unfinish game';
      readonly pick: number;
    }
  | { readonly kind: 'clear shots' | 'clear report'; readonly pick: number }
  | { readonly kind: 'change SQL'; readonly games: number };

/** Tables of which whole dates come and go. */
const TABLES = [
  'nbac_gamebook_player_stats',
  'nbac_team_boxscore',
  'bigdataball_play_by_play',
  'bdl_player_boxscores',
  'odds_api_game_lines',
  'nbac_injury_report',
  'nbac_schedule',
] as const;

const GAMEBOOK = 'nba_raw.nbac_gamebook_player_stats';

/** A date that a table has, and one of its rows, chosen by a number. */
async function chosen(
  replica: Replica,
  table: string,
  pick: number,
): Promise<{ date: string; row: number } | undefined> {
  const rows = await replica.rows<{ date: string; row: number }>(
    `SELECT CAST(game_date AS VARCHAR) AS date, rowid AS row FROM ${table}
     ORDER BY hash(game_date, ${pick}), hash(rowid, ${pick}), rowid LIMIT 1`,
  );
  return rows[0];
}

/** Applies an edit to the raw tables; the originals lie in a schema `original`. Gives what was done, in words. */
export async function applyEdit(replica: Replica, edit: Edit): Promise<string> {
  if (edit.kind === 'change SQL') return `SQL of the workspace's model: ${edit.games} games`;
  if (edit.kind === 'delete' || edit.kind === 'bring back' || edit.kind === 'duplicate') {
    const name = TABLES[edit.table % TABLES.length]!;
    return editDate(replica, edit.kind, name, edit.pick);
  }
  if (edit.kind === 'move game' || edit.kind === 'unfinish game') {
    return editSchedule(replica, edit.kind, edit.pick);
  }
  const table =
    edit.kind === 'restate team'
      ? 'nba_raw.nbac_team_boxscore'
      : edit.kind === 'clear shots'
        ? 'nba_raw.bigdataball_play_by_play'
        : edit.kind === 'clear report'
          ? 'nba_raw.nbac_injury_report'
          : GAMEBOOK;
  const at = await chosen(replica, table, edit.pick);
  if (at === undefined) return `${edit.kind}: no row left`;
  const set: Record<string, string> = {
    'restate points': 'points = points + 2, field_goals_made = field_goals_made + 1',
    'restate minutes': "minutes = '31:30'",
    'sit out': "minutes = '0:00'",
    'lose his id': 'nba_player_id = NULL',
    'lose his team': "team_abbr = NULL, player_status = 'dnp', minutes = NULL",
    'new name': "player_lookup = player_lookup || 'jr', player_name = player_name || ' Jr'",
    'play for another team': `team_abbr = (SELECT min(team_abbr) FROM ${table} WHERE game_date = '${at.date}')`,
    'restate team': 'fg_attempted = fg_attempted + 1',
    'clear shots': "event_type = 'foul'",
    'clear report': "injury_status = 'Available'",
  };
  if (edit.kind === 'reverse ids') {
    await replica.run(
      `UPDATE ${GAMEBOOK} SET game_id = regexp_replace(game_id, '^(\\d+)_(\\w+)_(\\w+)$', '\\1_\\3_\\2')
       WHERE game_date = '${at.date}'`,
    );
    return `reverse ids on ${at.date}`;
  }
  await replica.run(`UPDATE ${table} SET ${set[edit.kind]} WHERE rowid = ${at.row}`);
  return `${edit.kind} on ${at.date}`;
}

async function editDate(
  replica: Replica,
  kind: 'delete' | 'bring back' | 'duplicate',
  name: string,
  pick: number,
): Promise<string> {
  const at = await chosen(replica, `original.${name}`, pick);
  if (at === undefined) return `${kind}: ${name} has no rows`;
  const those = `WHERE game_date = '${at.date}'`;
  if (kind === 'duplicate') {
    // A later scrape of the same rows, and one of them says something else.
    await replica.run(
      `INSERT INTO nba_raw.${name} SELECT * REPLACE (${name === 'odds_api_game_lines' ? 'outcome_point + 1 AS outcome_point' : 'processed_at + INTERVAL 1 HOUR AS processed_at'})
       FROM nba_raw.${name} ${those}`,
    );
  } else {
    await replica.run(`DELETE FROM nba_raw.${name} ${those}`);
    if (kind === 'bring back') {
      await replica.run(`INSERT INTO nba_raw.${name} SELECT * FROM original.${name} ${those}`);
    }
  }
  return `${kind} ${name} of ${at.date}`;
}

async function editSchedule(replica: Replica, kind: string, pick: number): Promise<string> {
  const at = await chosen(replica, 'nba_raw.nbac_schedule', pick);
  if (at === undefined) return `${kind}: no game left`;
  const set = kind === 'move game' ? 'game_date = game_date + 1' : 'game_status = 1';
  await replica.run(
    `UPDATE nba_raw.nbac_schedule SET ${set} WHERE game_id = (
       SELECT game_id FROM nba_raw.nbac_schedule WHERE rowid = ${at.row})`,
  );
  return `${kind} of ${at.date}`;
}
