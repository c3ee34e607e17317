import { quoteIdentifier, quoteTable } from '../replica/identifiers.ts';
import type { Replica } from '../replica/replica.ts';
import { readColumns } from './columns.ts';
import type { Matrix } from './matrix.ts';
import type { FeatureFile } from './predictor.ts';

/** Rows of the population to predict, ordered by date and player; days since 1970-01-01. */
export interface ScoringRows {
  readonly rows: number;
  readonly days: Int32Array;
  readonly lookups: readonly string[];
  /** The known line of the player's points; NaN: none. */
  readonly lines: Float64Array;
  readonly matrix: Matrix;
}

/**
 * Loads the features of every row of the temporary table `prediction_population` on a date that
 * `prediction_date` calls stale. A row without
 * features has only missing values, which the trees take; the population and the features are built
 * together, so that it does not happen in a whole replica.
 */
export async function loadScoringRows(
  replica: Replica,
  { table, features }: FeatureFile,
): Promise<ScoringRows> {
  const columns = features.map(
    ({ name }, j) => `CAST(f.${quoteIdentifier(name)} AS DOUBLE) AS f${j}`,
  );
  const read = await readColumns(
    replica,
    `SELECT p.player_lookup AS lookup,
       CAST(date_diff('day', DATE '1970-01-01', p.game_date) AS INTEGER) AS day,
       CAST(l.points_line AS DOUBLE) AS line,
       ${columns.join(', ')}
     FROM prediction_population AS p
     JOIN prediction_date AS d ON d.game_date = p.game_date AND d.stale
     LEFT JOIN ${quoteTable(table)} AS f
       ON f.game_date = p.game_date AND f.player_lookup = p.player_lookup
     LEFT JOIN ${await playerLines(replica)} AS l
       ON l.game_date = p.game_date AND l.player_lookup = p.player_lookup
     ORDER BY p.game_date, p.player_lookup`,
    {},
    { text: ['lookup'], ints: ['day'], floats: ['line'], matrix: features.map((_, j) => `f${j}`) },
  );
  return {
    rows: read.rows,
    days: read.ints['day']!,
    lookups: read.text['lookup']!,
    lines: read.floats['line']!,
    matrix: read.matrix,
  };
}

/** The relation of players' lines (game_date, player_lookup, points_line), empty where none is synced. */
export async function playerLines(replica: Replica): Promise<string> {
  return (await replica.hasTable('hoopduck.stg_player_line'))
    ? 'hoopduck.stg_player_line'
    : '(SELECT NULL::DATE AS game_date, NULL::VARCHAR AS player_lookup, NULL::DOUBLE AS points_line)';
}
