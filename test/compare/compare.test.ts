import { expect, onTestFinished, test } from 'vitest';
import { compareSides } from '../../src/compare/compare.ts';
import { CompareEngine } from '../../src/compare/engine.ts';
import type { KeyOf } from '../../src/compare/request.ts';
import type { Side } from '../../src/compare/side.ts';
import { EXIT, HoopduckError } from '../../src/errors.ts';

/** A kind of side that only this test has: tables by name, each a query. */
function sideOf(label: string, tables: Readonly<Record<string, string | HoopduckError>>): Side {
  return {
    label,
    tables: async () => Object.keys(tables),
    async relation(table) {
      const found = tables[table];
      if (found instanceof HoopduckError) throw found;
      return found === undefined ? undefined : `(${found})`;
    },
    close: async () => undefined,
  };
}

const ONE = "SELECT DATE '2024-01-01' AS game_date, 1 AS x";
const keyOf: KeyOf = (table) =>
  table === 'hoopduck.stg_game'
    ? { columns: ['game_date'], date: 'game_date', bounded: true }
    : undefined;

async function compared(a: Side, b: Side, asked: readonly string[] = []) {
  const engine = await CompareEngine.open({ memoryLimit: '500MB', threads: 1 });
  onTestFinished(() => engine.close());
  return compareSides(engine, {
    a,
    b,
    asked,
    keyOf,
    range: { from: undefined, to: undefined },
    tolerance: 0,
    ignore: [],
    examples: 3,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
}

const NAMED = (found: { tables: readonly { table: string }[] }) =>
  found.tables.map(({ table }) => table);

test('unasked, the tables of both sides are compared, without the ledger, and the others named', async () => {
  const a = sideOf('a', { 'nba_raw.x': ONE, 'hoopduck.stg_game': ONE, 'hoopduck.run': ONE });
  const b = sideOf('b', {
    'hoopduck.run': ONE,
    'hoopduck.stg_game': ONE,
    'nba_raw.x': ONE,
    'nba_raw.y': ONE,
  });
  const found = await compared(a, b);
  expect(found.equal).toBe(true);
  expect(NAMED(found)).toEqual(['hoopduck.stg_game', 'nba_raw.x']);
  expect(found.not_compared).toEqual([{ table: 'nba_raw.y', why: 'only in B' }]);
});

test('a table or dataset that was asked for is a difference where one side lacks it', async () => {
  const a = sideOf('a', { 'nba_raw.x': ONE, 'hoopduck.run': ONE });
  const b = sideOf('b', { 'nba_raw.x': ONE, 'nba_raw.y': `${ONE} UNION ALL ${ONE}` });
  const found = await compared(a, b, ['nba_raw']);
  expect(found.equal).toBe(false);
  expect(found.tables).toMatchObject([
    { table: 'nba_raw.x', equal: true, only_in: null },
    { table: 'nba_raw.y', equal: false, only_in: 'b', rows_b: 2, rows_only_in_b: 2 },
  ]);
  expect(NAMED(await compared(a, b, ['hoopduck.run']))).toEqual(['hoopduck.run']);
});

test('a name that neither side has is refused with what was probably meant', async () => {
  const side = sideOf('a', { 'nba_raw.x': ONE });
  await expect(compared(side, side, ['nba_row'])).rejects.toMatchObject({
    code: 'DIFF_TABLE',
    exitCode: EXIT.usage,
    message: expect.stringContaining('Did you mean "nba_raw"?'),
  });
});

test('sides with nothing in common are not called equal', async () => {
  const a = sideOf('a', { 'nba_raw.x': ONE });
  await expect(compared(a, sideOf('b', {}))).rejects.toMatchObject({
    code: 'DIFF_NOTHING',
    message: 'The sides have no table in common: A has "nba_raw.x", B has none.',
  });
});

test('a table that a side refuses to give is left out with the reason, unless it was asked for', async () => {
  const refusal = new HoopduckError('TABLE_KIND', 'It is a view.', {
    next: '',
    exitCode: EXIT.refused,
  });
  const a = sideOf('a', { 'nba_raw.x': ONE, 'nba_raw.view': ONE });
  const b = sideOf('b', { 'nba_raw.x': ONE, 'nba_raw.view': refusal });
  const found = await compared(a, b);
  expect(NAMED(found)).toEqual(['nba_raw.x']);
  expect(found.not_compared).toEqual([{ table: 'nba_raw.view', why: 'It is a view.' }]);
  await expect(compared(a, b, ['nba_raw.view'])).rejects.toBe(refusal);
});

test('a warehouse that fails ends the comparison', async () => {
  const failure = new HoopduckError('SOURCE_BROKEN', 'No.', { next: '', exitCode: EXIT.warehouse });
  const a = sideOf('a', { 'nba_raw.x': ONE });
  await expect(compared(a, sideOf('b', { 'nba_raw.x': failure }))).rejects.toBe(failure);
});
