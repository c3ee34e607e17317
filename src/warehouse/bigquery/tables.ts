import type { BigQueryClient } from './client.ts';
import { BigQueryFailure } from './failure.ts';
import type { TableRef } from './names.ts';
import type { BigQueryField } from './types.ts';

/** What `tables.get` says; only what is read here. */
export interface TableMeta {
  readonly type: string;
  readonly etag?: string;
  readonly location?: string;
  readonly creationTime: string;
  readonly lastModifiedTime: string;
  readonly numRows?: string;
  readonly numBytes?: string;
  readonly schema?: { readonly fields?: readonly BigQueryField[] };
  readonly timePartitioning?: {
    readonly type: string;
    readonly field?: string;
    readonly expirationMs?: string;
  };
  readonly clustering?: { readonly fields?: readonly string[] };
  readonly labels?: Readonly<Record<string, string>>;
  readonly streamingBuffer?: { readonly estimatedRows?: string };
}

interface TableList {
  readonly nextPageToken?: string;
  readonly tables?: readonly {
    readonly tableReference: TableRef;
    readonly type: string;
    readonly creationTime?: string;
  }[];
}

/** What a new table shall be; times in milliseconds since 1970. */
export interface NewTable {
  readonly fields: readonly BigQueryField[];
  readonly partitionColumn?: string;
  readonly clustering?: readonly string[];
  readonly description?: string;
  readonly expires?: Date;
}

/** Datasets and tables of BigQuery, as metadata. */
export class Tables {
  readonly #client: BigQueryClient;

  constructor(client: BigQueryClient) {
    this.#client = client;
  }

  async get(ref: TableRef): Promise<TableMeta | undefined> {
    return this.#client.find<TableMeta>({
      call: 'tables.get',
      path: pathOf(ref),
      project: ref.projectId,
    });
  }

  /** Every table of a dataset, our own too; none when there is no such dataset. */
  async list(
    projectId: string,
    datasetId: string,
  ): Promise<{ tableId: string; type: string; createdAt: Date }[]> {
    const found: { tableId: string; type: string; createdAt: Date }[] = [];
    let pageToken: string | undefined;
    do {
      const page: TableList | undefined = await this.#client.find<TableList>({
        call: 'tables.list',
        path: `/datasets/${datasetId}/tables`,
        project: projectId,
        query: { maxResults: 1000, ...(pageToken !== undefined && { pageToken }) },
      });
      for (const { tableReference, type, creationTime } of page?.tables ?? []) {
        found.push({
          tableId: tableReference.tableId,
          type,
          createdAt: new Date(Number(creationTime ?? 0)),
        });
      }
      pageToken = page?.nextPageToken;
    } while (pageToken !== undefined);
    return found;
  }

  /** Makes a table; one that is there already is left as it is. */
  async create(ref: TableRef, table: NewTable): Promise<void> {
    await this.#unlessThere({
      call: 'tables.insert',
      method: 'POST',
      path: `/datasets/${ref.datasetId}/tables`,
      project: ref.projectId,
      body: {
        tableReference: ref,
        schema: { fields: table.fields },
        ...(table.description !== undefined && { description: table.description }),
        ...(table.expires !== undefined && { expirationTime: String(table.expires.getTime()) }),
        ...(table.partitionColumn !== undefined && {
          timePartitioning: { type: 'DAY', field: table.partitionColumn },
        }),
        ...(table.clustering !== undefined &&
          table.clustering.length > 0 && { clustering: { fields: table.clustering } }),
      },
    });
  }

  /** Changes what is given of a table's metadata. */
  async patch(
    ref: TableRef,
    change: {
      fields?: readonly BigQueryField[];
      expires?: Date;
      labels?: Readonly<Record<string, string>>;
    },
  ): Promise<void> {
    await this.#client.request({
      call: 'tables.patch',
      method: 'PATCH',
      path: pathOf(ref),
      project: ref.projectId,
      body: {
        ...(change.fields !== undefined && { schema: { fields: change.fields } }),
        ...(change.expires !== undefined && { expirationTime: String(change.expires.getTime()) }),
        ...(change.labels !== undefined && { labels: change.labels }),
      },
    });
  }

  /** Takes a table away; one that is not there is no failure. */
  async drop(ref: TableRef): Promise<void> {
    await this.#client.find({
      call: 'tables.delete',
      method: 'DELETE',
      path: pathOf(ref),
      project: ref.projectId,
    });
  }

  /** Makes a dataset; one that is there is left as it is. */
  async createDataset(
    projectId: string,
    datasetId: string,
    location: string = this.#client.location.location,
  ): Promise<void> {
    await this.#unlessThere({
      call: 'datasets.insert',
      method: 'POST',
      path: '/datasets',
      project: projectId,
      body: {
        datasetReference: { projectId, datasetId },
        location,
      },
    });
  }

  /** A dataset's own facts; undefined when it is not there. */
  async dataset(projectId: string, datasetId: string): Promise<{ location?: string } | undefined> {
    return this.#client.find({
      call: 'datasets.get',
      path: `/datasets/${datasetId}`,
      project: projectId,
    });
  }

  async #unlessThere(call: Parameters<BigQueryClient['request']>[0]): Promise<void> {
    try {
      await this.#client.request(call);
    } catch (error) {
      if (error instanceof BigQueryFailure && error.failure.status === 409) return;
      throw error;
    }
  }
}

function pathOf({ datasetId, tableId }: TableRef): string {
  return `/datasets/${datasetId}/tables/${encodeURIComponent(tableId)}`;
}
