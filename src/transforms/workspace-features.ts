import { FEATURE_TABLES, WORKSPACE_FEATURES } from '../config/feature-tables.ts';
import { didYouMean } from '../config/suggest.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import type { Replica } from '../replica/replica.ts';
import type { GraphConfig } from './graph.ts';
import { type Model, parseModel } from './model.ts';

/**
 * The model that joins the columns of `train.add_features` to the configured feature set; none without such
 * columns. It is made of the configuration, so that it is built, compared and found stale like a file.
 * @throws HoopduckError FEATURE_UNKNOWN (exit 2) for a table that is no model by player and date
 */
export function workspaceFeatures(config: GraphConfig, models: readonly Model[]): Model[] {
  const { addFeatures, features } = config.train;
  if (addFeatures.length === 0) return [];
  const base = FEATURE_TABLES[features];
  const tables = [...new Set(addFeatures.map(({ table }) => table))];
  for (const table of tables) checkTable(config, table, models);
  // Names are words, as the schema has checked them; quotes differ between DuckDB and BigQuery.
  const joins = tables.map((table, i) => {
    const date = models.find(({ name }) => name === table)!.partition!;
    return `LEFT JOIN ${table} AS t${i}
  ON t${i}.${date} = f.game_date AND t${i}.player_lookup = f.player_lookup`;
  });
  const columns = addFeatures.map(({ table, column }) => {
    const of = `t${tables.indexOf(table)}.${column}`;
    return `  CAST(${of} AS FLOAT64) AS ${column}`;
  });
  const reads = [base, ...tables].map((table) => `${table} (same date)`).join(',\n--   ');
  const text = `-- The features of ${base} and those that hoopduck.yaml adds. One row a player and date.
--
-- key: game_date, player_lookup
-- partition: game_date
-- reads: ${reads}
SELECT
  f.*,
${columns.join(',\n')}
FROM ${base} AS f
${joins.join('\n')}
WHERE f.game_date BETWEEN @from_date AND @to_date
`;
  return [parseModel(WORKSPACE_FEATURES, 'train.add_features', text)];
}

function checkTable(config: GraphConfig, table: string, models: readonly Model[]): void {
  const byPlayer = models.filter(
    ({ key, partition }) => key.length === 2 && key[0] === partition && key[1] === 'player_lookup',
  );
  if (byPlayer.some(({ name }) => name === table)) return;
  const isModel = models.some(({ name }) => name === table);
  const meant = didYouMean(
    table,
    byPlayer.map(({ name }) => name),
  );
  throw new HoopduckError(
    'FEATURE_UNKNOWN',
    isModel
      ? `"${table}" of train.add_features has no row for each player and date; a model with the key "game_date, player_lookup" was wanted.`
      : `"${table}" of train.add_features is no model; a table of models/<dataset>/ or one of hoopduck's was wanted.${meant}`,
    { next: `Mend "train.add_features" in ${config.file}.`, exitCode: EXIT.usage },
  );
}

/**
 * Checks that the columns of `train.add_features` are there, once the models that they are of are built.
 * @throws HoopduckError FEATURE_UNKNOWN (exit 2)
 */
export async function checkFeatureColumns(replica: Replica, config: GraphConfig): Promise<void> {
  for (const { table, column } of config.train.addFeatures) {
    const columns = (await replica.columnsOf(table)).map(({ name }) => name);
    if (columns.length === 0 || columns.includes(column)) continue;
    throw new HoopduckError(
      'FEATURE_UNKNOWN',
      `"${table}.${column}" of train.add_features is no column; one of "${table}" was wanted.${didYouMean(column, columns)}`,
      { next: `Mend "train.add_features" in ${config.file}.`, exitCode: EXIT.usage },
    );
  }
}
