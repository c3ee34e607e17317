import type { Style } from '../console/style.ts';
import { table } from '../console/table.ts';
import { count, duration } from '../format.ts';
import type { WalkedFigures, WalkForwardReport } from '../train/walk-forward-report.ts';
import { coverageText, gainText, pointsText } from './figure-cells.ts';

const right = 'right' as const;

/** One row a season, then all of them together. */
export function walkForwardText(
  { report, file }: { readonly report: WalkForwardReport; readonly file: string },
  seconds: number,
  style: Style,
): string {
  const rows = report.seasons.map((season) => figures(season.season, season));
  return [
    table(
      [
        { title: 'season' },
        { title: 'rows', align: right },
        { title: 'MAE', align: right },
        { title: 'last 10', align: right },
        { title: 'mix', align: right },
        { title: 'closer than last 10', align: right },
        { title: '95% interval', align: right },
        { title: '80% covers', align: right },
        { title: 'mean width', align: right },
        { title: 'CRPS', align: right },
      ],
      [...rows, figures('all', report.overall).map((cell) => style.bold(cell))],
      style,
    ),
    '',
    `Each season was tested by a model of the seasons before it: ${report.features}, ${report.engine.name}, in ${duration(seconds)}. No model was kept.`,
    `The report lies in ${file}.`,
  ].join('\n');
}

function figures(name: string, { n, model_mae, paired, intervals }: WalkedFigures): string[] {
  return [
    name,
    count(n),
    pointsText(model_mae),
    pointsText(paired.last_10.other_mae),
    pointsText(paired.mix.other_mae),
    ...gainText(paired.last_10),
    coverageText(intervals.coverage_80),
    pointsText(intervals.width_80, 1),
    pointsText(intervals.crps),
  ];
}
