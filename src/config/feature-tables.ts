import type { FeatureSetName } from './config.ts';

/** The table that holds the columns of each feature set, one row for each row of the population. */
export const FEATURE_TABLES: Readonly<Record<FeatureSetName, string>> = {
  'seed-21': 'hoopduck.feature_seed_21',
  default: 'hoopduck.feature_default',
};

/** The same with the columns that a workspace adds. */
export const WORKSPACE_FEATURES = 'hoopduck.feature_workspace';
