import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { writeSample } from '../../src/sample/sample.ts';
import { breaches, compareSides, foreknownTables } from './support/compare.ts';
import { lastingFolder } from './support/lasting-folder.ts';
import { Sides } from './support/sides.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const DATES: readonly [string, string, boolean][] = [
  ['in the bootstrap of a second season', '2024-10-28', true],
  ['right after it', '2024-11-06', false],
  ['with matinees and a renamed man', '2024-11-24', false],
];

const warehouse = join(lastingFolder(), 'warehouse');
let sides: Sides;

/** The whole of two seasons, built once, over all dates at once. */
beforeAll(async () => {
  const { seasons } = await writeSample(warehouse, { seasons: 2, days: 45, seed: 3 });
  sides = await Sides.open({
    warehouse,
    labels: seasons,
    start: '2024-10-22',
    datesBefore: 1000,
    daysAfter: 30,
  });
  await sides.build(
    'whole',
    DATES.map(([, date]) => date),
  );
});
afterAll(() => sides.close());

test.each(DATES)(
  'what is known before a date %s is the same without that date and all later ones',
  async (_, date, inBootstrap) => {
    await sides.build('truncated', [date]);

    const comparisons = await compareSides(sides.query, 'whole', 'truncated', date);

    expect(breaches(comparisons)).toEqual([]);
    expect(comparisons.filter(({ rows }) => rows > 0).map(({ table }) => table)).toEqual(
      foreknownTables()
        .filter(({ skipsBootstrap }) => !(inBootstrap && skipsBootstrap))
        .map(({ table }) => table),
    );
    for (const { table, columns } of comparisons) expect(columns, table).toBeGreaterThan(10);
  },
);
