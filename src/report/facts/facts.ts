import type { Replica } from '../../replica/replica.ts';
import type { DrawnModel } from '../graph-svg.ts';
import { type CoverageFacts, coverageFacts } from './coverage.ts';
import { distributionFacts, type MeasureFacts } from './distributions.ts';
import { type GateFacts, gateFacts } from './gates.ts';
import { type GradedFacts, gradedFacts } from './graded.ts';
import type { ModelFacts, MonitorFacts } from './model.ts';
import { type PastValues, pastValues } from './past-values.ts';
import { type PushFacts, pushFacts } from './pushes.ts';
import { type ForcedFacts, forcedFacts, type RunFacts, runFacts } from './runs.ts';

/** What the replica itself tells a report. */
export interface ReplicaFacts {
  readonly coverage: CoverageFacts;
  /** null: nothing was checked yet. */
  readonly gates: GateFacts | null;
  readonly distributions: readonly MeasureFacts[];
  readonly past: readonly PastValues[];
  readonly runs: readonly RunFacts[];
  readonly pushes: readonly PushFacts[];
  readonly forced: readonly ForcedFacts[];
}

/** What the other stages tell it: how a model was trained and fares, and what reads what. */
export interface ForeignFacts {
  /** The model that predicts now; null: none was trained. */
  readonly model: ModelFacts | null;
  readonly monitor: MonitorFacts | null;
  readonly graph: readonly DrawnModel[];
}

/** All that a report is drawn from: plain data, which JSON gives back as it was. */
export interface ReportFacts extends ReplicaFacts, ForeignFacts {
  readonly workspace: string;
  readonly version: string;
  readonly made_at: string;
  /** Size of the replica's file in bytes; null: there is none yet. */
  readonly replica_bytes: number | null;
  /** Where push writes; null: nowhere. */
  readonly push_target: string | null;
  readonly graded: GradedFacts;
}

/** What an absent replica tells. */
export const NO_REPLICA: ReplicaFacts = {
  coverage: { tables: [], seasons: [] },
  gates: null,
  distributions: [],
  past: [],
  runs: [],
  pushes: [],
  forced: [],
};

/** Reads all of it; the replica may be open for reading only. */
export async function replicaFacts(replica: Replica): Promise<ReplicaFacts> {
  return {
    coverage: await coverageFacts(replica),
    gates: await gateFacts(replica),
    distributions: await distributionFacts(replica),
    past: await pastValues(replica),
    runs: await runFacts(replica),
    pushes: await pushFacts(replica),
    forced: await forcedFacts(replica),
  };
}

/** How the predictions of a model fared; of none: nothing. */
export async function gradedOf(replica: Replica, modelId: string | null): Promise<GradedFacts> {
  return modelId === null ? { weeks: [], calibration: [] } : gradedFacts(replica, modelId);
}
