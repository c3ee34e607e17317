import type { Jobs } from './jobs.ts';
import { type TableRef, tablePath } from './names.ts';
import { partitionsSql } from './statements.ts';

/** One partition as the view has it; `id` is null for what lies in no partition. */
export interface ViewedPartition {
  readonly id: string | null;
  readonly rows: number;
  /** Time of the last change in microseconds since 1970. */
  readonly modified: string;
}

/**
 * Asks for a dataset's partitions, of all its tables at once. A table takes what was asked for another
 * one a moment ago, but the same answer never twice: asked again, the server is asked again. An answer that is a
 * moment old does no harm: a token that is older than what is read then only makes it be read once more.
 */
export class PartitionsView {
  readonly #jobs: Jobs;
  readonly #answers = new Map<string, Map<string, ViewedPartition[]>>();
  readonly #taken = new Set<string>();

  constructor(jobs: Jobs) {
    this.#jobs = jobs;
  }

  /** Partitions of a table; none when it has no rows. @throws BigQueryFailure */
  async of(ref: TableRef): Promise<readonly ViewedPartition[]> {
    const dataset = `${ref.projectId}.${ref.datasetId}`;
    const path = tablePath(ref);
    if (!this.#answers.has(dataset) || this.#taken.has(path)) await this.#ask(ref, dataset);
    this.#taken.add(path);
    return this.#answers.get(dataset)!.get(ref.tableId) ?? [];
  }

  async #ask(ref: TableRef, dataset: string): Promise<void> {
    const rows = await this.#jobs.rows(partitionsSql(ref));
    const tables = new Map<string, ViewedPartition[]>();
    for (const [table, id, count, modified] of rows) {
      const partition = { id: id ?? null, rows: Number(count), modified: modified ?? '' };
      const known = tables.get(table!);
      if (known === undefined) tables.set(table!, [partition]);
      else known.push(partition);
    }
    this.#answers.set(dataset, tables);
    for (const path of this.#taken) if (path.startsWith(`${dataset}.`)) this.#taken.delete(path);
  }
}
