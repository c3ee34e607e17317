import { constants } from 'node:fs';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { EXIT, HoopduckError } from '../errors.ts';
import { quoteIdentifier, quoteLiteral } from '../replica/identifiers.ts';
import { parquetRelation } from '../replica/relation.ts';
import type { FetchedRows } from './warehouse.ts';

const PREFIX = 'local:';

/** What is kept of production in Parquet files of the workspace, by push, table and unit. */
export class LocalBackups {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Those of a workspace; without one, in the system's folder for temporary files. */
  static in(workspace: string | undefined): LocalBackups {
    return new LocalBackups(join(workspace ?? tmpdir(), 'data', 'backups'));
  }

  /** Whether a reference is one of these files. */
  static holds(reference: string): boolean {
    return reference.startsWith(PREFIX);
  }

  /** The reference of a backup, and the path of its file, whose folder is there afterwards. */
  async place(
    pushId: string,
    table: string,
    unit: string,
  ): Promise<{ reference: string; path: string }> {
    const name = unit.endsWith('.parquet') ? unit : `${unit}.parquet`;
    const reference = `${PREFIX}${pushId}/${table}/${name}`;
    const path = this.#path(reference);
    await mkdir(dirname(path), { recursive: true });
    return { reference, path };
  }

  /** Keeps a copy of a file; a clone where the file system can. */
  async keepFile(pushId: string, table: string, unit: string, from: string): Promise<string> {
    const { reference, path } = await this.place(pushId, table, unit);
    await copyFile(from, path, constants.COPYFILE_FICLONE);
    return reference;
  }

  /** Rows of the dates in a backup. @throws HoopduckError BACKUP_MISSING (exit 3) */
  async read(
    reference: string,
    partitionColumn: string,
    dates: readonly string[],
  ): Promise<FetchedRows> {
    const path = this.#path(reference);
    const isThere = await stat(path).then(
      () => true,
      () => false,
    );
    if (!isThere) throw backupMissing(path);
    const date = `TRY_CAST(${quoteIdentifier(partitionColumn)} AS DATE)`;
    const list = dates.map((each) => `DATE ${quoteLiteral(each)}`).join(', ');
    const relation = `(SELECT * FROM ${parquetRelation(path)} WHERE ${date} IN (${list}))`;
    return {
      relations: dates.length === 0 ? [] : [relation],
      verify: async () => undefined,
      release: async () => undefined,
    };
  }

  async drop(reference: string): Promise<void> {
    await rm(dirname(dirname(this.#path(reference))), { recursive: true, force: true });
  }

  #path(reference: string): string {
    return join(this.folder, reference.slice(PREFIX.length));
  }
}

/** A backup that the journal names and that is gone. */
export function backupMissing(what: string): HoopduckError {
  return new HoopduckError('BACKUP_MISSING', `The backup "${what}" is not there any more.`, {
    next: 'Nothing was changed. Put production back from another copy, or push the replica again.',
    exitCode: EXIT.warehouse,
  });
}
