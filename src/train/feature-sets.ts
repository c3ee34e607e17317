import type { FeatureSetName, TrainConfig } from '../config/config.ts';
import { FEATURE_TABLES, WORKSPACE_FEATURES } from '../config/feature-tables.ts';
import { DEFAULT_FEATURES } from './default-features.ts';
import { SEED_21_FEATURES } from './seed-21-features.ts';
import type { FirstStageInputs } from './two-stages/first-stage.ts';

/** What must be known of a game, beside the past, before a feature has a value: its lines, its injury report. */
export type FeatureNeed = 'lines' | 'report';

/** One input of a model: its column, the type production knows it by, and what it says. */
export interface Feature {
  readonly name: string;
  readonly type: 'number' | 'boolean';
  /** One line. */
  readonly meaning: string;
  readonly unit: string;
  /** Which games or days it looks at. */
  readonly window: string;
  /** null: known from the past and the schedule alone. */
  readonly needs: FeatureNeed | null;
}

/** The table that holds a set's columns, one row for each row of the population, and the columns. */
export interface FeatureSet {
  readonly name: string;
  readonly table: string;
  readonly features: readonly Feature[];
  /**
   * For each need the column that is non-NULL exactly where the features with that need are known; null where no
   * feature of the set has it.
   */
  readonly presence: Readonly<Record<FeatureNeed, string | null>>;
  /** The columns from which the features of the first of two stages are made; absent: one stage. */
  readonly firstStage?: FirstStageInputs<string>;
}

/** The seed set of 21 (SPEC 6): all known before the date, missing where history is. */
const SEED_21: FeatureSet = {
  name: 'seed-21',
  table: FEATURE_TABLES['seed-21'],
  features: SEED_21_FEATURES,
  presence: { lines: null, report: null },
};

/** Form, roster, teams, calendar, lines and injury reports: what was measured to help. */
const DEFAULT: FeatureSet = {
  name: 'default',
  table: FEATURE_TABLES.default,
  features: DEFAULT_FEATURES,
  presence: { lines: 'team_implied_total', report: 'change_of_minutes_since_last_game' },
};

/** What each name on the command line trains on. */
export const FEATURE_SETS: Readonly<Record<FeatureSetName, FeatureSet>> = {
  'seed-21': SEED_21,
  default: DEFAULT,
};

/**
 * The features that a training reads: the set that is asked for, else the configured one with the columns that
 * the workspace adds to it.
 */
export function chooseFeatures(asked: FeatureSetName | undefined, train: TrainConfig): FeatureSet {
  const name = asked ?? train.features;
  const set =
    train.twoStages && name === 'default' ? inTwoStages(FEATURE_SETS.default) : FEATURE_SETS[name];
  if (asked !== undefined || train.addFeatures.length === 0) return set;
  return {
    name: `${set.name}+${train.addFeatures.map(({ column }) => column).join('+')}`,
    table: WORKSPACE_FEATURES,
    features: [
      ...set.features,
      ...train.addFeatures.map(
        ({ table, column }): Feature => ({
          name: column,
          type: 'number',
          meaning: `Of ${table}.`,
          unit: "its model's",
          window: "its model's",
          needs: null,
        }),
      ),
    ],
    presence: set.presence,
    ...(set.firstStage !== undefined && { firstStage: set.firstStage }),
  };
}

/** The set with the season's year, by which the first stage is chosen and which no tree reads. */
function inTwoStages(set: FeatureSet): FeatureSet {
  const season: Feature = {
    name: 'season_year',
    type: 'number',
    meaning: 'Year in which the season began; it chooses the first stage.',
    unit: 'year',
    window: 'the season',
    needs: null,
  };
  return {
    ...set,
    features: [...set.features, season],
    firstStage: {
      season: season.name,
      trueShooting: 'true_shooting_ewm_25',
      minutes: 'minutes_avg_last_3',
    },
  };
}
