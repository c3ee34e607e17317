import { spanOf } from '../config/span.ts';
import { EXIT, HoopduckError } from '../errors.ts';
import type { Replica } from '../replica/replica.ts';

/**
 * The range that was asked for, or the first and last date of the replica's schedule where it was not.
 * @throws HoopduckError NOTHING_SYNCED (exit 2) when the replica has no schedule, RANGE_EMPTY.
 */
export async function replicaBounds(
  replica: Replica,
  asked: { readonly from?: string; readonly to?: string },
): Promise<{ from: string; to: string }> {
  const found = (await replica.hasTable('nba_raw.nbac_schedule'))
    ? await replica.row<{ from: string | null; to: string | null }>(
        `SELECT CAST(min(game_date) AS VARCHAR) AS "from", CAST(max(game_date) AS VARCHAR) AS "to"
         FROM nba_raw.nbac_schedule`,
      )
    : undefined;
  if (found == null || found.from === null || found.to === null) {
    throw new HoopduckError(
      'NOTHING_SYNCED',
      `The replica "${replica.path}" has no schedule yet; "nba_raw.nbac_schedule" is empty.`,
      { next: 'Run "hoopduck sync" or "hoopduck run" first.', exitCode: EXIT.usage },
    );
  }
  return spanOf(asked, { from: found.from, to: found.to });
}
