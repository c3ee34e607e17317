import type { Comparison } from '../evaluate.ts';
import type { ErrorReport } from '../metrics.ts';
import { PARITY_LIMIT } from '../train-outcome.ts';
import type { Block, Section, Text } from './document.ts';
import type { CardFacts } from './facts.ts';
import { closerText, countText, figureText, percentText, signedText } from './text.ts';

/** As many features as say most of what the trees do. */
const SHOWN_FEATURES = 20;

const TIERS = ['bench', 'role', 'starter', 'star'];

/** How good the model is and on which rows, what it leans on, and that its two forms agree. */
export function figureSections(facts: CardFacts): Section[] {
  return [besideTrivial(facts), byGroup(facts), intervals(facts), importance(facts), parity(facts)];
}

function besideTrivial({ metrics }: CardFacts): Section {
  const { all, compared, minutes_10, without_history } = metrics.parts.test;
  const blocks: Block[] = [
    {
      kind: 'paragraph',
      text: `${countText(compared.n)} rows of the test part, of players with an earlier game, the same for every line. Errors are in points; bias is the mean of predicted less scored.`,
    },
    errorTable(compared),
  ];
  const paired = Object.entries(metrics.test.paired).flatMap(([name, found]) =>
    found === null || found.low === null ? [] : [{ name, ...found }],
  );
  if (paired.length > 0) {
    blocks.push({
      kind: 'list',
      items: paired.map(
        ({ name, difference, low, high, dates }) =>
          `Gain on ${PREDICTORS[name] ?? name}: ${signedText(difference)} points, 95% ${signedText(low)} to ${signedText(high)} (dates drawn with replacement from ${countText(dates)}).`,
      ),
    });
  }
  if (compared.line !== null) {
    const { n, model, line } = compared.line;
    blocks.push({
      kind: 'paragraph',
      text: `On the ${countText(n)} of these rows with a bookmakers' points line: the model ${figureText(model.mae)}, the line ${figureText(line.mae)}.`,
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

/** What names of predictors stand for. */
const PREDICTORS: Readonly<Record<string, string>> = {
  model: 'this model',
  last_10: 'the mean of his last 10 games',
  last_5: 'the mean of his last 5 games',
  season: 'his season mean',
  mix: 'the mix 0.35/0.40/0.25 of last 5, last 10 and season',
  line: 'the line',
};

function errorTable(rows: Comparison): Block {
  const line = (name: string, report: ErrorReport): Text[] => [
    name === 'model' ? [{ strong: PREDICTORS[name]! }] : PREDICTORS[name]!,
    figureText(report.mae),
    figureText(report.rmse),
    signedText(report.bias),
    signedText(report.median_error),
    percentText(report.within_3),
    percentText(report.within_5),
    name === 'model' ? '' : closerText(rows.model.mae, report.mae),
  ];
  return {
    kind: 'table',
    columns: [
      { title: 'predictor' },
      { title: 'MAE', align: 'right' },
      { title: 'RMSE', align: 'right' },
      { title: 'bias', align: 'right' },
      { title: 'median error', align: 'right' },
      { title: 'within 3', align: 'right' },
      { title: 'within 5', align: 'right' },
      { title: 'the model is', align: 'right' },
    ],
    rows: [
      line('model', rows.model),
      line('last_10', rows.last_10),
      line('last_5', rows.last_5),
      line('season', rows.season),
      line('mix', rows.mix),
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

function importance({ metrics, features }: CardFacts): Section {
  const meanings = new Map(features.features.map(({ name, meaning }) => [name, meaning]));
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
  const engines = Object.entries(found.engine);
  return {
    title: 'Parity',
    blocks: [
      {
        kind: 'paragraph',
        text: `The ONNX file, run by ONNX Runtime, against a plain walk of the trees in the XGBoost files, on ${countText(found.rows)} rows, ${countText(found.adversarialRows)} of them made to part the two (values on and beside every split, missing, huge and infinite ones): ${countText(found.identicalRows)} to the bit, at most ${differenceText(found.maxAbsDifference)} points and, in quantiles, ${differenceText(found.maxQuantileDifference)} points apart. At most ${differenceText(PARITY_LIMIT)} was allowed.`,
      },
      ...(engines.length === 0
        ? []
        : [
            {
              kind: 'list',
              items: engines.map(
                ([member, { rows, maxAbsDifference }]) =>
                  `The engine's own predictions of the square root by member ${member}: ${differenceText(maxAbsDifference)} apart on ${countText(rows)} rows.`,
              ),
            } as const,
          ]),
    ],
  };
}

function differenceText(value: number): string {
  return value === 0 ? '0' : value.toExponential(1);
}
