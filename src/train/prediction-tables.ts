import { commentTables, type DescribedTable } from '../replica/column-comments.ts';
import type { Replica } from '../replica/replica.ts';
import { LEVELS } from './residual-table.ts';

export const PREDICTIONS = 'nba_predictions.player_prop_predictions';
export const INTERVALS = 'nba_predictions.player_prop_intervals';
export const ACCURACY = 'nba_predictions.prediction_accuracy';
export const TRAINING_RUNS = 'nba_predictions.ml_training_runs';

/** Our predictor among production's systems. */
export const SYSTEM_ID = 'hoopduck_xgboost';

/** Columns of the quantiles of predicted points, `points_p05` to `points_p95`, in the order of `LEVELS`. */
export const QUANTILE_COLUMNS = LEVELS.map(
  (level) => `points_p${String(Math.round(level * 100)).padStart(2, '0')}`,
);

/** What a row of each prediction table is. */
const DESCRIBED: readonly DescribedTable[] = [
  {
    name: PREDICTIONS,
    description:
      'Predicted points, one row for each player listed or expected for a game, past or coming. Only dates on which the model was neither trained nor chosen.',
  },
  {
    name: INTERVALS,
    description:
      'How far predicted points may be off, one row for each prediction: quantiles of the points (80% of results fall between points_p10 and points_p90) and the chance of more than the known line.',
  },
  {
    name: ACCURACY,
    description: 'Predictions against results, one row for each predicted player who played.',
  },
  { name: TRAINING_RUNS, description: 'Trainings of models, one row for each model and day.' },
];

/** The prediction tables (SPEC 7), created empty where they are absent, with their comments. */
export async function createPredictionTables(replica: Replica): Promise<void> {
  await replica.run(`CREATE TABLE IF NOT EXISTS ${PREDICTIONS} (
    prediction_id VARCHAR NOT NULL,
    system_id VARCHAR NOT NULL,
    player_lookup VARCHAR NOT NULL,
    game_date DATE NOT NULL,
    game_id VARCHAR,
    prediction_version BIGINT NOT NULL,
    predicted_points DOUBLE NOT NULL,
    confidence_score DOUBLE,
    recommendation VARCHAR NOT NULL,
    current_points_line DOUBLE,
    line_margin DOUBLE,
    ml_model_id VARCHAR NOT NULL,
    model_expected_mae DOUBLE,
    is_active BOOLEAN NOT NULL,
    created_at TIMESTAMP NOT NULL
  )`);
  await replica.run(`CREATE TABLE IF NOT EXISTS ${INTERVALS} (
    prediction_id VARCHAR NOT NULL,
    system_id VARCHAR NOT NULL,
    player_lookup VARCHAR NOT NULL,
    game_date DATE NOT NULL,
    game_id VARCHAR,
    ml_model_id VARCHAR NOT NULL,
    model_member VARCHAR NOT NULL,
    ${QUANTILE_COLUMNS.map((name) => `${name} DOUBLE NOT NULL`).join(',\n    ')},
    current_points_line DOUBLE,
    p_over DOUBLE
  )`);
  await replica.run(`CREATE TABLE IF NOT EXISTS ${ACCURACY} (
    prediction_id VARCHAR NOT NULL,
    system_id VARCHAR NOT NULL,
    player_lookup VARCHAR NOT NULL,
    game_date DATE NOT NULL,
    game_id VARCHAR,
    model_version VARCHAR NOT NULL,
    predicted_points DOUBLE NOT NULL,
    actual_points BIGINT NOT NULL,
    signed_error DOUBLE NOT NULL,
    absolute_error DOUBLE NOT NULL,
    within_3_points BOOLEAN NOT NULL,
    within_5_points BOOLEAN NOT NULL,
    graded_at TIMESTAMP NOT NULL
  )`);
  await replica.run(`CREATE TABLE IF NOT EXISTS ${TRAINING_RUNS} (
    run_id VARCHAR NOT NULL,
    model_id VARCHAR NOT NULL,
    run_date DATE NOT NULL,
    training_start_date DATE NOT NULL,
    training_end_date DATE NOT NULL,
    training_samples BIGINT NOT NULL,
    validation_samples BIGINT NOT NULL,
    test_samples BIGINT NOT NULL,
    training_mae DOUBLE,
    validation_mae DOUBLE,
    test_mae DOUBLE,
    best_hyperparameters VARCHAR NOT NULL,
    feature_importance VARCHAR NOT NULL,
    training_status VARCHAR NOT NULL
  )`);
  await commentTables(replica, DESCRIBED);
}
