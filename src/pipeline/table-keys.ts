import type { KeyOf, TableKey } from '../compare/request.ts';
import { BOOKKEEPING_COLUMNS } from '../config/bookkeeping.ts';
import type { Config } from '../config/config.ts';
import { pushTable } from '../push/tables.ts';
import { loadGraph } from '../transforms/graph.ts';

/** Keys of the raw tables after de-duplication (SPEC, section 2); a table may hold a row in several scrapes. */
const RAW_KEYS: Readonly<Record<string, readonly string[]>> = {
  nbac_schedule: ['game_id'],
  nbac_gamebook_player_stats: ['player_lookup'],
  nbac_team_boxscore: ['team_abbr'],
  bigdataball_play_by_play: ['game_id', 'event_sequence'],
  bdl_player_boxscores: ['player_lookup'],
  odds_api_game_lines: [
    'game_id',
    'bookmaker_key',
    'market_key',
    'outcome_name',
    'snapshot_timestamp',
  ],
  odds_api_player_points_props: ['player_lookup', 'bookmaker', 'snapshot_timestamp'],
  bettingpros_player_points_props: [
    'player_lookup',
    'bookmaker',
    'market_type',
    'bet_side',
    'snapshot_timestamp',
  ],
  nbac_injury_report: ['report_date', 'report_hour', 'team', 'player_lookup'],
};

/** What makes a row of each table that we know: of the models by their heads, of the others by the list. */
export function tableKeys(config: Config | null): KeyOf {
  const keys = new Map<string, TableKey>();
  for (const { name, key, partition } of loadGraph(config).models) {
    keys.set(name, { columns: key, date: partition, bounded: true });
  }
  for (const [name, key] of Object.entries(RAW_KEYS)) {
    keys.set(`nba_raw.${name}`, {
      columns: ['game_date', ...key],
      date: 'game_date',
      bounded: true,
    });
  }
  return (table) => keys.get(table) ?? predictionKey(table);
}

function predictionKey(table: string): TableKey | undefined {
  if (!table.startsWith('nba_predictions.')) return undefined;
  const { key, partitionColumn, bounded } = pushTable(table);
  if (key.length === 0) return undefined;
  const dated = BOOKKEEPING_COLUMNS.has(partitionColumn) ? key : [partitionColumn, ...key];
  return { columns: dated, date: partitionColumn, bounded };
}
