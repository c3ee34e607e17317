/** Where tables come from or go to, as hoopduck.yaml names it after defaults. */
export type Location = FolderLocation | GcsLocation | BigQueryLocation;

/** Where backups of the workspace are kept. */
export type BackupLocation = FolderLocation | GcsLocation;

/** A folder with `<dataset>/<table>/*.parquet`. */
export interface FolderLocation {
  readonly kind: 'folder';
  readonly path: string;
}

/** A bucket with the folder's layout below a prefix. */
export interface GcsLocation {
  readonly kind: 'gcs';
  readonly bucket: string;
  /** Without slashes at its ends; empty: the bucket itself. */
  readonly prefix: string;
  /** Base address of another server than Google's; null: Google's. */
  readonly endpoint: string | null;
  readonly credentials: CredentialsConfig;
  readonly deadlineSeconds: number;
}

/** How BigQuery is read: by size and by what the server can, or always in one way. */
export type ReadWay = 'auto' | 'storage' | 'export' | 'query';
/** How what a push replaces is kept: the first that the server can, or always in one way. */
export type BackupWay = 'auto' | 'snapshot' | 'copy' | 'table' | 'local';

/** A project's datasets, all with one prefix: `<prefix>nba_raw`, `<prefix>nba_analytics`, ... */
export interface BigQueryLocation {
  readonly kind: 'bigquery';
  readonly project: string;
  /** The project that jobs run in and that is billed. */
  readonly billingProject: string;
  /** `US`, `EU` or a region: where the datasets are. */
  readonly location: string;
  readonly datasetPrefix: string;
  readonly endpoints: {
    readonly rest: string | null;
    /** `host:port`; with `http://` in front without TLS. */
    readonly storageRead: string | null;
    readonly gcs: string | null;
  };
  readonly read: ReadWay;
  readonly readStreams: number;
  /** Bucket (`name` or `name/prefix`) for exports in Parquet; null: none. */
  readonly exportBucket: string | null;
  readonly backup: BackupWay;
  /** A query that would scan more is refused before it runs; null: no bound. */
  readonly maxBytesBilled: number | null;
  readonly concurrency: number;
  readonly credentials: CredentialsConfig;
  readonly deadlineSeconds: number;
}

/** Which credentials are used; all null: Application Default Credentials. */
export interface CredentialsConfig {
  /** Absolute path of a service account's key file. */
  readonly keyFile: string | null;
  /** A service account to act as. */
  readonly impersonate: string | null;
  /** Name of the environment variable that holds an access token. */
  readonly accessTokenEnv: string | null;
}

/** Bucket and prefix of `gs://bucket/prefix`; undefined: the text is no such address. */
export function bucketAddress(text: string): { bucket: string; prefix: string } | undefined {
  const found = /^gs:\/\/([^/]+)(?:\/(.*?))?\/*$/.exec(text);
  return found === null ? undefined : { bucket: found[1]!, prefix: found[2] ?? '' };
}

/** The name of a location for people and in the ledger; it holds no secret. */
export function locationName(location: Location): string {
  switch (location.kind) {
    case 'folder':
      return location.path;
    case 'gcs':
      return `gs://${[location.bucket, location.prefix].filter((part) => part !== '').join('/')}`;
    case 'bigquery':
      return `bigquery://${location.project}/${location.datasetPrefix}`;
  }
}
