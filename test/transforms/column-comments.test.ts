import { readFileSync } from 'node:fs';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { commentTables } from '../../src/replica/column-comments.ts';
import { Replica } from '../../src/replica/replica.ts';
import { loadModels } from '../../src/transforms/graph.ts';
import { undisturbed } from '../pipeline/support/league.ts';
import { queryReplica } from '../pipeline/support/state.ts';

interface Commented {
  readonly table: string;
  readonly column: string;
  readonly comment: string | null;
}

const DATASETS = "('nba_analytics', 'nba_precompute', 'nba_predictions')";

const COLUMNS = `SELECT schema_name || '.' || table_name AS "table", column_name AS "column", comment
  FROM duckdb_columns() WHERE schema_name IN ${DATASETS} ORDER BY ALL`;

const TABLES = `SELECT schema_name || '.' || table_name AS "table", comment
  FROM duckdb_tables() WHERE schema_name IN ${DATASETS} ORDER BY ALL`;

let columns: readonly Commented[];
let tables: readonly Omit<Commented, 'column'>[];

beforeAll(async () => {
  const { workspace } = await undisturbed();
  columns = await queryReplica(workspace, COLUMNS);
  tables = await queryReplica(workspace, TABLES);
});

test('every column that a run computes says in a short line what it is', () => {
  expect(new Set(columns.map(({ table }) => table)).size).toBe(12);
  const without = columns.filter(({ comment }) => comment === null);
  expect(without.map(({ table, column }) => `${table}.${column}`)).toEqual([]);
  const long = columns.filter(({ comment }) => comment !== null && comment.length > 90);
  expect(long.map(({ table, column }) => `${table}.${column}`)).toEqual([]);
});

test('no text speaks of a column that no table has', () => {
  const texts: {
    columns: Record<string, string>;
    tables: Record<string, Record<string, string>>;
  } = parse(
    readFileSync(new URL('../../src/replica/column-comments.yaml', import.meta.url), 'utf8'),
  );

  const own = Object.entries(texts.tables).flatMap(([table, of]) =>
    Object.keys(of).map((column) => `${table}.${column}`),
  );
  const names = columns.map(({ table, column }) => `${table}.${column}`);
  expect(own.filter((name) => !names.includes(name))).toEqual([]);
  // A shared text is one that some table takes: it has the column, and no text of its own for it.
  const shared = columns.filter(({ table, column }) => !own.includes(`${table}.${column}`));
  const taken = new Set(shared.map(({ column }) => column));
  expect(Object.keys(texts.columns).filter((column) => !taken.has(column))).toEqual([]);
});

test('a comment gives the formula, and a table says what its model says', () => {
  const textOf = (table: string, column: string) =>
    columns.find((found) => found.table === table && found.column === column)?.comment;

  expect(textOf('nba_analytics.team_offense_game_summary', 'possessions')).toBe(
    'Field-goal attempts + 0.44 free-throw attempts + turnovers - offensive rebounds',
  );
  expect(textOf('nba_analytics.player_game_summary', 'steals')).toBe('Steals');
  expect(textOf('nba_analytics.team_defense_game_summary', 'steals')).toBe("The team's own steals");
  const models = loadModels().filter(({ name }) => name.startsWith('nba_'));
  expect(tables).toEqual(
    [
      ...models.map(({ name, description }) => ({ table: name, comment: description })),
      {
        table: 'nba_predictions.ml_training_runs',
        comment: 'Trainings of models, one row for each model and day.',
      },
      {
        table: 'nba_predictions.player_prop_intervals',
        comment:
          'How far predicted points may be off, one row for each prediction: quantiles of the points (80% of results fall between points_p10 and points_p90) and the chance of more than the known line.',
      },
      {
        table: 'nba_predictions.player_prop_predictions',
        comment:
          'Predicted points, one row for each player listed or expected for a game, past or coming. Only dates on which the model was neither trained nor chosen.',
      },
      {
        table: 'nba_predictions.prediction_accuracy',
        comment: 'Predictions against results, one row for each predicted player who played.',
      },
    ].sort((a, b) => (a.table < b.table ? -1 : 1)),
  );
});

test('comments are set where a table has another description, and left alone where it has this one', async () => {
  const name = 'nba_analytics.team_offense_game_summary';
  const replica = await Replica.open(':memory:');
  onTestFinished(() => replica.close());
  const held = async () => ({
    table: (
      await replica.column<string>(
        'SELECT comment FROM duckdb_tables() WHERE NOT internal AND table_name = $table',
        { table: 'team_offense_game_summary' },
      )
    )[0],
    columns: await replica.column<string>(`SELECT comment FROM (${COLUMNS}) ORDER BY "column"`),
  });
  await replica.run(`CREATE TABLE ${name} AS SELECT 1.0 AS pace, 5 AS rebounds, 'x' AS unheard_of`);
  const pace = 'Possessions per 48 minutes, possessions*48/((240 + 25*overtime_periods)/5)';
  const texts = [pace, 'Offensive and defensive rebounds', null];

  await commentTables(replica, [
    { name, description: "A team's game" },
    { name: 'nba_analytics.not_there', description: 'Nothing' },
  ]);
  expect(await held()).toEqual({ table: "A team's game", columns: texts });

  await replica.run(`COMMENT ON COLUMN ${name}.rebounds IS 'by hand'`);
  await replica.run(`COMMENT ON COLUMN ${name}.unheard_of IS 'by hand'`);
  await commentTables(replica, [{ name, description: "A team's game" }]);
  expect((await held()).columns).toEqual([pace, 'by hand', 'by hand']);

  await commentTables(replica, [{ name, description: 'Another' }]);
  expect(await held()).toEqual({ table: 'Another', columns: texts });

  await replica.run(`CREATE OR REPLACE TABLE ${name} AS SELECT 5 AS rebounds`);
  await commentTables(replica, [{ name, description: 'Another' }]);
  expect(await held()).toEqual({ table: 'Another', columns: [texts[1]] });
});
