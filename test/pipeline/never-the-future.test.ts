import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { writeSample } from '../../src/sample/sample.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { breaches, compareDate, foreknownTables } from './support/compare.ts';
import { lastingFolder } from './support/lasting-folder.ts';
import { loadTables, workspaceOn } from './support/load-tables.ts';
import { writeTruncated } from './support/truncate.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const folder = lastingFolder();
const warehouse = join(folder, 'warehouse');
let replica: string;

beforeAll(async () => {
  const { lastDate } = await writeSample(warehouse, { seasons: 2, days: 45, seed: 3 });
  replica = await loadTables(workspaceOn(join(folder, 'workspace'), warehouse), lastDate);
});

test.each([
  ['right after the bootstrap of a second season', '2024-11-06', false],
  ['with matinees and a renamed man', '2024-11-24', false],
  ['in its bootstrap', '2024-10-28', true],
])(
  'what is known before a date %s is the same without that date and all later ones',
  async (_, date, inBootstrap) => {
    const past = temporaryFolder();
    await writeTruncated(warehouse, join(past, 'warehouse'), date);
    const truncated = await loadTables(
      workspaceOn(join(past, 'workspace'), join(past, 'warehouse')),
      date,
    );

    const comparisons = await compareDate(replica, truncated, date);

    expect(breaches(comparisons)).toEqual([]);
    expect(comparisons.filter(({ rows }) => rows > 0).map(({ table }) => table)).toEqual(
      foreknownTables()
        .filter(({ skipsBootstrap }) => !(inBootstrap && skipsBootstrap))
        .map(({ table }) => table),
    );
    for (const { table, columns } of comparisons) expect(columns, table).toBeGreaterThan(10);
  },
);
