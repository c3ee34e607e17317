import type { Config } from '../../config/config.ts';
import type { Replica } from '../../replica/replica.ts';
import { readArtefactFile } from '../artefact.ts';
import type { RecordedModel } from '../registry.ts';
import { alarmsOf, type MonitorAlarm } from './alarms.ts';
import { DISTRIBUTIONS, type Distributions } from './distributions.ts';
import { type Drift, measureDrift, notMeasured } from './drift.ts';
import {
  byWeek,
  type GradedWeek,
  gradedDates,
  type RecentErrors,
  recentErrors,
} from './graded-errors.ts';

/** How the predictions of a model fare (docs/monitor.md). */
export interface Monitor {
  readonly model_id: string;
  /** MAE of the training on its compared test rows; null: not evaluated. */
  readonly expected_mae: number | null;
  /** The newest eight ISO weeks with graded predictions, the newest first. */
  readonly weeks: readonly GradedWeek[];
  /** The 28 days up to the newest graded date; null: nothing of this model is graded. */
  readonly recent: RecentErrors | null;
  /** Features of the same days beside those that it was trained on. */
  readonly drift: Drift;
  readonly alarms: readonly MonitorAlarm[];
}

/** The training's estimate of the error, in points; null: the model was not evaluated. */
export function expectedMae({ training }: Pick<RecordedModel, 'training'>): number | null {
  return training?.test?.compared?.model_mae ?? null;
}

/** Watches a model by its graded predictions. Nothing is written. */
export async function monitorModel(
  { replica, config }: { readonly replica: Replica; readonly config: Pick<Config, 'workspace'> },
  model: RecordedModel,
): Promise<Monitor> {
  const dates = await gradedDates(replica, model.modelId);
  const recent = recentErrors(dates);
  const expected = expectedMae(model);
  const drift = await driftOf(replica, config.workspace, model, recent);
  return {
    model_id: model.modelId,
    expected_mae: expected,
    weeks: byWeek(dates),
    recent,
    drift,
    alarms: alarmsOf(recent, expected, drift),
  };
}

async function driftOf(
  replica: Replica,
  workspace: string,
  { modelId, artefact }: RecordedModel,
  recent: RecentErrors | null,
): Promise<Drift> {
  if (recent === null) return notMeasured('no prediction of this model is graded yet');
  const distributions = readDistributions(workspace, artefact);
  if (typeof distributions === 'string') return notMeasured(distributions);
  return measureDrift(replica, distributions, { modelId, from: recent.from, to: recent.to });
}

/** The reference of a model, or why there is none. */
function readDistributions(workspace: string, artefact: string): Distributions | string {
  try {
    return JSON.parse(readArtefactFile(workspace, artefact, DISTRIBUTIONS));
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return absent
      ? `"${artefact}" has no ${DISTRIBUTIONS}: an earlier version trained it, or the folder is gone`
      : `"${artefact}/${DISTRIBUTIONS}" cannot be read`;
  }
}
