import { expect, test, vi } from 'vitest';
import { outlineTransforms } from '../../src/transforms/plan.ts';
import { RawLeague } from './support/raw-league.ts';

vi.setConfig({ testTimeout: 120_000 });

const NOTHING = { tables: [] };

/** A league of which every model is on record as built up to a date; no rows are needed for an outline. */
async function builtTo(date: string): Promise<RawLeague> {
  const league = await RawLeague.open();
  const models = await outlineTransforms(league.context, NOTHING, date);
  const { loadGraph } = await import('../../src/transforms/graph.ts');
  const digests = new Map(loadGraph().models.map(({ name, sqlDigest }) => [name, sqlDigest]));
  for (const { table } of models) {
    await league.replica.run(
      "INSERT INTO hoopduck.model_build VALUES ($table, $digest, CAST($date AS DATE), now()::TIMESTAMP, 'test')",
      { table, digest: digests.get(table)!, date },
    );
  }
  return league;
}

test('an outline of what is built has nothing', async () => {
  const league = await builtTo('2024-01-31');
  expect(await outlineTransforms(league.context, NOTHING, '2024-01-31')).toEqual([]);
});

test('an outline names a model whose SQL changed, and what reads it', async () => {
  const league = await builtTo('2024-01-31');
  await league.replica.run(
    "UPDATE hoopduck.model_build SET sql_digest = 'other' WHERE table_name = 'hoopduck.feature_report'",
  );
  const outline = await outlineTransforms(league.context, NOTHING, '2024-01-31');
  expect(outline.map(({ table, from, why }) => ({ table, from, why }))).toEqual([
    { table: 'hoopduck.feature_report', from: '1900-01-01', why: 'code changed' },
    {
      table: 'hoopduck.feature_default',
      from: '1900-01-01',
      why: 'hoopduck.feature_report from 1900-01-01',
    },
  ]);
});

test('an outline names dates past the last one that builds cover', async () => {
  const league = await builtTo('2024-01-31');
  const outline = await outlineTransforms(league.context, NOTHING, '2024-02-02');
  expect(outline.find(({ table }) => table === 'hoopduck.stg_game')).toEqual({
    table: 'hoopduck.stg_game',
    from: '2024-02-01',
    to: '2024-02-02',
    dates: null,
    changedDates: null,
    why: 'new dates',
    reasons: [],
  });
});
