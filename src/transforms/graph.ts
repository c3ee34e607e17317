import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../config/config.ts';
import { kindOfPath } from '../config/path-kind.ts';
import { RAW_TABLES } from '../config/raw-tables.ts';
import { didYouMean } from '../config/suggest.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import { modelFault, readHead } from './head.ts';
import { type Model, parseModel } from './model.ts';
import { workspaceFeatures } from './workspace-features.ts';

const MODELS_FOLDER = fileURLToPath(new URL('./models', import.meta.url));

/** Datasets in which a workspace may have models of its own. */
const OPEN_DATASETS = ['nba_analytics', 'nba_precompute', 'hoopduck'];

/** All models in build order, and what reads what. */
export interface ModelGraph {
  readonly models: readonly Model[];
  readonly byName: ReadonlyMap<string, Model>;
  /** Columns by which windows of other models look at a table, by table. */
  readonly entityColumns: ReadonlyMap<string, readonly string[]>;
}

/**
 * The models that ship with hoopduck, those of a workspace (`models/<dataset>/<table>.sql`) and the table of the
 * features that its configuration adds, in the order in which they are built.
 * @throws HoopduckError MODEL_INVALID, MODEL_CYCLE or FEATURE_UNKNOWN (exit 2), with the file and the line.
 */
export function loadGraph(config: GraphConfig | null = null): ModelGraph {
  const own = modelFiles(MODELS_FOLDER).map(({ name, path, file }) =>
    parseModel(name, file, readFileSync(path, 'utf8')),
  );
  const folder = config === null ? null : join(config.workspace, 'models');
  const added =
    folder === null || !existsSync(folder)
      ? []
      : modelFiles(folder).map((found) => ownModel(found, own));
  const files = [...own, ...added];
  const features = config === null ? [] : workspaceFeatures(config, files);
  const models = inBuildOrder([...files, ...features]);
  const byName = new Map(models.map((model) => [model.name, model]));
  for (const model of models) checkUpstreams(model, byName);
  const columns = new Map<string, Set<string>>();
  for (const { inputs } of models) {
    for (const { table, reaches } of inputs) {
      for (const reach of reaches) {
        if (reach.kind !== 'window' || reach.entity === null) continue;
        columns.set(table, (columns.get(table) ?? new Set()).add(reach.entity.column));
      }
    }
  }
  return {
    models,
    byName,
    entityColumns: new Map([...columns].map(([table, set]) => [table, [...set].sort()])),
  };
}

/** What of a configuration the models depend on. */
export type GraphConfig = Pick<Config, 'workspace' | 'file' | 'train'>;

/** The models that ship with hoopduck, in the order in which they are built. */
export function loadModels(): readonly Model[] {
  return loadGraph().models;
}

interface ModelFile {
  readonly name: string;
  readonly path: string;
  /** As a person would name it: `models/<dataset>/<table>.sql`. */
  readonly file: string;
}

/** The `<dataset>/<table>.sql` files of a folder; files of another engine (`<table>.bigquery.sql`) stand aside. */
function modelFiles(folder: string): ModelFile[] {
  return readdirSync(folder)
    .sort()
    .filter((dataset) => kindOfPath(join(folder, dataset)) === 'folder')
    .flatMap((dataset) =>
      readdirSync(join(folder, dataset))
        .sort()
        .filter((file) => /^[^.]+\.sql$/.test(file))
        .map((file) => ({
          name: `${dataset}.${file.slice(0, -4)}`,
          path: join(folder, dataset, file),
          file: `models/${dataset}/${file}`,
        })),
    );
}

function ownModel({ name, path, file }: ModelFile, ours: readonly Model[]): Model {
  const start = { line: 1, column: 1, length: 1 };
  if (kindOfPath(path) !== 'file') {
    throw modelFault(
      file,
      '',
      start,
      'Here is no file that can be read; a file of SQL was wanted.',
    );
  }
  const text = readFileSync(path, 'utf8');
  const [dataset, table] = name.split('.') as [string, string];
  if (!OPEN_DATASETS.includes(dataset)) {
    const wanted = OPEN_DATASETS.map((open) => `"${open}"`).join(', ');
    throw modelFault(
      file,
      text,
      start,
      `"${dataset}" is no dataset for models; one of ${wanted} was wanted.${didYouMean(dataset, OPEN_DATASETS)}`,
    );
  }
  if (!/^[a-z]\w*$/.test(table)) {
    throw modelFault(
      file,
      text,
      start,
      `"${table}" is no name of a table; small letters, digits and underscores were wanted.`,
    );
  }
  if (ours.some((model) => model.name === name)) {
    throw modelFault(
      file,
      text,
      start,
      `hoopduck computes "${name}" itself; another name was wanted.`,
    );
  }
  const model = parseModel(name, file, text, 'workspace');
  // What is pushed and gated by date has one name for it.
  if (name.startsWith('nba_') && model.partition !== 'game_date') {
    const head = readHead(text).facts.get('partition')!;
    throw modelFault(
      file,
      text,
      head.at(0, head.value.length),
      `a table of "${dataset}" is partitioned by "game_date"; "${head.value}" was found.`,
    );
  }
  return model;
}

/** Every table that a head names must be there. */
function checkUpstreams(model: Model, byName: ReadonlyMap<string, Model>): void {
  const raw = RAW_TABLES.map(({ name }) => `nba_raw.${name}`);
  const known = [...byName.keys(), ...raw];
  const named = [...model.inputs, ...(model.spine === null ? [] : [model.spine])];
  for (const { table, at } of named) {
    if (byName.has(table) || raw.includes(table)) continue;
    throw modelFault(
      model.file,
      model.text,
      at,
      `there is no table "${table}" to read.${didYouMean(table, known)}`,
    );
  }
  if (model.spine !== null && !model.inputs.some(({ table }) => table === model.spine!.table)) {
    throw modelFault(
      model.file,
      model.text,
      model.spine.at,
      `the spine "${model.spine.table}" is not among the tables that it "reads".`,
    );
  }
}

/**
 * Models after everything that they read; models without a reason to be ordered stay in name order.
 * @throws HoopduckError MODEL_CYCLE (exit 2) that names the circle.
 */
export function inBuildOrder(models: readonly Model[]): Model[] {
  const byName = new Map(models.map((model) => [model.name, model]));
  const ordered: Model[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (model: Model, path: readonly string[]): void => {
    if (state.get(model.name) === 'done') return;
    if (state.get(model.name) === 'open')
      throw circleFault([...path.slice(path.indexOf(model.name)), model.name], byName);
    state.set(model.name, 'open');
    for (const input of model.inputs) {
      const upstream = byName.get(input.table);
      if (upstream !== undefined) visit(upstream, [...path, model.name]);
    }
    state.set(model.name, 'done');
    ordered.push(model);
  };
  for (const model of [...models].sort((a, b) => (a.name < b.name ? -1 : 1))) visit(model, []);
  return ordered;
}

/** Names the circle, and the place of one step of it in a file that a user can mend. */
function circleFault(circle: readonly string[], byName: ReadonlyMap<string, Model>): HoopduckError {
  const steps = circle
    .slice(0, -1)
    .map((name, i) => ({ model: byName.get(name)!, reads: circle[i + 1]! }));
  const { model, reads } = steps.find((step) => step.model.origin === 'workspace') ?? steps[0]!;
  const input = model.inputs.find(({ table }) => table === reads)!;
  const problem = `the models read each other in a circle: ${circle.join(' -> ')}.`;
  const fault = modelFault(model.file, model.text, input.at, problem);
  return new HoopduckError('MODEL_CYCLE', fault.message, {
    next: 'Take one of these tables out of the "reads" of the others.',
    exitCode: EXIT.usage,
  });
}
