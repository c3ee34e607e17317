import type { Style } from '../../console/style.ts';
import { table } from '../../console/table.ts';
import { EXIT } from '../../errors.ts';
import { count } from '../../format.ts';
import type { ChangedFigure, ModelDifference } from '../../train/compare-models.ts';
import type { RecordedModel } from '../../train/registry.ts';
import type { CommandEnvironment, Outcome } from '../command.ts';

interface DiffOptions {
  readonly a: string;
  readonly b: string;
}

/** How two models differ, from their records. Two models differ by nature, so that the exit code is 0. */
export async function execute(options: DiffOptions, env: CommandEnvironment): Promise<Outcome> {
  return env.reading(async (replica, config) => {
    const { chooseModel } = await import('../../train/registry.ts');
    const { compareModels } = await import('../../train/compare-models.ts');
    const { readManifest } = await import('../../train/manifest.ts');
    const { readArtefactFile } = await import('../../train/artefact.ts');
    const side = ({ training, artefact }: RecordedModel) => ({
      training,
      manifest: readManifest(config.workspace, artefact),
      features: JSON.parse(readArtefactFile(config.workspace, artefact, 'features.json')),
    });
    const { model: a } = await chooseModel(replica, options.a);
    const { model: b } = await chooseModel(replica, options.b);
    const difference = compareModels(side(a), side(b));
    return {
      exitCode: EXIT.done,
      json: { a: a.modelId, b: b.modelId, ...difference },
      text: (style) => diffText(a.modelId, b.modelId, difference, style),
    };
  });
}

/** Columns of a line of names. */
const LINE = 100;

const right = 'right' as const;

function diffText(a: string, b: string, found: ModelDifference, style: Style): string {
  if (a === b) return `Both are model ${a}.`;
  const parts: string[] = [];
  if (found.settings.length > 0) {
    const rows = found.settings.map(({ name, a: one, b: two }) => [name, text(one), text(two)]);
    parts.push(table([{ title: 'setting' }, { title: a }, { title: b }], rows, style));
  }
  const { only_a, only_b } = found.features;
  if (only_a.length > 0) parts.push(named(`Features of ${a} alone`, only_a, style));
  if (only_b.length > 0) parts.push(named(`Features of ${b} alone`, only_b, style));
  if (found.inputs.length > 0) {
    const columns = [
      { title: 'partitions of' },
      { title: 'same', align: right },
      { title: 'differing', align: right },
      { title: `only ${a}`, align: right },
      { title: `only ${b}`, align: right },
    ];
    const rows = found.inputs.map((input) => [
      input.table,
      ...[input.same, input.differing, input.only_a, input.only_b].map(count),
    ]);
    parts.push(table(columns, rows, style));
  }
  if (found.sql.length > 0) parts.push(named('Tables that other SQL built', found.sql, style));
  if (parts.length === 0) parts.push('Settings, features, inputs and SQL are the same.');
  parts.push(figures(a, b, found.test, style));
  return parts.join('\n\n');
}

function figures(a: string, b: string, test: ModelDifference['test'], style: Style): string {
  const columns = [
    { title: 'test part' },
    { title: a, align: right },
    { title: b, align: right },
    ...(test.same_rows ? [{ title: 'change', align: right }] : []),
  ];
  const rows = test.figures.map((figure) => [
    figure.name,
    figureText(figure, figure.a),
    figureText(figure, figure.b),
    ...(test.same_rows ? [changeText(figure, style)] : []),
  ]);
  const foot = test.same_rows
    ? '(the same rows: below 0 the second model is closer)'
    : '(other rows: these figures do not compare; "hoopduck models promote" puts both on the same rows)';
  return `${table(columns, rows, style)}\n${style.dim(foot)}`;
}

function figureText({ name }: ChangedFigure, value: number | null): string {
  if (value === null) return '-';
  return name === 'compared rows' ? count(value) : value.toFixed(3);
}

function changeText(figure: ChangedFigure, style: Style): string {
  const { name, change } = figure;
  if (change === null || change === 0) return '0';
  const shown = `${change > 0 ? '+' : '-'}${figureText(figure, Math.abs(change))}`;
  if (!/^MAE(?! of (last 10|the mix))/.test(name)) return shown;
  return change < 0 ? style.green(shown) : style.yellow(shown);
}

/** A list of names under its title, as many a line as fit. */
function named(title: string, names: readonly string[], style: Style): string {
  const width = Math.min(style.width ?? LINE, LINE);
  const lines: string[] = [];
  for (const name of names) {
    const longer = lines.length === 0 ? name : `${lines.at(-1)}, ${name}`;
    if (lines.length === 0 || longer.length > width - 3) lines.push(name);
    else lines[lines.length - 1] = longer;
  }
  return `${style.bold(title)} (${count(names.length)})\n  ${lines.join(',\n  ')}`;
}

function text(value: string | number | null): string {
  return value === null ? '-' : String(value);
}
