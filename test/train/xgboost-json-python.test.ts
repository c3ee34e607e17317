import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Engine } from '../../src/train/engines/engine.ts';
import { nativeEngine } from '../../src/train/engines/native-engine.ts';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import { walk } from '../../src/train/walk.ts';
import { fromXgboostJson, toXgboostJson } from '../../src/train/xgboost-json.ts';
import { parameters, randomTraining } from './engines-data.ts';
import { libraries, testLibrariesAreThere } from './native-libraries.ts';

/** The Pythons of .emulators/, XGBoost 1.7 and 3.2, and the one that HOOPDUCK_TEST_PYTHON names. */
const pythons = [
  process.env['HOOPDUCK_TEST_PYTHON'],
  ...libraries.map((library) => library.python),
].filter((python) => python !== undefined);
testLibrariesAreThere();

/** Where no library is, the wasm engine's model is the only one. */
const engines: readonly Engine[] = [wasmEngine, ...libraries.map(nativeEngine)];
const cases = engines.flatMap((engine) =>
  engine.objectives.map((objective) => ({ engine, objective, name: engine.version })),
);

const SCRIPT = `
import sys, numpy, xgboost
folder, columns = sys.argv[1], int(sys.argv[2])
rows = numpy.fromfile(folder + '/rows.f32', dtype='<f4').reshape(-1, columns)
booster = xgboost.Booster()
booster.load_model(folder + '/model.json')
data = xgboost.DMatrix(rows, missing=numpy.nan, feature_names=booster.feature_names)
booster.predict(data).astype('<f4').tofile(sys.stdout.buffer)
booster.save_model(folder + '/saved.json')
`;

describe.each(pythons)('%s', (python) => {
  test.each(cases)(
    'loads the model of $name ($objective) and scores it to the bit',
    async ({ engine, objective }) => {
      const folder = mkdtempSync(join(tmpdir(), 'hoopduck-'));
      try {
        const columns = 8;
        const given = { ...parameters, objective };
        const training = { ...randomTraining(5000, columns), parameters: given, rounds: 120 };
        const { ensemble: trained } = await engine.train(training);
        const names = Array.from({ length: columns }, (_, i) => `feature_${i}`);
        const fresh = randomTraining(1000, columns, 3).matrix;
        writeFileSync(join(folder, 'rows.f32'), fresh.values);
        writeFileSync(join(folder, 'model.json'), toXgboostJson(trained, names, given));
        const answer = execFileSync(python, ['-c', SCRIPT, folder, String(columns)], {
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const theirs = new Float32Array(new Uint8Array(answer).buffer);
        expect(theirs).toEqual(walk(trained, fresh));

        const saved = fromXgboostJson(readFileSync(join(folder, 'saved.json'), 'utf8'));
        expect(saved).toEqual({ ensemble: trained, featureNames: names });
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
