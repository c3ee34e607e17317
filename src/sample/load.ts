import { readFileSync } from 'node:fs';
import { type DuckDBConnection, DuckDBDateValue } from '@duckdb/node-api';
import { RAW_TABLES } from '../config/raw-tables.ts';
import { quoteIdentifier } from '../replica/identifiers.ts';
import { REASONS, REPORT_STATUS } from './availability.ts';
import { dayOf, LAST_SEASON } from './calendar.ts';
import { BOX_REASONS } from './game.ts';
import type { Player } from './league.ts';
import { BOOKS } from './markets.ts';
import { sampleLookup, withoutSuffix } from './names.ts';
import { SUBTYPES } from './play.ts';
import type { SimulatedLeague } from './simulate.ts';
import { TEAMS } from './teams.ts';

/** Raw tables that the sample has, in the order in which they are made. */
export const SAMPLE_TABLES = [
  'nbac_schedule',
  'nbac_gamebook_player_stats',
  'nbac_team_boxscore',
  'bigdataball_play_by_play',
  'odds_api_game_lines',
  'odds_api_player_points_props',
  'nbac_injury_report',
  'bdl_player_boxscores',
] as const;

type Cell = string | number | null;

/**
 * Turns the facts of a league into the raw tables of the warehouse, as the tables `<name>` with
 * production's columns and types: texts stand in small tables that SQL joins to the numbers.
 * @param fallbackNights places, from 0, of the last season's dates on which the second source of player rows exists.
 */
export async function loadRawTables(
  connection: DuckDBConnection,
  { league, facts }: SimulatedLeague,
  fallbackNights: readonly number[],
): Promise<void> {
  for (const one of Object.values(facts)) await one.store(connection);
  await store(
    connection,
    'team (team INTEGER, abbr VARCHAR, variant VARCHAR, team_id BIGINT)',
    TEAMS.map((team, i) => [i, team.abbr, team.variant ?? null, team.teamId]),
  );
  await store(
    connection,
    'player (player INTEGER, name VARCHAR, lookup VARCHAR, nba_player_id BIGINT, plain_name VARCHAR, plain_lookup VARCHAR, play_name VARCHAR, play_lookup VARCHAR, prefixed_lookup VARCHAR)',
    league.players.map(playerTexts),
  );
  const coded = (name: string, texts: readonly Cell[]) =>
    store(
      connection,
      name,
      texts.map((text, code) => [code, text]),
    );
  await coded('book (code INTEGER, name VARCHAR)', BOOKS);
  await coded('report_status (code INTEGER, name VARCHAR)', REPORT_STATUS);
  await coded('report_reason (code INTEGER, reason VARCHAR)', REASONS);
  await coded('box_reason (code INTEGER, reason VARCHAR)', BOX_REASONS);
  await store(
    connection,
    'subtype (code INTEGER, name VARCHAR)',
    SUBTYPES.flatMap((names, zone) => names.map((name, i) => [8 * zone + i, name])),
  );
  await connection.run(`CREATE TABLE games AS ${model('games')}`);
  await connection.run('CREATE TABLE fallback_night (game_date DATE)');
  let nth = 0;
  for (const date of await playedDates(connection)) {
    const night = new DuckDBDateValue(dayOf(date));
    if (fallbackNights.includes(nth++)) {
      await connection.run('INSERT INTO fallback_night VALUES ($night)', { night });
    }
  }
  for (const name of SAMPLE_TABLES) {
    const table = RAW_TABLES.find((one) => one.name === name)!;
    const columns = Object.entries(table.columns).map(
      ([c, type]) => `${quoteIdentifier(c)} ${type}`,
    );
    await connection.run(`CREATE TABLE ${quoteIdentifier(name)} (${columns.join(', ')})`);
    await connection.run(`INSERT INTO ${quoteIdentifier(name)} BY NAME ${model(name)}`);
  }
}

/** ISO dates of the last season with played games, in order. */
export async function playedDates(connection: DuckDBConnection): Promise<string[]> {
  const reader = await connection.runAndReadAll(
    `SELECT DISTINCT game_date FROM games WHERE status = 3 AND season_year = $season ORDER BY 1`,
    { season: LAST_SEASON },
  );
  return reader.getRows().map(([date]) => String(date));
}

function model(name: string): string {
  return readFileSync(new URL(`./tables/${name}.sql`, import.meta.url), 'utf8');
}

/** The ways in which the sources write a man's name. */
function playerTexts(player: Player): Cell[] {
  const plain = withoutSuffix(player.name);
  const play = player.name.endsWith(' III') ? plain : player.name;
  return [
    player.index,
    player.name,
    player.lookup,
    player.nbaPlayerId,
    plain,
    sampleLookup(plain),
    play,
    sampleLookup(play),
    `${player.nbaPlayerId}${sampleLookup(play)}`,
  ];
}

/** Creates a small table from its declaration and rows. */
async function store(
  connection: DuckDBConnection,
  declaration: string,
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  await connection.run(`CREATE TABLE ${declaration}`);
  const appender = await connection.createAppender(declaration.slice(0, declaration.indexOf(' ')));
  for (const row of rows) {
    for (const [i, cell] of row.entries()) {
      if (cell === null) appender.appendNull();
      else if (typeof cell === 'string') appender.appendVarchar(cell);
      else if (appender.columnType(i).toString() === 'BIGINT') appender.appendBigInt(BigInt(cell));
      else appender.appendInteger(cell);
    }
    appender.endRow();
  }
  appender.closeSync();
}
