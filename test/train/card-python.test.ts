import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULTS } from '../../src/config/defaults.ts';
import { modelCard } from '../../src/train/card/card.ts';
import { wasmEngine } from '../../src/train/engines/wasm-engine.ts';
import { exactForecast, type Model } from '../../src/train/model.ts';
import { toOnnx } from '../../src/train/onnx/build.ts';
import { treesFile } from '../../src/train/predictor.ts';
import { allFeatures } from '../../src/train/two-stages/first-stage.ts';
import { firstStageEntry, firstStageTrees } from '../../src/train/two-stages/first-stage-files.ts';
import { toXgboostJson } from '../../src/train/xgboost-json.ts';
import { cardFacts, feature } from './card-facts.ts';
import { memberOf, parameters, randomTraining } from './engines-data.ts';
import { libraries, testLibrariesAreThere } from './native-libraries.ts';

testLibrariesAreThere();
const named = process.env['HOOPDUCK_TEST_PYTHON'];
const pythons = [named, ...libraries.map(({ python }) => python)].filter((p) => p !== undefined);
const COLUMNS = 5;

/** Two members, the first of two seeds that needs column 1; corrections that move every point. */
async function twoMembers(): Promise<Model> {
  const trained = async (seed: number) => {
    const given = { ...parameters, seed };
    const training = { ...randomTraining(2000, COLUMNS, seed), parameters: given, rounds: 20 };
    return (await wasmEngine.train(training)).ensemble;
  };
  return {
    members: [
      memberOf([await trained(1), await trained(2)], {
        ...{ name: 'lines', needs: ['lines'], presence: [1] },
        correction: { a: 0.5, b: 0.9, c: 0.002 },
      }),
      memberOf([await trained(3)], { correction: { a: -0.25, b: 1.1, c: -0.001 } }),
    ],
  };
}

/** Two members that read a first stage of two seasons, which column 0 (0 to 10) chooses. */
async function twoStages(): Promise<Model> {
  const trained = async (columns: number, seed: number) => {
    const given = { ...parameters, seed };
    const training = { ...randomTraining(2000, columns, seed), parameters: given, rounds: 20 };
    return (await wasmEngine.train(training)).ensemble;
  };
  const season = async (year: number) => ({
    season: year,
    minutes: await trained(COLUMNS, 10 + year),
    shots: await trained(COLUMNS, 20 + year),
  });
  const members = [
    memberOf([await trained(COLUMNS + 3, 1)], { name: 'lines', needs: ['lines'], presence: [1] }),
    memberOf([await trained(COLUMNS + 3, 2)]),
  ];
  const seasons = [await season(3), await season(6)];
  const reads = Array.from({ length: COLUMNS }, (_, column) => column);
  return {
    members,
    firstStage: {
      columns: COLUMNS,
      inputs: { season: 0, trueShooting: 2, minutes: 4 },
      kinds: [{ name: 'plain', needs: [], reads, seasons }],
    },
  };
}

/** A workspace with what the snippets of a card read, the snippets, and rows with what is expected of them. */
async function artefact(model: Model) {
  const workspace = mkdtempSync(join(tmpdir(), 'hoopduck-card-'));
  onTestFinished(() => rmSync(workspace, { recursive: true }));
  const features = Array.from({ length: COLUMNS }, (_, i) => feature(`feature_${i}`, ''));
  const names = features.map(({ name }) => name);
  const all = allFeatures(features, model.firstStage).map(({ name }) => name);
  const facts = cardFacts();
  const predictor = {
    ...facts.predictor,
    ...firstStageEntry(model.firstStage),
    members: model.members.map(({ ensembles, ...member }) => ({
      ...member,
      trees: ensembles.map((_, place) => treesFile(member.name, place)),
      rounds: ensembles.map(({ trees }) => trees.length),
    })),
  };
  const set = { ...facts.features, features };
  const card = modelCard({ ...facts, predictor, features: set })['card.md'];
  const folder = join(workspace, facts.training.artefact);
  mkdirSync(folder, { recursive: true });
  const write = (name: string, content: string | Uint8Array) =>
    writeFileSync(join(folder, name), content);
  write('features.json', JSON.stringify(set));
  write('predictor.json', JSON.stringify(predictor));
  write('model.onnx', toOnnx(model, names));
  for (const { name, ensembles } of model.members) {
    for (const [place, ensemble] of ensembles.entries()) {
      write(treesFile(name, place), toXgboostJson(ensemble, all, parameters));
    }
  }
  const settings = { ...DEFAULTS.train, features: 'default' } as const;
  for (const [name, text] of firstStageTrees(model.firstStage, names, settings)) write(name, text);
  const { matrix } = randomTraining(500, COLUMNS, 9);
  writeFileSync(join(workspace, 'rows.f32'), matrix.values);
  const forecast = exactForecast(model, matrix);
  // Both members speak.
  expect(new Set(forecast.members).size).toBe(2);
  const snippets = [...card.matchAll(/```python\n(.*?)```/gs)].map(([, code]) => code!);
  return { workspace, expected: forecast.points, xgboost: snippets[0]!, onnx: snippets[1]! };
}

/** Runs a snippet as it stands in the card, then its `predict` on the rows; its points come back. */
function run(python: string, workspace: string, snippet: string): Float64Array {
  const more = `
import sys
rows = numpy.fromfile("rows.f32", dtype="<f4").reshape(-1, ${COLUMNS})
predict(rows).astype("<f8").tofile(sys.stdout.buffer)
`;
  const quiet = snippet.replace('print(predict(rows))', 'assert len(predict(rows)) == 1');
  expect(quiet).not.toBe(snippet);
  const answer = execFileSync(python, ['-c', quiet + more], {
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Float64Array(new Uint8Array(answer).buffer);
}

function has(python: string, module: string): boolean {
  return spawnSync(python, ['-c', `import ${module}`]).status === 0;
}

test.each(
  pythons.flatMap((python) => [
    { python, stages: 'one stage', made: twoMembers },
    { python, stages: 'two stages', made: twoStages },
  ]),
)('what the card says of XGBoost gives the forecast of $stages: $python', async (given) => {
  const { workspace, expected, xgboost } = await artefact(await given.made());
  const found = run(given.python, workspace, xgboost);
  expect(found.length).toBe(expected.length);
  // NumPy may round the sum of the correction's three terms another way in the last bit.
  found.forEach((points, row) => {
    expect(points).toBeCloseTo(expected[row]!, 10);
  });
});

const withOnnx = [...pythons, 'python3'].find((python) => has(python, 'onnxruntime'));
if (withOnnx === undefined) {
  console.info('Skipped: no Python with onnxruntime is here; HOOPDUCK_TEST_PYTHON may name one.');
}

test.skipIf(withOnnx === undefined)(
  'what the card says of ONNX Runtime gives the forecast in float32',
  async () => {
    const { workspace, expected, onnx } = await artefact(await twoMembers());
    const found = run(withOnnx!, workspace, onnx);
    expect(found.length).toBe(expected.length);
    found.forEach((points, row) => {
      expect(points).toBeCloseTo(expected[row]!, 5);
    });
  },
);
