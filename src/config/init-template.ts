import { DEFAULTS } from './defaults.ts';

/** Paths as they shall stand in the file: absolute, or relative to it. */
export interface InitPaths {
  readonly warehouse: string;
  readonly push: string | undefined;
}

/** The text of a new hoopduck.yaml: what was chosen, and every default as a comment. */
export function initTemplate({ warehouse, push }: InitPaths): string {
  const { replica, train } = DEFAULTS;
  const pushLines =
    push === undefined ? '# push:\n#   path: ../production' : `push:\n  path: ${yamlText(push)}`;
  return `# A hoopduck workspace. Relative paths are relative to this file.
# "hoopduck doctor" checks it, "hoopduck plan" shows what a run would do.

# Where raw tables come from: a folder that holds <dataset>/<table>/*.parquet.
warehouse:
  path: ${yamlText(warehouse)}

# Where "hoopduck push" writes tables that passed the gates: <dataset>/<table>/<season>.parquet.
# The folder is made at the first push.
${pushLines}

# Everything below shows the defaults. To change one, take the "#" away from its line and from the heading above it.

# replica:                        # the local DuckDB file, data/replica.duckdb
#   memory_limit: ${replica.memoryLimit}
#   threads: null                 # null: as many as the machine has cores

# gates:
#   thresholds: ${DEFAULTS.gates.thresholds}           # default, legacy, or a YAML file of your own

# train:
#   features: ${train.features}             # default, or seed-21
#   engine: ${train.engine}                  # auto, native or wasm
#   split: ${train.split.join('/')}               # shares of rows: training, validation, test
#   seed: ${train.seed}
#   rows: null                    # a condition on player_game_summary, such as minutes_played >= 10
#   rounds: ${train.rounds}
#   early_stopping_rounds: ${train.earlyStoppingRounds}
#   eta: ${train.eta}
#   max_depth: ${train.maxDepth}
#   min_child_weight: ${train.minChildWeight}
#   colsample_bytree: ${train.colsampleBytree}
#   subsample: ${train.subsample}
#   lambda: ${train.lambda}
#   max_bin: ${train.maxBin}
`;
}

/** A text as a YAML scalar: plain where that is safe, else in double quotes. */
function yamlText(text: string): string {
  return /^[./A-Za-z][\w./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
