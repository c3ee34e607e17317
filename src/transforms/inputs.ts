import { quoteLiteral } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';

/**
 * CREATE of the temporary table `changed_input` (input, game_date): the partitions of some tables whose digest is
 * not the one that the model `$model` has read: changed, new, or gone.
 */
export function changedInputsSql(tables: readonly string[]): string {
  const names = tables.map(quoteLiteral).join(', ') || 'NULL';
  return `CREATE OR REPLACE TEMP TABLE changed_input AS
    SELECT coalesce(c.table_name, r.input_name) AS input, coalesce(c.game_date, r.game_date) AS game_date
    FROM (SELECT table_name, game_date, digest FROM hoopduck.partition
          WHERE table_name IN (${names}) AND digest IS NOT NULL) AS c
    FULL JOIN (SELECT input_name, game_date, digest FROM hoopduck.model_input
               WHERE table_name = $model) AS r
      ON r.input_name = c.table_name AND r.game_date = c.game_date
    WHERE c.digest IS DISTINCT FROM r.digest`;
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
