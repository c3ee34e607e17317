import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import { walk } from '../../src/train/walk.ts';
import { fromXgboostJson, toXgboostJson } from '../../src/train/xgboost-json.ts';
import { parameters, randomTraining } from './engines-data.ts';

const python = process.env['HOOPDUCK_TEST_PYTHON'] ?? 'python3';

function hasXgboost(): boolean {
  try {
    execFileSync(python, ['-c', 'import numpy, xgboost'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const skip = !hasXgboost();
if (skip) {
  console.info(
    `Skipped: "${python}" has no xgboost; HOOPDUCK_TEST_PYTHON names a Python that has.`,
  );
}

const SCRIPT = `
import sys, numpy, xgboost
folder, columns = sys.argv[1], int(sys.argv[2])
rows = numpy.fromfile(folder + '/rows.f32', dtype='<f4').reshape(-1, columns)
booster = xgboost.Booster()
booster.load_model(folder + '/model.json')
data = xgboost.DMatrix(rows, missing=numpy.nan, feature_names=booster.feature_names)
booster.predict(data).astype('<f4').tofile(sys.stdout.buffer)
booster.save_model(folder + '/saved.json')
sys.stderr.write(xgboost.__version__)
`;

test.skipIf(skip)('XGBoost in Python loads the model and scores it to the bit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hoopduck-'));
  try {
    const columns = 8;
    const trained = await wasmEngine.train({
      ...randomTraining(5000, columns),
      parameters,
      rounds: 120,
    });
    const names = Array.from({ length: columns }, (_, i) => `feature_${i}`);
    const fresh = randomTraining(1000, columns, 3).matrix;
    writeFileSync(join(folder, 'rows.f32'), fresh.values);
    writeFileSync(join(folder, 'model.json'), toXgboostJson(trained, names, parameters));
    const answer = execFileSync(python, ['-c', SCRIPT, folder, String(columns)]);
    const theirs = new Float32Array(new Uint8Array(answer).buffer);
    expect(theirs).toEqual(walk(trained, fresh));

    const { readFileSync } = await import('node:fs');
    const saved = fromXgboostJson(readFileSync(join(folder, 'saved.json'), 'utf8'));
    expect(saved).toEqual({ ensemble: trained, featureNames: names });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
