import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULTS } from '../../src/config/defaults.ts';
import { HoopduckError } from '../../src/errors.ts';
import { Replica } from '../../src/replica/replica.ts';
import { loadGraph } from '../../src/transforms/graph.ts';
import { checkReferences } from '../../src/transforms/references.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A workspace folder with model files, by path under `models/`. */
function workspaceWith(files: Readonly<Record<string, string>>): string {
  const workspace = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    const file = join(workspace, 'models', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return workspace;
}

/** The message of the fault that stops these files. */
async function faultOf(files: Readonly<Record<string, string>>): Promise<string> {
  const replica = await Replica.open(':memory:');
  const workspace = workspaceWith(files);
  try {
    await checkReferences(
      replica,
      loadGraph({ workspace, file: join(workspace, 'hoopduck.yaml'), train: DEFAULTS.train }),
    );
  } catch (error) {
    if (!(error instanceof HoopduckError)) throw error;
    expect(error).toMatchObject({ exitCode: 2 });
    return `${error.code} ${error.message}`;
  } finally {
    replica.close();
  }
  throw new Error('no fault was found');
}

const HEAD = '-- Mine.\n--\n-- key: game_date\n-- partition: game_date\n';

test.each([
  [
    'no key',
    '-- Mine.\n-- partition: none\nSELECT 1 AS a',
    '1:1: the head names no "key"; "-- key: game_date, player_lookup", the columns that make a row unique, was wanted.\n\n  1 | -- Mine.\n    | ^',
  ],
  [
    'no partition',
    '-- key: a\nSELECT 1 AS a',
    '1:1: the head names no "partition"; "-- partition: game_date" (or none) was wanted.\n\n  1 | -- key: a\n    | ^',
  ],
  [
    'a window that is not declared',
    `${HEAD}-- reads: hoopduck.population\nSELECT * FROM hoopduck.population`,
    '5:11: the window of "hoopduck.population" is not declared; "hoopduck.population (reach)" was wanted, with "same date", "any date", "earlier dates", "season", "14 days" or "last 10 rows [where CONDITION]", the last four with " of COLUMN" where only rows of the same player or team count, and " in season".\n\n  5 | -- reads: hoopduck.population\n    |           ^^^^^^^^^^^^^^^^^^^',
  ],
  [
    'a window that has no known form',
    `${HEAD}-- reads: hoopduck.population (same date;\n--   yesterday)\nSELECT * FROM hoopduck.population`,
    '6:6: "yesterday" says no window of "hoopduck.population"; wanted "same date", "any date", "earlier dates", "season", "14 days" or "last 10 rows [where CONDITION]", the last four with " of COLUMN" where only rows of the same player or team count, and " in season".\n\n  6 | --   yesterday)\n    |      ^^^^^^^^^',
  ],
  [
    'an upstream that is not there',
    `${HEAD}-- reads: hoopduck.populaton (same date)\nSELECT * FROM hoopduck.populaton`,
    '5:11: there is no table "hoopduck.populaton" to read. Did you mean "hoopduck.population"?\n\n  5 | -- reads: hoopduck.populaton (same date)\n    |           ^^^^^^^^^^^^^^^^^^',
  ],
  [
    'a table that the SELECT reads in silence',
    `${HEAD}-- reads: hoopduck.population (same date)\nSELECT p.* FROM hoopduck.population AS p\nJOIN hoopduck.player_timeline AS t USING (game_date)`,
    '7:6: the SELECT reads "hoopduck.player_timeline", which the head does not declare; "-- reads: hoopduck.player_timeline (reach)" was wanted.\n\n  7 | JOIN hoopduck.player_timeline AS t USING (game_date)\n    |      ^^^^^^^^^^^^^^^^^^^^^^^^',
  ],
  [
    'a table that the SELECT does not read',
    `${HEAD}-- reads: hoopduck.population (same date), hoopduck.stg_game (same date)\nSELECT * FROM hoopduck.population`,
    '5:44: the head reads "hoopduck.stg_game", but the SELECT does not.\n\n  5 | -- reads: hoopduck.population (same date), hoopduck.stg_game (same date)\n    |                                            ^^^^^^^^^^^^^^^^^',
  ],
  [
    'a window of a player without a spine',
    `${HEAD}-- reads: hoopduck.player_timeline (last 10 rows of player_key)\nSELECT * FROM hoopduck.player_timeline`,
    '5:11: a window "of" a column needs a "spine": the table whose rows say for whom this one has rows.\n\n  5 | -- reads: hoopduck.player_timeline (last 10 rows of player_key)\n    |           ^^^^^^^^^^^^^^^^^^^^^^^^',
  ],
  [
    'an expectation that is not known',
    `${HEAD}-- expects: two rows a final match\nSELECT 1 AS game_date`,
    '5:13: "expects" is "two rows a final match"; one of "two rows a final game", "one row a listed player", "one row a team that plays", "players of both teams" was wanted. Did you mean "two rows a final game"?\n\n  5 | -- expects: two rows a final match\n    |             ^^^^^^^^^^^^^^^^^^^^^^',
  ],
  [
    'a SELECT that cannot be read',
    `${HEAD}-- reads: hoopduck.population (same date)\n\nSELECT *\nFROM hoopduck.population WHERE game_date BETWEEN @from_date AN @to_date`,
    '8:61: the SELECT cannot be read: syntax error at or near "AN".\n\n  8 | FROM hoopduck.population WHERE game_date BETWEEN @from_date AN @to_date\n    |                                                             ^',
  ],
  ['no SELECT', HEAD, '5:1: there is no SELECT under the head.\n\n  5 | \n    | ^'],
])('a model file with %s is refused, with the place', async (_, text, message) => {
  expect(await faultOf({ 'nba_precompute/mine.sql': text })).toBe(
    `MODEL_INVALID models/nba_precompute/mine.sql:${message}`,
  );
});

test('a model in a dataset that is not open, or with the name of one of ours, is refused', async () => {
  expect(await faultOf({ 'nba_precomptue/mine.sql': HEAD })).toContain(
    'models/nba_precomptue/mine.sql:1:1: "nba_precomptue" is no dataset for models; one of "nba_analytics", "nba_precompute", "hoopduck" was wanted. Did you mean "nba_precompute"?',
  );
  expect(await faultOf({ 'nba_precompute/player_daily_cache.sql': HEAD })).toContain(
    'hoopduck computes "nba_precompute.player_daily_cache" itself; another name was wanted.',
  );
});

test('models that read each other are refused with the circle named, at one of its steps', async () => {
  const reading = (other: string) =>
    `${HEAD}-- reads: hoopduck.${other} (same date)\nSELECT * FROM hoopduck.${other}`;
  expect(
    await faultOf({
      'hoopduck/a.sql': reading('b'),
      'hoopduck/b.sql': reading('c'),
      'hoopduck/c.sql': reading('a'),
    }),
  ).toBe(
    'MODEL_CYCLE models/hoopduck/a.sql:5:11: the models read each other in a circle: hoopduck.a -> hoopduck.b -> hoopduck.c -> hoopduck.a.\n\n  5 | -- reads: hoopduck.b (same date)\n    |           ^^^^^^^^^^',
  );
});
