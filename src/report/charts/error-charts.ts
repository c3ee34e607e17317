import type { ComparedFacts, MetricsFacts } from '../facts/model.ts';
import { countText, figureText, percentText, signedText } from '../figures.ts';
import type { Chart, LegendEntry } from './chart.ts';
import { COLOUR } from './colours.ts';
import { padded } from './scale.ts';

const PREDICTORS = [
  ['model', 'the model'],
  ['last_10', 'last 10 games'],
  ['last_5', 'last 5 games'],
  ['season', 'season mean'],
  ['mix', 'mix of the three'],
] as const;

const TIERS = ['bench', 'role', 'starter', 'star'];

const THREE: readonly LegendEntry[] = [
  { text: 'the model', key: 'k-model' },
  { text: 'last 10', key: 'k-last10' },
  { text: 'mix', key: 'k-mix' },
];

const THREE_BARS = THREE.map(({ text, key }) => ({ text, key: `${key} square` }));

/** The model beside the trivial predictors, on the same rows. */
export function errorChart({ parts }: MetricsFacts): Chart {
  const rows = parts.test.compared;
  const bars = PREDICTORS.flatMap(([key, name]) => {
    const { mae } = rows[key];
    return mae === null ? [] : [{ key, name, mae }];
  }).sort((a, b) => a.mae - b.mae);
  const best = bars[0];
  const gain =
    rows.model.mae === null || rows.last_10.mae === null || rows.last_10.mae === 0
      ? ''
      : ` The model's is ${percentText(1 - rows.model.mae / rows.last_10.mae)} below that of last 10.`;
  return {
    title: 'Mean absolute error beside the trivial predictors',
    summary: `In points, on the same ${countText(rows.n)} test rows; shorter is better. ${best === undefined ? '' : `The smallest is that of ${best.name}, ${figureText(best.mae)}.`}${gain}`,
    size: 'half',
    table: {
      columns: ['predictor', 'MAE', 'RMSE', 'bias', 'within 3', 'within 5'],
      rows: PREDICTORS.map(([key, name]) => {
        const { mae, rmse, bias, within_3, within_5 } = rows[key];
        return [
          name,
          figureText(mae),
          figureText(rmse),
          signedText(bias),
          percentText(within_3),
          percentText(within_5),
        ];
      }),
    },
    draw: (plot, width) => ({
      height: 40 * bars.length + 40,
      marginTop: 4,
      marginLeft: 112,
      marginRight: 48,
      marginBottom: 34,
      x: { label: 'points', ticks: width < 400 ? 4 : 6 },
      y: { label: null, domain: bars.map(({ name }) => name) },
      marks: [
        plot.barX(bars, {
          x: 'mae',
          y: 'name',
          fill: ({ key }: { key: string }) => (key === 'model' ? COLOUR.model : COLOUR.last10),
          insetTop: 5,
          insetBottom: 5,
        }),
        plot.text(bars, {
          x: 'mae',
          y: 'name',
          text: ({ mae }: { mae: number }) => figureText(mae),
          textAnchor: 'start',
          dx: 6,
          fill: COLOUR.ink,
        }),
        plot.ruleX([0], { stroke: COLOUR.faint }),
      ],
    }),
  };
}

/** The model, last 10 and the mix by season, by month or by tier. */
export function groupChart(
  { test }: MetricsFacts,
  by: 'season' | 'month' | 'tier',
): Chart | undefined {
  const groups = { season: test.by_season, month: test.by_month, tier: test.by_tier }[by];
  const names =
    by === 'tier' ? TIERS.filter((tier) => groups[tier] !== undefined) : Object.keys(groups);
  if (names.length === 0) return undefined;
  const points = names.flatMap((name) =>
    (['model', 'last_10', 'mix'] as const).flatMap((key) => {
      const { mae } = groups[name]![key];
      return mae === null ? [] : [{ name, key, mae }];
    }),
  );
  const worse = names.filter((name) => isWorse(groups[name]!));
  const tiers =
    by === 'tier'
      ? ' Tiers go by the season mean before the game: bench under 10 points, role to 18, starter to 25, star from there on.'
      : '';
  return {
    title: `Mean absolute error by ${by}`,
    summary: `In points, on test rows${by === 'month' ? '' : ', with how much nearer the model is than last 10'}. ${worse.length === 0 ? `The model is nearer than last 10 in ${names.length === 1 ? `the one ${by}` : `every ${by}`}.` : `Last 10 is nearer than the model in ${worse.join(', ')}.`}${tiers}`,
    legend: by === 'month' ? THREE : THREE_BARS,
    size: 'half',
    table: {
      columns: [by, 'rows', 'the model', 'last 10', 'mix'],
      rows: names.map((name) => {
        const { n, model, last_10, mix } = groups[name]!;
        return [
          name,
          countText(n),
          figureText(model.mae),
          figureText(last_10.mae),
          figureText(mix.mae),
        ];
      }),
    },
    draw: (plot, width) =>
      by === 'month' ? lines(plot, width, names, points) : bars(plot, names, points, groups),
  };
}

interface GroupPoint {
  readonly name: string;
  readonly key: 'model' | 'last_10' | 'mix';
  readonly mae: number;
}

const GROUP_COLOURS = { model: COLOUR.model, last_10: COLOUR.last10, mix: COLOUR.mix };
const SYMBOLS = { model: 'circle', last_10: 'square', mix: 'diamond' } as const;

type Draw = Chart['draw'];
type Library = Parameters<Draw>[0];

/** Three bars a group, with their figures. */
function bars(
  plot: Library,
  names: readonly string[],
  points: readonly GroupPoint[],
  groups: Readonly<Record<string, ComparedFacts>>,
): ReturnType<Draw> {
  return {
    height: 66 * names.length + 44,
    marginTop: 4,
    marginLeft: 64,
    marginRight: 128,
    marginBottom: 34,
    x: { label: 'points', ticks: 4, grid: true },
    y: { label: null, axis: null, domain: ['model', 'last_10', 'mix'] },
    fy: { label: null, domain: [...names], axis: 'left', padding: 0.18 },
    marks: [
      plot.barX(points, {
        x: 'mae',
        y: 'key',
        fy: 'name',
        fill: ({ key }: GroupPoint) => GROUP_COLOURS[key],
        insetTop: 1,
        insetBottom: 1,
      }),
      plot.text(points, {
        x: 'mae',
        y: 'key',
        fy: 'name',
        textAnchor: 'start',
        dx: 6,
        fill: COLOUR.ink,
        text: ({ name, key, mae }: GroupPoint) =>
          key === 'model' ? `${figureText(mae)}, ${gainText(groups[name]!)}` : figureText(mae),
      }),
    ],
  };
}

function lines(
  plot: Library,
  width: number,
  names: readonly string[],
  points: readonly GroupPoint[],
): ReturnType<Draw> {
  const room = Math.max(1, Math.ceil(names.length / (width < 400 ? 4 : 7)));
  return {
    height: 230,
    marginLeft: 44,
    marginRight: 16,
    marginBottom: 34,
    x: {
      label: null,
      type: 'point',
      domain: [...names],
      ticks: names.filter((_, i) => i % room === 0),
    },
    y: {
      label: 'points',
      grid: true,
      nice: true,
      domain: padded(
        points.map(({ mae }) => mae),
        0.1,
      ),
    },
    marks: (['mix', 'last_10', 'model'] as const).flatMap((key) => {
      const own = points.filter((point) => point.key === key);
      const colour = GROUP_COLOURS[key];
      return [
        plot.line(own, {
          x: 'name',
          y: 'mae',
          stroke: colour,
          strokeWidth: key === 'model' ? 2.5 : 1.5,
        }),
        plot.dot(own, {
          x: 'name',
          y: 'mae',
          r: 3.5,
          symbol: SYMBOLS[key],
          fill: colour,
          title: ({ name, mae }: GroupPoint) => `${name}: ${figureText(mae)}`,
        }),
      ];
    }),
    symbol: { type: 'identity' },
  };
}

/** By how much the model is nearer than last 10. */
function gainText({ model, last_10 }: ComparedFacts): string {
  if (model.mae === null || last_10.mae === null || last_10.mae === 0) return '';
  const gain = 1 - model.mae / last_10.mae;
  return `${percentText(Math.abs(gain))} ${gain < 0 ? 'further' : 'nearer'}`;
}

function isWorse({ model, last_10 }: ComparedFacts): boolean {
  return model.mae !== null && last_10.mae !== null && model.mae > last_10.mae;
}
