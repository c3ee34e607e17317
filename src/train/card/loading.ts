import type { Section } from './document.ts';
import type { CardFacts } from './facts.ts';

/** How to load the model without hoopduck; what stands here is run by the tests. */
export function loadingSection({ training, predictor }: CardFacts): Section {
  return {
    title: 'Loading it elsewhere',
    blocks: [
      {
        kind: 'paragraph',
        text: [
          'Rows are float32, a column for each feature in the order of ',
          { code: 'features.json' },
          ', NaN where a value is unknown. Both ways give what ',
          { code: 'hoopduck predict' },
          ' gives. With XGBoost 1.7 or newer in Python:',
        ],
      },
      {
        kind: 'code',
        language: 'python',
        text: xgboostCode(training.artefact, predictor.first_stage !== undefined),
      },
      { kind: 'paragraph', text: 'With ONNX Runtime, the whole model is one file:' },
      { kind: 'code', language: 'python', text: onnxCode(training.artefact) },
    ],
  };
}

/** Reads as much of the first stage as there is. */
function xgboostCode(folder: string, twoStages: boolean): string {
  const firstStage = twoStages ? FIRST_STAGE_CODE : '';
  const columns = twoStages
    ? `with_first_stage(rows), missing=numpy.nan, feature_names=features + derived`
    : `rows, missing=numpy.nan, feature_names=features`;
  return `import json, numpy, xgboost

folder = ${JSON.stringify(folder)}
features = [f["name"] for f in json.load(open(folder + "/features.json"))["features"]]
members = json.load(open(folder + "/predictor.json"))["members"]

def load(name):
    booster = xgboost.Booster()
    booster.load_model(folder + "/" + name)
    return booster
${firstStage}
def predict(rows):
    data = xgboost.DMatrix(${columns})
    points = numpy.full(len(rows), numpy.nan)
    for member in members:  # the first that has all that it needs speaks
        mine = numpy.isnan(points) & ~numpy.isnan(rows[:, member["presence"]]).any(axis=1)
        seeds = [load(name).predict(data).astype("float64") for name in member["trees"]]
        q = numpy.maximum(0, sum(seeds) / len(seeds)) ** 2
        a, b, c = (member["correction"][key] for key in "abc")
        points[mine] = numpy.maximum(0, a + b * q + c * q * q)[mine]
    return points

rows = numpy.full((1, len(features)), numpy.nan, dtype="float32")  # a player of whom nothing is known
print(predict(rows))
`;
}

const FIRST_STAGE_CODE = `
stage = json.load(open(folder + "/predictor.json"))["first_stage"]
derived = [f["name"] for f in stage["features"]]

def with_first_stage(rows):
    season, shooting, before = (rows[:, stage["inputs"][key]] for key in ("season", "trueShooting", "minutes"))
    data = xgboost.DMatrix(rows, missing=numpy.nan, feature_names=features)
    columns = [rows]
    for kind in stage["kinds"]:
        minutes, shots = numpy.full((2, len(rows)), numpy.nan)
        for part in kind["seasons"]:  # the last that is not after the row's season speaks
            begun = season >= part["season"]
            minutes = numpy.where(begun, load(part["minutes"]).predict(data), minutes)
            shots = numpy.where(begun, load(part["shots"]).predict(data), shots)
        columns += [2 * shots * shooting, minutes, minutes - before]
    return numpy.column_stack(columns).astype("float32")
`;

function onnxCode(folder: string): string {
  return `import json, numpy, onnxruntime

folder = ${JSON.stringify(folder)}
features = [f["name"] for f in json.load(open(folder + "/features.json"))["features"]]
session = onnxruntime.InferenceSession(folder + "/model.onnx", providers=["CPUExecutionProvider"])

def predict(rows):
    points, quantiles = session.run(["points", "quantiles"], {"features": rows})
    return points[:, 0]  # quantiles has a column for each of "levels" in predictor.json

rows = numpy.full((1, len(features)), numpy.nan, dtype="float32")
print(predict(rows))
`;
}
