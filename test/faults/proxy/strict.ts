import type { NamedCall } from './call-names.ts';

/** Where a server is stricter, or can less, than the emulator. */
export interface Strictness {
  /** A job id that was used is refused: 409. */
  readonly conflict?: boolean;
  /** Writes move the times of changes, as production's do. */
  readonly modified?: boolean;
  readonly noPartitionsView?: boolean;
  readonly noSnapshots?: boolean;
  readonly noCopyJobs?: boolean;
  readonly noCreateTableAs?: boolean;
  readonly noParquetExport?: boolean;
}

/** What a lesser server answers to a call that uses what it does not have. */
export function refusalOf(
  how: Strictness,
  { name, sql }: NamedCall,
): { status: number; reason: string } | undefined {
  const text = sql ?? '';
  const isUnknown =
    (how.noPartitionsView === true && text.includes('INFORMATION_SCHEMA.PARTITIONS')) ||
    (how.noCreateTableAs === true && /^\s*CREATE TABLE .* AS SELECT/is.test(text)) ||
    (how.noParquetExport === true && /^\s*EXPORT DATA/i.test(text)) ||
    (how.noSnapshots === true && /^\s*CREATE SNAPSHOT/i.test(text));
  if (isUnknown) return { status: 400, reason: 'invalidQuery' };
  const isMissing =
    (how.noSnapshots === true && name === 'jobs.insert:snapshot') ||
    (how.noCopyJobs === true && ['jobs.insert:copy', 'jobs.insert:snapshot'].includes(name)) ||
    (how.noParquetExport === true && name === 'jobs.insert:extract');
  return isMissing ? { status: 501, reason: 'notImplemented' } : undefined;
}
