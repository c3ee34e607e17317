import type { ErrorEntry } from './entry.ts';

/** Reading the warehouse: folders, buckets, BigQuery. */
export const WAREHOUSE = {
  WAREHOUSE_MISSING: {
    means: 'The folder or bucket of the warehouse is not there.',
    cause: 'A disk that is not mounted, a renamed folder, a misspelt bucket.',
    next: 'Bring it back, or correct "warehouse" (or "push") in hoopduck.yaml.',
    exit: [2, 3],
  },
  WAREHOUSE_CHANGED: {
    means: 'The warehouse changed while it was read; nothing of that read was taken.',
    cause: 'Another job writes to the warehouse at the same time.',
    next: 'Run the same command again.',
    exit: [3],
  },
  FETCH_SHORT: {
    means: 'Fewer or more rows came than the warehouse had listed; nothing of them was taken.',
    cause: 'The table changed while it was read, or the transfer was cut.',
    next: 'Run the same command again.',
    exit: [3],
  },
  FOLDER_FAILED: {
    means: 'A folder of the warehouse or of the push target cannot be read or written.',
    cause: 'Rights, a full disk, or a network drive that went away.',
    next: 'See to the rights and the space of that folder, then run the same command again.',
    exit: [3],
  },
  SCHEDULE_EMPTY: {
    means: 'The schedule of the warehouse has no games, and all expectations come from it.',
    cause: 'The warehouse is another one than was meant, or its schedule was not loaded.',
    next: 'Check "warehouse" in hoopduck.yaml, or make a sample league with "hoopduck sample".',
    exit: [2],
  },
  TABLE_MISSING: {
    means: 'A raw table without which nothing can be computed is not in the warehouse.',
    cause: 'A folder or dataset with another name, or a table that was never loaded.',
    next: 'Put the table there, or correct "warehouse" in hoopduck.yaml.',
    exit: [2],
  },
  TABLE_KIND: {
    means: 'A name in the warehouse is a view; a table was wanted.',
    cause: 'Only a table says when its partitions changed; a view does not.',
    next: 'Make a table of the view, such as by a scheduled query.',
    exit: [4],
  },
  SOURCE_BROKEN: {
    means: 'A file of the warehouse cannot be read as Parquet.',
    cause: 'A file cut short while it was copied, or one of another kind.',
    next: 'Write the file again from its source, or take it away; then run the same command.',
    exit: [3],
  },
  SOURCE_COLUMN: {
    means: 'The date column by which a table is partitioned is missing or of another type.',
    cause: 'A file or table that was written with another schema.',
    next: 'Add the column to the file or table, as DATE.',
    exit: [3, 4],
  },
  SOURCE_DRIFT: {
    means: 'A raw table has other columns than at the last sync; nothing of it was landed.',
    cause: 'The source was changed: a column went away, or has another type.',
    next: 'Put the column back, or accept its absence with "hoopduck sync --accept-missing-columns".',
    exit: [4],
  },
  SOURCE_TYPE: {
    means:
      'A value of the warehouse does not fit the column that is wanted; nothing of its table was landed.',
    cause: 'A column that holds text where numbers or dates were, or numbers that are too large.',
    next: 'Correct the column in the warehouse.',
    exit: [4],
  },
  CREDENTIALS: {
    means: 'There are no usable credentials for Google Cloud.',
    cause:
      'Nobody is logged in on this machine, or the key file or environment variable that is named holds none.',
    next: 'Run "gcloud auth application-default login", or name "credentials" in hoopduck.yaml; "hoopduck doctor" says which are in use.',
    exit: [2],
  },
  GCS_LOGIN: {
    means: 'Cloud Storage does not accept the credentials any more.',
    cause: 'An access token that ran out, or a key that was revoked.',
    next: 'Log in again or renew the token.',
    exit: [3],
  },
  GCS_DENIED: {
    means: 'The account may not do this in the bucket.',
    cause: 'A role that is missing.',
    next: 'Give the account the permission that the message names; docs/bigquery.md names the role.',
    exit: [3],
  },
  GCS_FAILED: {
    means: 'Cloud Storage failed, after it was tried again.',
    cause: 'The network, or the server.',
    next: 'Check the network, then run the same command again; nothing is half done.',
    exit: [3],
  },
  BIGQUERY_LOGIN: {
    means: 'BigQuery does not accept the credentials any more.',
    cause: 'An access token that ran out, or a key that was revoked.',
    next: 'Log in again or renew the token; "hoopduck doctor" says which are in use.',
    exit: [3],
  },
  BIGQUERY_DENIED: {
    means: 'The account may not do this in BigQuery.',
    cause: 'A role that is missing, or an organisation that shuts the project off.',
    next: 'Give the account the role that docs/bigquery.md names; "hoopduck doctor" lists what it may do.',
    exit: [3],
  },
  BIGQUERY_COST: {
    means: 'A query would scan more than "max_bytes_billed" allows; it was not run.',
    cause: 'A longer range than usual, or a table that is not partitioned.',
    next: 'Raise "max_bytes_billed" in hoopduck.yaml, or ask for fewer dates.',
    exit: [4],
  },
  BIGQUERY_QUOTA: {
    means: 'A quota of the project is used up.',
    cause: 'Many jobs in one day; waiting a minute does not help.',
    next: 'See the quotas page of the project, then run the same command again.',
    exit: [3],
  },
  BIGQUERY_UNREACHABLE: {
    means: 'BigQuery could not be reached, after it was tried again until the deadline.',
    cause: 'The network, or a server in trouble.',
    next: 'Check the network, then run the same command again; it goes on where it was.',
    exit: [3],
  },
  BIGQUERY_FAILED: {
    means: 'BigQuery refused a call; the message has its words.',
    cause: 'What BigQuery says: a dataset in another location, a table that went away.',
    next: 'See to what BigQuery said, then run the same command again; nothing is half done.',
    exit: [3],
  },
  BIGQUERY_VALUE: {
    means: 'BigQuery sent a value that is not of the type it declared; nothing of it was taken.',
    cause: 'A server that writes values in an unknown way.',
    next: 'Run it again; if it stays, set "read: storage" in hoopduck.yaml.',
    exit: [3],
  },
  DATASET_MISSING: {
    means: 'The dataset with the raw tables is not in the project.',
    cause: 'Another "project", "dataset_prefix" or "location" than was meant.',
    next: 'Correct "warehouse" in hoopduck.yaml.',
    exit: [2],
  },
  ENGINE_WAREHOUSE: {
    means:
      '"transform --engine bigquery" computes where the raw tables are, and those are not in BigQuery.',
    cause: 'The warehouse is a folder or a bucket.',
    next: 'Name a project under "warehouse" (kind: bigquery), or leave out "--engine".',
    exit: [2],
  },
} as const satisfies Readonly<Record<string, ErrorEntry>>;
