import type { MeasureFacts, SeasonSpread } from '../facts/distributions.ts';
import type { PastValues } from '../facts/past-values.ts';
import { bareName, countText, momentText, percentText, shortText } from '../figures.ts';
import type { Chart, LegendEntry } from './chart.ts';
import { COLOUR } from './colours.ts';

/** Keys of the drawing of a spread. */
export const SPREAD_LEGEND: readonly LegendEntry[] = [
  { text: '5% to 95%', key: 'k-whisker' },
  { text: 'middle half', key: 'k-box' },
  { text: 'median', key: 'k-median' },
];

/** How a column lies in each season. */
export function spreadChart({ table, column, title, rows, seasons }: MeasureFacts): Chart {
  const known = seasons.filter(({ p50 }) => p50 !== null);
  const medians = known.map(({ p50 }) => p50!);
  const total = seasons.reduce((sum, { n }) => sum + n, 0);
  const missing = seasons.reduce((sum, season) => sum + season.missing, 0);
  const between =
    known.length === 0
      ? 'No season has a value.'
      : `The median lies between ${shortText(Math.min(...medians))} and ${shortText(Math.max(...medians))}.`;
  return {
    title,
    summary: `${column} of ${bareName(table)}${rows === null ? '' : `, ${rows}`}, by season. ${between} ${missing === 0 ? 'No value is missing.' : `${percentText(missing / (missing + total))} of values are missing.`}`,
    size: 'half',
    table: {
      columns: ['season', 'values', 'missing', 'mean', '5%', '25%', 'median', '75%', '95%'],
      rows: seasons.map(({ season, n, missing: gone, mean, p05, p25, p50, p75, p95 }) => [
        season,
        countText(n),
        countText(gone),
        ...[mean, p05, p25, p50, p75, p95].map(shortText),
      ]),
    },
    draw: (plot, width) => ({
      height: 220,
      marginLeft: 44,
      marginBottom: 32,
      x: {
        label: null,
        domain: known.map(({ season }) => season),
        padding: 0.35,
        tickFormat: (season: string) =>
          known.length > (width < 400 ? 4 : 7) ? `’${season.slice(5)}` : season,
      },
      y: { label: null, grid: true, nice: true, ticks: 5 },
      marks: [
        plot.ruleX(known, {
          x: 'season',
          y1: 'p05',
          y2: 'p95',
          stroke: COLOUR.last10,
          strokeWidth: 1.5,
        }),
        plot.barY(known, {
          x: 'season',
          y1: 'p25',
          y2: 'p75',
          fill: COLOUR.last10,
          title: (s: SeasonSpread) =>
            `${s.season}: median ${shortText(s.p50)}, half between ${shortText(s.p25)} and ${shortText(s.p75)}`,
        }),
        plot.tickY(known, { x: 'season', y: 'p50', stroke: COLOUR.model, strokeWidth: 3 }),
      ],
    }),
  };
}

/** A column before and after the newest build that changed it. */
export function pastChart(past: PastValues): Chart | undefined {
  const { histogram, title, table, column, changed, rows, dates, replaced_at } = past;
  if (histogram === null || changed === 0) return undefined;
  const { from, step } = histogram;
  const bins = histogram.now.map((now, i) => ({
    low: from + i * step,
    high: from + (i + 1) * step,
    now,
    old: histogram.old[i]!,
  }));
  // An outline of the old bars: each step twice.
  const outline = [
    { at: from, n: 0 },
    ...bins.flatMap(({ low, high, old }) => [
      { at: low, n: old },
      { at: high, n: old },
    ]),
    { at: from + step * bins.length, n: 0 },
  ];
  return {
    title: `${title}: old against new`,
    summary: `${column} of ${bareName(table)} on ${countText(dates)} dates that builds replaced, the newest at ${momentText(replaced_at)}: ${countText(changed)} of ${countText(rows)} rows have another value; the mean went from ${shortText(past.old.mean)} to ${shortText(past.now.mean)}.`,
    legend: [
      { text: 'before', key: 'k-outline' },
      { text: 'now', key: 'k-model' },
    ],
    size: 'half',
    table: {
      columns: ['values of', 'count', 'missing', 'mean', '5%', '25%', 'median', '75%', '95%'],
      rows: (['old', 'now'] as const).map((side) => {
        const { n, missing, mean, p05, p25, p50, p75, p95 } = past[side];
        return [
          side === 'old' ? 'before' : 'now',
          countText(n),
          countText(missing),
          ...[mean, p05, p25, p50, p75, p95].map(shortText),
        ];
      }),
    },
    draw: (plot) => ({
      height: 220,
      marginLeft: 50,
      marginBottom: 34,
      x: { label: column },
      y: { label: 'rows', grid: true },
      marks: [
        plot.rectY(bins, {
          x1: 'low',
          x2: 'high',
          y: 'now',
          fill: COLOUR.model,
          fillOpacity: 0.55,
        }),
        plot.line(outline, { x: 'at', y: 'n', stroke: COLOUR.ink, strokeWidth: 1.5 }),
        plot.ruleY([0], { stroke: COLOUR.faint }),
      ],
    }),
  };
}
