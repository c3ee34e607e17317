import { messageOf } from '../errors.ts';
import { quoteIdentifier, quoteLiteral } from '../replica/identifiers.ts';
import { lockFailure, type Replica } from '../replica/replica.ts';

/** The working replica as the scratch replica's connection names it. */
export const PAST = quoteIdentifier('past');

/**
 * Calls `work` while the working replica is attached for reading. The temporary table `reproduce_expected`
 * (table_name, game_date, digest) holds every partition as it was at the end of the run, and stays.
 * @param number of the run's record
 * @throws HoopduckError REPLICA_LOCKED (exit 4) when another process holds it
 */
export async function withPast<T>(
  replica: Replica,
  path: string,
  number: number,
  work: () => Promise<T>,
): Promise<T> {
  try {
    await replica.run(`ATTACH ${quoteLiteral(path)} AS ${PAST} (TYPE duckdb, READ_ONLY)`);
  } catch (error) {
    throw lockFailure(path, error) ?? new Error(messageOf(error), { cause: error });
  }
  try {
    await replica.run(
      `CREATE OR REPLACE TEMP TABLE reproduce_expected AS
       SELECT * FROM (
         SELECT table_name, game_date, arg_max_null(digest, number) AS digest
         FROM ${PAST}.hoopduck.run_partition WHERE number <= $number GROUP BY ALL)
       WHERE digest IS NOT NULL`,
      { number },
    );
    return await work();
  } finally {
    await replica.run(`DETACH ${PAST}`);
  }
}
