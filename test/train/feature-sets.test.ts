import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../../src/config/defaults.ts';
import { chooseFeatures, FEATURE_SETS, type FeatureSet } from '../../src/train/feature-sets.ts';

const PAGE = fileURLToPath(new URL('../../docs/features.md', import.meta.url));

const SETS = Object.values(FEATURE_SETS);

const HEAD = `# Features

What models are trained on: the columns of each feature set, in their order. All are known before the game; what is
unknown stays NULL. A row of a date looks at dates before it, at the schedule, and, where "needs" says so, at the
game's lines or at the injury report of the day. The formula of a column is in the model file of the set's table or of
a table that it reads.

"Weighted" means with half-lives: a game weighs half of one that came so many games later, across seasons. Minutes
"less overtime" are those of a game of 240 team minutes. The roster of a team is whoever played for it last, in this
season and within 45 days.

This page is written from \`src/train/\`: \`HOOPDUCK_WRITE_DOCS=1 npx vitest run test/train/feature-sets.test.ts\`.
`;

const TAIL = `
## Two stages

\`train.two_stages: true\` gives the default set forecasts of minutes and of shots (FGA + 0.44 FTA) as columns more. For each season two models of squared
error are trained on the seasons before it, once with the injury reports' features and once without, never with lines; a row has what the models of its own
season say, and a game after all rows what the models of all seasons say. Where fewer than 1,000 rows came before the season the columns are missing, so a
short history has none. Members that need a report read the columns \`..._by_report\`, the others those without.

| column | meaning | unit |
| --- | --- | --- |
| \`points_of_forecast_shots\` | Forecast shots at twice his true shooting (\`true_shooting_ewm_25\`). | points |
| \`forecast_minutes\` | Forecast minutes, less overtime. | minutes |
| \`forecast_minutes_change\` | Forecast minutes less the mean of his last 3 games. | minutes |

They are no columns of a table: the models stand in the artefact and in the ONNX graph, which take the features and \`season_year\`. Off by default: they
gained nothing on validation seasons ([decisions/0011](decisions/0011-models-by-game.md)).
`;

function renderSet({ name, table, features }: FeatureSet): string {
  const rows = features.map(
    (feature) =>
      `| \`${feature.name}\` | ${feature.meaning} | ${feature.unit} | ${feature.window} | ${feature.needs ?? ''} |`,
  );
  return `
## ${name}: ${features.length} columns of \`${table}\`

| column | meaning | unit | window | needs |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

test('docs/features.md says of every feature what it is', () => {
  const page = HEAD + SETS.toReversed().map(renderSet).join('') + TAIL;
  if (process.env['HOOPDUCK_WRITE_DOCS'] === '1') writeFileSync(PAGE, page);
  expect(readFileSync(PAGE, 'utf8')).toBe(page);
});

test('every feature has a meaning, a unit and a window of one line, and a name of its own', () => {
  expect(SETS.map(({ name, features }) => `${name} ${features.length}`)).toEqual([
    'seed-21 21',
    'default 71',
  ]);
  for (const { features } of SETS) {
    expect(new Set(features.map(({ name }) => name)).size).toBe(features.length);
    const faulty = features.filter(
      ({ meaning, unit, window }) =>
        !/^[A-Z][^\n|]*\.$/.test(meaning) || !/^[^\n|]+$/.test(unit) || !/^[^\n|]+$/.test(window),
    );
    expect(faulty).toEqual([]);
  }
});

test('two stages add the season, which chooses the first stage, to the default set alone', () => {
  const settings = { ...DEFAULTS.train, features: 'default', twoStages: true } as const;
  const added = { table: 'nba_precompute.mine', column: 'rebounds_average' };
  for (const [asked, more] of [
    ['default', []],
    [undefined, [added]],
  ] as const) {
    const set = chooseFeatures(asked, { ...settings, addFeatures: more });
    expect(set.features.slice(71).map(({ name }) => name)).toEqual([
      'season_year',
      ...more.map(({ column }) => column),
    ]);
    const names = set.features.map(({ name }) => name);
    for (const input of Object.values(set.firstStage!)) expect(names).toContain(input);
  }
  expect(chooseFeatures('seed-21', settings)).toBe(FEATURE_SETS['seed-21']);
  expect(chooseFeatures('default', { ...settings, twoStages: false })).toBe(FEATURE_SETS.default);
});

test('a need that a feature has is known by a column that has the same need', () => {
  for (const { features, presence } of SETS) {
    for (const need of ['lines', 'report'] as const) {
      const inNeed = features.filter(({ needs }) => needs === need).map(({ name }) => name);
      expect(inNeed.length > 0).toBe(presence[need] !== null);
      if (presence[need] !== null) expect(inNeed).toContain(presence[need]);
    }
  }
});
