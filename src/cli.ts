#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BACKUP_COMMANDS } from './commands/backup-table.ts';
import type { CommandGroup, CommandSpec } from './commands/command.ts';
import { main } from './commands/main.ts';
import { MODELS } from './commands/models/table.ts';
import {
  countOption,
  dateOption,
  engineOption,
  featuresOption,
  nonEmptyOption,
  seasonOption,
  splitOption,
  sqlEngineOption,
  threadsOption,
} from './commands/options.ts';
import { RUNS } from './commands/runs/table.ts';
import { toleranceOption } from './commands/tolerance-option.ts';

const FROM = {
  flags: '--from <date>',
  description: 'first date, YYYY-MM-DD (default: the first of the schedule)',
  parse: dateOption,
};
const TO = {
  flags: '--to <date>',
  description: 'last date, YYYY-MM-DD, included (default: the last of the schedule)',
  parse: dateOption,
};
const REFRESH = {
  flags: '--refresh',
  description: 'read and rebuild the dates whatever the ledger says',
};
const EXCLUDE = {
  flags: '--exclude <date>',
  description: 'leave the rows of this date out of training; kept on record (may be repeated)',
  parse: dateOption,
  many: true,
};
const FORCE = {
  flags: '--force',
  description: 'go on past red gates; needs --reason, which the ledger keeps',
};
const REASON = {
  flags: '--reason <text>',
  description: 'why a red gate is passed',
  parse: nonEmptyOption,
};

const KEEP_INPUTS = [
  {
    flags: '--keep-inputs',
    description:
      'keep raw partitions that are replaced, for reproduce (default: inputs.keep of hoopduck.yaml)',
  },
  { flags: '--no-keep-inputs', description: 'do not keep them' },
];

const START = 'Start:';
const PIPELINE = 'Pipeline:';
const LOOK = 'Look:';
const TIDY = 'Tidy:';

/** Every command; the pages of docs/reference are written from it, too. */
export const COMMANDS: readonly (CommandSpec | CommandGroup)[] = [
  {
    name: 'init',
    group: START,
    summary: 'make a workspace: a folder with a hoopduck.yaml',
    arguments: [{ name: '[dir]', description: 'the folder (default: this one)' }],
    options: [
      {
        flags: '--warehouse <path>',
        description:
          'folder that holds <dataset>/<table>/*.parquet, or gs://bucket/prefix, or bigquery://project/dataset-prefix',
        parse: nonEmptyOption,
      },
      {
        flags: '--push-to <path>',
        description:
          'folder that push writes to, made at the first push; or gs://bucket/prefix, or bigquery://project/dataset-prefix',
        parse: nonEmptyOption,
      },
    ],
    example: 'hoopduck init league --warehouse ./warehouse --push-to ./production',
    load: () => import('./commands/init.ts'),
  },
  {
    name: 'sample',
    group: START,
    summary: 'write a warehouse folder of a simulated league',
    arguments: [{ name: '<dir>', description: 'the folder to write' }],
    options: [
      {
        flags: '--seasons <n>',
        description: 'seasons to simulate (default: 2)',
        parse: countOption,
      },
      {
        flags: '--seed <n>',
        description: 'seed of the simulation (default: 7)',
        parse: countOption,
      },
    ],
    example: 'hoopduck sample ./warehouse --seasons 2 --seed 7',
    load: () => import('./commands/sample.ts'),
  },
  {
    name: 'doctor',
    group: START,
    summary: 'check this machine, the workspace and the warehouse',
    example: 'hoopduck doctor',
    load: () => import('./commands/doctor.ts'),
  },
  {
    name: 'completion',
    group: START,
    summary: 'print a script that completes commands in a shell',
    arguments: [{ name: '<shell>', description: 'bash, zsh or fish' }],
    example: 'hoopduck completion bash',
    load: async () => (await import('./commands/completion/completion.ts')).completionOf(COMMANDS),
  },
  {
    name: 'run',
    group: PIPELINE,
    summary: 'the morning command: sync to predict; push with --push',
    options: [
      {
        ...FROM,
        description: 'validate, predict and push from this date; earlier ones are read and learnt',
      },
      TO,
      { flags: '--push', description: 'push what passed the gates' },
      EXCLUDE,
      FORCE,
      REASON,
      { flags: '--dry-run', description: 'show the plan and do nothing' },
      {
        flags: '--junit <file>',
        description: "write the gates' results as JUnit's XML, for CI",
        parse: nonEmptyOption,
      },
      ...KEEP_INPUTS,
    ],
    example: 'hoopduck run --from 2024-10-22 --to 2025-06-22 --push',
    load: () => import('./commands/run.ts'),
  },
  {
    name: 'plan',
    group: PIPELINE,
    summary: 'show what run would do, and why',
    options: [FROM, TO],
    example: 'hoopduck plan --from 2025-03-01',
    load: () => import('./commands/plan.ts'),
  },
  {
    name: 'sync',
    group: PIPELINE,
    summary: 'bring missing and changed raw dates into the replica',
    options: [
      FROM,
      TO,
      REFRESH,
      {
        flags: '--accept-missing-columns',
        description: 'take a column that the warehouse no longer has as NULL; kept on record',
      },
      ...KEEP_INPUTS,
    ],
    example: 'hoopduck sync --from 2025-03-01 --to 2025-03-31',
    load: () => import('./commands/sync.ts'),
  },
  {
    name: 'transform',
    group: PIPELINE,
    summary: 'compute the tables that are stale',
    options: [
      FROM,
      TO,
      REFRESH,
      {
        flags: '--engine <name>',
        description: 'where: duckdb (here, the default) or bigquery (inside the warehouse)',
        parse: sqlEngineOption,
      },
      {
        flags: '--dry-run',
        description: 'with --engine bigquery: show the bytes billed, and run nothing',
      },
    ],
    example: 'hoopduck transform --from 2025-03-01 --refresh',
    load: () => import('./commands/transform.ts'),
  },
  {
    name: 'validate',
    group: PIPELINE,
    summary: 'check the tables against the gates',
    options: [
      FROM,
      TO,
      {
        flags: '--junit <file>',
        description: "write the gates' results as JUnit's XML, for CI",
        parse: nonEmptyOption,
      },
      {
        flags: '--thresholds <name>',
        description: 'default, legacy, or a YAML file (default: gates.thresholds of hoopduck.yaml)',
        parse: nonEmptyOption,
      },
      {
        flags: '--refresh',
        description:
          'look at every date, at those too of which the ledger knows no change since their last verdict',
      },
      {
        flags: '--explain <check>',
        description:
          'one verdict: what it asks, the rows behind it, likely causes and what to do; CHECK or CHECK:TABLE',
        parse: nonEmptyOption,
      },
      {
        flags: '--table <name>',
        description: 'with --explain: the table, where the check judges several',
        parse: nonEmptyOption,
      },
      {
        flags: '--scope <value>',
        description:
          'with --explain: a date, a season such as 2023-24, or all (default: what is red)',
        parse: nonEmptyOption,
      },
      {
        flags: '--by <period>',
        description: 'coverage by season, month, week, date or team, with its trend',
        parse: nonEmptyOption,
      },
      {
        flags: '--lower <limit>',
        description:
          "CHECK:TABLE=VALUE: lower a threshold in the workspace's own file; shows what it would let in",
        parse: nonEmptyOption,
      },
      { ...REASON, description: 'with --lower: why; the ledger keeps it' },
    ],
    example: 'hoopduck validate --from 2024-10-22 --to 2025-04-13',
    load: () => import('./commands/validate.ts'),
  },
  {
    name: 'train',
    group: PIPELINE,
    summary: 'train a model; show it beside trivial predictors',
    options: [
      {
        flags: '--from <date>',
        description: 'first date of the training rows; never bounds history',
        parse: dateOption,
      },
      { flags: '--to <date>', description: 'last date of the test rows', parse: dateOption },
      {
        flags: '--split <shares>',
        description:
          'shares of rows for training, validation and test (default: train.split of hoopduck.yaml)',
        parse: splitOption,
      },
      {
        flags: '--validate-from <date>',
        description: 'first date of the validation part; with --test-from instead of --split',
        parse: dateOption,
      },
      {
        flags: '--test-from <date>',
        description: 'first date of the test part',
        parse: dateOption,
      },
      {
        flags: '--features <set>',
        description: 'default or seed-21 (default: train.features of hoopduck.yaml)',
        parse: featuresOption,
      },
      {
        flags: '--engine <name>',
        description: 'auto, native or wasm (default: train.engine of hoopduck.yaml)',
        parse: engineOption,
      },
      {
        flags: '--refit',
        description:
          'train once more on all rows, test rows too, with what was chosen without them',
      },
      {
        flags: '--walk-forward',
        description:
          'test each season on a model of the seasons before it; keeps a report, no model',
      },
      {
        flags: '--from-season <season>',
        description: 'first season that a walk forward tests, such as 2018-19',
        parse: seasonOption,
      },
      EXCLUDE,
      FORCE,
      REASON,
    ],
    example: 'hoopduck train --from 2021-10-01 --to 2024-04-30 --split 70/15/15',
    load: () => import('./commands/train.ts'),
  },
  {
    name: 'predict',
    group: PIPELINE,
    summary: 'predict games to come or past, and grade what is known',
    options: [
      { flags: '--date <date>', description: 'one date, instead of a range', parse: dateOption },
      FROM,
      TO,
      {
        flags: '--model <id>',
        description:
          'the model that predicts: an id, champion or candidate (default: the champion, else the candidate)',
        parse: nonEmptyOption,
      },
      {
        flags: '--explain <player>',
        description: "which features made one player's prediction; of --date, else his next game",
        parse: nonEmptyOption,
      },
    ],
    example: 'hoopduck predict --from 2025-03-01 --to 2025-03-07',
    load: () => import('./commands/predict.ts'),
  },
  {
    name: 'push',
    group: PIPELINE,
    summary: 'write what passed the gates to the push target',
    options: [
      FROM,
      TO,
      FORCE,
      REASON,
      {
        flags: '--dry-run',
        description: 'show tables, dates, rows and bytes billed, and write nothing',
      },
      {
        flags: '--resume',
        description: 'go on with the push that was killed or failed on the way',
      },
      {
        flags: '--rollback <run>',
        description: 'put back what the push of a run (or "last") replaced, from its backups',
        parse: nonEmptyOption,
      },
    ],
    example: 'hoopduck push --from 2025-03-01',
    load: () => import('./commands/push.ts'),
  },
  {
    name: 'status',
    group: LOOK,
    summary: 'what is here: coverage, gates, model, pushes, runs',
    example: 'hoopduck status',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'query',
    group: LOOK,
    summary: 'run SQL on the replica, read-only',
    arguments: [{ name: '[sql]', description: 'the statement; - or nothing reads standard input' }],
    options: [{ flags: '--csv', description: 'comma-separated values on stdout' }],
    example: 'hoopduck query "FROM nba_analytics.player_game_summary LIMIT 5"',
    load: () => import('./commands/query.ts'),
  },
  {
    name: 'diff',
    group: LOOK,
    summary: 'how two replicas, warehouses or folders differ, by row',
    arguments: [
      {
        name: '<a>',
        description:
          'replica, warehouse, push, run:ID, a replica file, a workspace, a folder of Parquet, a .parquet file, gs:// or bigquery://',
      },
      { name: '<b>', description: 'the same for the other side' },
    ],
    options: [
      {
        flags: '--table <name>',
        description: 'dataset.table, or a whole dataset (may be repeated; default: what both have)',
        parse: nonEmptyOption,
        many: true,
      },
      { ...FROM, description: 'first date, YYYY-MM-DD (default: the first that there is)' },
      { ...TO, description: 'last date, YYYY-MM-DD, included (default: the last that there is)' },
      {
        flags: '--tolerance <x>',
        description:
          'numbers may lie apart by x, or by that share of the larger one beyond 1 (default: 0)',
        parse: toleranceOption,
      },
      {
        flags: '--ignore <column>',
        description: 'leave a column out of every table (may be repeated)',
        parse: nonEmptyOption,
        many: true,
      },
      {
        flags: '--examples <n>',
        description: 'examples for each column that differs (default: 3)',
        parse: countOption,
      },
    ],
    example: 'hoopduck diff replica push --table nba_analytics --from 2025-03-01',
    load: () => import('./commands/diff.ts'),
  },
  MODELS,
  RUNS,
  {
    name: 'reproduce',
    group: LOOK,
    summary: 'make a past run again; say what differs first, and why',
    arguments: [
      {
        name: '<run>',
        description: 'a run, by its id or a beginning of it; "last" for the newest',
      },
    ],
    options: [
      {
        flags: '--into <dir>',
        description: 'the scratch place, an empty folder (default: one beside the replica)',
        parse: nonEmptyOption,
      },
      { flags: '--keep', description: 'leave the scratch place' },
      {
        flags: '--threads <n>',
        description: "DuckDB's threads (default: as many as the run had)",
        parse: threadsOption,
      },
      {
        flags: '--present-settings',
        description: "hoopduck.yaml's settings as they are now, instead of the run's",
      },
    ],
    example: 'hoopduck reproduce last',
    load: () => import('./commands/reproduce.ts'),
  },
  {
    name: 'report',
    group: LOOK,
    summary: 'write the state of the workspace as one HTML file, or serve it and keep it fresh',
    options: [
      {
        flags: '--output <file>',
        description: 'the file (default: report.html beside the replica)',
        parse: nonEmptyOption,
      },
      { flags: '--open', description: 'open it in the default browser' },
      {
        flags: '--serve',
        description: 'serve it on this machine and write it anew when the replica changes',
      },
      {
        flags: '--port <n>',
        description: 'port of --serve; 0: any that is free (default: 4680, else any)',
        parse: countOption,
      },
    ],
    example: 'hoopduck report --output report.html',
    load: () => import('./commands/report.ts'),
  },
  {
    name: 'graph',
    group: LOOK,
    summary: 'which table reads which, how far back; --svg draws it',
    arguments: [
      { name: '[table]', description: 'one table: what it reads and what reads it (default: all)' },
    ],
    options: [
      {
        flags: '--svg <file>',
        description: 'write a drawing of it to this file',
        parse: nonEmptyOption,
      },
    ],
    example: 'hoopduck graph nba_precompute.player_daily_cache',
    load: () => import('./commands/graph.ts'),
  },
  {
    name: 'notify',
    group: LOOK,
    summary: 'the webhooks of hoopduck.yaml and what they were told; --test tries them',
    options: [{ flags: '--test', description: 'send each a sample, and say what came back' }],
    example: 'hoopduck notify --test',
    load: () => import('./commands/notify.ts'),
  },
  {
    name: 'explain',
    group: LOOK,
    summary: 'say what the code of an error means, its usual cause and the next step',
    arguments: [{ name: '[code]', description: 'as in "error[GATE_RED]" (default: list all)' }],
    example: 'hoopduck explain GATE_RED',
    load: () => import('./commands/explain.ts'),
  },
  ...BACKUP_COMMANDS(TIDY),
  {
    name: 'gc',
    group: TIDY,
    summary: 'take away what nothing needs: old inputs, strays, backups',
    options: [
      { flags: '--dry-run', description: 'show what would go, and take nothing away' },
      {
        flags: '--forget-before <date>',
        description: 'forget what runs of before this date stood on, for reproduce, too',
        parse: dateOption,
      },
    ],
    example: 'hoopduck gc --dry-run',
    load: () => import('./commands/gc.ts'),
  },
];

const started = process.argv[1];
if (
  started !== undefined &&
  realpathSync(started) === realpathSync(fileURLToPath(import.meta.url))
) {
  await main(COMMANDS, process.argv.slice(2));
}
