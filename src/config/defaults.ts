import type { TrainConfig } from './config.ts';

/** What holds when hoopduck.yaml does not say otherwise; the only place of these values. */
export const DEFAULTS = {
  push: { backupDays: 14 },
  backup: {
    path: 'data/workspace-backups',
    automatic: true,
    keep: 7,
    keepAutomatic: 3,
    keepDays: 0,
  },
  /** Of warehouses that are reached over the network. */
  remote: { location: 'US', readStreams: 4, concurrency: 4, deadlineSeconds: 600 },
  replica: { memoryLimit: '1500MB', threads: null },
  inputs: { keep: true, cap: '1GB' },
  notify: {
    format: 'json',
    on: ['red', 'recovery', 'drift', 'failure'],
    timeoutSeconds: 10,
  },
  gates: { thresholds: 'default' },
  train: {
    features: 'default',
    addFeatures: [],
    engine: 'auto',
    split: [70, 15, 15],
    seed: 20,
    averagedSeeds: 2,
    twoStages: false,
    rows: null,
    rounds: 340,
    earlyStoppingRounds: 40,
    eta: 0.04,
    maxDepth: 6,
    minChildWeight: 60,
    colsampleBytree: 0.3,
    subsample: 0.8,
    lambda: 5,
    maxBin: 64,
  } satisfies TrainConfig,
} as const;
