import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Model, parseModel } from '../../src/transforms/model.ts';
import { RAW_VALUE_RULES } from '../../src/transforms/raw-values.ts';

const HEAD = '-- Mine.\n--\n-- key: game_date, player_key\n-- partition: game_date\n';

const parsed = (facts: string, sql = 'SELECT 1') =>
  parseModel('hoopduck.mine', 'mine.sql', `${HEAD}${facts}${sql}`);

const refusal = (text: string): string => {
  try {
    parseModel('hoopduck.mine', 'mine.sql', text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('the model was accepted');
};

test('a model is what its head says of it', () => {
  const facts =
    '-- spine: hoopduck.population\n-- reads: a.b (same date; last 3 rows where x in (1, 2) of player_key), c.d (season)\n' +
    '-- expects: one row a listed player\n-- bootstrap: no rows\n';
  expect(parsed(facts)).toMatchObject({
    name: 'hoopduck.mine',
    origin: 'hoopduck',
    description: 'Mine.',
    key: ['game_date', 'player_key'],
    partition: 'game_date',
    spine: { table: 'hoopduck.population', at: { line: 5, column: 11, length: 19 } },
    inputs: [
      {
        table: 'a.b',
        reaches: [
          { kind: 'same date' },
          { kind: 'window', rows: { count: 3, where: 'x in (1, 2)' } },
        ],
        at: { line: 6, column: 11, length: 3 },
      },
      { table: 'c.d', reaches: [{ kind: 'window', inSeason: true }] },
    ],
    expectation: 'one row a listed player',
    skipsBootstrap: true,
    sql: 'SELECT 1',
    headLines: 8,
  } satisfies Partial<Record<keyof Model, unknown>>);
});

test('what a head does not say is nothing', () => {
  expect(parsed('')).toMatchObject({
    spine: null,
    inputs: [],
    expectation: null,
    skipsBootstrap: false,
  });
  const whole = '-- key: a\n-- partition: none\nSELECT 1';
  expect(parseModel('a.b', 'b.sql', whole, 'workspace')).toMatchObject({
    partition: null,
    origin: 'workspace',
  });
});

test('a comma behind the last input says nothing', () => {
  expect(parsed('-- reads: a.b (season), \n').inputs.map(({ table }) => table)).toEqual(['a.b']);
});

test('a semicolon behind the SELECT is no part of it, one inside is', () => {
  for (const end of [';', ';  \n', ' ;\n\n']) {
    expect(parsed('', `SELECT 1${end}`).sql).toMatch(/^SELECT 1 ?$/);
  }
  for (const sql of ["SELECT ';' AS a", "SELECT ';'"]) expect(parsed('', sql).sql).toBe(sql);
});

test('the digest is of the whole file, and of the rules for raw texts where it joins them', () => {
  const ofText = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
  const plain = parsed('');
  expect(plain.sqlDigest).toBe(ofText(plain.text));
  const raw = parsed('', 'SELECT * FROM hoopduck.raw_value');
  expect(raw.sqlDigest).toBe(ofText(`${raw.text}rules ${RAW_VALUE_RULES}`));
});

test('a window for all needs no spine, one of a column does, beside other windows too', () => {
  expect(parsed('-- reads: a.b (14 days)\n').spine).toBeNull();
  expect(refusal(`${HEAD}-- reads: a.b (same date; 14 days of player_key)\nSELECT 1`)).toContain(
    'mine.sql:5:11: a window "of" a column needs a "spine"',
  );
});

test.each([
  ['-- key:\n-- partition: a', 'mine.sql:1:4: the head names no "key"'],
  ['-- key: a\n-- partition: game date', 'mine.sql:2:15: "game date" is not the name of a column.'],
  ['-- key: a\n-- partition: (a)', 'mine.sql:2:15: "(a)" is not the name of a column.'],
  ['-- key: a\n-- partition: a)', 'mine.sql:2:15: "a)" is not the name of a column.'],
  [
    `${HEAD}-- bootstrap: rows`,
    'mine.sql:5:15: "bootstrap" is "rows"; "no rows" was wanted, or no such line.',
  ],
  [
    `${HEAD}-- reads: population (season)`,
    'mine.sql:5:11: "population" is not a table; "dataset.table (reach)" was wanted.',
  ],
  [
    `${HEAD}-- reads: a.b.c (season)`,
    'mine.sql:5:11: "a.b.c" is not a table; "dataset.table (reach)" was wanted.',
  ],
  [`${HEAD}-- reads: a.b, c.d (season)`, 'mine.sql:5:11: the window of "a.b" is not declared'],
  [`${HEAD}-- reads: a.b (season`, 'mine.sql:5:11: the window of "a.b" is not declared'],
  [`${HEAD}-- reads: a.b (season; )`, 'mine.sql:5:24: "" says no window of "a.b"'],
])('a head such as %j is refused, with the place', (head, message) => {
  expect(refusal(`${head}\nSELECT 1`)).toContain(message);
});
