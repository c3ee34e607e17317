import type { Comparison } from '../evaluate.ts';
import type { ErrorReport } from '../metrics.ts';
import type { PairedReport } from '../paired.ts';
import { PARITY_LIMIT } from '../train-outcome.ts';
import type { Block, Section, Text } from './document.ts';
import type { CardFacts } from './facts.ts';
import { closerText, countText, figureText, percentText, rangeText, signedText } from './text.ts';

/** As many features as say most of what the trees do. */
const SHOWN_FEATURES = 20;

const TIERS = ['bench', 'role', 'starter', 'star'];

/** How good the model is and on which rows, what it leans on, and that its two forms agree. */
export function figureSections(facts: CardFacts): Section[] {
  return [besideTrivial(facts), byGroup(facts), intervals(facts), importance(facts), parity(facts)];
}

function besideTrivial({ metrics }: CardFacts): Section {
  const { all, compared, minutes_10, without_history } = metrics.parts.test;
  const { paired } = metrics.test;
  const blocks: Block[] = [
    {
      kind: 'paragraph',
      text: `${countText(compared.n)} rows of the test part, of players with an earlier game, the same for every line. Errors are in points. Gain is by how many of them the model's MAE is lower; its 95% interval comes from drawing the ${countText(paired.last_10.dates)} dates with replacement. Bias is the mean of predicted less scored.`,
    },
    errorTable(compared, paired),
  ];
  if (compared.line !== null) {
    const { n, model, line } = compared.line;
    blocks.push({
      kind: 'paragraph',
      text: `On the ${countText(n)} of these rows with a bookmakers' points line: the model ${figureText(model.mae)}, the line ${figureText(line.mae)}${paired.line === null ? '' : `, gain ${signedText(paired.line.difference)} (95% ${rangeText(paired.line)})`}.`,
    });
  }
  blocks.push({
    kind: 'list',
    items: [
      `Of ten minutes or more (${countText(minutes_10.n)} rows): the model ${figureText(minutes_10.model.mae)}, last 10 ${figureText(minutes_10.last_10.mae)}. Who plays so long is known only after the game.`,
      `All ${countText(all.n)} rows, the ${countText(without_history)} of players without an earlier game too: ${figureText(all.mae)}.`,
      `For scale: the model misses by ${figureText(metrics.parts.train.all.mae)} on the rows that it was trained on and by ${figureText(metrics.parts.validation.all.mae)} on validation rows.`,
    ],
  });
  return { title: 'Figures on test rows', blocks };
}

const TRIVIAL = [
  ['last_10', 'mean of his last 10 games'],
  ['last_5', 'mean of his last 5 games'],
  ['season', 'his season mean'],
  ['mix', 'mix 0.35/0.40/0.25 of last 5, last 10, season'],
] as const;

function errorTable(rows: Comparison, paired: PairedReport): Block {
  const figures = (report: ErrorReport): Text[] => [
    figureText(report.rmse),
    signedText(report.bias),
    signedText(report.median_error),
    percentText(report.within_3),
    percentText(report.within_5),
  ];
  return {
    kind: 'table',
    columns: [
      { title: 'predictor' },
      { title: 'MAE', align: 'right' },
      { title: 'the model is', align: 'right' },
      { title: 'gain', align: 'right' },
      { title: '95%', align: 'right' },
      { title: 'RMSE', align: 'right' },
      { title: 'bias', align: 'right' },
      { title: 'median error', align: 'right' },
      { title: 'within 3', align: 'right' },
      { title: 'within 5', align: 'right' },
    ],
    rows: [
      [[{ strong: 'this model' }], figureText(rows.model.mae), '', '', '', ...figures(rows.model)],
      ...TRIVIAL.map(([name, title]): Text[] => [
        title,
        figureText(rows[name].mae),
        closerText(rows.model.mae, rows[name].mae),
        signedText(paired[name].difference),
        rangeText(paired[name]),
        ...figures(rows[name]),
      ]),
    ],
  };
}

function byGroup({ metrics }: CardFacts): Section {
  const { by_tier, by_season } = metrics.test;
  const tiers = TIERS.filter((tier) => by_tier[tier] !== undefined);
  return {
    title: 'By tier and season',
    blocks: [
      {
        kind: 'paragraph',
        text: 'Tiers go by the season mean before the game: bench under 10 points, role to 18, starter to 25, star from there on.',
      },
      groupTable(
        'tier',
        tiers.map((tier) => [tier, by_tier[tier]!]),
      ),
      groupTable('season', Object.entries(by_season)),
    ],
  };
}

function groupTable(title: string, groups: readonly (readonly [string, Comparison])[]): Block {
  return {
    kind: 'table',
    columns: [
      { title },
      { title: 'rows', align: 'right' },
      { title: 'model', align: 'right' },
      { title: 'last 10', align: 'right' },
      { title: 'mix', align: 'right' },
      { title: 'the model is', align: 'right' },
      { title: 'bias', align: 'right' },
    ],
    rows: groups.map(([name, { n, model, last_10, mix }]) => [
      name,
      countText(n),
      figureText(model.mae),
      figureText(last_10.mae),
      figureText(mix.mae),
      closerText(model.mae, last_10.mae),
      signedText(model.bias),
    ]),
  };
}

function intervals({ metrics }: CardFacts): Section {
  const report = metrics.test.intervals;
  const line = (name: string, figures: typeof report.compared): Text[] => [
    name,
    countText(figures.n),
    percentText(figures.coverage_80),
    figureText(figures.width_80),
    percentText(figures.coverage_90),
    figureText(figures.width_90),
    figureText(figures.crps),
  ];
  const tiers = TIERS.filter((tier) => report.by_tier[tier] !== undefined);
  return {
    title: 'Intervals on test rows',
    blocks: [
      {
        kind: 'paragraph',
        text: 'Covered is the share of results within the interval; it should be near 80 and 90%. CRPS is the mean error of the whole distribution, in points: it compares with the MAE of one number.',
      },
      {
        kind: 'table',
        columns: [
          { title: 'rows of' },
          { title: 'rows', align: 'right' },
          { title: '80% covered', align: 'right' },
          { title: 'width', align: 'right' },
          { title: '90% covered', align: 'right' },
          { title: 'width', align: 'right' },
          { title: 'CRPS', align: 'right' },
        ],
        rows: [
          line('all compared', report.compared),
          ...(report.last_10 === null
            ? []
            : [line('the same by last 10 and its own residuals', report.last_10)]),
          ...tiers.map((tier) => line(tier, report.by_tier[tier]!)),
          ...Object.entries(report.by_member).map(([name, found]) => line(`member ${name}`, found)),
        ],
      },
    ],
  };
}

function importance({ metrics, features, predictor }: CardFacts): Section {
  const derived = predictor.first_stage?.features ?? [];
  const meanings = new Map(
    [...features.features, ...derived].map(({ name, meaning }) => [name, meaning]),
  );
  const { permutation, feature_importance } = metrics;
  const used = permutation.features.filter(({ rows }) => rows > 0);
  const shown = used.slice(0, SHOWN_FEATURES);
  const largest = Math.max(...shown.map(({ mae_increase }) => mae_increase), Number.MIN_VALUE);
  return {
    title: 'What it leans on',
    blocks: [
      {
        kind: 'paragraph',
        text: `The trees use ${used.length} of the ${features.features.length} features of ${features.set}. Worth is by how many points the MAE of ${countText(permutation.rows)} validation rows grew when the feature was shuffled among them; under twice its error it may be chance. Gain is its share of what all splits gained in training. Neither says what causes points, and features that say much the same stand in for one another.`,
      },
      {
        kind: 'table',
        columns: [
          { title: 'feature' },
          { title: 'what it says' },
          { title: 'worth', align: 'right' },
          { title: 'error', align: 'right' },
          { title: 'gain', align: 'right' },
        ],
        rows: shown.map(({ feature, mae_increase, standard_error }): Text[] => [
          [{ code: feature }],
          meanings.get(feature) ?? '',
          signedText(mae_increase),
          figureText(standard_error),
          percentText(feature_importance[feature] ?? 0),
        ]),
        bars: shown.map(({ mae_increase }) => mae_increase / largest),
      },
    ],
  };
}

function parity({ parity: found }: CardFacts): Section {
  const engine = Math.max(...Object.values(found.engine).map((check) => check.maxAbsDifference));
  return {
    title: 'Parity',
    blocks: [
      {
        kind: 'paragraph',
        text: `The ONNX file, run by ONNX Runtime, against a plain walk of the trees in the XGBoost files, on ${countText(found.rows)} rows, ${countText(found.adversarialRows)} of them made to part the two (values on and beside every split, missing, huge and infinite ones): ${countText(found.identicalRows)} to the bit, at most ${differenceText(found.maxAbsDifference)} points and, in quantiles, ${differenceText(found.maxQuantileDifference)} points apart. The predictions of the engine that trained it part from the walk by at most ${differenceText(engine)}, on the scale of the square root. ${PARITY_LIMIT} was allowed.`,
      },
    ],
  };
}

function differenceText(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}
