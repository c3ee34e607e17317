import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import type { Replica } from '../replica/replica.ts';
import type { Model } from './model.ts';
import { isPublished } from './model-table.ts';

/** What a build found on one date. */
export interface DateVerdict {
  readonly date: string;
  /** Null: there are no rows. */
  readonly digest: string | null;
  readonly rows: number;
  readonly expectedRows: number | null;
  readonly verdict: string;
  readonly detail: string | null;
}

/** A table to which dates were appended that no build had covered. */
export interface Appended {
  readonly model: Model;
  /** Inputs that may hold something new after `builtTo`. */
  readonly inputs: readonly string[];
  /** The last date that builds covered before, and the one that they cover now. */
  readonly builtTo: string;
  readonly to: string;
  readonly verdicts: readonly DateVerdict[];
}

/**
 * What appended dates have to say to the ledger. It is written for many tables at once: a new night touches
 * every table, and their rows in the ledger are few. Joins the caller's transaction; what was not written is
 * lost with it.
 */
export class BuildJournal {
  readonly #context: StageContext;
  #pending: Appended[] = [];

  constructor(context: StageContext) {
    this.#context = context;
  }

  add(appended: Appended): void {
    this.#pending.push(appended);
  }

  /** Whether something of one of these tables is not in the ledger yet. */
  holds(tables: readonly string[]): boolean {
    return this.#pending.some(({ model }) => tables.includes(model.name));
  }

  /** Writes all of it: verdicts of dates, what published tables did not have before, inputs, and how far builds cover. */
  async write(): Promise<void> {
    if (this.#pending.length === 0) return;
    const { replica } = this.#context;
    const pending = this.#pending;
    this.#pending = [];
    await this.#writePartitions(replica, pending);
    await this.#writePast(replica, pending);
    await writeInputs(replica, pending);
    await replica.run(
      `UPDATE hoopduck.model_build AS b SET built_to = c.built_to, updated_at = CAST($now AS TIMESTAMP), run_id = $runId
       FROM (${jsonRowsSql('builds', { table_name: 'VARCHAR', built_to: 'DATE' })}) AS c
       WHERE b.table_name = c.table_name`,
      {
        builds: JSON.stringify(
          pending.map(({ model, to }) => ({ table_name: model.name, built_to: to })),
        ),
        ...this.#now(),
      },
    );
  }

  async #writePartitions(replica: Replica, pending: readonly Appended[]): Promise<void> {
    await replica.run(
      `DELETE FROM hoopduck.partition AS p
       USING (${jsonRowsSql('spans', { table_name: 'VARCHAR', built_to: 'DATE', to_date: 'DATE' })}) AS c
       WHERE p.table_name = c.table_name AND p.game_date > c.built_to AND p.game_date <= c.to_date`,
      {
        spans: JSON.stringify(
          pending.map(({ model, builtTo, to }) => ({
            table_name: model.name,
            built_to: builtTo,
            to_date: to,
          })),
        ),
      },
    );
    const rows = pending.flatMap(({ model, verdicts }) =>
      verdicts.map(({ date, digest, rows, expectedRows, verdict, detail }) => ({
        table_name: model.name,
        game_date: date,
        layer: isPublished(model) ? 'model' : 'staging',
        digest,
        rows,
        expected_rows: expectedRows,
        verdict,
        detail,
      })),
    );
    if (rows.length === 0) return;
    const columns = {
      table_name: 'VARCHAR',
      game_date: 'DATE',
      layer: 'VARCHAR',
      digest: 'VARCHAR',
      rows: 'BIGINT',
      expected_rows: 'BIGINT',
      verdict: 'VARCHAR',
      detail: 'VARCHAR',
    };
    await replica.run(
      `INSERT INTO hoopduck.partition BY NAME
       SELECT *, CAST($now AS TIMESTAMP) AS updated_at, $runId AS run_id FROM (${jsonRowsSql('rows', columns)})`,
      { rows: JSON.stringify(rows), ...this.#now() },
    );
  }

  /** That a published partition did not exist before this run. */
  async #writePast(replica: Replica, pending: readonly Appended[]): Promise<void> {
    const rows = pending.flatMap(({ model, verdicts }) =>
      isPublished(model)
        ? verdicts
            .filter(({ digest }) => digest !== null)
            .map(({ date }) => ({ table_name: model.name, game_date: date }))
        : [],
    );
    if (rows.length === 0) return;
    await replica.run(
      `INSERT INTO hoopduck.past_partition BY NAME
       SELECT *, CAST($now AS TIMESTAMP) AS replaced_at, $runId AS replaced_by, 0 AS row_count
       FROM (${jsonRowsSql('rows', { table_name: 'VARCHAR', game_date: 'DATE' })})`,
      { rows: JSON.stringify(rows), ...this.#now() },
    );
  }

  #now(): { now: string; runId: string } {
    return { now: timestampText(this.#context.now()), runId: this.#context.runId };
  }
}

/** Puts on record that models have read their inputs after `builtTo` as they are now. */
async function writeInputs(replica: Replica, pending: readonly Appended[]): Promise<void> {
  const read = pending.flatMap(({ model, inputs, builtTo }) =>
    inputs.map((input) => ({ table_name: model.name, input_name: input, built_to: builtTo })),
  );
  if (read.length === 0) return;
  const columns = { table_name: 'VARCHAR', input_name: 'VARCHAR', built_to: 'DATE' };
  const bindings = { read: JSON.stringify(read) };
  await replica.run(
    `DELETE FROM hoopduck.model_input AS m USING (${jsonRowsSql('read', columns)}) AS c
     WHERE m.table_name = c.table_name AND m.input_name = c.input_name AND m.game_date > c.built_to`,
    bindings,
  );
  await replica.run(
    `INSERT INTO hoopduck.model_input
     SELECT c.table_name, c.input_name, p.game_date, p.digest
     FROM hoopduck.partition AS p JOIN (${jsonRowsSql('read', columns)}) AS c
       ON p.table_name = c.input_name AND p.game_date > c.built_to
     WHERE p.digest IS NOT NULL`,
    bindings,
  );
}

/** SELECT of the rows that the JSON list of a binding holds. */
export function jsonRowsSql(binding: string, columns: Readonly<Record<string, string>>): string {
  return `SELECT unnest(from_json($${binding}, '${JSON.stringify([columns])}'), recursive := true)`;
}
