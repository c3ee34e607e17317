import type { FeatureSetName, TrainConfig } from '../config/config.ts';
import { FEATURE_TABLES, WORKSPACE_FEATURES } from '../config/feature-tables.ts';

/** One input of a model: its column, the type production knows it by, and what it says. */
export interface Feature {
  readonly name: string;
  readonly type: 'number' | 'boolean';
  readonly meaning: string;
}

/** The table that holds a set's columns, one row for each row of the population, and the columns. */
export interface FeatureSet {
  readonly name: string;
  readonly table: string;
  readonly features: readonly Feature[];
}

const number = (name: string, meaning: string): Feature => ({ name, type: 'number', meaning });
const boolean = (name: string, meaning: string): Feature => ({ name, type: 'boolean', meaning });

/** The seed set of 21 (SPEC 6): all known before the date, missing where history is. */
const SEED_21: FeatureSet = {
  name: 'seed-21',
  table: FEATURE_TABLES['seed-21'],
  features: [
    number('points_avg_last_5', 'Mean points of the last 5 played games, across seasons.'),
    number('points_avg_last_10', 'Mean points of the last 10 played games, across seasons.'),
    number('points_avg_season', 'Mean points of the played games of this season.'),
    number('points_std_last_10', 'Sample standard deviation of points, last 10 played games.'),
    number('minutes_avg_last_10', 'Mean minutes of the last 10 played games.'),
    number('fatigue_score', 'Rest and load, 0 (spent) to 100 (fresh).'),
    number('shot_zone_mismatch_score', 'His main shot zone against the opponent, -10 to 10.'),
    number('pace_score', 'How much faster his team plays than the opponent, -3 to 3.'),
    number('usage_spike_score', 'Recent usage against its own baseline, -3 to 3.'),
    number('opponent_def_rating_last_15', 'Points the opponent allowed per 100 possessions.'),
    number('opponent_pace_last_15', 'Possessions per 48 minutes of those who met the opponent.'),
    boolean('is_home', 'Whether his team is the home team.'),
    number('days_rest', 'Days since his last played game, at most 30; 1 is a back-to-back.'),
    boolean('back_to_back', 'Whether he played on the day before.'),
    number('paint_rate_last_10', 'Percent of his shots from the paint, last 10 games with shots.'),
    number('mid_range_rate_last_10', 'Percent of his shots from mid-range.'),
    number('three_pt_rate_last_10', 'Percent of his shots from behind the arc.'),
    number('assisted_rate_last_10', 'Percent of his makes that were assisted.'),
    number('team_pace_last_10', 'Possessions per 48 minutes of his team, its last 10 games.'),
    number('team_off_rating_last_10', 'Points of his team per 100 possessions, its last 10 games.'),
    number('usage_rate_last_10', 'Usage rate of the last 10 played games, weighted by minutes.'),
  ],
};

/** What each name on the command line trains on. `default` is the best set that is built. */
export const FEATURE_SETS: Readonly<Record<FeatureSetName, FeatureSet>> = {
  'seed-21': SEED_21,
  default: SEED_21,
};

/**
 * The features that a training reads: the set that is asked for, else the configured one with the columns that
 * the workspace adds to it.
 */
export function chooseFeatures(asked: FeatureSetName | undefined, train: TrainConfig): FeatureSet {
  const set = FEATURE_SETS[asked ?? train.features];
  if (asked !== undefined || train.addFeatures.length === 0) return set;
  return {
    name: `${set.name}+${train.addFeatures.map(({ column }) => column).join('+')}`,
    table: WORKSPACE_FEATURES,
    features: [
      ...set.features,
      ...train.addFeatures.map(({ table, column }) => number(column, `Of ${table}.`)),
    ],
  };
}
