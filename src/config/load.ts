import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import type { AddedFeature, Config } from './config.ts';
import { DEFAULTS } from './defaults.ts';
import type { BackupLocation } from './location.ts';
import { type BackupSource, completeLocation, locationKinds } from './location-schema.ts';
import { completeNotify } from './notify.ts';
import { type ConfigSource, configSchema } from './schema.ts';
import { bytesOfSize } from './size.ts';
import { splitShares } from './split.ts';
import { CONFIG_FILE } from './workspace.ts';
import { readYaml } from './yaml-source.ts';

/** What the caller is about to do with the configuration. */
export interface ConfigNeeds {
  /** The warehouse will be read: its folder must be there even when a replica exists. */
  readonly warehouse?: boolean;
}

/**
 * Reads the configuration of a workspace folder, checks it, adds defaults and freezes it.
 * The warehouse's folder may be away once there is a replica: then only what reads it needs it.
 * @throws HoopduckError CONFIG_INVALID or WORKSPACE_MISSING (exit 2).
 */
export function loadConfig(workspace: string, needs: ConfigNeeds = {}): Config {
  const folder = resolve(workspace);
  const file = join(folder, CONFIG_FILE);
  const replica = join(folder, 'data', 'replica.duckdb');
  const text = readText(file);
  const required = { warehouse: needs.warehouse === true || !existsSync(replica) };
  const source = readYaml(file, text, (value) =>
    configSchema(folder, required, locationKinds(value)),
  );
  return deepFreeze(complete(source, folder, file, replica));
}

function readText(file: string): string {
  let content: Buffer;
  try {
    content = readFileSync(file);
  } catch (error) {
    throw new HoopduckError(
      'WORKSPACE_MISSING',
      `The configuration "${file}" cannot be read: ${messageOf(error)}`,
      { next: 'Make a workspace with "hoopduck init", or name one with -C.', exitCode: EXIT.usage },
    );
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new HoopduckError(
      'CONFIG_INVALID',
      `${file}:1:1: The file is not UTF-8 text; YAML in UTF-8 was wanted.`,
      { next: `Save "${file}" as UTF-8 and try again.`, exitCode: EXIT.usage },
    );
  }
}

function complete(source: ConfigSource, folder: string, file: string, replica: string): Config {
  const train = source.train ?? {};
  const thresholds = source.gates?.thresholds ?? DEFAULTS.gates.thresholds;
  const named = thresholds === 'default' || thresholds === 'legacy';
  const base = DEFAULTS.train;
  return {
    workspace: folder,
    file,
    warehouse: completeLocation(folder, source.warehouse),
    push:
      source.push === undefined
        ? null
        : {
            ...completeLocation(folder, source.push),
            backupDays: source.push.backup_days ?? DEFAULTS.push.backupDays,
          },
    backup: completeBackup(folder, source.backup ?? {}),
    replica: {
      path: replica,
      memoryLimit: source.replica?.memory_limit ?? DEFAULTS.replica.memoryLimit,
      threads: source.replica?.threads ?? DEFAULTS.replica.threads,
    },
    notify: completeNotify(source.notify ?? []),
    inputs: {
      keep: source.inputs?.keep ?? DEFAULTS.inputs.keep,
      cap: bytesOfSize(source.inputs?.cap ?? DEFAULTS.inputs.cap)!,
    },
    transform: {
      bigquery: {
        project: source.transform?.bigquery?.project ?? null,
        datasetPrefix: source.transform?.bigquery?.dataset_prefix ?? null,
      },
    },
    gates: { thresholds: named ? thresholds : resolve(dirname(file), thresholds) },
    train: {
      features: train.features ?? base.features,
      addFeatures: (train.add_features ?? []).map(addedFeature),
      engine: train.engine ?? base.engine,
      split: (train.split === undefined ? undefined : splitShares(train.split)) ?? base.split,
      seed: train.seed ?? base.seed,
      averagedSeeds: train.averaged_seeds ?? base.averagedSeeds,
      twoStages: train.two_stages ?? base.twoStages,
      rows: train.rows ?? base.rows,
      rounds: train.rounds ?? base.rounds,
      earlyStoppingRounds: train.early_stopping_rounds ?? base.earlyStoppingRounds,
      eta: train.eta ?? base.eta,
      maxDepth: train.max_depth ?? base.maxDepth,
      minChildWeight: train.min_child_weight ?? base.minChildWeight,
      colsampleBytree: train.colsample_bytree ?? base.colsampleBytree,
      subsample: train.subsample ?? base.subsample,
      lambda: train.lambda ?? base.lambda,
      maxBin: train.max_bin ?? base.maxBin,
    },
  };
}

function completeBackup(folder: string, source: BackupSource): Config['backup'] {
  const { automatic, keep, keepAutomatic, keepDays, path } = DEFAULTS.backup;
  return {
    location: completeLocation(folder, { ...source, path: source.path ?? path }) as BackupLocation,
    automatic: source.automatic ?? automatic,
    keep: source.keep ?? keep,
    keepAutomatic: source.keep_automatic ?? keepAutomatic,
    keepDays: source.keep_days ?? keepDays,
  };
}

/** `dataset.table.column`, as the schema has checked it. */
function addedFeature(name: string): AddedFeature {
  const [dataset, table, column] = name.split('.') as [string, string, string];
  return { table: `${dataset}.${table}`, column };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  }
  return Object.freeze(value);
}
