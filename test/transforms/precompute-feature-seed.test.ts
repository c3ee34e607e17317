import { expect, test } from 'vitest';
import { buildOnly, buildPrecompute, emptyInputs, insert } from './support/precompute-inputs.ts';

test('the seed set holds the 21 features by name and in order, of the row and of its opponent', async () => {
  const replica = await emptyInputs();
  await buildPrecompute(replica);
  const date = '2023-12-20';
  const man = { player_lookup: 'wing' };
  await insert(replica, 'hoopduck.player_experience', [
    {
      game_date: date,
      ...man,
      player_key: '7',
      season_year: 2023,
      team_abbr: 'BOS',
      opponent_team_abbr: 'MIA',
      home_game: true,
      games_before: 40,
    },
    {
      game_date: date,
      player_lookup: 'debutant',
      player_key: '8',
      season_year: 2023,
      team_abbr: 'MIA',
      opponent_team_abbr: 'BOS',
      home_game: false,
      games_before: 0,
    },
  ]);
  await insert(replica, 'nba_precompute.player_daily_cache', [
    {
      cache_date: date,
      ...man,
      points_avg_last_5: 1,
      points_avg_last_10: 2,
      points_avg_season: 3,
      points_std_last_10: 4,
      minutes_avg_last_10: 5,
      usage_rate_last_10: 21,
      team_pace_last_10: 19,
      team_off_rating_last_10: 20,
      assisted_rate_last_10: 99,
    },
  ]);
  await insert(replica, 'nba_precompute.player_composite_factors', [
    {
      game_date: date,
      ...man,
      fatigue_score: 6,
      shot_zone_mismatch_score: 7,
      pace_score: 8,
      usage_spike_score: 9,
    },
  ]);
  await insert(replica, 'nba_precompute.team_defense_zone_analysis', [
    {
      analysis_date: date,
      team_abbr: 'MIA',
      defensive_rating_last_15: 10,
      opponent_pace_last_15: 11,
    },
  ]);
  await insert(replica, 'nba_precompute.player_game_context', [
    { game_date: date, ...man, days_rest: 13, back_to_back: false },
  ]);
  await insert(replica, 'nba_precompute.player_shot_zone_analysis', [
    {
      analysis_date: date,
      ...man,
      paint_rate_last_10: 15,
      mid_range_rate_last_10: 16,
      three_pt_rate_last_10: 17,
      assisted_rate_last_10: 18,
    },
  ]);
  await buildOnly(replica, 'hoopduck.feature_seed_21');
  const features = {
    points_avg_last_5: 1,
    points_avg_last_10: 2,
    points_avg_season: 3,
    points_std_last_10: 4,
    minutes_avg_last_10: 5,
    fatigue_score: 6,
    shot_zone_mismatch_score: 7,
    pace_score: 8,
    usage_spike_score: 9,
    opponent_def_rating_last_15: 10,
    opponent_pace_last_15: 11,
    is_home: 1,
    days_rest: 13,
    back_to_back: 0,
    paint_rate_last_10: 15,
    mid_range_rate_last_10: 16,
    three_pt_rate_last_10: 17,
    assisted_rate_last_10: 18,
    team_pace_last_10: 19,
    team_off_rating_last_10: 20,
    usage_rate_last_10: 21,
  };
  const rows = await replica.rows(
    'SELECT * FROM hoopduck.feature_seed_21 ORDER BY games_before DESC',
  );
  expect(rows).toEqual([
    {
      game_date: date,
      ...man,
      player_key: '7',
      season_year: 2023,
      team_abbr: 'BOS',
      opponent_team_abbr: 'MIA',
      games_before: 40,
      ...features,
    },
    {
      game_date: date,
      player_lookup: 'debutant',
      player_key: '8',
      season_year: 2023,
      team_abbr: 'MIA',
      opponent_team_abbr: 'BOS',
      games_before: 0,
      ...Object.fromEntries(Object.keys(features).map((name) => [name, null])),
      is_home: 0,
    },
  ]);
  const columns = await replica.columnsOf('hoopduck.feature_seed_21');
  expect(columns.slice(7)).toEqual(Object.keys(features).map((name) => ({ name, type: 'DOUBLE' })));
  expect(columns[6]).toEqual({ name: 'games_before', type: 'BIGINT' });
  replica.close();
});
