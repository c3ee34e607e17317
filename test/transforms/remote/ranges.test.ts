import { expect, test } from 'vitest';
import { type Model, parseModel } from '../../../src/transforms/model.ts';
import { remoteRanges } from '../../../src/transforms/remote/ranges.ts';
import type { SqlEngine, TableMarks } from '../../../src/warehouse/sql-engine.ts';

function model(name: string, reads: string, partition = 'game_date'): Model {
  const head = `-- ${name}\n--\n-- key: ${partition === 'none' ? 'code' : 'game_date'}\n-- partition: ${partition}\n`;
  const text = `${head}${reads === '' ? '' : `-- reads: ${reads}\n`}SELECT 1`;
  return parseModel(`hoopduck.${name}`, `models/hoopduck/${name}.sql`, text);
}

const MODELS = [
  model('code', '', 'none'),
  model('game', 'nba_raw.nbac_schedule (any date), hoopduck.code (any date)'),
  model('player', 'hoopduck.game (same date)'),
  model('form', 'hoopduck.player (earlier dates)'),
  model('report', 'nba_raw.nbac_injury_report (same date)'),
];

/** What each table is marked with; null: it is not there. */
type Marks = Readonly<Record<string, TableMarks | null>>;

const BUILT: Marks = Object.fromEntries(
  MODELS.map(({ name, sqlDigest }) => [name, { sql: sqlDigest, built_to: '2024-03-31' }]),
);

async function ranges(marks: Marks, from: string | null, to: string): Promise<string[]> {
  const find = async (table: string) => {
    const found = marks[table];
    return found == null ? undefined : { marks: found };
  };
  const found = await remoteRanges({ find } as Partial<SqlEngine> as SqlEngine, MODELS, {
    from,
    to,
  });
  return [...found].map(
    ([name, range]) => `${name.slice(9)} ${range.extent} ${range.from} ${range.to} ${range.why}`,
  );
}

test('what is not there is made whole, up to the asked date', async () => {
  expect(await ranges({}, '2024-03-01', '2024-03-31')).toEqual([
    'code table 1900-01-01 2024-03-31 new',
    'game table 1900-01-01 2024-03-31 new',
    'player table 1900-01-01 2024-03-31 new',
    'form table 1900-01-01 2024-03-31 new',
    'report table 1900-01-01 2024-03-31 new',
  ]);
});

test('of what is there the asked dates are replaced, and those after them, which read them', async () => {
  expect(await ranges(BUILT, '2024-03-10', '2024-03-12')).toEqual([
    'code table 1900-01-01 2024-03-31 has no dates',
    'game dates 2024-03-10 2024-03-31 asked',
    'player dates 2024-03-10 2024-03-31 asked',
    'form dates 2024-03-10 2024-03-31 asked',
    'report dates 2024-03-10 2024-03-31 asked',
  ]);
});

test('dates that no build has come to yet are not left out', async () => {
  const behind = {
    ...BUILT,
    'hoopduck.player': { ...BUILT['hoopduck.player']!, built_to: '2024-03-20' },
  };
  expect(await ranges(behind, '2024-04-05', '2024-04-05')).toEqual([
    'code table 1900-01-01 2024-04-05 has no dates',
    'game dates 2024-04-01 2024-04-05 asked, and new dates',
    'player dates 2024-03-21 2024-04-05 asked, and new dates',
    'form dates 2024-03-21 2024-04-05 asked, and new dates',
    'report dates 2024-04-01 2024-04-05 asked, and new dates',
  ]);
});

test('a table with another SQL text, or whose build was cut off, is made anew with what reads it', async () => {
  const changed = { ...BUILT, 'hoopduck.player': { sql: 'other', built_to: '2024-03-31' } };
  expect(await ranges(changed, '2024-03-31', '2024-03-31')).toEqual([
    'code table 1900-01-01 2024-03-31 has no dates',
    'game dates 2024-03-31 2024-03-31 asked',
    'player table 1900-01-01 2024-03-31 code changed',
    'form table 1900-01-01 2024-03-31 hoopduck.player is made anew',
    'report dates 2024-03-31 2024-03-31 asked',
  ]);
  expect((await ranges({ ...BUILT, 'hoopduck.form': {} }, '2024-03-31', '2024-03-31'))[3]).toBe(
    'form table 1900-01-01 2024-03-31 new',
  );
});

test('without a first date everything is made anew, up to the last date that is there', async () => {
  expect(
    new Set(
      (await ranges(BUILT, null, '2024-01-31')).map((text) => text.split(' ').slice(1).join(' ')),
    ),
  ).toEqual(new Set(['table 1900-01-01 2024-03-31 asked']));
});
