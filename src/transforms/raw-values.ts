import { quoteIdentifier, quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { anyDateOf, changedInputsSql, recordInputs } from './inputs.ts';
import { parseMinutes } from './minutes.ts';
import { baseLookup, playerLookup, splitPrefix } from './player-lookup.ts';

/**
 * Raise this when player-lookup.ts or minutes.ts gives another result for a text: known texts are read
 * again then, and the models that join them count as changed.
 */
export const RAW_VALUE_RULES = 2;

/** Under which the ledger keeps what was read of the raw tables. */
const RAW_VALUES = 'hoopduck.raw_values';

/** Raw columns whose texts are player names or lookups. */
export const NAMES: readonly [table: string, column: string][] = [
  ['nba_raw.nbac_gamebook_player_stats', 'player_lookup'],
  ['nba_raw.nbac_gamebook_player_stats', 'player_name'],
  ['nba_raw.bdl_player_boxscores', 'player_lookup'],
  ['nba_raw.bdl_player_boxscores', 'player_full_name'],
  ['nba_raw.bigdataball_play_by_play', 'player_1_lookup'],
  ['nba_raw.bigdataball_play_by_play', 'player_1_name'],
  ['nba_raw.nbac_injury_report', 'player_lookup'],
  ['nba_raw.nbac_injury_report', 'player_full_name'],
  ['nba_raw.odds_api_player_points_props', 'player_lookup'],
  ['nba_raw.odds_api_player_points_props', 'player_name'],
  ['nba_raw.bettingpros_player_points_props', 'player_lookup'],
  ['nba_raw.bettingpros_player_points_props', 'player_name'],
];

/** Raw columns whose texts are minutes. */
export const MINUTES: readonly [table: string, column: string][] = [
  ['nba_raw.nbac_gamebook_player_stats', 'minutes'],
  ['nba_raw.nbac_team_boxscore', 'minutes'],
  ['nba_raw.bdl_player_boxscores', 'minutes'],
];

/**
 * Applies the two rules that SQL cannot state portably, names and minutes, once to each distinct raw
 * text, and keeps the results in tables that the staging models join. Both are pure functions of the
 * text, so that known texts are never looked at again and raw rows are never changed.
 */
export async function refreshRawValues(replica: Replica): Promise<void> {
  await forgetOldRules(replica);
  await replica.run(
    `CREATE TABLE IF NOT EXISTS hoopduck.raw_player_name
       (raw_value VARCHAR, player_lookup VARCHAR, base_lookup VARCHAR, prefix_player_id BIGINT)`,
  );
  await replica.run(
    `CREATE TABLE IF NOT EXISTS hoopduck.raw_minutes
       (raw_value VARCHAR, minutes DOUBLE, is_readable BOOLEAN)`,
  );
  const tables = [...new Set([...NAMES, ...MINUTES].map(([table]) => table))];
  await replica.run(changedInputsSql(anyDateOf(tables)), { model: RAW_VALUES });
  const names = await newTexts(replica, NAMES, 'hoopduck.raw_player_name');
  if (names.length > 0) {
    await insertColumns(replica, 'hoopduck.raw_player_name', names, nameValues);
  }
  const minutes = await newTexts(replica, MINUTES, 'hoopduck.raw_minutes');
  if (minutes.length > 0) {
    await insertColumns(replica, 'hoopduck.raw_minutes', minutes, minutesValues);
  }
  await replica.transaction(() => recordInputs(replica, RAW_VALUES));
}

/** What a text says as a player's name: player_lookup, base_lookup, prefix_player_id. */
export function nameValues(text: string): [string | null, string, number | null] {
  const { lookup, playerId } = splitPrefix(playerLookup(text));
  return [lookup === '' ? null : lookup, baseLookup(text), playerId];
}

/** What a text says as minutes: minutes, is_readable. */
export function minutesValues(text: string): [number | null, boolean] {
  const { minutes, readable } = parseMinutes(text);
  return [minutes, readable];
}

async function forgetOldRules(replica: Replica): Promise<void> {
  await replica.run('CREATE TABLE IF NOT EXISTS hoopduck.raw_value_rules (version INTEGER)');
  const version = await replica.row<{ version: number }>(
    'SELECT version FROM hoopduck.raw_value_rules',
  );
  if (version?.version === RAW_VALUE_RULES) return;
  await replica.transaction(async () => {
    await replica.run('DROP TABLE IF EXISTS hoopduck.raw_player_name');
    await replica.run('DROP TABLE IF EXISTS hoopduck.raw_minutes');
    await replica.run('DELETE FROM hoopduck.raw_value_rules');
    await replica.run('DELETE FROM hoopduck.model_input WHERE table_name = $name', {
      name: RAW_VALUES,
    });
    await replica.run('INSERT INTO hoopduck.raw_value_rules VALUES ($version)', {
      version: RAW_VALUE_RULES,
    });
  });
}

/** Texts that are not known yet, of the partitions that were not read yet; what no ledger knows is read whole. */
async function newTexts(
  replica: Replica,
  sources: readonly [string, string][],
  known: string,
): Promise<string[]> {
  const recorded = new Set(
    await replica.column<string>(
      "SELECT DISTINCT table_name FROM hoopduck.partition WHERE layer = 'raw'",
    ),
  );
  const union = sources
    .map(([table, column]) => {
      const changed = `WHERE game_date IN (SELECT game_date FROM changed_input WHERE input = ${quoteLiteral(table)})`;
      return `SELECT DISTINCT ${quoteIdentifier(column)} AS text FROM ${quoteTable(table)}
        ${recorded.has(table) ? changed : ''}`;
    })
    .join(' UNION ');
  return replica.column<string>(
    `SELECT text FROM (${union}) AS t ANTI JOIN ${quoteTable(known)} AS k ON k.raw_value = t.text
     WHERE text IS NOT NULL ORDER BY text`,
  );
}

async function insertColumns(
  replica: Replica,
  table: string,
  texts: readonly string[],
  derive: (text: string) => (string | number | boolean | null)[],
): Promise<void> {
  await replica.transaction(async () => {
    const appender = await replica.connection.createAppender(
      table.split('.')[1]!,
      table.split('.')[0]!,
    );
    for (const text of texts) {
      appender.appendVarchar(text);
      for (const value of derive(text)) {
        if (value === null) appender.appendNull();
        else if (typeof value === 'string') appender.appendVarchar(value);
        else if (typeof value === 'boolean') appender.appendBoolean(value);
        else if (table.endsWith('name')) appender.appendBigInt(BigInt(value));
        else appender.appendDouble(value);
      }
      appender.endRow();
    }
    appender.closeSync();
  });
}
