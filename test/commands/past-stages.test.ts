import { expect, test } from 'vitest';
import { pastStages } from '../../src/commands/past-stages.ts';
import { loadConfig } from '../../src/config/load.ts';
import { withReading } from '../../src/workspace.ts';
import { workspaceWith } from '../support/workspace.ts';

test('stages are read from whole runs and from commands of their own, with what they did as one figure', async () => {
  const folder = await workspaceWith(
    `INSERT INTO hoopduck.run VALUES
       ('r1', 'run', '{}', '0.1.0', TIMESTAMP '2025-01-01 06:00:00', TIMESTAMP '2025-01-01 06:01:00', 0),
       ('r2', 'sync', '{}', '0.1.0', TIMESTAMP '2025-01-02 06:00:00', TIMESTAMP '2025-01-02 06:00:03', 0),
       ('r3', 'train', '{}', '0.1.0', TIMESTAMP '2025-01-03 06:00:00', TIMESTAMP '2025-01-03 06:00:09', 1)`,
    `INSERT INTO hoopduck.stage VALUES
       ('r1', 'sync', 'done', 5, '[{"table":"a","rows":100},{"table":"b","rows":20}]'),
       ('r1', 'transform', 'nothing', 1, '[{"table":"a","rows":100,"changedDates":0}]'),
       ('r1', 'train', 'failed', 9, 'null')`,
    `INSERT INTO hoopduck.partition VALUES
       ('nba_raw.a', DATE '2025-01-01', 'raw', 't', 'x', 40, NULL, 'complete', NULL, TIMESTAMP '2025-01-02', 'r2')`,
  );
  const stages = await withReading(loadConfig(folder), pastStages);
  expect(stages).toEqual([
    { name: 'sync', run_id: 'r2', seconds: 3, size: 40, worked: true },
    { name: 'sync', run_id: 'r1', seconds: 5, size: 120, worked: true },
    { name: 'transform', run_id: 'r1', seconds: 1, size: 0, worked: false },
  ]);
});
