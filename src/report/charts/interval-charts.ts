import type { GradedFacts, GradedWeekFacts } from '../facts/graded.ts';
import type { MetricsFacts } from '../facts/model.ts';
import { countText, figureText, percentText, signedText } from '../figures.ts';
import type { Chart } from './chart.ts';
import { COLOUR } from './colours.ts';
import { padded } from './model-charts.ts';

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

const SHOWN_FEATURES = 20;

/** What the model leans on: the gain of its splits, and what shuffling a feature costs. */
export function importanceCharts(metrics: MetricsFacts): Chart[] {
  const gain = Object.entries(metrics.feature_importance)
    .map(([feature, share]) => ({ feature, share }))
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN_FEATURES);
  const permuted = metrics.permutation.features.slice(0, SHOWN_FEATURES).map((feature) => ({
    ...feature,
    low: feature.mae_increase - 2 * feature.standard_error,
    high: feature.mae_increase + 2 * feature.standard_error,
  }));
  const charts: Chart[] = [];
  if (gain.length > 0) {
    charts.push({
      title: 'What the trees used',
      summary: `Share of the gain of all splits, the ${gain.length} largest features; ${gain[0]!.feature} leads with ${percentText(gain[0]!.share)}.`,
      size: 'half',
      table: {
        columns: ['feature', 'share of gain'],
        rows: gain.map(({ feature, share }) => [feature, percentText(share, 2)]),
      },
      draw: (plot, width) => ({
        ...featureAxes(
          gain.map(({ feature }) => feature),
          width,
        ),
        x: { label: 'share of gain', tickFormat: '.0%', ticks: width < 400 ? 3 : 5, grid: true },
        marks: [
          plot.barX(gain, {
            x: 'share',
            y: 'feature',
            fill: COLOUR.model,
            insetTop: 3,
            insetBottom: 3,
          }),
          plot.ruleX([0], { stroke: COLOUR.faint }),
        ],
      }),
    });
  }
  if (permuted.length > 0) {
    const sure = permuted.filter(({ low }) => low > 0).length;
    charts.push({
      title: 'What shuffling a feature costs',
      summary: `How much the mean absolute error grows on ${countText(metrics.permutation.rows)} validation rows, in points, with twice its standard error; of the ${permuted.length} shown ${sure} surely cost something.`,
      size: 'half',
      table: {
        columns: ['feature', 'MAE grows by', 'standard error', 'rows'],
        rows: permuted.map(({ feature, mae_increase, standard_error, rows }) => [
          feature,
          signedText(mae_increase, 4),
          figureText(standard_error, 4),
          countText(rows),
        ]),
      },
      draw: (plot, width) => ({
        ...featureAxes(
          permuted.map(({ feature }) => feature),
          width,
        ),
        x: { label: 'points', ticks: width < 400 ? 3 : 5, grid: true },
        marks: [
          plot.ruleX([0], { stroke: COLOUR.faint }),
          plot.ruleY(permuted, {
            y: 'feature',
            x1: 'low',
            x2: 'high',
            stroke: COLOUR.model,
            strokeWidth: 2,
          }),
          plot.dot(permuted, {
            x: 'mae_increase',
            y: 'feature',
            r: 4,
            fill: COLOUR.model,
            stroke: COLOUR.card,
          }),
        ],
      }),
    });
  }
  return charts;
}

function featureAxes(names: readonly string[], width: number) {
  const longest = width < 400 ? 22 : 34;
  const label = (name: string) => (name.length > longest ? `${name.slice(0, longest - 1)}…` : name);
  const letters = Math.min(longest, Math.max(...names.map((name) => name.length)));
  return {
    height: 21 * names.length + 44,
    marginTop: 4,
    marginLeft: Math.ceil(letters * 6.5) + 12,
    marginRight: 14,
    marginBottom: 36,
    y: { label: null, domain: [...names], tickFormat: label },
  };
}
