import { rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { kindOfPath } from '../config/path-kind.ts';
import type { StageContext } from '../context.ts';
import { dropInputs, INPUTS_FOLDER, inputsOverCap, overCap } from '../sync/keep-inputs.ts';
import { namesIn, shownPath, sizeOf } from './on-disk.ts';
import type { Garbage, Sweep } from './result.ts';

const UNNEEDED = 'no run on record stands on it, or the replica holds the same';

/**
 * Kept inputs over the cap, those of which no partition belongs to a run on record or all are current again, and files that
 * the ledger does not know, such as half-written ones.
 * @param before runs of before this date, `YYYY-MM-DD`, count as forgotten
 */
export async function sweepInputs(ctx: StageContext, before: string | null): Promise<Sweep> {
  const { replica, config } = ctx;
  const folder = join(config.workspace, INPUTS_FOLDER);
  const known = await replica.rows<{ file: string; bytes: number; needed: boolean }>(
    `SELECT file, max(bytes) AS bytes, bool_or(n.game_date IS NOT NULL AND c.game_date IS NULL) AS needed
     FROM hoopduck.kept_input AS k
     LEFT JOIN hoopduck.partition AS c USING (table_name, game_date, digest)
     LEFT JOIN (${NEEDED}) AS n USING (table_name, game_date, digest)
     WHERE k.dropped_at IS NULL GROUP BY file ORDER BY file`,
    { before },
  );
  const unneeded = known.filter(({ needed }) => !needed);
  const gone = new Set(unneeded.map(({ file }) => file));
  const over = await inputsOverCap(ctx, [...gone]);
  for (const { file } of over) gone.add(file);
  const files = new Set(known.map(({ file }) => file));
  const orphans = namesIn(folder).flatMap((run) =>
    filesOf(folder, run).filter((file) => !files.has(file)),
  );
  const item = (file: string, bytes: number, why: string): Garbage => ({
    kind: 'input',
    path: shownPath(config.workspace, join(folder, file)),
    bytes,
    why,
  });
  const left = known.filter(({ file }) => !gone.has(file));
  return {
    garbage: [
      ...unneeded.map(({ file, bytes }) => item(file, bytes, UNNEEDED)),
      ...over.map(({ file, bytes }) => item(file, bytes, overCap(config))),
      ...orphans.map((file) =>
        item(file, sizeOf(join(folder, file)), 'the ledger does not know it'),
      ),
    ],
    kept: [
      {
        kind: 'input',
        items: left.length,
        bytes: left.reduce((sum, { bytes }) => sum + bytes, 0),
        why: `runs on record stand on them; the cap is ${config.inputs.cap / 1e9} GB`,
      },
    ],
    notes: [],
    async take() {
      await dropInputs(ctx, unneeded, 'no run on record stood on it any more');
      await dropInputs(ctx, over, overCap(config));
      for (const file of orphans) {
        rmSync(join(folder, file), { force: true });
        const run = dirname(join(folder, file));
        if (namesIn(run).length === 0) rmdirSync(run);
      }
    },
  };
}

/** Partitions of the ends of runs on record: each digest holds from its record to before the next of its partition. */
const NEEDED = `
  SELECT DISTINCT table_name, game_date, digest FROM (
    SELECT *, lead(number) OVER (PARTITION BY table_name, game_date ORDER BY number) AS until
    FROM hoopduck.run_partition WHERE starts_with(table_name, 'nba_raw.')) AS p
  WHERE digest IS NOT NULL AND EXISTS (
    SELECT 1 FROM hoopduck.run_record AS r
    WHERE r.number >= p.number AND (p.until IS NULL OR r.number < p.until)
      AND r.recorded_at >= coalesce(CAST($before AS TIMESTAMP), TIMESTAMP '0001-01-01'))`;

/** Files of one run's folder, relative to `folder`; what is no folder of a run is not ours. */
function filesOf(folder: string, run: string): string[] {
  if (kindOfPath(join(folder, run)) !== 'folder') return [];
  return namesIn(join(folder, run))
    .map((name) => `${run}/${name}`)
    .filter((file) => kindOfPath(join(folder, file)) === 'file');
}
