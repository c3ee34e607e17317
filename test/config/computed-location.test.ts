import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { computedLocation } from '../../src/config/computed-location.ts';
import { loadConfig } from '../../src/config/load.ts';
import { locationName } from '../../src/config/location.ts';
import { workspaceWith } from '../support/workspace.ts';

async function configOf(yaml: string) {
  const folder = await workspaceWith();
  writeFileSync(join(folder, 'hoopduck.yaml'), yaml);
  return loadConfig(folder);
}

test("computed tables go beside the raw ones, into datasets that are nobody else's", async () => {
  const config = await configOf('warehouse: {kind: bigquery, project: league, location: EU}\n');
  expect(computedLocation(config)).toEqual({ ...config.warehouse, datasetPrefix: 'computed_' });
});

test("the warehouse's own prefix stands before theirs", async () => {
  const config = await configOf(
    'warehouse: {kind: bigquery, project: league, dataset_prefix: dev_}\n',
  );
  expect(locationName(computedLocation(config))).toBe('bigquery://league/dev_computed_');
});

test('another project and prefix are taken as they are written, the empty prefix, too', async () => {
  const config = await configOf(`
warehouse: {kind: bigquery, project: league, dataset_prefix: dev_, billing_project: payer}
transform: {bigquery: {project: other, dataset_prefix: ""}}
`);
  expect(computedLocation(config)).toMatchObject({
    project: 'other',
    billingProject: 'payer',
    datasetPrefix: '',
  });
});

test('a warehouse that is no project of BigQuery has no such place', async () => {
  const config = await configOf('warehouse: {path: warehouse}\n');
  expect(() => computedLocation(config)).toThrow(
    expect.objectContaining({ code: 'ENGINE_WAREHOUSE', exitCode: 2 }),
  );
  const bucket = await configOf('warehouse: {kind: gcs, bucket: league}\n');
  expect(() => computedLocation(bucket)).toThrow(
    /is a bucket; .* a project of BigQuery was wanted/,
  );
});
