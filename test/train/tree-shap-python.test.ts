import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import type { Ensemble } from '../../src/train/ensemble.ts';
import { treeShap } from '../../src/train/tree-shap.ts';
import { toXgboostJson } from '../../src/train/xgboost-json.ts';
import { parameters, randomTraining } from './engines-data.ts';
import { libraries, testLibrariesAreThere } from './native-libraries.ts';

const pythons = libraries.flatMap(({ python }) => python ?? []);
testLibrariesAreThere();

const COLUMNS = 8;
const ROWS = 20;
const SCRIPT = `
import sys, numpy, xgboost
folder, columns = sys.argv[1], int(sys.argv[2])
rows = numpy.fromfile(folder + '/rows.f32', dtype='<f4').reshape(-1, columns)
booster = xgboost.Booster()
booster.load_model(folder + '/model.json')
data = xgboost.DMatrix(rows, missing=numpy.nan, feature_names=booster.feature_names)
booster.predict(data, pred_contribs=True).astype('<f4').tofile(sys.stdout.buffer)
`;

describe.runIf(pythons.length > 0)('beside XGBoost in Python', () => {
  const { matrix } = randomTraining(ROWS, COLUMNS, 5);
  let ensemble: Ensemble;
  beforeAll(async () => {
    ({ ensemble } = await wasmEngine.train({
      ...randomTraining(3000, COLUMNS),
      parameters: { ...parameters, maxDepth: 6 },
      rounds: 60,
    }));
  });

  test.each(pythons)('contributions of a trained model are those of %s', (python) => {
    const folder = mkdtempSync(join(tmpdir(), 'hoopduck-'));
    try {
      const names = Array.from({ length: COLUMNS }, (_, i) => `feature_${i}`);
      writeFileSync(join(folder, 'rows.f32'), matrix.values);
      writeFileSync(join(folder, 'model.json'), toXgboostJson(ensemble, names, parameters));
      const answer = execFileSync(python, ['-c', SCRIPT, folder, String(COLUMNS)]);
      // A row of theirs: one contribution a feature, then the expected value.
      const theirs = new Float32Array(new Uint8Array(answer).buffer);
      expect(theirs).toHaveLength(ROWS * (COLUMNS + 1));
      const ours = Array.from({ length: ROWS }, (_, row) => {
        const values = matrix.values.subarray(row * COLUMNS, (row + 1) * COLUMNS);
        const { expected, byColumn } = treeShap(ensemble, values);
        return [...byColumn, expected];
      }).flat();
      // They sum in float32.
      const worst = Math.max(...ours.map((value, at) => Math.abs(value - theirs[at]!)));
      expect(worst).toBeLessThan(1e-5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
