import { DEFAULTS } from './defaults.ts';
import { bucketAddress } from './location.ts';

/** Locations as they shall stand in the file: a path, absolute or relative to it, or `gs://`, `bigquery://`. */
export interface InitPaths {
  readonly warehouse: string;
  readonly push: string | undefined;
}

const PROJECT = /^bigquery:\/\/([^/]+)(?:\/([A-Za-z0-9_]*))?\/*$/;

/** Whether a location is reached over the network; else it is a folder's path. */
export function isRemote(location: string): boolean {
  return /^[a-z]+:\/\//.test(location);
}

/** The keys of a location, one a line; undefined when it is of no kind that we know. */
export function locationLines(location: string): string[] | undefined {
  if (!isRemote(location)) return [`path: ${yamlText(location)}`];
  const address = bucketAddress(location);
  if (address !== undefined) {
    const { bucket, prefix } = address;
    const lines = prefix === '' ? [] : [`prefix: ${yamlText(prefix)}`];
    return ['kind: gcs', `bucket: ${yamlText(bucket)}`, ...lines];
  }
  const project = PROJECT.exec(location);
  if (project === null) return undefined;
  const prefix =
    project[2] === undefined || project[2] === ''
      ? []
      : [`dataset_prefix: ${yamlText(project[2])}`];
  return ['kind: bigquery', `project: ${yamlText(project[1]!)}`, ...prefix, 'location: US'];
}

/** The text of a new hoopduck.yaml: what was chosen, and every default as a comment. */
export function initTemplate({ warehouse, push }: InitPaths): string {
  const { backup, inputs, replica, train } = DEFAULTS;
  const block = (key: string, location: string) =>
    [`${key}:`, ...(locationLines(location) ?? []).map((line) => `  ${line}`)].join('\n');
  const pushLines = push === undefined ? '# push:\n#   path: ../production' : block('push', push);
  return `# A hoopduck workspace. Relative paths are relative to this file.
# "hoopduck doctor" checks it, "hoopduck plan" shows what a run would do.

# Where raw tables come from: a folder that holds <dataset>/<table>/*.parquet, a bucket with that layout
# ("kind: gcs"), or a project ("kind: bigquery"); docs/bigquery.md has their keys.
${block('warehouse', warehouse)}

# Where "hoopduck push" writes tables that passed the gates; what it replaces is kept for "backup_days" (${DEFAULTS.push.backupDays}).
# A folder is made at the first push: <dataset>/<table>/<season>.parquet.
${pushLines}

# Everything below shows the defaults. To change one, take the "#" away from its line and from the heading above it.

# backup:                         # of this workspace: "hoopduck backup", and by itself before a push, a migration, a restore
#   path: ${backup.path}  # or "kind: gcs" with its keys; better on another disk
#   automatic: ${backup.automatic}
#   keep: ${backup.keep}                       # the newest of those that you asked for; keep_automatic: of the others
#   keep_automatic: ${backup.keepAutomatic}
#   keep_days: ${backup.keepDays}                  # younger ones stay, however many

# replica:                        # the local DuckDB file, data/replica.duckdb
#   memory_limit: ${replica.memoryLimit}
#   threads: null                 # null: as many as the machine has cores

# inputs:                         # raw partitions that a sync replaces, for "hoopduck reproduce"
#   keep: ${inputs.keep}
#   cap: ${inputs.cap}                      # of all of them on disk; beyond it the oldest go

# gates:
#   thresholds: ${DEFAULTS.gates.thresholds}           # default, legacy, or a YAML file of your own

# notify:                         # who is told; docs/nightly.md has the keys and what is sent
#   - url_env: SLACK_WEBHOOK      # the variable that holds the address
#     format: slack               # json, or slack
#     on: [red, recovery, drift, failure]

# train:
#   features: ${train.features}             # default, or seed-21
#   add_features: []              # columns of your own models, dataset.table.column
#   engine: ${train.engine}                  # auto, native or wasm
#   split: ${train.split.join('/')}               # shares of rows: training, validation, test
#   seed: ${train.seed}
#   averaged_seeds: ${train.averagedSeeds}             # 1 takes half the time and errs by .004 more
#   two_stages: ${train.twoStages}             # forecasts of minutes and shots are features, of the default set
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
