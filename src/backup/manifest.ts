import { createHash } from 'node:crypto';
import { z } from 'zod';
import { EXIT, HoopduckError } from '../errors.ts';
import type { Replica } from '../replica/replica.ts';

/** Name of the file that makes a folder a whole backup; it is written last. */
export const MANIFEST = 'manifest.json';

/** Why a backup was made; all but the first are made by the program itself. */
export const BACKUP_REASONS = [
  'asked',
  'before push',
  'before migration',
  'before restore',
] as const;
export type BackupReason = (typeof BACKUP_REASONS)[number];

/** A path below the workspace: what a manifest names must not lead out of it. */
const relativePath = z
  .string()
  .refine((path) => isInside(path), 'a relative path without ".." was wanted');

const manifest = z.object({
  format: z.literal(1),
  id: z.string().regex(/^[0-9]{8}T[0-9]{6}Z(-[0-9]+)?$/),
  created_at: z.iso.datetime(),
  why: z.enum(BACKUP_REASONS),
  /** Of which workspace it is: see `workspaceId`; its folder's name is for people. */
  workspace: z.object({ id: z.string(), name: z.string() }),
  hoopduck: z.string(),
  /** Version of the replica's own tables. */
  replica_version: z.int(),
  partitions: z.int(),
  rows: z.int(),
  /** Of every partition's digest, see `ledgerDigest`. */
  digest: z.string(),
  files: z.array(
    z.object({
      path: relativePath,
      bytes: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
});

/** What a backup says of itself. */
export type BackupManifest = z.infer<typeof manifest>;

/** One file of a backup, by its path below the workspace with forward slashes. */
export type BackupFile = BackupManifest['files'][number];

/** Bytes of all files of a backup. */
export function sizeOfBackup({ files }: BackupManifest): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/**
 * Reads a manifest.
 * @param where names the backup in the error
 * @throws HoopduckError BACKUP_DAMAGED (exit 4) when it is none of ours
 */
function parseManifest(text: string, where: string): BackupManifest {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw damaged(where, `its ${MANIFEST} is no JSON`);
  }
  const result = manifest.safeParse(content);
  if (result.success) return result.data;
  const [first] = result.error.issues;
  const place = first!.path.map(String).join('.');
  throw damaged(where, `its ${MANIFEST} is not valid at "${place}": ${first!.message}`);
}

/** The same, with the failure as a value. */
export function readManifest(text: string, where: string): BackupManifest | HoopduckError {
  try {
    return parseManifest(text, where);
  } catch (error) {
    if (error instanceof HoopduckError) return error;
    throw error;
  }
}

/** A backup that cannot be trusted. */
export function damaged(where: string, what: string): HoopduckError {
  return new HoopduckError('BACKUP_DAMAGED', `The backup "${where}" is damaged: ${what}.`, {
    next: 'Nothing was changed. Take another one; "hoopduck backup --list" names them.',
    exitCode: EXIT.refused,
  });
}

/**
 * What tells workspaces apart that keep their backups in one place: a digest of when the replica came into being. It goes with
 * the replica wherever it is moved or restored.
 */
export async function workspaceId(replica: Replica): Promise<string> {
  const born = await replica.row<{ at: string }>(
    'SELECT CAST(min(applied_at) AS VARCHAR) AS at FROM hoopduck.migration',
  );
  return createHash('sha256').update(String(born?.at)).digest('hex').slice(0, 12);
}

/** What the ledger says of all partitions as one digest, with their number and rows. */
export async function ledgerDigest(
  replica: Replica,
): Promise<{ digest: string; partitions: number; rows: number; replica_version: number }> {
  const partitions = await replica.column<string>(
    `SELECT concat_ws(' ', table_name, game_date, rows, digest) FROM hoopduck.partition
     ORDER BY table_name, game_date`,
  );
  const hash = createHash('sha256');
  for (const partition of partitions) hash.update(`${partition}\n`);
  const totals = await replica.row<{ rows: number; version: number }>(
    `SELECT (SELECT coalesce(sum(rows), 0) FROM hoopduck.partition) AS rows,
       (SELECT max(version) FROM hoopduck.migration) AS version`,
  );
  return {
    digest: hash.digest('hex'),
    partitions: partitions.length,
    rows: Number(totals!.rows),
    replica_version: totals!.version,
  };
}

function isInside(path: string): boolean {
  if (path === '' || path.includes('\\') || path.includes('\0') || /^[A-Za-z]:/.test(path)) {
    return false;
  }
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
