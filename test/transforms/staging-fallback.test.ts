import { expect, test } from 'vitest';
import { RawLeague, type RawRow } from './support/raw-league.ts';

const MEN = 'hoopduck.stg_player_game';

async function leagueWithGame(over: RawRow = {}): Promise<RawLeague> {
  const league = await RawLeague.open();
  await league.game('NYK', 'BOS', over);
  return league;
}

test('the gamebook beats the fallback man by man, and the fallback fills a game that the gamebook lacks', async () => {
  const league = await leagueWithGame();
  await league.game('CHI', 'MIA');
  await league.man('BOS', 'tatum', { points: 30 });
  await league.fallback('BOS', 'Tatum', { points: 31 });
  await league.fallback('MIA', 'butler', { points: 25 });
  expect(await league.rowsOf(MEN, 'player_lookup, points, source')).toEqual([
    { player_lookup: 'butler', points: 25, source: 'bdl_boxscores' },
    { player_lookup: 'tatum', points: 30, source: 'nbac_gamebook' },
  ]);
});

test('a fallback row is active with minutes or any counting stat, else dnp without stats', async () => {
  const league = await leagueWithGame();
  const nothing = {
    minutes: '0',
    points: 0,
    assists: 0,
    rebounds: 0,
    offensive_rebounds: 0,
    defensive_rebounds: 0,
    steals: 0,
    blocks: 0,
    turnovers: 0,
    personal_fouls: 0,
    field_goals_made: 0,
    field_goals_attempted: 0,
    three_pointers_made: 0,
    three_pointers_attempted: 0,
    free_throws_made: 0,
    free_throws_attempted: 0,
  };
  await league.fallback('BOS', 'a', nothing);
  await league.fallback('BOS', 'b', { ...nothing, minutes: '1' });
  await league.fallback('BOS', 'c', { ...nothing, personal_fouls: 1 });
  await league.fallback('BOS', 'd', { ...nothing, three_pointers_attempted: 1 });
  await league.fallback('BOS', 'e', { ...nothing, free_throws_made: 1, minutes: null });
  expect(
    await league.rowsOf(
      MEN,
      'player_lookup AS l, player_status AS s, minutes_played AS m, points AS p',
    ),
  ).toEqual([
    { l: 'a', s: 'dnp', m: null, p: null },
    { l: 'b', s: 'active', m: 1, p: 0 },
    { l: 'c', s: 'active', m: 0, p: 0 },
    { l: 'd', s: 'active', m: 0, p: 0 },
    { l: 'e', s: 'active', m: null, p: 0 },
  ]);
});

test('of fallback duplicates the newest stays, and the choice among equals does not depend on their order', async () => {
  const kept: unknown[] = [];
  for (const order of [0, 1]) {
    const league = await leagueWithGame();
    const rows = [{ steals: 1 }, { steals: 2 }];
    for (const row of order === 0 ? rows : rows.toReversed())
      await league.fallback('BOS', 'x', row);
    await league.fallback('BOS', 'y', { points: 1, processed_at: '2024-01-16' });
    await league.fallback('BOS', 'y', { points: 2, processed_at: '2024-01-17' });
    kept.push(await league.rowsOf(MEN, 'player_lookup, steals, points'));
  }
  expect(kept[0]).toEqual(kept[1]);
  expect(kept[0]).toHaveLength(2);
  expect(kept[0]).toContainEqual({ player_lookup: 'y', steals: 1, points: 2 });
});

test('a fallback row is not taken when the team has the same name with another suffix', async () => {
  const league = await leagueWithGame();
  await league.man('BOS', 'jimmybutleriii');
  await league.man('NYK', 'garytrent');
  await league.fallback('BOS', 'jimmybutler');
  await league.fallback('NYK', 'garytrentjr');
  // The same name in the other team is another man.
  await league.fallback('NYK', 'jimmybutlersr');
  expect(await league.rowsOf(MEN, 'player_lookup, team_abbr')).toEqual([
    { player_lookup: 'garytrent', team_abbr: 'NYK' },
    { player_lookup: 'jimmybutleriii', team_abbr: 'BOS' },
    { player_lookup: 'jimmybutlersr', team_abbr: 'NYK' },
  ]);
});

test('a fallback row that spoils a whole team is not taken; one that does not is', async () => {
  const league = await leagueWithGame();
  await league.team('BOS');
  // With him 264 minutes would still be a team, but 121 points are not the schedule's 110.
  await league.fallback('BOS', 'spoiler');
  // Three minutes without a point leave 243 minutes and 110 points: whole.
  await league.fallback('BOS', 'stint', {
    minutes: '3',
    points: 0,
    field_goals_made: 0,
    field_goals_attempted: 0,
    three_pointers_made: 0,
    free_throws_made: 0,
  });
  expect(await league.rowsOf(MEN, 'player_lookup', "source = 'bdl_boxscores'")).toEqual([
    { player_lookup: 'stint' },
  ]);
});

test('a fallback row that makes half a team whole is taken', async () => {
  const league = await leagueWithGame();
  await league.team('BOS', {}, 9);
  await league.fallback('BOS', 'tenth');
  expect(await league.rowsOf(MEN, 'player_lookup', "source = 'bdl_boxscores'")).toEqual([
    { player_lookup: 'tenth' },
  ]);
  expect(
    await league.rowsOf(
      'nba_analytics.team_offense_game_summary',
      'team_abbr, points_scored, primary_source_used',
    ),
  ).toEqual([
    { team_abbr: 'BOS', points_scored: 110, primary_source_used: 'reconstructed_from_players' },
  ]);
});

test('a team whose players lack a stat is not whole, so that nobody can spoil it', async () => {
  // Without the missing free throws the 108 points would add up, and equal the schedule's.
  const league = await leagueWithGame({ home_team_score: 108 });
  await league.team('BOS', {}, 9);
  await league.man('BOS', 'bosj', { free_throws_made: null, points: 9 });
  await league.fallback('BOS', 'eleventh');
  expect(await league.rowsOf(MEN, 'player_lookup', "source = 'bdl_boxscores'")).toEqual([
    { player_lookup: 'eleventh' },
  ]);
});
