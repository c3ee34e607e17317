import type { MetricsFacts } from '../facts/model.ts';
import { countText, figureText, percentText, signedText } from '../figures.ts';
import type { Chart } from './chart.ts';
import { COLOUR } from './colours.ts';

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
