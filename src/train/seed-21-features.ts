import { type FeatureLine, featuresOf } from './feature-lines.ts';

// biome-ignore format: a table
const LINES: readonly FeatureLine[] = [
  ['points_avg_last_5', 'Mean points of the last 5 played games, across seasons.', 'points', 'his last 5 games'],
  ['points_avg_last_10', 'Mean points of the last 10 played games, across seasons.', 'points', 'his last 10 games'],
  ['points_avg_season', 'Mean points of the played games of this season.', 'points', 'his season'],
  ['points_std_last_10', 'Sample standard deviation of points, last 10 played games.', 'points', 'his last 10 games'],
  ['minutes_avg_last_10', 'Mean minutes of the last 10 played games.', 'minutes', 'his last 10 games'],
  ['fatigue_score', 'Rest and load, 0 (spent) to 100 (fresh).', 'score', '14 days'],
  ['shot_zone_mismatch_score', 'His main shot zone against the opponent, -10 to 10.', 'score', '10 and 15 games of the season'],
  ['pace_score', 'How much faster his team plays than the opponent, -3 to 3.', 'score', '10 games of each team, in season'],
  ['usage_spike_score', 'Recent usage against its own baseline, -3 to 3.', 'score', 'his last 3 and 10 games'],
  ['opponent_def_rating_last_15', 'Points the opponent allowed per 100 possessions.', 'points per 100 possessions', "the opponent's last 15 games of the season"],
  ['opponent_pace_last_15', 'Possessions per 48 minutes of those who met the opponent.', 'possessions per 48 minutes', "the opponent's last 15 games of the season"],
  ['is_home', 'Whether his team is the home team.', '0 or 1', 'the game'],
  ['days_rest', 'Days since his last played game, at most 30; 1 is a back-to-back.', 'days', 'his last game'],
  ['back_to_back', 'Whether he played on the day before.', '0 or 1', 'his last game'],
  ['paint_rate_last_10', 'Percent of his shots from the paint, last 10 games with shots.', 'percent', 'his last 10 games of the season'],
  ['mid_range_rate_last_10', 'Percent of his shots from mid-range.', 'percent', 'his last 10 games of the season'],
  ['three_pt_rate_last_10', 'Percent of his shots from behind the arc.', 'percent', 'his last 10 games of the season'],
  ['assisted_rate_last_10', 'Percent of his makes that were assisted.', 'percent', 'his last 10 games of the season'],
  ['team_pace_last_10', 'Possessions per 48 minutes of his team, its last 10 games.', 'possessions per 48 minutes', "his team's last 10 games of the season"],
  ['team_off_rating_last_10', 'Points of his team per 100 possessions, its last 10 games.', 'points per 100 possessions', "his team's last 10 games of the season"],
  ['usage_rate_last_10', 'Usage rate of the last 10 played games, weighted by minutes.', 'percent', 'his last 10 games'],
];

/** The seed set of 21 (SPEC 6), in its order. */
export const SEED_21_FEATURES = featuresOf(LINES, { boolean: ['is_home', 'back_to_back'] });
