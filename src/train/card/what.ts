import { seasonLabel, seasonYear } from '../../config/seasons.ts';
import { spanText } from '../../format.ts';
import type { MemberFile } from '../predictor.ts';
import type { PartName } from '../training-report.ts';
import type { Block, Section, Text } from './document.ts';
import type { CardFacts } from './facts.ts';
import { countText, shortDigest } from './text.ts';

/** What the model predicts, from which rows, and of which members it is made. */
export function whatSections(facts: CardFacts): Section[] {
  return [whatItPredicts(facts), data(facts), members(facts)];
}

function whatItPredicts({ predictor }: CardFacts): Section {
  const levels = predictor.levels.map((level) => `${Math.round(100 * level)}%`);
  return {
    title: 'What it predicts',
    blocks: [
      {
        kind: 'list',
        items: [
          [
            { strong: 'Points' },
            ' of one player in one game, given that he plays at all (minutes > 0). The figure is a median: half of the results should lie above it.',
          ],
          [
            { strong: 'An interval' },
            `: the points below which the result stays with the chances ${levels.join(', ')}. They come from how far results fell from predictions on validation rows.`,
          ],
          [
            { strong: 'A confidence score' },
            ': how often, in percent of test rows, a prediction of this size came within five points.',
          ],
        ],
      },
      {
        kind: 'paragraph',
        text: 'Everything that it reads is known before the game: earlier games, the schedule and, where a member needs them, the lines and the injury report of the day.',
      },
    ],
  };
}

const PARTS: Readonly<Record<PartName, string>> = {
  train: 'the trees grow on it',
  validation: 'chooses rounds, correction and intervals',
  test: 'was not looked at before the model stood',
};

/** Of a model whose trees were trained on all parts in the end. */
const REFIT_PARTS: Readonly<Record<PartName, string>> = {
  train: 'the first trees grew on it',
  validation: 'chose rounds, correction and intervals; then the trees grew on it too',
  test: 'gave the figures below by the first trees; then the trees grew on it too',
};

function data({ training, manifest }: CardFacts): Section {
  const { parts } = training;
  const { rows, inputs } = manifest;
  const blocks: Block[] = [
    {
      kind: 'table',
      columns: [
        { title: 'part' },
        { title: 'from' },
        { title: 'to' },
        { title: 'seasons' },
        { title: 'rows', align: 'right' },
        { title: 'what it does' },
      ],
      rows: Object.entries(training.refit ? REFIT_PARTS : PARTS).map(([name, use]) => {
        const { from, to, n } = parts[name as PartName];
        return [name, from, to, seasonsText(from, to), countText(n), use];
      }),
    },
    {
      kind: 'paragraph',
      text: `A row is a player who played in a game. Parts are cut by date (split ${training.split}), never inside one.`,
    },
  ];
  if (rows.filter !== null) {
    blocks.push({
      kind: 'warning',
      text: [
        'Rows are filtered by ',
        { code: rows.filter },
        '. What a filter asks may be known only after the game, so that these figures compare with other filtered ones and are no level of service.',
      ],
    });
  }
  if (rows.excluded_dates.length > 0) {
    const dates = rows.excluded_dates.join(', ');
    blocks.push({ kind: 'paragraph', text: `Dates left out, on record: ${dates}.` });
  }
  blocks.push({
    kind: 'table',
    columns: [{ title: 'read from' }, { title: 'partitions', align: 'right' }, { title: 'digest' }],
    rows: Object.entries(inputs).map(([table, { digest, partitions }]): Text[] => [
      [{ code: table }],
      countText(Object.keys(partitions).length),
      [{ code: shortDigest(digest) }],
    ]),
  });
  return { title: 'Data', blocks };
}

function members({ training, predictor, features }: CardFacts): Section {
  const trained = new Map(training.members.map((member) => [member.name, member]));
  const sole = predictor.members.length === 1;
  const derived = predictor.first_stage?.features.length ?? 0;
  return {
    title: sole ? 'Trees' : 'Members',
    blocks: [
      ...(sole
        ? []
        : [
            {
              kind: 'paragraph',
              text: 'A game without lines or without an injury report is given to a member that never saw them: the first in this list whose needs the row meets speaks.',
            } as const,
          ]),
      ...(derived === 0
        ? []
        : [
            {
              kind: 'paragraph',
              text: `${derived} of the columns come from a first stage: forecasts of minutes and of shots, for each season by trees of the seasons before it.`,
            } as const,
          ]),
      {
        kind: 'table',
        columns: [
          { title: 'member' },
          { title: 'needs' },
          { title: 'columns', align: 'right' },
          { title: 'training rows that meet it', align: 'right' },
          { title: 'validation rows', align: 'right' },
          { title: 'rounds', align: 'right' },
          { title: 'corrected to the median' },
        ],
        rows: predictor.members.map((member) => [
          member.name,
          needsText(member),
          `${member.columns.length} of ${features.features.length + derived}`,
          countText(trained.get(member.name)?.rows.train ?? 0),
          countText(trained.get(member.name)?.rows.validation ?? 0),
          member.rounds.join(' + '),
          isCorrected(member) ? 'yes' : 'no need',
        ]),
      },
    ],
  };
}

function needsText({ needs }: Pick<MemberFile, 'needs'>): string {
  const names = { lines: 'lines', report: 'injury report of the day' };
  return needs.length === 0 ? 'nothing' : needs.map((need) => names[need]).join(' and ');
}

function isCorrected({ correction: { a, b, c } }: MemberFile): boolean {
  return a !== 0 || b !== 1 || c !== 0;
}

function seasonsText(from: string, to: string): string {
  return spanText(seasonLabel(seasonYear(from)), seasonLabel(seasonYear(to)));
}
