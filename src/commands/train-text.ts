import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { count, duration } from '../format.ts';
import type { PairedDifference } from '../train/bootstrap.ts';
import type { PreviousCandidate } from '../train/previous-candidate.ts';
import type { ComparedFigures, TrainingReport } from '../train/training-report.ts';
import { coverageText, gainText, pointsText } from './figure-cells.ts';

const right = 'right' as const;

/** By season mean, from below 10 points to 25 up. */
const TIERS = ['bench', 'role', 'starter', 'star'] as const;

/** The last words of a training: its parts, the model beside the trivial predictors, its intervals, where it lies. */
export function trainingText(
  training: TrainingReport,
  seconds: number,
  style: Style,
  previous: PreviousCandidate | null = null,
): string {
  const { parts, test } = training;
  const ranges = Object.entries(parts).map(([name, { from, to, n }]) => [name, from, to, count(n)]);
  return [
    table(
      [{ title: 'part' }, { title: 'from' }, { title: 'to' }, { title: 'rows', align: right }],
      ranges,
      style,
    ),
    errorTable(test, style),
    intervalTable(test, style),
    [
      `Model ${style.bold(training.model_id)}: ${training.features}, ${training.engine}, ${members(training)}, in ${duration(seconds)}.`,
      ...(training.refit
        ? ['The figures are those of the trees before they were grown on all rows.']
        : []),
      ...previousLines(previous, style),
      `It lies in ${training.artefact}. Next: ${style.bold('hoopduck models promote candidate')}, or ${style.bold(`hoopduck predict --model ${training.model_id}`)}`,
    ].join('\n'),
  ].join('\n\n');
}

/** The candidate before beside the new one on the same test rows, and a warning where the new one is worse. */
export function previousLines(previous: PreviousCandidate | null, style: Style): string[] {
  if (previous === null) return [];
  const { model_id: id, mae, change } = previous;
  const by = `${Math.abs(change).toFixed(3)} points`;
  const verdict =
    change > 0
      ? style.yellow(`this one is ${by} worse`)
      : change < 0
        ? `this one is ${by} closer`
        : 'this one errs as much';
  return [`Previous candidate ${id} on the same test rows: MAE ${mae.toFixed(3)}; ${verdict}.`];
}

/** Mean absolute errors in points, and by how much the model is closer with the 95% interval over dates. */
function errorTable({ compared, minutes_10, paired, line }: TrainingReport['test'], style: Style) {
  const row = (
    name: string,
    figure: Exclude<keyof ComparedFigures, 'n'>,
    against?: PairedDifference,
  ) => [name, pointsText(compared[figure]), ...gainText(against), pointsText(minutes_10[figure])];
  const lined =
    line === null ? '' : `, ${count(line.n)} rows (model ${pointsText(line.model_mae)})`;
  return table(
    [
      { title: `MAE on ${count(compared.n)} test rows` },
      { title: 'points', align: right },
      { title: 'model closer', align: right },
      { title: '95% interval', align: right },
      { title: `10 minutes or more (${count(minutes_10.n)})`, align: right },
    ],
    [
      row('model', 'model_mae'),
      row('last 10', 'last_10_mae', paired.last_10),
      row('last 5', 'last_5_mae', paired.last_5),
      row('season mean', 'season_mae', paired.season),
      row('mix', 'mix_mae', paired.mix),
      ...(line === null || paired.line === null
        ? []
        : [[`line${lined}`, pointsText(line.line_mae), ...gainText(paired.line), '']]),
    ],
    style,
  );
}

function intervalTable({ intervals }: TrainingReport['test'], style: Style): string {
  const { by_tier, last_10_crps, ...overall } = intervals;
  const tiers = TIERS.flatMap((tier) => {
    const figures = by_tier[tier];
    return figures === undefined ? [] : [[tier, figures] as const];
  });
  const rows = [['all compared', overall] as const, ...tiers].map(
    ([name, { n, coverage_80, width_80, crps }]) => [
      name,
      count(n),
      coverageText(coverage_80),
      pointsText(width_80, 1),
      pointsText(crps),
    ],
  );
  const shown = table(
    [
      { title: '80% interval' },
      { title: 'rows', align: right },
      { title: 'covered', align: right },
      { title: 'mean width', align: right },
      { title: 'CRPS', align: right },
    ],
    rows,
    style,
  );
  return last_10_crps === null
    ? shown
    : `${shown}\n${style.dim(`last 10 has a CRPS of ${pointsText(last_10_crps)}`)}`;
}

/** `lines-report 312, plain 298 rounds`. */
function members({ members: trained }: TrainingReport): string {
  const named = trained.map(({ name, rounds }) => `${name} ${rounds.join('+')}`);
  return `${named.join(', ')} rounds`;
}
