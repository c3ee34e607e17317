import { redCheckText } from '../red-checks.ts';
import type { Block, Section } from './document.ts';
import type { CardFacts } from './facts.ts';
import { countText, figureText, percentText } from './text.ts';

/** Below this many rows an error of two decimals is not known to its first. */
const FEW_ROWS = 2000;

/** What the model does not know, where it is weak, and what it must not be used for. */
export function limitsSection(facts: CardFacts): Section {
  return {
    title: 'Limits',
    blocks: [
      ...warnings(facts),
      { kind: 'list', items: limits(facts) },
      { kind: 'paragraph', text: [{ strong: 'It must not be used' }] },
      {
        kind: 'list',
        items: [
          'to bet: the bookmakers know news that it does not, and nothing here shows that it beats a line;',
          'to judge, pay, pick or rest a man: it knows box scores, not health, tasks or reasons;',
          'for sums: of a team, of a season (see the bias above);',
          'for other leagues, preseason, all-star games, or players of whom the replica has no games;',
          'on rows before the test part, where its figures are no predictions: hoopduck predict leaves those dates out.',
        ],
      },
    ],
  };
}

function warnings({ training, manifest }: CardFacts): Block[] {
  const { n, model_mae, last_10_mae } = training.test.compared;
  const { gates } = manifest;
  const found: Block[] = [];
  const warn = (text: string) => found.push({ kind: 'warning', text });
  if (n === 0) {
    warn('It was not evaluated: no test row has an earlier game. Push refuses its predictions.');
  } else if (n < FEW_ROWS) {
    warn(`Only ${countText(n)} test rows were compared: the figures are rough.`);
  }
  if (model_mae !== null && last_10_mae !== null && model_mae >= last_10_mae) {
    warn(
      'It is not better than the mean of the last 10 games on the same rows. Push refuses its predictions.',
    );
  }
  if (gates.forced !== null) {
    const passed = [
      ...gates.red.map(redCheckText),
      ...gates.alarms.map(({ alarm, subject }) => `${alarm} of ${subject}`),
    ];
    warn(`It was trained past red gates (${passed.join(', ')}) for this reason: ${gates.forced}`);
  }
  return found;
}

function limits({ metrics, predictor, training }: CardFacts): string[] {
  const { model } = metrics.parts.test.compared;
  const demanding = predictor.members.filter(({ needs }) => needs.length > 0);
  return [
    'It presumes that the player plays, and does not say how likely that is. It does not know who else will play beyond the report of the day.',
    ...(model.bias === null
      ? []
      : [
          `Medians lie below means where a few games are very high: on test rows its predictions are ${biasText(model.bias)} results on average. Added up over players or games that error stays.`,
        ]),
    ...(demanding.length === 0
      ? ['It reads neither lines nor injury reports of the day: news of the day is unknown to it.']
      : [
          'Without lines or without a report of the day another member speaks, whose error is larger: a prediction made before they are out is one without them. hoopduck predict names such games.',
        ]),
    `It does not see trades, injuries and changes of a coach before they show in box scores${demanding.length === 0 ? '' : ' or reports'}. In the first weeks of a season it leans on the season before.`,
    `Of players without an earlier game (${countText(metrics.parts.test.without_history)} test rows) it says little more than what such players scored; they are predicted and not compared.`,
    `Its figures are those of ${training.parts.test.from} to ${training.parts.test.to}. Another season, with other rules or another pace, may give others.`,
    ...(training.refit
      ? [
          'Its figures are those of the trees before they were trained on all rows: the trees here were never tested.',
        ]
      : []),
    `Half of the results lie within ${figureText(model.median_absolute_error)} points of a prediction, and ${percentText(model.within_5)} within five: a single prediction says little about a single night.`,
  ];
}

function biasText(bias: number): string {
  return `${figureText(Math.abs(bias))} points ${bias < 0 ? 'below' : 'above'} the`;
}
