import type { Section } from './document.ts';
import type { CardFacts } from './facts.ts';

/** How to load the model without hoopduck; what stands here is run by the tests. */
export function loadingSection({ training }: CardFacts): Section {
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
      { kind: 'code', language: 'python', text: xgboostCode(training.artefact) },
      { kind: 'paragraph', text: 'With ONNX Runtime, the whole model is one file:' },
      { kind: 'code', language: 'python', text: onnxCode(training.artefact) },
    ],
  };
}

function xgboostCode(folder: string): string {
  return `import json, numpy, xgboost

folder = ${JSON.stringify(folder)}
features = [f["name"] for f in json.load(open(folder + "/features.json"))["features"]]
members = json.load(open(folder + "/predictor.json"))["members"]

def load(name):
    booster = xgboost.Booster()
    booster.load_model(folder + "/" + name)
    return booster

def predict(rows):
    data = xgboost.DMatrix(rows, missing=numpy.nan, feature_names=features)
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
