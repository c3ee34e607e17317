import { basename, join } from 'node:path';
import { seasonLabel, seasonYear } from '../../config/seasons.ts';
import { visibleReason } from '../../config/visible.ts';
import { EXIT, HoopduckError } from '../../errors.ts';
import { quoteIdentifier } from '../../replica/identifiers.ts';
import { columnsOfRelation, parquetRelation, unionRelation } from '../../replica/relation.ts';
import type { Replica } from '../../replica/replica.ts';
import { backupMissing, LocalBackups } from '../local-backups.ts';
import type {
  Column,
  FetchedRows,
  PartitionWrite,
  SourceListing,
  StagedUnit,
  TableSchema,
  TransferEstimate,
  UnitPlan,
  Warehouse,
  WarehouseFinding,
  WriteUnit,
} from '../warehouse.ts';
import { ABSENT, addressOf, diskFiles, type FolderFiles } from './files.ts';
import {
  brokenFile,
  contentsOf,
  isTableFile,
  listFiles,
  partitionsOf,
  type TableFile,
} from './listing.ts';
import { columnsOfFile, stagedBy, stageFile } from './write.ts';

export interface FolderOptions {
  /** A folder that is not there holds no tables and is made at the first write. */
  readonly mayBeAbsent?: boolean;
  /** Where replaced files are kept; undefined: nowhere. */
  readonly backups?: string | undefined;
  readonly files?: FolderFiles;
  /** What it is called instead of its path. */
  readonly name?: string;
  /** What files held when they were last read, where reading them is dear. */
  readonly memory?: FileMemory;
}

/** Keeps what files held in a state, beyond the life of a warehouse. */
export interface FileMemory {
  /** What is remembered of a table's files, by path; their counts are those of the partition column. */
  recall(folder: string, partitionColumn: string): Promise<ReadonlyMap<string, TableFile>>;
  /** Remembers the files of a table, and forgets those that are not among them. */
  remember(folder: string, partitionColumn: string, files: readonly TableFile[]): Promise<void>;
}

/** What was last seen of a table. */
interface Snapshot {
  readonly column: string;
  readonly files: readonly TableFile[];
}

/**
 * A warehouse that is a folder: `<path>/<dataset>/<table>/*.parquet`. A file may hold many dates and a
 * date may be spread over files; their columns may differ. It is written one file a season, each
 * replaced by rename, so that a reader sees the old file or the new one.
 */
export class FolderWarehouse implements Warehouse {
  readonly kind: Warehouse['kind'] = 'folder';
  readonly location: string;
  readonly #root: string;
  readonly #replica: Replica;
  readonly #files: FolderFiles;
  readonly #mayBeAbsent: boolean;
  readonly #backups: LocalBackups | undefined;
  readonly #memory: FileMemory | undefined;
  readonly #seen = new Map<string, Snapshot>();

  constructor(path: string, replica: Replica, options: FolderOptions = {}) {
    this.location = options.name ?? path;
    this.#root = path;
    this.#replica = replica;
    this.#files = options.files ?? diskFiles;
    this.#mayBeAbsent = options.mayBeAbsent ?? false;
    this.#memory = options.memory;
    this.#backups = options.backups === undefined ? undefined : new LocalBackups(options.backups);
  }

  /**
   * Tables of a dataset that have at least one Parquet file, by name.
   * @throws HoopduckError WAREHOUSE_MISSING (exit 3) when the warehouse's folder is not there
   */
  async tables(dataset: string): Promise<string[]> {
    await this.#checkRoot();
    const folder = join(this.#root, dataset);
    const tables: string[] = [];
    for (const name of (await this.#files.list(folder)) ?? []) {
      const names = await this.#files.list(join(folder, name));
      if (names?.some(isTableFile)) tables.push(name);
    }
    return tables;
  }

  async partitions(table: string, partitionColumn: string): Promise<SourceListing | undefined> {
    await this.#checkRoot();
    const files = await this.#list(table, partitionColumn);
    return files.length === 0 ? undefined : partitionsOf(table, files);
  }

  async schema(table: string): Promise<TableSchema | undefined> {
    await this.#checkRoot();
    const column = this.#seen.get(table)?.column ?? 'game_date';
    const files = await this.#list(table, column);
    if (files.length === 0) return undefined;
    const remembered = files.map((file) => file.columns);
    const relations = remembered.every((columns) => columns !== undefined)
      ? remembered.map(emptyRelation)
      : (await contentsOf(this.#files, files)).map(parquetRelation);
    try {
      const columns = await columnsOfRelation(this.#replica, unionRelation(relations));
      return { columns, unsupported: [] };
    } catch (error) {
      throw await this.#unreadable(files, relations, error);
    }
  }

  async estimate(): Promise<TransferEstimate> {
    return { way: 'Parquet files', bytesBilled: null };
  }

  /** The files that hold the dates, in place. */
  async fetch(table: string, dates: readonly string[]): Promise<FetchedRows> {
    const column = this.#seen.get(table)?.column ?? 'game_date';
    const files = await this.#list(table, column);
    const holding = files.filter((file) => dates.some((date) => file.rows.has(date)));
    return {
      relations: (await contentsOf(this.#files, holding)).map(parquetRelation),
      verify: async () => {
        const now = holding.length > 0 ? await this.#files.states(this.#folder(table)) : undefined;
        for (const { path, token } of holding) {
          if (now?.get(basename(path))?.token !== token)
            throw changed(addressOf(this.#files, path));
        }
      },
      release: async () => undefined,
    };
  }

  /**
   * A date goes where its rows are, a new one into its season's file. A date whose rows lie in several
   * files cannot be replaced by one rename and is refused.
   */
  async units(table: string, partitionColumn: string, dates: readonly string[]): Promise<UnitPlan> {
    const seen = this.#seen.get(table);
    const files =
      seen?.column === partitionColumn ? seen.files : await this.#list(table, partitionColumn);
    const byName = new Map<string, string[]>();
    const refused: { date: string; reason: string }[] = [];
    for (const date of dates) {
      const holding = files
        .filter((file) => file.rows.has(date))
        .map((file) => basename(file.path));
      if (holding.length > 1) {
        const names = holding.map((name) => `"${name}"`).join(' and ');
        refused.push({
          date,
          reason: `its rows lie in ${names} of the target, which no single rename can replace`,
        });
        continue;
      }
      const name = holding[0] ?? `${seasonLabel(seasonYear(date))}.parquet`;
      const group = byName.get(name);
      if (group === undefined) byName.set(name, [date]);
      else group.push(date);
    }
    const units: WriteUnit[] = [];
    for (const [name, group] of [...byName].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const file = files.find((candidate) => basename(candidate.path) === name);
      units.push({
        name,
        dates: group,
        token: file?.token ?? ABSENT,
        columns: await this.#declared(file ?? files.at(-1)),
      });
    }
    return { units, refused };
  }

  async backup(
    table: string,
    _partitionColumn: string,
    unit: WriteUnit,
    pushId: string,
  ): Promise<string | undefined> {
    if (unit.token === ABSENT) return undefined;
    const path = await this.#files.content(join(this.#folder(table), unit.name), unit.token);
    return this.#backups?.keepFile(pushId, table, unit.name, path);
  }

  async readBackup(
    reference: string,
    partitionColumn: string,
    dates: readonly string[],
  ): Promise<FetchedRows> {
    if (this.#backups === undefined) throw backupMissing(reference);
    return this.#backups.read(reference, partitionColumn, dates);
  }

  async dropBackup(reference: string): Promise<void> {
    await this.#backups?.drop(reference);
  }

  async settle(): Promise<void> {}

  async diagnose(_use: 'read' | 'push'): Promise<WarehouseFinding[]> {
    return [];
  }

  async close(): Promise<void> {}

  async stage(write: PartitionWrite): Promise<StagedUnit> {
    return stageFile(this.#replica, this.#files, this.#folder(write.table), write);
  }

  async clean(
    table: string,
    isAbandoned: (pushId: string, modifiedAt: Date) => boolean,
  ): Promise<void> {
    const folder = this.#folder(table);
    for (const name of (await this.#files.list(folder)) ?? []) {
      const pushId = stagedBy(name);
      if (pushId === undefined) continue;
      const state = await this.#files.state(join(folder, name));
      if (state !== undefined && isAbandoned(pushId, state.modifiedAt)) {
        await this.#files.remove(join(folder, name));
      }
    }
  }

  /** What is said when the columns of files cannot be told: which file, where it is one alone. */
  async #unreadable(
    files: readonly TableFile[],
    relations: readonly string[],
    failure: unknown,
  ): Promise<unknown> {
    for (const [i, relation] of relations.entries()) {
      try {
        await columnsOfRelation(this.#replica, relation);
      } catch (error) {
        return brokenFile(addressOf(this.#files, files[i]!.path), visibleReason(error), error);
      }
    }
    const last = addressOf(this.#files, files.at(-1)!.path);
    return brokenFile(last, `beside the others, ${visibleReason(failure)}`, failure);
  }

  /** A new season's file takes the types of the newest file beside it. */
  async #declared(file: TableFile | undefined): Promise<readonly Column[] | undefined> {
    if (file === undefined || file.columns !== undefined) return file?.columns;
    return columnsOfFile(this.#replica, await this.#files.content(file.path, file.token));
  }

  async #list(table: string, column: string): Promise<readonly TableFile[]> {
    const folder = this.#folder(table);
    const seen = this.#seen.get(table);
    const known =
      seen?.column === column
        ? new Map(seen.files.map((file) => [file.path, file]))
        : ((await this.#memory?.recall(folder, column)) ?? new Map<string, TableFile>());
    const listed = (await listFiles(this.#replica, this.#files, folder, column, known)) ?? [];
    const files = this.#memory === undefined ? listed : await this.#withColumns(listed);
    const isKnown = files.length === known.size && files.every((file) => known.has(file.path));
    if (!isKnown || files.some((file) => known.get(file.path) !== file)) {
      await this.#memory?.remember(folder, column, files);
    }
    this.#seen.set(table, { column, files });
    return files;
  }

  async #withColumns(files: readonly TableFile[]): Promise<TableFile[]> {
    const complete: TableFile[] = [];
    for (const file of files) {
      const columns = await this.#declared(file);
      complete.push(file.columns === undefined ? { ...file, columns: columns! } : file);
    }
    return complete;
  }

  #folder(table: string): string {
    const [dataset, name] = table.split('.') as [string, string];
    return join(this.#root, dataset, name);
  }

  async #checkRoot(): Promise<void> {
    if (this.#mayBeAbsent || (await this.#files.list(this.#root)) !== undefined) return;
    throw new HoopduckError(
      'WAREHOUSE_MISSING',
      `The warehouse folder "${this.location}" is not there.`,
      {
        next: 'Bring the folder back (is its disk mounted?), or correct "warehouse.path" in hoopduck.yaml.',
        exitCode: EXIT.warehouse,
      },
    );
  }
}

/** No rows of the columns of a file. */
function emptyRelation(columns: readonly Column[] | undefined): string {
  const nulls = (columns ?? []).map(
    ({ name, type }) => `CAST(NULL AS ${type}) AS ${quoteIdentifier(name)}`,
  );
  return `(SELECT ${nulls.join(', ')} WHERE false)`;
}

function changed(path: string): HoopduckError {
  return new HoopduckError('WAREHOUSE_CHANGED', `The file "${path}" changed while it was read.`, {
    next: 'Nothing of it was taken; try again.',
    exitCode: EXIT.warehouse,
  });
}
