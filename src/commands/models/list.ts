import type { Style } from '../../console/style.ts';
import { table } from '../../console/table.ts';
import { EXIT } from '../../errors.ts';
import { count } from '../../format.ts';
import type { CommandEnvironment, Outcome } from '../command.ts';
import { type ListedModel, listModels } from './listed-model.ts';

/** Every model, the newest first, with its figures and its names. */
export async function execute(_: object, env: CommandEnvironment): Promise<Outcome> {
  const { models, aliases } = await env.reading((replica) => listModels(replica));
  return {
    exitCode: EXIT.done,
    json: { models, aliases },
    text: (style) => listText(models, style),
  };
}

function listText(models: readonly ListedModel[], style: Style): string {
  if (models.length === 0) return 'There is no model yet. Next: hoopduck train';
  const right = 'right' as const;
  const columns = [
    { title: 'model' },
    { title: 'trained (UTC)' },
    { title: 'engine' },
    { title: 'features', maxWidth: 30 },
    { title: 'split' },
    { title: 'rows', align: right },
    { title: 'MAE', align: right },
    { title: 'last 10', align: right },
    { title: 'status' },
    { title: 'alias' },
  ];
  const rows = models.map((model) => [
    model.model_id,
    model.trained_at.slice(0, 16).replace('T', ' '),
    model.engine,
    model.features,
    model.split,
    count(model.n),
    maeText(model, style),
    model.last_10_mae === null ? '-' : model.last_10_mae.toFixed(3),
    model.status === 'evaluated' ? model.status : style.yellow(model.status.replace('_', ' ')),
    model.aliases.map((alias) => style.bold(alias)).join(', '),
  ]);
  const legend = style.dim(
    '(rows: of the test part, with an earlier game; MAE and last 10 are on them, and compare within a line only)',
  );
  return `${table(columns, rows, style)}\n${legend}`;
}

function maeText({ model_mae, last_10_mae }: ListedModel, style: Style): string {
  if (model_mae === null) return '-';
  const text = model_mae.toFixed(3);
  return last_10_mae !== null && model_mae >= last_10_mae ? style.yellow(text) : text;
}
