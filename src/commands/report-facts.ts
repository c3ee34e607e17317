import { statSync } from 'node:fs';
import type { Config } from '../config/config.ts';
import { locationName } from '../config/location.ts';
import type { Replica } from '../replica/replica.ts';
import {
  type ForeignFacts,
  gradedOf,
  NO_REPLICA,
  type ReportFacts,
  replicaFacts,
} from '../report/facts/facts.ts';
import type { MetricsFacts, ModelFacts, ParityFacts } from '../report/facts/model.ts';
import { readArtefactFile } from '../train/artefact.ts';
import { monitorModel } from '../train/monitor/monitor.ts';
import { predictingModel } from '../train/monitor/predicting-model.ts';
import type { ChosenModel } from '../train/registry.ts';
import { VERSION } from '../version.ts';
import { graphFacts } from './graph-facts.ts';
import { modelSummary } from './model-summary.ts';

/** Gathers all that a report shows; `replica` null: there is none yet. */
export async function reportFacts(
  replica: Replica | null,
  config: Config,
  now: Date,
): Promise<ReportFacts> {
  const chosen = replica === null ? null : await predictingModel(replica, config.workspace);
  return {
    workspace: config.workspace,
    version: VERSION,
    made_at: `${now.toISOString().slice(0, 19)}Z`,
    replica_bytes: replica === null ? null : statSync(replica.path).size,
    push_target: config.push === null ? null : locationName(config.push),
    ...(replica === null ? NO_REPLICA : await replicaFacts(replica)),
    model: chosen === null ? null : modelFacts(chosen, config.workspace),
    monitor:
      replica === null || chosen === null
        ? null
        : await monitorModel({ replica, config }, chosen.model),
    graded:
      replica === null ? NOTHING_GRADED : await gradedOf(replica, chosen?.model.modelId ?? null),
    graph: await drawnModels(config),
  };
}

const NOTHING_GRADED = { weeks: [], calibration: [] };

function modelFacts(chosen: ChosenModel, workspace: string): ModelFacts {
  const { training, artefact } = chosen.model;
  return {
    ...modelSummary(chosen),
    parts: training?.parts ?? null,
    last_10_mae: training?.test?.compared?.last_10_mae ?? null,
    metrics: metricsOf(artefactJson(workspace, artefact, 'metrics.json')),
    parity: artefactJson<ParityFacts>(workspace, artefact, 'parity.json'),
  };
}

/** The figures, if they are those of this version: an earlier one wrote fewer. */
function metricsOf(file: Partial<MetricsFacts> | null): MetricsFacts | null {
  const isWhole =
    file?.parts?.test?.compared !== undefined &&
    file.test?.by_tier !== undefined &&
    file.test.intervals?.compared !== undefined &&
    file.permutation !== undefined &&
    file.feature_importance !== undefined;
  return isWhole ? (file as MetricsFacts) : null;
}

function artefactJson<T>(workspace: string, artefact: string, name: string): T | null {
  try {
    return JSON.parse(readArtefactFile(workspace, artefact, name)) as T;
  } catch {
    // A folder that is gone is told by the page, as figures that are not there.
    return null;
  }
}

async function drawnModels(config: Config): Promise<ForeignFacts['graph']> {
  const { models } = await graphFacts(config);
  return models.map(({ table, origin, description, reads }) => ({
    table,
    origin,
    description,
    reads,
  }));
}
