import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, TrainConfig } from '../config/config.ts';
import { DEFAULTS } from '../config/defaults.ts';
import type { RunFacts } from '../pipeline/run-facts.ts';
import { readThresholds } from '../validate/read-thresholds.ts';
import type { Parameter } from './result.ts';

/**
 * The configuration under which a run is made again: the run's settings, or those that hoopduck.yaml has now, in the
 * scratch place. The engine is the run's own, also where `auto` was asked.
 */
export function scratchConfig(
  config: Config,
  facts: RunFacts,
  folder: string,
  options: { readonly presentSettings: boolean; readonly threads?: number | undefined },
): Config {
  const { settings, trained } = facts;
  const own: TrainConfig = {
    ...DEFAULTS.train,
    ...settings.train,
    engine: trained?.engine.name ?? settings.train.engine,
  };
  const thresholds = join(folder, 'thresholds.yaml');
  // JSON is YAML, and the run's thresholds were read and checked when they were put on record.
  if (!options.presentSettings) writeFileSync(thresholds, JSON.stringify(settings.thresholds));
  return {
    ...config,
    workspace: folder,
    replica: {
      ...config.replica,
      path: join(folder, 'data', 'replica.duckdb'),
      threads: options.threads ?? facts.threads,
    },
    inputs: { ...config.inputs, keep: false },
    gates: options.presentSettings ? config.gates : { thresholds },
    train: options.presentSettings ? config.train : own,
  };
}

/** Settings that decide results and are not now as they were: in hoopduck.yaml, or unknown to one of the versions. */
export function differingParameters(config: Config, { settings }: RunFacts): Parameter[] {
  const run: Record<string, unknown> = { ...settings.train };
  const now: Record<string, unknown> = { ...config.train };
  const keys = [...new Set([...Object.keys(run), ...Object.keys(now)])];
  const parameters = keys
    .filter((key) => JSON.stringify(run[key]) !== JSON.stringify(now[key]))
    .map((key) => ({ key: `train.${snakeCase(key)}`, run: run[key], now: now[key] }));
  const thresholds = readThresholds(config.gates.thresholds);
  if (JSON.stringify(thresholds) !== JSON.stringify(settings.thresholds)) {
    parameters.push({ key: 'gates.thresholds', run: settings.thresholds, now: thresholds });
  }
  return parameters;
}

/** Settings that the run's version did not have, and for which a default stands now. */
export function newParameters({ settings }: RunFacts): string[] {
  return Object.keys(DEFAULTS.train)
    .filter((key) => !(key in settings.train))
    .map((key) => `train.${snakeCase(key)}`);
}

/** Puts the workspace's own models that the run had into the scratch place. */
export function copyOwnModels(workspace: string, folder: string, { sql }: RunFacts): void {
  for (const name of Object.keys(sql)) {
    const file = join('models', ...`${name}.sql`.split(/\.(?=[^.]+\.sql$)/));
    if (existsSync(join(workspace, file))) cpSync(join(workspace, file), join(folder, file));
  }
}

function snakeCase(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
