import { locationName } from '../../config/location.ts';
import { EXIT, HoopduckError } from '../../errors.ts';
import type {
  FetchedRows,
  InterruptedWrite,
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
import { backUp, dropBackup, readBackup } from './backup.ts';
import type { BigQueryContext } from './context.ts';
import { diagnose } from './diagnose.ts';
import { isUntouched, listTable, type SeenTable, told } from './listing.ts';
import { OWN_PREFIX, stagedByPush, type TableRef, tablePath, tableRef } from './names.ts';
import { estimateRead, readRows } from './reading.ts';
import { jobId, stageUnit } from './staging.ts';
import { datesCondition, selectSql } from './statements.ts';
import { duckdbType, supported, typeText, unsupported } from './types.ts';
import { ABSENT, planUnits, tokensOf, unitToken } from './units.ts';

/** A project of BigQuery: each dataset of the replica is a dataset there, with the configured prefix. */
export class BigQueryWarehouse implements Warehouse {
  readonly kind = 'bigquery';
  readonly location: string;
  readonly #context: BigQueryContext;
  readonly #close: () => Promise<void>;
  readonly #seen = new Map<string, SeenTable>();

  constructor(context: BigQueryContext, close: () => Promise<void>) {
    this.#context = context;
    this.#close = close;
    this.location = locationName(context.location);
  }

  async tables(dataset: string): Promise<string[]> {
    const { datasetId, projectId } = this.#ref(`${dataset}.any`);
    return told(`The dataset "${projectId}.${datasetId}"`, async () =>
      (await this.#context.tables.list(projectId, datasetId))
        .map(({ tableId }) => tableId)
        .filter((name) => !name.startsWith(OWN_PREFIX))
        .sort(),
    );
  }

  async partitions(table: string, partitionColumn: string): Promise<SourceListing | undefined> {
    return (await this.#look(table, partitionColumn))?.listing;
  }

  async schema(table: string): Promise<TableSchema | undefined> {
    const ref = this.#ref(table);
    const meta = await told(named(ref), () => this.#context.tables.get(ref));
    if (meta === undefined) return undefined;
    const fields = meta.schema?.fields ?? [];
    return {
      columns: supported(fields).map((field) => ({ name: field.name, type: duckdbType(field)! })),
      unsupported: unsupported(fields).map((field) => ({
        name: field.name,
        type: typeText(field),
      })),
    };
  }

  async estimate(
    table: string,
    partitionColumn: string,
    dates: readonly string[],
    use: 'fetch' | 'write',
  ): Promise<TransferEstimate> {
    const seen = this.#seen.get(table) ?? (await this.#look(table, partitionColumn));
    const present = seen?.listing.partitions.map(({ date }) => date) ?? [];
    const held = dates.filter((date) => present.includes(date));
    if (seen === undefined || held.length === 0) {
      return { way: use === 'write' ? 'load and MERGE' : 'nothing to read', bytesBilled: 0 };
    }
    return told(named(seen.ref), async () => {
      if (use === 'fetch') return estimateRead(this.#context, this.#readOf(seen, held));
      const columns = supported(seen.meta.schema?.fields ?? []).map(({ name }) => name);
      const condition = datesCondition(partitionColumn, held, present);
      const bytesBilled = await this.#context.jobs.dryRun(selectSql(seen.ref, columns, condition));
      return { way: 'load and MERGE', bytesBilled };
    });
  }

  async fetch(table: string, dates: readonly string[]): Promise<FetchedRows> {
    const seen = this.#seen.get(table);
    const present = new Set(seen?.listing.partitions.map(({ date }) => date) ?? []);
    const held = dates.filter((date) => present.has(date));
    if (seen === undefined || held.length === 0) return NOTHING;
    for (const { name, type } of (await this.schema(table))?.unsupported ?? []) {
      this.#context.warn(
        `${table}: the column "${name}" is ${type}, which the replica does not hold; it was left out`,
      );
    }
    const request = this.#readOf(seen, held);
    const { relation, release } = await told(named(seen.ref), () =>
      readRows(this.#context, request),
    );
    const found = await this.#context.replica.row<{ n: number }>(
      `SELECT count(*) AS n FROM ${relation}`,
    );
    if (found?.n !== request.rows) {
      await release();
      throw short(seen.ref, found?.n ?? 0, request.rows);
    }
    return {
      relations: [relation],
      release,
      verify: async () => {
        if (await told(named(seen.ref), () => isUntouched(this.#context, seen))) return;
        const tokens = tokensOf(await this.#look(table, seen.partitionColumn));
        const before = tokensOf(seen);
        const other = held.find((date) => tokens.get(date) !== before.get(date));
        if (other !== undefined) throw changed(seen.ref, other);
      },
    };
  }

  async units(
    table: string,
    _partitionColumn: string,
    dates: readonly string[],
  ): Promise<UnitPlan> {
    return planUnits(this.#seen.get(table), dates, this.#context.now());
  }

  async backup(
    table: string,
    partitionColumn: string,
    unit: WriteUnit,
    pushId: string,
  ): Promise<string | undefined> {
    const ref = this.#ref(table);
    const { dates } = unit;
    if (dates.length === 0 || unit.token === ABSENT) return undefined;
    return told(named(ref), () =>
      backUp(this.#context, {
        table,
        ref,
        partitionColumn,
        unit: unit.name,
        dates,
        pushId,
        read: () => this.fetch(table, dates),
      }),
    );
  }

  async readBackup(
    reference: string,
    partitionColumn: string,
    dates: readonly string[],
  ): Promise<FetchedRows> {
    return told(`The backup "${reference}"`, () =>
      readBackup(this.#context, reference, partitionColumn, dates),
    );
  }

  async dropBackup(reference: string): Promise<void> {
    await told(`The backup "${reference}"`, () => dropBackup(this.#context, reference));
  }

  async stage(write: PartitionWrite): Promise<StagedUnit> {
    const ref = this.#ref(write.table);
    const seen = this.#seen.get(write.table);
    const tokenNow = async () =>
      unitToken(await this.#look(write.table, write.partitionColumn), write.unit.dates);
    // What no metadata call sees changed need not be listed again.
    const hasMoved = async () =>
      seen === undefined || !(await isUntouched(this.#context, seen))
        ? (await tokenNow()) !== write.unit.token
        : unitToken(seen, write.unit.dates) !== write.unit.token;
    const state = { ref, meta: seen?.meta, tokenNow, hasMoved };
    const staged = await told(named(ref), () => stageUnit(this.#context, write, state));
    return {
      ...staged,
      swap: () => told(named(ref), staged.swap),
      discard: () => told(named(ref), staged.discard),
    };
  }

  async settle({ table, pushId, contentId }: InterruptedWrite): Promise<void> {
    await told(named(this.#ref(table)), () =>
      this.#context.jobs.settle(jobId(this.#ref(table), pushId, 'merge', contentId)),
    );
  }

  async clean(
    table: string,
    isAbandoned: (pushId: string, modifiedAt: Date) => boolean,
  ): Promise<void> {
    const ref = this.#ref(table);
    await told(named(ref), async () => {
      for (const { tableId, createdAt } of await this.#context.tables.list(
        ref.projectId,
        ref.datasetId,
      )) {
        const pushId = stagedByPush(ref, tableId);
        if (pushId !== undefined && isAbandoned(pushId, createdAt)) {
          await this.#context.tables.drop({ ...ref, tableId });
        }
      }
    });
  }

  async diagnose(use: 'read' | 'push'): Promise<WarehouseFinding[]> {
    return diagnose(this.#context, use);
  }

  async close(): Promise<void> {
    await this.#close();
  }

  async #look(table: string, partitionColumn: string): Promise<SeenTable | undefined> {
    const ref = this.#ref(table);
    const seen = await told(named(ref), () =>
      listTable(this.#context, table, ref, partitionColumn),
    );
    if (seen === undefined) this.#seen.delete(table);
    else this.#seen.set(table, seen);
    return seen;
  }

  #ref(table: string): TableRef {
    return tableRef(this.#context.location, table);
  }

  #readOf(seen: SeenTable, dates: readonly string[]) {
    const asked = new Set(dates);
    const { partitions } = seen.listing;
    return {
      ref: seen.ref,
      fields: supported(seen.meta.schema?.fields ?? []),
      partitionColumn: seen.partitionColumn,
      dates,
      present: partitions.map(({ date }) => date),
      rows: partitions.reduce((sum, { date, rows }) => (asked.has(date) ? sum + rows : sum), 0),
    };
  }
}

const NOTHING: FetchedRows = {
  relations: [],
  verify: async () => undefined,
  release: async () => undefined,
};

function named(ref: TableRef): string {
  return `"${tablePath(ref)}"`;
}

/** A transfer that lost or doubled rows, or a table that changed under it: nothing of it is taken. */
function short(ref: TableRef, found: number, wanted: number): HoopduckError {
  return new HoopduckError(
    'FETCH_SHORT',
    `${found} rows of "${tablePath(ref)}" came; ${wanted} were listed.`,
    {
      next: 'The table changed while it was read, or the transfer was cut; run the same command again.',
      exitCode: EXIT.warehouse,
    },
  );
}

function changed(ref: TableRef, date: string): HoopduckError {
  return new HoopduckError(
    'WAREHOUSE_CHANGED',
    `The partition ${date} of "${tablePath(ref)}" changed while it was read.`,
    { next: 'Nothing of it was taken; try again.', exitCode: EXIT.warehouse },
  );
}
