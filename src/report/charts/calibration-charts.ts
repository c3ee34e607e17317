import type { GradedFacts } from '../facts/graded.ts';
import type { MetricsFacts } from '../facts/model.ts';
import { countText, figureText, percentText, signedText } from '../figures.ts';
import type { Chart } from './chart.ts';
import { COLOUR } from './colours.ts';
import { padded } from './scale.ts';

const TIERS = ['bench', 'role', 'starter', 'star'];

/** Whether results fall below each quantile as often as its level says. */
export function levelChart({ test }: MetricsFacts): Chart | undefined {
  const levels = test.intervals.compared.levels.flatMap(({ level, below, at_most }) =>
    below === null || at_most === null ? [] : [{ level, below, at_most }],
  );
  if (levels.length === 0) return undefined;
  const off = levels.filter(
    ({ level, below, at_most }) => level < below - 0.01 || level > at_most + 0.01,
  );
  return {
    title: 'Calibration of the quantiles',
    summary: `For each level the shares of results below its quantile and at most as high; a calibrated bar crosses the line. ${off.length === 0 ? 'All lie within a hundredth of it.' : `Off by more than a hundredth: ${off.map(({ level }) => percentText(level, 0)).join(', ')}.`}`,
    size: 'half',
    table: {
      columns: ['level', 'below the quantile', 'at most the quantile'],
      rows: levels.map(({ level, below, at_most }) => [
        percentText(level, 0),
        percentText(below),
        percentText(at_most),
      ]),
    },
    draw: (plot) => ({
      height: 306,
      marginTop: 30,
      marginLeft: 48,
      marginBottom: 38,
      x: { label: 'level', domain: [0, 1], grid: true, tickFormat: '.0%' },
      y: { label: 'share of results', domain: [0, 1], grid: true, tickFormat: '.0%' },
      marks: [
        plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: COLOUR.faint, strokeDasharray: '5 4' },
        ),
        plot.ruleX(levels, {
          x: 'level',
          y1: 'below',
          y2: 'at_most',
          stroke: COLOUR.model,
          strokeWidth: 8,
        }),
        plot.dot(
          levels.flatMap(({ level, below, at_most }) => [{ level, share: (below + at_most) / 2 }]),
          { x: 'level', y: 'share', r: 4.5, fill: COLOUR.model, stroke: COLOUR.card },
        ),
      ],
    }),
  };
}

/** Coverage and width of the 80% interval by tier. */
export function intervalChart({ test }: MetricsFacts): Chart | undefined {
  const { compared, by_tier } = test.intervals;
  const groups = [
    { name: 'all', ...compared },
    ...TIERS.flatMap((tier) =>
      by_tier[tier] === undefined ? [] : [{ name: tier, ...by_tier[tier] }],
    ),
  ];
  const shown = groups.flatMap(({ name, coverage_80, width_80 }) =>
    coverage_80 === null || width_80 === null ? [] : [{ name, coverage_80, width_80 }],
  );
  if (shown.length === 0) return undefined;
  return {
    title: 'Coverage of the 80% interval by tier',
    summary: `The share of test results within it, beside the 80% that it promises, and its mean width in points. Of all rows ${percentText(compared.coverage_80)} lie within ${figureText(compared.width_80, 1)} points.`,
    size: 'full',
    table: {
      columns: ['rows', 'count', 'in 80%', 'width', 'in 90%', 'width', 'CRPS'],
      rows: groups.map(({ name, n, coverage_80, width_80, coverage_90, width_90, crps }) => [
        name,
        countText(n),
        percentText(coverage_80),
        figureText(width_80, 1),
        percentText(coverage_90),
        figureText(width_90, 1),
        figureText(crps),
      ]),
    },
    draw: (plot, width) => ({
      height: 44 * shown.length + 48,
      marginTop: 4,
      marginLeft: 64,
      marginRight: 104,
      marginBottom: 36,
      x: {
        label: 'share of results',
        tickFormat: '.0%',
        ticks: width < 400 ? 3 : 5,
        grid: true,
        domain: padded([0.75, 0.85, ...shown.map(({ coverage_80 }) => coverage_80)], 0.05),
      },
      y: { label: null, domain: shown.map(({ name }) => name) },
      marks: [
        plot.ruleX([0.8], { stroke: COLOUR.faint, strokeDasharray: '5 4' }),
        plot.ruleY(shown, {
          y: 'name',
          x1: 0.8,
          x2: 'coverage_80',
          stroke: COLOUR.model,
          strokeWidth: 3,
        }),
        plot.dot(shown, {
          x: 'coverage_80',
          y: 'name',
          r: 6,
          fill: COLOUR.model,
          stroke: COLOUR.card,
        }),
        plot.text(shown, {
          y: 'name',
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 8,
          fill: COLOUR.ink,
          text: ({ coverage_80, width_80 }: (typeof shown)[number]) =>
            `${percentText(coverage_80)}, ${figureText(width_80, 1)} wide`,
        }),
      ],
    }),
  };
}

/** What predictions of about one size came to. */
export function calibrationChart({ calibration }: GradedFacts): Chart | undefined {
  if (calibration.length < 3) return undefined;
  const off = calibration.reduce((worst, bin) =>
    Math.abs(bin.scored - bin.predicted) > Math.abs(worst.scored - worst.predicted) ? bin : worst,
  );
  const top = Math.max(...calibration.flatMap(({ predicted, scored }) => [predicted, scored])) + 1;
  return {
    title: 'Predicted and scored points',
    summary: `Predictions in steps of two points, and the mean and median of what was scored; on the line they agree. The mean lies furthest off at ${figureText(off.predicted, 1)} predicted points: ${signedText(off.scored - off.predicted, 2)}. The model aims at the median, which lies below the mean.`,
    legend: [
      { text: 'mean scored', key: 'k-model' },
      { text: 'median scored', key: 'k-ring' },
    ],
    size: 'half',
    table: {
      columns: ['predicted', 'rows', 'mean predicted', 'mean scored', 'median scored'],
      rows: calibration.map(({ from, to, rows, predicted, scored, median_scored }) => [
        `${from} to ${to}`,
        countText(rows),
        figureText(predicted, 2),
        figureText(scored, 2),
        figureText(median_scored, 1),
      ]),
    },
    draw: (plot) => ({
      height: 300,
      marginLeft: 44,
      marginBottom: 38,
      x: { label: 'predicted points', grid: true, domain: [0, top] },
      y: { label: 'scored points', grid: true, domain: [0, top] },
      marks: [
        plot.line(
          [
            [0, 0],
            [top, top],
          ],
          { stroke: COLOUR.faint, strokeDasharray: '5 4' },
        ),
        plot.dot(calibration, {
          x: 'predicted',
          y: 'median_scored',
          r: 4,
          stroke: COLOUR.faint,
          fill: COLOUR.card,
        }),
        plot.dot(calibration, {
          x: 'predicted',
          y: 'scored',
          r: 4.5,
          fill: COLOUR.model,
          stroke: COLOUR.card,
          title: ({ from, to, rows, scored }: (typeof calibration)[number]) =>
            `${from} to ${to} predicted: ${figureText(scored, 2)} scored in the mean of ${countText(rows)} rows`,
        }),
      ],
    }),
  };
}
