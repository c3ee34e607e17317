import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { writeSample } from '../../src/sample/sample.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { compareDate } from './support/compare.ts';
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
  ['right after the bootstrap of a second season', '2024-11-06', 6],
  ['with matinees and a renamed man', '2024-11-24', 6],
  ['in its bootstrap', '2024-10-28', 3],
])(
  'what is known before a date %s is the same without that date and all later ones',
  async (_, date, tables) => {
    const past = temporaryFolder();
    await writeTruncated(warehouse, join(past, 'warehouse'), date);
    const truncated = await loadTables(
      workspaceOn(join(past, 'workspace'), join(past, 'warehouse')),
      date,
    );

    const comparisons = await compareDate(replica, truncated, date);

    const withRows = comparisons.filter(({ rows }) => rows > 0);
    expect(withRows).toHaveLength(tables);
    for (const { table, rows, compared, columns, differing } of withRows) {
      expect(columns, table).toBeGreaterThan(10);
      expect(compared, table).toBeGreaterThanOrEqual(rows / 2);
      expect(differing, table).toEqual({});
    }
  },
);
