import { createHash } from 'node:crypto';
import { type BigQueryLocation, locationName } from '../../../config/location.ts';
import { EXIT, HoopduckError } from '../../../errors.ts';
import { quoteBackticks } from '../../../replica/identifiers.ts';
import type {
  ComputedTable,
  ComputeResult,
  Selection,
  SqlEngine,
  TableBuild,
  TableMarks,
} from '../../sql-engine.ts';
import type { Column } from '../../warehouse.ts';
import type { BigQueryContext } from '../context.ts';
import { BigQueryFailure } from '../failure.ts';
import type { Job } from '../jobs.ts';
import { told } from '../listing.ts';
import { computingRef, type TableRef, tablePath, tableRef } from '../names.ts';
import type { BigQueryField } from '../types.ts';
import { loadRows } from './load.ts';
import { rawRelation } from './raw-relation.ts';
import { createSql, placedSql, replaceDatesSql, STAMPS, type TableDesign } from './statements.ts';
import { toGoogleSql } from './translate.ts';

/** BigQuery clusters by four columns at most. */
const CLUSTER_COLUMNS = 4;
/** Rows that nobody came back for go away by themselves. */
const ASIDE_HOURS = 24;
/** Labels of ours begin with this. */
const MARK = 'hoopduck_';
const RAW = 'nba_raw';

/** Where the raw tables are and where results go. */
export interface EnginePlaces {
  readonly from: BigQueryLocation;
  readonly to: BigQueryLocation;
  /** Datasets of the results, as the replica names them. */
  readonly datasets: readonly string[];
}

/** Computes tables inside BigQuery: raw tables of one location, results into datasets of another. */
export class BigQueryEngine implements SqlEngine {
  readonly source: string;
  readonly target: string;
  readonly maxBytesBilled: number | null;
  readonly #context: BigQueryContext;
  readonly #places: EnginePlaces;
  readonly #runId: string;
  readonly #close: () => Promise<void>;
  /** What stands for each raw table in a FROM clause; asked once. */
  readonly #raw = new Map<string, string>();

  constructor(
    context: BigQueryContext,
    places: EnginePlaces,
    runId: string,
    close: () => Promise<void>,
  ) {
    this.#context = context;
    this.#places = places;
    this.#runId = runId;
    this.#close = close;
    this.source = locationName(places.from);
    this.target = locationName(places.to);
    this.maxBytesBilled = places.to.maxBytesBilled;
  }

  async prepare(): Promise<void> {
    const { projectId, datasetId } = tableRef(this.#places.from, `${RAW}.any`);
    const { tables } = this.#context;
    await told(`The dataset "${projectId}.${datasetId}"`, async () => {
      const raw = await tables.dataset(projectId, datasetId);
      if (raw === undefined) throw datasetMissing(projectId, datasetId);
      for (const dataset of this.#places.datasets) {
        const ref = tableRef(this.#places.to, `${dataset}.any`);
        // An account may write into a dataset that it could not make.
        if ((await tables.dataset(ref.projectId, ref.datasetId)) !== undefined) continue;
        await tables.createDataset(ref.projectId, ref.datasetId, raw.location);
      }
    });
  }

  async find(table: string): Promise<ComputedTable | undefined> {
    const ref = this.#ref(table);
    const meta = await told(named(ref), () => this.#context.tables.get(ref));
    if (meta === undefined) return undefined;
    const marks = Object.entries(meta.labels ?? {}).filter(([name]) => name.startsWith(MARK));
    return {
      marks: Object.fromEntries(marks.map(([name, value]) => [name.slice(MARK.length), value])),
    };
  }

  async estimate(build: TableBuild): Promise<number | undefined> {
    const { ref, design } = this.#designs(build);
    const sql = createSql(design, await this.#sql(build.select));
    return told(named(ref), async () => {
      try {
        return await this.#context.jobs.dryRun(sql, datesOf(sql, build.select));
      } catch (error) {
        if (error instanceof BigQueryFailure && error.failure.status === 404) return undefined;
        throw error;
      }
    });
  }

  async replaceTable(build: TableBuild): Promise<ComputeResult> {
    const { ref, design } = this.#designs(build);
    if (build.published === null) {
      const select = await this.#sql(build.select);
      return told(named(ref), async () => {
        await this.#makeWay(design);
        const job = await this.#run(ref, createSql(design, select), build.select);
        return { rows: await this.#rowsOf(ref), bytesBilled: billedBy(job) };
      });
    }
    return this.#computed(build, async (from, fields) => {
      await this.#makeWay(design);
      return createSql(design, placedSql(from, fields, build.published));
    });
  }

  async replaceDates(build: TableBuild): Promise<ComputeResult> {
    const { ref } = this.#designs(build);
    return this.#computed(build, async (from, fields) => {
      const names = fields.map(({ name }) => name);
      const columns = build.published === null ? names : [...names, ...STAMPS];
      return replaceDatesSql(
        ref,
        build.partition!,
        columns,
        placedSql(from, fields, build.published),
      );
    });
  }

  async mark(table: string, marks: TableMarks): Promise<void> {
    const ref = this.#ref(table);
    const labels = Object.fromEntries(
      Object.entries(marks).map(([name, value]) => [`${MARK}${name}`, value]),
    );
    await told(named(ref), () => this.#context.tables.patch(ref, { labels }));
  }

  async texts(select: Selection): Promise<string[]> {
    const sql = await this.#sql(select);
    return told(`A query of "${this.source}"`, async () =>
      (await this.#context.jobs.rows(sql, datesOf(sql, select))).map(([text]) => text ?? ''),
    );
  }

  async load(
    table: string,
    relation: string,
    columns: readonly Column[],
    how: 'replace' | 'append',
  ): Promise<void> {
    const ref = this.#ref(table);
    await told(named(ref), () =>
      loadRows(this.#context, ref, relation, columns, how, this.#jobId('load', ref, how)),
    );
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /**
   * Computes the rows into a table aside, which goes away by itself should nobody come back for it; then
   * one statement puts them where they belong.
   */
  async #computed(
    build: TableBuild,
    statement: (from: TableRef, fields: readonly BigQueryField[]) => Promise<string>,
  ): Promise<ComputeResult> {
    const { ref, aside } = this.#designs(build);
    const select = await this.#sql(build.select);
    return told(named(ref), async () => {
      const computed = await this.#run(aside.ref, createSql(aside, select), build.select);
      try {
        const meta = await this.#context.tables.get(aside.ref);
        const sql = await statement(aside.ref, meta?.schema?.fields ?? []);
        const placed = await this.#run(ref, sql, build.select);
        const billed = [billedBy(computed), billedBy(placed)];
        return {
          rows: Number(meta?.numRows ?? 0),
          bytesBilled: billed.includes(null) ? null : billed[0]! + billed[1]!,
        };
      } finally {
        await this.#context.tables.drop(aside.ref).catch(() => undefined);
      }
    });
  }

  /** A table that is partitioned or clustered otherwise cannot be replaced in one step: it goes first. */
  async #makeWay({ ref, partition, clustering }: TableDesign): Promise<void> {
    const meta = await this.#context.tables.get(ref);
    if (meta === undefined) return;
    const clustered = meta.clustering?.fields;
    const isAlike =
      (meta.timePartitioning?.field ?? null) === partition &&
      (clustered === undefined || clustered.join() === clustering.join());
    if (!isAlike) await this.#context.tables.drop(ref);
  }

  async #run(ref: TableRef, sql: string, select: Selection): Promise<Job> {
    const id = this.#jobId('compute', ref, `${sql}\n${select.from}\n${select.to}`);
    return this.#context.jobs.query(sql, id, datesOf(sql, select));
  }

  async #rowsOf(ref: TableRef): Promise<number> {
    return Number((await this.#context.tables.get(ref))?.numRows ?? 0);
  }

  /** Named by the run and by what is done: the same is done once, however often an answer is lost. */
  #jobId(step: string, ref: TableRef, content: string): string {
    const hash = createHash('sha256')
      .update(`${tablePath(ref)}\n${content}`)
      .digest('hex');
    return `hoopduck_${this.#runId}_${step}_${hash.slice(0, 24)}`;
  }

  /** The table of a build, and the one in which its rows wait. */
  #designs(build: TableBuild): { ref: TableRef; design: TableDesign; aside: TableDesign } {
    const ref = this.#ref(build.table);
    const clustering = build.key.filter((name) => name !== build.partition);
    return {
      ref,
      design: {
        ref,
        partition: build.partition,
        clustering: clustering.slice(0, CLUSTER_COLUMNS),
        description: build.description,
        expires: null,
      },
      aside: {
        ref: computingRef(ref, this.#runId),
        partition: null,
        clustering: [],
        description: `Rows of ${build.table} on their way; safe to delete.`,
        expires: new Date(this.#context.now().getTime() + ASIDE_HOURS * 3_600_000),
      },
    };
  }

  async #sql({ sql }: Selection): Promise<string> {
    const missing = new Set<string>();
    const name = (table: string): string | undefined => {
      const dataset = table.slice(0, table.indexOf('.'));
      if (dataset === RAW && !this.#raw.has(table)) missing.add(table);
      if (dataset === RAW) return this.#raw.get(table);
      return this.#places.datasets.includes(dataset)
        ? quoteBackticks(tablePath(this.#ref(table)))
        : undefined;
    };
    toGoogleSql(sql, name);
    for (const table of missing) {
      const ref = tableRef(this.#places.from, table);
      const meta = await told(named(ref), () => this.#context.tables.get(ref));
      this.#raw.set(table, rawRelation(table, ref, meta));
    }
    return toGoogleSql(sql, name);
  }

  #ref(table: string): TableRef {
    return tableRef(this.#places.to, table);
  }
}

function billedBy(job: Job): number | null {
  const billed = job.statistics?.query?.totalBytesBilled;
  return billed === undefined ? null : Number(billed);
}

/** The dates that a text names. */
function datesOf(sql: string, { from, to }: Selection): Record<string, string> {
  return {
    ...(sql.includes('@from_date') && { from_date: from }),
    ...(sql.includes('@to_date') && { to_date: to }),
  };
}

function named(ref: TableRef): string {
  return `"${tablePath(ref)}"`;
}

function datasetMissing(projectId: string, datasetId: string): HoopduckError {
  return new HoopduckError(
    'DATASET_MISSING',
    `The dataset "${projectId}.${datasetId}" with the raw tables is not there.`,
    {
      next: 'Check "warehouse" in hoopduck.yaml: project, dataset_prefix and location.',
      exitCode: EXIT.usage,
    },
  );
}
