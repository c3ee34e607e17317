import type { GradedFacts, GradedWeekFacts } from '../facts/graded.ts';
import { countText, figureText, percentText, signedText } from '../figures.ts';
import type { Chart } from './chart.ts';
import { COLOUR } from './colours.ts';
import { padded } from './scale.ts';

/** How graded predictions fared week by week, beside what the training promised. */
export function weekChart({ weeks }: GradedFacts, expected: number | null): Chart | undefined {
  if (weeks.length === 0) return undefined;
  const newest = weeks.at(-1)!;
  const errors = weeks.map(({ mae }) => mae);
  const dated = weeks.map((week) => ({ ...week, at: new Date(`${week.monday}T00:00:00Z`) }));
  // Weeks of a summer are no weeks of a line.
  const season = seasonsApart(weeks);
  return {
    title: 'Mean absolute error of graded predictions by week',
    summary: `In points, of ${countText(weeks.length)} weeks to that of ${newest.monday}: the newest has ${figureText(newest.mae)} over ${countText(newest.rows)} results${expected === null ? '' : `, the training promised ${figureText(expected)} (dashed)`}. A larger dot stands for more results.`,
    size: 'full',
    table: {
      columns: ['week from', 'results', 'MAE', 'mean error', 'in 80%'],
      rows: [...weeks]
        .reverse()
        .map(({ monday, rows, mae, bias, coverage_80 }) => [
          monday,
          countText(rows),
          figureText(mae),
          signedText(bias),
          percentText(coverage_80),
        ]),
    },
    draw: (plot, width) => ({
      height: width < 400 ? 220 : 260,
      marginLeft: 44,
      marginBottom: 34,
      x: { label: null, type: 'utc', ticks: width < 400 ? 4 : 10 },
      y: {
        label: 'points',
        grid: true,
        nice: true,
        domain: padded(expected === null ? errors : [...errors, expected], 0.1),
      },
      r: { range: [1.5, width < 400 ? 4 : 5] },
      marks: [
        ...(expected === null
          ? []
          : [plot.ruleY([expected], { stroke: COLOUR.faint, strokeDasharray: '5 4' })]),
        plot.line(dated, {
          x: 'at',
          y: 'mae',
          z: (_: unknown, i: number) => season[i],
          stroke: COLOUR.model,
          strokeWidth: 2,
        }),
        plot.dot(dated, {
          x: 'at',
          y: 'mae',
          r: 'rows',
          fill: COLOUR.model,
          stroke: COLOUR.card,
          title: ({ monday, mae, rows }: GradedWeekFacts) =>
            `${monday}: ${figureText(mae)} over ${countText(rows)} results`,
        }),
      ],
    }),
  };
}

/** A number for each week that grows where more than four weeks passed without a result. */
function seasonsApart(weeks: readonly GradedWeekFacts[]): number[] {
  let season = 0;
  return weeks.map(({ monday }, i) => {
    const before = weeks[i - 1];
    const days =
      before === undefined ? 0 : (Date.parse(monday) - Date.parse(before.monday)) / 86_400_000;
    if (days > 28) season++;
    return season;
  });
}
