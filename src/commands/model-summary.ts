import { type Alias, isAlias } from '../train/aliases.ts';
import { expectedMae } from '../train/monitor/monitor.ts';
import type { ChosenModel } from '../train/registry.ts';

/** What `status` and `report` say of a model. */
export interface ModelSummary {
  readonly model_id: string;
  /** null: it has no name, and is the newest that can predict. */
  readonly alias: Alias | null;
  readonly trained_at: string;
  readonly engine: string;
  readonly features: string;
  readonly status: string;
  readonly artefact: string;
  /** MAE on the compared test rows of its training, in points; null: not evaluated. */
  readonly expected_mae: number | null;
}

/** Sums a model up as the registry has it. */
export function modelSummary({ model, as }: ChosenModel): ModelSummary {
  return {
    model_id: model.modelId,
    alias: isAlias(as) ? as : null,
    trained_at: model.trainedAt,
    engine: model.engine,
    features: model.featureSet,
    status: model.status,
    artefact: model.artefact,
    expected_mae: expectedMae(model),
  };
}
