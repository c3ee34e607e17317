import { EXIT, HoopduckError } from '../errors.ts';
import type { Config } from './config.ts';
import type { BigQueryLocation } from './location.ts';

/** What stands before the datasets of computed tables, behind the warehouse's own prefix. */
const PREFIX = 'computed_';

/**
 * Where tables go that a warehouse computes itself: the warehouse's own project, with datasets that are
 * nobody else's unless hoopduck.yaml says so, because what is computed there has passed no gate.
 * @throws HoopduckError ENGINE_WAREHOUSE (exit 2) when the warehouse is no project of BigQuery
 */
export function computedLocation(config: Config): BigQueryLocation {
  const { warehouse, transform, file } = config;
  if (warehouse.kind !== 'bigquery') {
    throw new HoopduckError(
      'ENGINE_WAREHOUSE',
      `The warehouse of "${file}" is a ${warehouse.kind === 'gcs' ? 'bucket' : 'folder'}; "--engine bigquery" computes where the raw tables are, and a project of BigQuery was wanted.`,
      {
        next: 'Name one under "warehouse:" (kind: bigquery; see docs/bigquery.md), or leave out --engine.',
        exitCode: EXIT.usage,
      },
    );
  }
  const { project, datasetPrefix } = transform.bigquery;
  return {
    ...warehouse,
    project: project ?? warehouse.project,
    datasetPrefix: datasetPrefix ?? `${warehouse.datasetPrefix}${PREFIX}`,
  };
}
