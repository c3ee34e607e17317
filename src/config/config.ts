import type { BackupLocation, Location } from './location.ts';
import type { WebhookConfig } from './notify.ts';

/** Where push writes, and for how many days it keeps what it replaced. */
export type PushLocation = Location & { readonly backupDays: number };

/** The workspace's configuration after reading, checking and defaults: frozen, paths absolute. */
export interface Config {
  /** Folder of the workspace. */
  readonly workspace: string;
  /** The file it was read from. */
  readonly file: string;
  readonly warehouse: Location;
  /** Where `push` writes; null: nowhere. */
  readonly push: PushLocation | null;
  /** Backups of the workspace. */
  readonly backup: {
    readonly location: BackupLocation;
    /** Whether one is made before a push, a migration and a restore. */
    readonly automatic: boolean;
    /** The newest as many stay, of those that were asked for and of those made by the program. */
    readonly keep: number;
    readonly keepAutomatic: number;
    /** Younger ones stay, however many. */
    readonly keepDays: number;
  };
  readonly replica: {
    readonly path: string;
    readonly memoryLimit: string;
    /** null: as many as the machine has cores. */
    readonly threads: number | null;
  };
  /** What is kept of raw partitions that a sync replaces, for `hoopduck reproduce`. */
  readonly inputs: {
    readonly keep: boolean;
    /** Size of all of it on disk, in bytes; beyond it the oldest go. */
    readonly cap: number;
  };
  /** Who is told of red gates, recoveries, drift and failures. */
  readonly notify: readonly WebhookConfig[];
  readonly gates: {
    /** `default`, `legacy`, or an absolute path of a YAML file of thresholds. */
    readonly thresholds: string;
  };
  readonly transform: {
    /** Where `transform --engine bigquery` puts its tables; null: beside the warehouse's, under a prefix of their own. */
    readonly bigquery: { readonly project: string | null; readonly datasetPrefix: string | null };
  };
  readonly train: TrainConfig;
}

export type EngineName = 'auto' | 'native' | 'wasm';
export type FeatureSetName = 'default' | 'seed-21';

/** A column of a workspace's own model that is trained on, too. */
export interface AddedFeature {
  /** `dataset.table` of a model with one row a player and date. */
  readonly table: string;
  readonly column: string;
}

export interface TrainConfig {
  readonly features: FeatureSetName;
  /** Columns beside those of the set. */
  readonly addFeatures: readonly AddedFeature[];
  readonly engine: EngineName;
  /** Shares of rows for training, validation and test, in percent. */
  readonly split: readonly [number, number, number];
  readonly seed: number;
  /** Models of as many seeds, from `seed` up, are averaged. */
  readonly averagedSeeds: number;
  /** Whether forecasts of minutes and shots are features. */
  readonly twoStages: boolean;
  /** SQL condition on player_game_summary that rows must meet beyond minutes > 0; null: none. */
  readonly rows: string | null;
  /** XGBoost's parameters. */
  readonly rounds: number;
  readonly earlyStoppingRounds: number;
  readonly eta: number;
  readonly maxDepth: number;
  readonly minChildWeight: number;
  readonly colsampleBytree: number;
  readonly subsample: number;
  readonly lambda: number;
  readonly maxBin: number;
}
