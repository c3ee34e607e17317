import { type DuckDBConnection, DuckDBDateValue } from '@duckdb/node-api';
import type { Plant } from './plants.ts';

/** A game outside the league's tables: where its rows are copied from and what they become. */
interface Exhibition {
  readonly name: string;
  readonly gameId: string;
  readonly day: number;
  /** Codes of the two sides; undefined: two teams of the league. */
  readonly sides: readonly [home: string, away: string] | undefined;
  readonly what: string;
}

/** A preseason game four days before the season, and the all-star game when the season gets there. */
export function exhibitions(
  season: number,
  first: number,
  allStar: number | undefined,
): Exhibition[] {
  const year = String(season % 100).padStart(2, '0');
  const games: Exhibition[] = [
    {
      name: 'preseason-game',
      gameId: `001${year}00061`,
      day: first - 4,
      sides: undefined,
      what: 'a game 001 in the schedule with box score rows: not of the league, its rows are orphans',
    },
  ];
  if (allStar !== undefined) {
    games.push({
      name: 'all-star-game',
      gameId: `003${year}00001`,
      day: allStar,
      sides: ['WST', 'EST'],
      what: 'a game 003 of two teams that are none of the thirty, with rows of real players: orphans',
    });
  }
  return games;
}

/** Adds an exhibition to the schedule and to both box scores: a copy of the season's first game. */
export async function plantExhibition(
  connection: DuckDBConnection,
  season: number,
  { name, gameId, day, sides, what }: Exhibition,
): Promise<Plant> {
  const date = new DuckDBDateValue(day);
  const [home, away] = sides ?? [null, null];
  await connection.run(
    `CREATE OR REPLACE TABLE exhibition AS
     SELECT nba_game_id AS source_id, $id AS nba_game_id, $date AS game_date,
       $date - game_date AS shift, home_abbr AS source_home,
       COALESCE(CAST($home AS VARCHAR), home_abbr) AS home,
       COALESCE(CAST($away AS VARCHAR), away_abbr) AS away,
       CONCAT(strftime(CAST($date AS DATE), '%Y%m%d'), '_', COALESCE(CAST($away AS VARCHAR), away_abbr), '_',
         COALESCE(CAST($home AS VARCHAR), home_abbr)) AS game_id
     FROM games WHERE season_year = $season AND kind = 2 ORDER BY nba_game_id LIMIT 1`,
    { id: gameId, date, home, away, season },
  );
  const statements = [
    `INSERT INTO nbac_schedule
     SELECT s.* REPLACE (e.nba_game_id AS game_id, e.game_date AS game_date,
       s.game_date_est + to_days(e.shift) AS game_date_est, e.home AS home_team_tricode,
       e.away AS away_team_tricode, FALSE AS is_regular_season,
       starts_with(e.nba_game_id, '003') AS is_all_star,
       CASE WHEN s.winning_team_tricode = e.source_home THEN e.home
            WHEN s.winning_team_tricode IS NOT NULL THEN e.away END AS winning_team_tricode,
       s.processed_at + to_days(e.shift) AS processed_at)
     FROM nbac_schedule AS s JOIN exhibition AS e ON s.game_id = e.source_id`,
    `INSERT INTO nbac_gamebook_player_stats
     SELECT b.* REPLACE (e.game_id AS game_id, e.nba_game_id AS nba_game_id,
       e.game_date AS game_date, e.home AS home_team_abbr, e.away AS away_team_abbr,
       IF(b.team_abbr = e.source_home, e.home, e.away) AS team_abbr,
       b.processed_at + to_days(e.shift) AS processed_at)
     FROM nbac_gamebook_player_stats AS b JOIN exhibition AS e ON b.nba_game_id = e.source_id`,
    `INSERT INTO nbac_team_boxscore
     SELECT b.* REPLACE (e.game_id AS game_id, e.nba_game_id AS nba_game_id,
       e.game_date AS game_date, IF(b.is_home, e.home, e.away) AS team_abbr,
       b.processed_at + to_days(e.shift) AS processed_at)
     FROM nbac_team_boxscore AS b JOIN exhibition AS e ON b.nba_game_id = e.source_id`,
  ];
  let rows = 0;
  for (const statement of statements) rows += (await connection.run(statement)).rowsChanged;
  return { name, table: 'nbac_schedule', date: date.toString(), rows, what };
}
