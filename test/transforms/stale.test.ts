import { expect, test } from 'vitest';
import { parseModel } from '../../src/transforms/model.ts';
import {
  dayAfter,
  everyDate,
  isStaleSql,
  isUncovered,
  type Known,
  newDates,
} from '../../src/transforms/stale.ts';

const modelOf = (reach: string, partition = 'game_date') =>
  parseModel(
    'hoopduck.mine',
    'mine.sql',
    `-- key: a\n-- partition: ${partition}\n-- reads: a.b (${reach}), c.d (same date)\nSELECT 1`,
  );
const MODEL = modelOf('14 days');
const BUILT = { sql: MODEL.sqlDigest, to: '2024-02-28' };
const HORIZON = '2024-03-01';

const known = (suspects: Known['suspects'], build: Known['build'] = BUILT): Known => ({
  build,
  suspects,
});
const changedFrom = (from: string) => new Map([['a.b', { from, to: HORIZON }]]);

test('of a model whose inputs changed after its last date the dates since then are new', () => {
  const wanted = {
    extent: 'span',
    from: '2024-02-29',
    to: HORIZON,
    builtTo: '2024-02-28',
    reasons: [{ why: 'new dates', dates: 2, example: '2024-02-29' }],
  };
  expect(newDates(MODEL, HORIZON, known(changedFrom('2024-02-29')))).toEqual(wanted);
  expect(newDates(MODEL, HORIZON, known(new Map()))).toEqual(wanted);
});

test('more than new dates is stale, or may be', () => {
  // An input that changed on the last date that builds cover, or of which nobody knows where.
  expect(newDates(MODEL, HORIZON, known(changedFrom('2024-02-28')))).toBeNull();
  expect(newDates(MODEL, HORIZON, known(new Map([['a.b', null]])))).toBeNull();
  expect(newDates(MODEL, HORIZON, known(new Map(), { ...BUILT, sql: 'other' }))).toBeNull();
  expect(newDates(MODEL, HORIZON, { build: undefined, suspects: new Map() })).toBeNull();
  expect(newDates(MODEL, '2024-02-28', known(new Map()))).toBeNull();
  const whole = modelOf('14 days', 'none');
  const build = { ...BUILT, sql: whole.sqlDigest };
  expect(newDates(whole, HORIZON, known(new Map(), build))).toBeNull();
});

test('a model of which any date reads what changed later has no new dates alone', () => {
  const any = modelOf('14 days; any date');
  const build = { ...BUILT, sql: any.sqlDigest };
  expect(newDates(any, HORIZON, known(changedFrom('2024-02-29'), build))).toBeNull();
  expect(newDates(any, HORIZON, known(new Map(), build))).not.toBeNull();
});

test('a model is covered by a build of its text up to the last date; a whole table has no dates', () => {
  expect(isUncovered(MODEL, BUILT, '2024-02-28')).toBe(false);
  expect(isUncovered(MODEL, BUILT, '2024-02-29')).toBe(true);
  expect(isUncovered(MODEL, { ...BUILT, sql: 'other' }, '2024-02-28')).toBe(true);
  expect(isUncovered(MODEL, undefined, '2024-02-28')).toBe(true);
  const whole = modelOf('14 days', 'none');
  expect(isUncovered(whole, { ...BUILT, sql: whole.sqlDigest }, '2024-02-29')).toBe(false);
});

test('the day after is of the calendar', () => {
  expect(['2024-02-28', '2024-02-29', '2023-12-31'].map(dayAfter)).toEqual([
    '2024-02-29',
    '2024-03-01',
    '2024-01-01',
  ]);
});

test('each extent has its condition', () => {
  const every = everyDate({ to: HORIZON, builtTo: null }, 'new');
  expect(every).toEqual({
    extent: 'all',
    from: '1900-01-01',
    to: HORIZON,
    builtTo: null,
    reasons: [{ why: 'new', dates: 0, example: '' }],
  });
  expect(isStaleSql(every)).toBe("game_date <= DATE '2024-03-01'");
  expect(isStaleSql({ ...every, extent: 'span', from: '2024-02-29' }, 'd')).toBe(
    "d BETWEEN DATE '2024-02-29' AND DATE '2024-03-01'",
  );
  expect(isStaleSql({ ...every, extent: 'listed' })).toBe(
    'game_date IN (SELECT game_date FROM stale_date)',
  );
});
