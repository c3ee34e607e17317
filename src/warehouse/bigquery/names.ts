import type { BigQueryLocation } from '../../config/location.ts';

/** A table of BigQuery. */
export interface TableRef {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

/** Tables of our own beside the user's: not listed, not pushed, not synced. */
export const OWN_PREFIX = '_hoopduck_';

/** `dataset.table` of the replica as a table of the location: datasets carry its prefix. */
export function tableRef(location: BigQueryLocation, table: string): TableRef {
  const [dataset, tableId] = table.split('.') as [string, string];
  return {
    projectId: location.project,
    datasetId: `${location.datasetPrefix}${dataset}`,
    tableId,
  };
}

/** The path of a table in SQL, to be quoted as one name. */
export function tablePath({ projectId, datasetId, tableId }: TableRef): string {
  return `${projectId}.${datasetId}.${tableId}`;
}

/** The table in which a push's rows of a unit wait. */
export function stagingRef(of: TableRef, pushId: string, contentId: string): TableRef {
  return { ...of, tableId: `${OWN_PREFIX}stage_${of.tableId}__${contentId}__${pushId}` };
}

/** The push that a staging table of `of` belongs to; undefined when the name is no such table's. */
export function stagedByPush(of: TableRef, tableId: string): string | undefined {
  const start = `${OWN_PREFIX}stage_${of.tableId}__`;
  if (!tableId.startsWith(start)) return undefined;
  return tableId.slice(start.length).split('__')[1];
}

/** The table that keeps what a push replaced. */
export function backupRef(of: TableRef, pushId: string, unit: string): TableRef {
  const name = unit.replaceAll(/[^\w-]/g, '_');
  return { ...of, tableId: `${OWN_PREFIX}backup_${of.tableId}__${name}__${pushId}` };
}

/** The table in which the rows wait that a run computes for `of`. */
export function computingRef(of: TableRef, runId: string): TableRef {
  return { ...of, tableId: `${OWN_PREFIX}compute_${of.tableId}__${runId}` };
}
