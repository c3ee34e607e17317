import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { quoteIdentifier, quoteTable } from '../../replica/identifiers.ts';
import type { Replica } from '../../replica/replica.ts';
import { readColumns } from '../columns.ts';
import { goneFeature } from '../gone-feature.ts';
import type { StoredManifest } from '../manifest.ts';
import type { Matrix } from '../matrix.ts';
import { predictionsDigest } from '../model-files.ts';
import { parityReport, worstDifference } from '../parity.ts';
import type { FeatureFile, Predictor } from '../predictor.ts';
import { scoreAgain } from '../score-again.ts';
import { PARITY_LIMIT } from '../train-outcome.ts';
import type { ModelCheck } from './verdict.ts';

/** Stored rows that the two forms are compared on beside the adversarial ones: seconds, not minutes. */
const SAMPLE_ROWS = 4096;

/**
 * The XGBoost files of every member against the ONNX file: on rows made to part them, and on a
 * sample of the stored feature rows, spread over all dates.
 */
export async function checkParity(
  replica: Replica,
  folder: string,
  { model, features }: Predictor,
): Promise<ModelCheck> {
  const sample = await sampleRows(replica, features);
  const onnx = readFileSync(join(folder, 'model.onnx'));
  const report = await parityReport(model, onnx, sample, {});
  const worst = worstDifference(report);
  const rows = `${report.adversarialRows} adversarial and ${sample.rows} stored rows, ${report.identicalRows} to the bit`;
  return {
    ...{ check: 'parity', subject: 'model.onnx' },
    verdict: worst <= PARITY_LIMIT ? 'pass' : 'fail',
    detail: `${worst.toExponential(1)} points apart at most, ${PARITY_LIMIT.toExponential(0)} allowed; ${rows}`,
  };
}

/** The test part scored again, by the digest of its predictions. */
export async function checkTestPredictions(
  replica: Replica,
  manifest: StoredManifest,
  predictor: Predictor,
): Promise<ModelCheck> {
  const { rows, points } = await scoreAgain(replica, predictor, {
    from: manifest.split.test_from,
    to: manifest.split.to,
    exclude: manifest.rows.excluded_dates,
    filter: manifest.rows.filter,
  });
  const same = predictionsDigest(rows, points) === manifest.results.test_predictions;
  return testCheck(
    same ? 'pass' : 'fail',
    same
      ? `${rows.rows} rows scored again, the same to the last of 9 decimals`
      : `${rows.rows} rows scored again give other predictions than were recorded`,
  );
}

/** Why the test part cannot be held against its record. */
export function testPredictionsNotEvaluated(why: string): ModelCheck {
  return testCheck('not_evaluated', why);
}

function testCheck(verdict: ModelCheck['verdict'], detail: string): ModelCheck {
  return { check: 'test_predictions', subject: 'test part', verdict, detail };
}

/** Rows of the features' table by the order of a hash, so that the same table gives the same sample. */
async function sampleRows(
  replica: Replica,
  { table, features }: Pick<FeatureFile, 'table' | 'features'>,
): Promise<Matrix> {
  const columns = features.length;
  if ((await goneFeature(replica, { table, features })) !== undefined) {
    return { rows: 0, columns, values: new Float32Array(0) };
  }
  const values = features.map(({ name }, j) => `CAST(${quoteIdentifier(name)} AS DOUBLE) AS f${j}`);
  const { matrix } = await readColumns(
    replica,
    `SELECT ${values.join(', ')} FROM ${quoteTable(table)}
     ORDER BY md5(CAST(game_date AS VARCHAR) || player_lookup) LIMIT ${SAMPLE_ROWS}`,
    {},
    { text: [], ints: [], floats: [], matrix: features.map((_, j) => `f${j}`) },
  );
  return matrix;
}
