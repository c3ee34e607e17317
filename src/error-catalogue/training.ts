import type { ErrorEntry } from './entry.ts';

/** Training, models and predictions. */
export const TRAINING = {
  SPLIT_ASKED_TWICE: {
    means: 'The parts of a training were asked for in two ways at once, or by one date of two.',
    cause: '"--split" beside "--validate-from" and "--test-from", or only one of these.',
    next: 'Give either "--split 70/15/15" or "--validate-from V --test-from T".',
    exit: [2],
  },
  SPLIT_ORDER: {
    means: 'The dates of the parts are not in their order.',
    cause: 'A date that was mistyped.',
    next: 'The order is --from, --validate-from, --test-from, --to.',
    exit: [2],
  },
  TRAIN_TABLES_MISSING: {
    means: 'A table that training reads is not built yet.',
    cause: 'No transform has come to its end.',
    next: 'Run "hoopduck transform" first.',
    exit: [1],
  },
  TRAIN_FEATURES_MISSING: {
    means: 'The table of features lacks players who played.',
    cause: 'A date whose features were not computed again after its rows changed.',
    next: 'Run "hoopduck transform --from DATE --to DATE --refresh" with the date of the message.',
    exit: [1],
  },
  TRAIN_ROW_FILTER: {
    means: '"train.rows" is no condition that the table of player games understands.',
    cause: 'A mistake in its SQL, or a column that the table does not have.',
    next: 'Correct "train.rows" in hoopduck.yaml.',
    exit: [2],
  },
  TRAIN_TOO_FEW_ROWS: {
    means: 'The rows do not fill a training, a validation and a test part.',
    cause:
      'A league at its beginning, or a range that is too short. A run goes on without a model.',
    next: 'Widen "--from" and "--to", or move the split.',
    exit: [1],
  },
  TRAIN_TOO_FEW_SEASONS: {
    means:
      'A walk forward tests a season on models of the two or more before it, and there are fewer than three.',
    cause:
      'A short history. The first season of a replica is history only, unless "--from" asks for it.',
    next: 'Sync and transform more seasons.',
    exit: [1],
  },
  TRAIN_RED_CHECKS: {
    means: 'Training is refused, because red checks touch its rows.',
    cause: 'Data that a gate calls wrong.',
    next: 'Mend the data, leave the dates out with "--exclude", or use "--force" with "--reason".',
    exit: [1],
  },
  TRAIN_LEAK_ALARM: {
    means: 'Training is refused, because its figures look as if a feature knew the night itself.',
    cause: 'A column of an own model that is computed from the game it describes.',
    next: 'Find what knows the night; "--force" with "--reason" trains all the same.',
    exit: [1],
  },
  TRAIN_ONNX_PARITY: {
    means: 'The forms of the model score differently; no model was written.',
    cause: 'A library of XGBoost or ONNX that computes in another way.',
    next: 'Report it with the versions that "hoopduck doctor" prints.',
    exit: [1],
  },
  ONNX_RUNTIME_MISSING: {
    means:
      'ONNX Runtime, which proves a model before it is kept, is not there; nothing was trained.',
    cause:
      'Its package fetches GPU libraries at install; where that failed, npm installed everything else without it. Or the platform has no binary of it.',
    next: 'Install again with npm_config_onnxruntime_node_install=skip in the environment (docs/how-to/install.md).',
    exit: [1],
  },
  ENGINE_UNAVAILABLE: {
    means: 'The training engine that was asked for is not on this machine.',
    cause: 'No libxgboost, one that is too old, or HOOPDUCK_XGBOOST_LIB that names something else.',
    next: 'Install libxgboost 1.7 or newer (docs/engines.md), or use "--engine wasm".',
    exit: [2],
  },
  ENGINE_FAILED: {
    means: 'The engine began to train and did not come to its end; nothing was written.',
    cause: 'Too little memory, or parameters that it does not take.',
    next: 'Train with "--engine wasm", or on fewer rows ("--from").',
    exit: [1],
  },
  OBJECTIVE_UNSUPPORTED: {
    means: 'The engine cannot minimise what was asked for.',
    cause: 'The WebAssembly engine knows fewer objectives than a native one.',
    next: 'Use "--engine native", or another objective.',
    exit: [2],
  },
  NO_MODEL: {
    means: 'There is no trained model in the workspace yet.',
    cause: 'No training has come to its end.',
    next: 'Run "hoopduck train" first.',
    exit: [1],
  },
  NO_SUCH_SEASON: {
    means: '"--from-season" names a season that cannot be tested.',
    cause: 'A season without rows, or without two seasons before it.',
    next: 'Leave "--from-season" out for all seasons that can.',
    exit: [2],
  },
  UNKNOWN_MODEL: {
    means: 'There is no model of this id or name.',
    cause: 'A misspelt id, or another workspace.',
    next: 'See "hoopduck models list".',
    exit: [2],
  },
  ALIAS_UNSET: {
    means: 'No model is the champion, or the candidate, yet.',
    cause: 'Nothing was promoted, or every model was forced past a gate.',
    next: 'Run "hoopduck models promote candidate", or name a model by its id.',
    exit: [1],
  },
  MODEL_DAMAGED: {
    means: 'The folder of a model is missing, or is not what was written.',
    cause: 'Files that were taken away or changed.',
    next: 'Put the folder back from a backup, or run "hoopduck train" to make it again.',
    exit: [1],
  },
  MODEL_TOO_OLD: {
    means:
      'The folder of a model was written by an earlier version, in a form that is no longer read.',
    cause: 'A model from before averaged seeds.',
    next: 'Run "hoopduck train" to make a new one.',
    exit: [1],
  },
  MODEL_UNREADABLE: {
    means: 'A file is not a model of the kind that hoopduck scores.',
    cause: 'A model of another program, objective or booster.',
    next: 'Give the "model.json" of a model of hoopduck, or train again.',
    exit: [1],
  },
  MODEL_WITHOUT_CARD: {
    means: 'The folder of a model has no card.',
    cause: 'A file that was taken away, or a model of an earlier version.',
    next: 'Run "hoopduck train" to make it again.',
    exit: [1],
  },
  MODEL_FEATURES_GONE: {
    means: 'A model reads a column that is not computed any more.',
    cause: 'A column that was taken out of "train.add_features", or out of an own model.',
    next: 'Run "hoopduck train" for a model of the columns that there are, or put the column back.',
    exit: [1],
  },
  MODEL_NOT_VERIFIED: {
    means: 'A model is not, or no longer, what its manifest says.',
    cause: 'Files that changed, or data that were restated since it was trained.',
    next: 'See which check failed: put the files back, or train again on the data as they are now.',
    exit: [1],
  },
  PROMOTE_NOT_VERIFIED: {
    means: 'A model is not promoted, because it does not verify.',
    cause: 'As of MODEL_NOT_VERIFIED.',
    next: 'See "hoopduck models verify"; restated data can be passed with "--force" and "--reason".',
    exit: [1],
  },
  PROMOTE_FORCED_MODEL: {
    means: 'A model is not promoted, because it was itself forced past a red gate.',
    cause: 'It was trained with "--force".',
    next: 'Train it on data that pass, or use "--force" with "--reason".',
    exit: [1],
  },
  PROMOTE_RED_CHECKS: {
    means: 'A model is not promoted, because the rows that would judge it are red.',
    cause: 'Data that a gate calls wrong.',
    next: 'Mend the data and run "hoopduck validate", or use "--force" with "--reason".',
    exit: [1],
  },
  PROMOTE_TOO_FEW_DATES: {
    means: 'A model is not promoted, because too few nights are new to both models.',
    cause: 'Both were trained a short while ago.',
    next: 'Wait for more nights, or use "--force" with "--reason".',
    exit: [1],
  },
  PROMOTE_NOT_BETTER: {
    means: 'A model is not promoted, because it is not surely better than the champion.',
    cause: 'The interval of the difference holds 0.',
    next: 'Keep the champion, or use "--force" with "--reason".',
    exit: [1],
  },
  EXPLAIN_TABLES_MISSING: {
    means: 'A table that "predict --explain" reads is not built yet.',
    cause: 'No transform has come to its end.',
    next: 'Run "hoopduck transform" first.',
    exit: [1],
  },
  UNKNOWN_PLAYER: {
    means: 'No game has this player.',
    cause: 'A misspelt name.',
    next: 'Take one of the names that the message gives.',
    exit: [2],
  },
  NO_SUCH_GAME: {
    means: 'The player has no game on this date.',
    cause: 'A date without a game of his team.',
    next: 'Leave "--date" out for his next game.',
    exit: [2],
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
