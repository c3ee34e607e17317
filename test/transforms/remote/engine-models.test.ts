import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadModels } from '../../../src/transforms/graph.ts';
import { parseModel } from '../../../src/transforms/model.ts';
import { engineModels } from '../../../src/transforms/remote/engine-models.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const HEAD = `-- Points of a night.
--
-- key: game_date
-- partition: game_date
-- reads: nba_analytics.team_offense_game_summary (same date)
`;
const SELECT =
  'SELECT game_date, SUM(points_scored) AS points FROM nba_analytics.team_offense_game_summary WHERE game_date BETWEEN @from_date AND @to_date GROUP BY game_date';

test('an engine computes what stands beside the model for it, under the head of the model', () => {
  const workspace = temporaryFolder();
  const folder = join(workspace, 'models', 'hoopduck');
  mkdirSync(folder, { recursive: true });
  const night = parseModel(
    'hoopduck.night',
    'models/hoopduck/night.sql',
    `${HEAD}${SELECT}`,
    'workspace',
  );
  const own = SELECT.replace('SUM(points_scored)', 'CAST(SUM(points_scored) AS INT64)');
  writeFileSync(join(folder, 'night.bigquery.sql'), `-- Of its own type there.\n${own};\n`);
  const [there] = engineModels([night], 'bigquery', workspace);
  expect(there).toMatchObject({
    name: 'hoopduck.night',
    file: 'models/hoopduck/night.bigquery.sql',
    sql: `-- Of its own type there.\n${own}`,
    key: ['game_date'],
    inputs: night.inputs,
  });
  // A change of either text makes the table anew there.
  expect(there!.sqlDigest).toMatch(/^[0-9a-f]{16}$/);
  expect(there!.sqlDigest).not.toBe(night.sqlDigest);
  // One of the same name that ships with hoopduck would have its own folder.
  const ours = parseModel(night.name, night.file, night.text);
  expect(engineModels([ours], 'bigquery', workspace)).toEqual([ours]);
});

test('every model that ships with hoopduck is written once, for both', () => {
  const models = loadModels();
  expect(engineModels(models, 'bigquery', temporaryFolder())).toEqual(models);
});
