import { resolve } from 'node:path';
import { z } from 'zod';
import { DEFAULTS } from './defaults.ts';
import type {
  BackupLocation,
  BackupWay,
  CredentialsConfig,
  Location,
  ReadWay,
} from './location.ts';

/** Kinds of the two locations in a hoopduck.yaml; each has keys of its own. */
export interface LocationKinds {
  readonly warehouse: Location['kind'];
  readonly push: Location['kind'];
  readonly backup: BackupLocation['kind'];
}

const KINDS = ['folder', 'gcs', 'bigquery'] as const;
const SIZE = /^(\d+(?:\.\d+)?)\s*([KMGT]?)B$/i;

const kind = z.enum(KINDS).optional();
const word = (pattern: RegExp, wanted: string) =>
  z.string().refine((value) => pattern.test(value), wanted);
const url = word(
  /^https?:\/\/[^\s/]+(\/\S*)?$/,
  'an address such as http://127.0.0.1:9050 was wanted.',
);
const count = (maximum: number) => z.int().min(1).max(maximum);

/** The id of a project. */
export const projectId = word(/^[a-z][a-z0-9.:-]*$/, 'the id of a project was wanted.');
/** What stands before the names of datasets. */
export const datasetPrefix = word(
  /^[A-Za-z0-9_]*$/,
  'letters, digits and underscores were wanted.',
);

const credentials = z
  .strictObject({
    key_file: z.string().optional(),
    impersonate: word(
      /^[^\s@]+@[^\s@]+$/,
      'the address of a service account was wanted.',
    ).optional(),
    access_token_env: word(
      /^[A-Za-z_]\w*$/,
      'the name of an environment variable was wanted.',
    ).optional(),
  })
  .optional();

const bucket = word(/^[a-z0-9][a-z0-9._-]*$/, 'the name of a bucket was wanted, without "gs://".');

const gcs = z.strictObject({
  kind,
  bucket,
  prefix: word(
    /^[^/].*[^/]$|^[^/]$/,
    'a prefix without slashes at its ends was wanted.',
  ).optional(),
  endpoint: url.optional(),
  credentials,
  deadline_seconds: count(86_400).optional(),
});

const bigquery = z.strictObject({
  kind,
  project: projectId,
  billing_project: projectId.optional(),
  location: word(
    /^[A-Za-z][A-Za-z0-9-]*$/,
    'a location such as US or europe-west1 was wanted.',
  ).optional(),
  dataset_prefix: datasetPrefix.optional(),
  endpoints: z
    .strictObject({
      rest: url.optional(),
      storage_read: word(
        /^(https?:\/\/)?[^\s/:]+:\d+$/,
        'host:port was wanted, with http:// in front for one without TLS.',
      ).optional(),
      gcs: url.optional(),
    })
    .optional(),
  read: z.enum(['auto', 'storage', 'export', 'query']).optional(),
  read_streams: count(100).optional(),
  export_bucket: word(
    /^[a-z0-9][a-z0-9._-]*(\/[^\s]*[^/\s])?$/,
    'the name of a bucket was wanted, or bucket/prefix, without "gs://".',
  ).optional(),
  backup: z.enum(['auto', 'snapshot', 'copy', 'table', 'local']).optional(),
  max_bytes_billed: word(SIZE, 'a size such as 10GB was wanted.').nullable().optional(),
  concurrency: count(100).optional(),
  credentials,
  deadline_seconds: count(86_400).optional(),
});

/**
 * The schema of one location, by its kind.
 * @param path the schema of a folder's path
 */
export function locationSchema(of: Location['kind'], path: z.ZodType<string>): LocationSchema {
  if (of === 'gcs') return gcs as unknown as LocationSchema;
  if (of === 'bigquery') return bigquery as unknown as LocationSchema;
  return z.strictObject({ kind, path }) as unknown as LocationSchema;
}

/** How many backups of the workspace stay, and whether the program makes some by itself. */
const backupLimits = {
  automatic: z.boolean().optional(),
  keep: z.int().min(1).max(10_000).optional(),
  keep_automatic: z.int().min(1).max(10_000).optional(),
  keep_days: z.int().min(0).max(36_500).optional(),
};

/**
 * The schema of the place for backups of the workspace, by its kind.
 * @param path the schema of a folder's path, which has a default
 */
export function backupSchema(of: BackupLocation['kind'], path: z.ZodType<string>): BackupSchema {
  if (of === 'gcs') return gcs.extend(backupLimits) as unknown as BackupSchema;
  const kind = z.literal('folder', 'folder or gcs was wanted.').optional();
  return z.strictObject({
    kind,
    path: path.optional(),
    ...backupLimits,
  }) as unknown as BackupSchema;
}

/** A location as it is written; which keys it has depends on its kind. */
interface LocationSource {
  kind?: Location['kind'] | undefined;
  path?: string | undefined;
  bucket?: string | undefined;
  prefix?: string | undefined;
  endpoint?: string | undefined;
  project?: string | undefined;
  billing_project?: string | undefined;
  location?: string | undefined;
  dataset_prefix?: string | undefined;
  endpoints?: { rest?: string; storage_read?: string; gcs?: string } | undefined;
  read?: ReadWay | undefined;
  read_streams?: number | undefined;
  export_bucket?: string | undefined;
  backup?: BackupWay | undefined;
  max_bytes_billed?: string | null | undefined;
  concurrency?: number | undefined;
  credentials?: z.infer<typeof credentials>;
  deadline_seconds?: number | undefined;
}
type LocationSchema = z.ZodObject<{
  [Key in keyof LocationSource]-?: z.ZodType<LocationSource[Key]>;
}>;

/** The place for backups as it is written. */
export type BackupSource = Pick<
  LocationSource,
  'path' | 'bucket' | 'prefix' | 'endpoint' | 'credentials' | 'deadline_seconds'
> & {
  kind?: BackupLocation['kind'] | undefined;
  automatic?: boolean | undefined;
  keep?: number | undefined;
  keep_automatic?: number | undefined;
  keep_days?: number | undefined;
};
type BackupSchema = z.ZodObject<{
  [Key in keyof BackupSource]-?: z.ZodType<BackupSource[Key]>;
}>;

/** The kinds that the plain value of a hoopduck.yaml names; else `folder`, and the schema says what is wrong. */
export function locationKinds(root: unknown): LocationKinds {
  const kindOf = (key: string): Location['kind'] => {
    const found = (root as Record<string, { kind?: unknown } | null> | null)?.[key]?.kind;
    return KINDS.find((each) => each === found) ?? 'folder';
  };
  return {
    warehouse: kindOf('warehouse'),
    push: kindOf('push'),
    backup: kindOf('backup') === 'gcs' ? 'gcs' : 'folder',
  };
}

/** A location with its defaults; a path or key file is relative to `folder`. */
export function completeLocation(folder: string, source: LocationSource): Location {
  const base = DEFAULTS.remote;
  const deadlineSeconds = source.deadline_seconds ?? base.deadlineSeconds;
  if (source.kind === 'gcs') {
    return {
      kind: 'gcs',
      bucket: source.bucket!,
      prefix: source.prefix ?? '',
      endpoint: source.endpoint ?? null,
      credentials: completeCredentials(folder, source.credentials),
      deadlineSeconds,
    };
  }
  if (source.kind === 'bigquery') {
    return {
      kind: 'bigquery',
      project: source.project!,
      billingProject: source.billing_project ?? source.project!,
      location: source.location ?? base.location,
      datasetPrefix: source.dataset_prefix ?? '',
      endpoints: {
        rest: source.endpoints?.rest ?? null,
        storageRead: source.endpoints?.storage_read ?? null,
        gcs: source.endpoints?.gcs ?? null,
      },
      read: source.read ?? 'auto',
      readStreams: source.read_streams ?? base.readStreams,
      exportBucket: source.export_bucket ?? null,
      backup: source.backup ?? 'auto',
      maxBytesBilled: source.max_bytes_billed == null ? null : bytesOf(source.max_bytes_billed),
      concurrency: source.concurrency ?? base.concurrency,
      credentials: completeCredentials(folder, source.credentials),
      deadlineSeconds,
    };
  }
  return { kind: 'folder', path: resolve(folder, source.path!) };
}

function completeCredentials(
  folder: string,
  source: z.infer<typeof credentials>,
): CredentialsConfig {
  return {
    keyFile: source?.key_file === undefined ? null : resolve(folder, source.key_file),
    impersonate: source?.impersonate ?? null,
    accessTokenEnv: source?.access_token_env ?? null,
  };
}

function bytesOf(size: string): number {
  const [, amount, unit] = SIZE.exec(size)!;
  return Number(amount) * 1000 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit!.toUpperCase());
}
