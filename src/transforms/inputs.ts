import { quoteLiteral } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import type { ModelGraph } from './graph.ts';

/** Dates, both included. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** Inputs of which some digest may not be the one that a model has read, with the dates that it can be; null: any. */
export type SuspectInputs = ReadonlyMap<string, DateRange | null>;

/**
 * CREATE of the temporary table `changed_input` (input, game_date): the partitions of some tables whose digest is
 * not the one that the model `$model` has read: changed, new, or gone.
 */
export function changedInputsSql(inputs: SuspectInputs): string {
  const among = (column: string) =>
    [...inputs].map(([table, range]) => {
      const dates =
        range === null
          ? ''
          : ` AND game_date BETWEEN DATE ${quoteLiteral(range.from)} AND DATE ${quoteLiteral(range.to)}`;
      return `(${column} = ${quoteLiteral(table)}${dates})`;
    });
  const where = (column: string) => (inputs.size === 0 ? 'FALSE' : among(column).join(' OR '));
  return `CREATE OR REPLACE TEMP TABLE changed_input AS
    SELECT coalesce(c.table_name, r.input_name) AS input, coalesce(c.game_date, r.game_date) AS game_date
    FROM (SELECT table_name, game_date, digest FROM hoopduck.partition
          WHERE digest IS NOT NULL AND (${where('table_name')})) AS c
    FULL JOIN (SELECT input_name, game_date, digest FROM hoopduck.model_input
               WHERE table_name = $model AND (${where('input_name')})) AS r
      ON r.input_name = c.table_name AND r.game_date = c.game_date
    WHERE c.digest IS DISTINCT FROM r.digest`;
}

/** Tables as suspect on all of their dates. */
export function anyDateOf(tables: readonly string[]): Map<string, DateRange | null> {
  return new Map(tables.map((table) => [table, null]));
}

/**
 * For each model, the inputs whose digests as a whole are not those that it has read: of all others no date has to
 * be asked. Of the models in `current`, which will not be computed whole, with the dates between which they differ.
 */
export async function suspectInputs(
  replica: Replica,
  graph: ModelGraph,
  current: ReadonlySet<string> = new Set(),
): Promise<Map<string, Map<string, DateRange | null>>> {
  const sums = 'count(*) AS n, sum(hash(game_date, digest)) AS h';
  const read = await replica.rows<{ model: string; input: string; state: string }>(
    `SELECT table_name AS model, input_name AS input, n || ' ' || h AS state
     FROM (SELECT table_name, input_name, ${sums} FROM hoopduck.model_input GROUP BY ALL)`,
  );
  const held = await replica.rows<{ table: string; state: string }>(
    `SELECT table_name AS "table", n || ' ' || h AS state
     FROM (SELECT table_name, ${sums} FROM hoopduck.partition WHERE digest IS NOT NULL GROUP BY ALL)`,
  );
  const states = new Map(held.map(({ table, state }) => [table, state]));
  const recorded = new Map(read.map(({ model, input, state }) => [`${model} ${input}`, state]));
  const suspects = new Map(
    graph.models.map(({ name, inputs }) => {
      const tables = inputs.map(({ table }) => table);
      return [
        name,
        anyDateOf(tables.filter((t) => states.get(t) !== recorded.get(`${name} ${t}`))),
      ];
    }),
  );
  for (const { model, input, from, to } of await differingDates(replica, suspects, current)) {
    suspects.get(model)!.set(input, { from, to });
  }
  return suspects;
}

/** Between which dates the inputs of some models differ from what these have read. */
async function differingDates(
  replica: Replica,
  suspects: ReadonlyMap<string, SuspectInputs>,
  models: ReadonlySet<string>,
): Promise<(DateRange & { model: string; input: string })[]> {
  const pairs = [...models].flatMap((model) =>
    [...(suspects.get(model)?.keys() ?? [])].map((input) => ({ model, input })),
  );
  if (pairs.length === 0) return [];
  return replica.rows(
    `WITH pair AS (SELECT unnest(from_json($pairs, '[{"model": "VARCHAR", "input": "VARCHAR"}]'), recursive := true))
     SELECT model, input, CAST(min(game_date) AS VARCHAR) AS "from", CAST(max(game_date) AS VARCHAR) AS "to"
     FROM (
       SELECT pair.model, pair.input, p.game_date, p.digest FROM hoopduck.partition AS p
       JOIN pair ON pair.input = p.table_name WHERE p.digest IS NOT NULL) AS c
     FULL JOIN (
       SELECT pair.model, pair.input, m.game_date, m.digest FROM hoopduck.model_input AS m
       JOIN pair ON pair.model = m.table_name AND pair.input = m.input_name) AS r
       USING (model, input, game_date)
     WHERE c.digest IS DISTINCT FROM r.digest GROUP BY model, input`,
    { pairs: JSON.stringify(pairs) },
  );
}

/** Puts on record that a model has read its inputs as they are now, where `changed_input` says that they differ. */
export async function recordInputs(replica: Replica, model: string): Promise<void> {
  await replica.run(
    `DELETE FROM hoopduck.model_input AS m USING changed_input AS c
     WHERE m.table_name = $model AND m.input_name = c.input AND m.game_date = c.game_date`,
    { model },
  );
  await replica.run(
    `INSERT INTO hoopduck.model_input
     SELECT $model, p.table_name, p.game_date, p.digest FROM hoopduck.partition AS p
     SEMI JOIN changed_input AS c ON c.input = p.table_name AND c.game_date = p.game_date
     WHERE p.digest IS NOT NULL`,
    { model },
  );
}
