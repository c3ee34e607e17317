import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EXIT, HoopduckError } from '../errors.ts';
import { type Model, parseModel } from './model.ts';

const MODELS_FOLDER = fileURLToPath(new URL('./models', import.meta.url));

/** The models that ship with hoopduck, in the order in which they are built. */
export function loadModels(folder: string = MODELS_FOLDER): Model[] {
  const models: Model[] = [];
  for (const dataset of readdirSync(folder).sort()) {
    for (const file of readdirSync(`${folder}/${dataset}`).sort()) {
      if (!file.endsWith('.sql')) continue;
      const path = `${folder}/${dataset}/${file}`;
      models.push(parseModel(`${dataset}.${file.slice(0, -4)}`, path, readFileSync(path, 'utf8')));
    }
  }
  return inBuildOrder(models);
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
    if (state.get(model.name) === 'open') {
      const circle = [...path.slice(path.indexOf(model.name)), model.name].join(' -> ');
      throw new HoopduckError('MODEL_CYCLE', `The models read each other in a circle: ${circle}.`, {
        next: 'Take one of these tables out of the "reads" of the others.',
        exitCode: EXIT.usage,
      });
    }
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
