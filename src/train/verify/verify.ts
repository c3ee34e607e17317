import { join } from 'node:path';
import type { Replica } from '../../replica/replica.ts';
import { goneFeature } from '../gone-feature.ts';
import { readManifest } from '../manifest.ts';
import { loadPredictor } from '../predictor.ts';
import type { RecordedModel } from '../registry.ts';
import { checkFiles, checkRecord } from './files.ts';
import { checkInputs } from './inputs.ts';
import { checkParity, checkTestPredictions, testPredictionsNotEvaluated } from './scores.ts';
import type { ModelCheck, Verification } from './verdict.ts';

/**
 * Holds a model against its own record: the files' digests, the XGBoost files against the ONNX file,
 * the partitions that it was trained on against those of the ledger now, and, where those are the
 * same, the predictions of its test part. With damaged files nothing else is asked.
 * @throws HoopduckError MODEL_DAMAGED (exit 1) when there is no manifest to verify by.
 */
export async function verifyModel(
  replica: Replica,
  workspace: string,
  model: RecordedModel,
): Promise<Verification> {
  const manifest = readManifest(workspace, model.artefact);
  const checks: ModelCheck[] = [
    checkRecord(model, manifest),
    ...checkFiles(workspace, model.artefact, manifest),
  ];
  if (!checks.some(isFailure)) {
    const predictor = loadPredictor(workspace, model.artefact);
    checks.push(await checkParity(replica, join(workspace, model.artefact), predictor));
    const inputs = await checkInputs(replica, manifest, predictor.features);
    checks.push(...inputs);
    const gone = await goneFeature(replica, predictor.features);
    checks.push(
      inputs.some(isFailure)
        ? testPredictionsNotEvaluated('its inputs are not what they were')
        : gone !== undefined
          ? testPredictionsNotEvaluated(`its feature "${gone}" is not computed any more`)
          : await checkTestPredictions(replica, manifest, predictor),
    );
  }
  return {
    model_id: model.modelId,
    verified: !checks.some(isFailure),
    checks,
  };
}

/** Whether a check speaks against the model. */
export function isFailure({ verdict }: ModelCheck): boolean {
  return verdict === 'fail';
}
