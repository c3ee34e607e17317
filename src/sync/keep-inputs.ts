import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import type { StageContext } from '../context.ts';
import { timestampText } from '../ledger/ledger.ts';
import { quoteLiteral, quoteTable } from '../replica/identifiers.ts';
import { RAW_PARTITION } from './plan.ts';

/** Folder of kept inputs, relative to the workspace: one Parquet file for each run and table. */
export const INPUTS_FOLDER = 'data/inputs';

/** Kept partitions that were let go of: one file's. */
export interface LetGo {
  readonly file: string;
  readonly table: string;
  readonly partitions: number;
  readonly bytes: number;
  /** The run that had replaced them. */
  readonly keptBy: string;
}

/**
 * Keeps the rows that a landing is about to replace (temporary table `landing_digest`) or remove, by their digests,
 * inside its transaction and before anything is deleted. Partitions that are kept already are not written
 * again. Of partitions that are not kept the ledger says so. A file without its rows in the ledger is an orphan,
 * which `gc` takes away.
 * @param removed dates that the warehouse has no more
 */
export async function keepReplacedInputs(
  { replica, config, runId, now }: StageContext,
  table: string,
  removed: readonly string[],
): Promise<void> {
  await replica.run(
    `CREATE OR REPLACE TEMP TABLE replaced_input AS
     SELECT game_date, digest FROM (
       SELECT game_date, old_digest AS digest FROM landing_digest
       WHERE was_known AND digest IS DISTINCT FROM old_digest
       UNION ALL
       SELECT game_date, digest FROM hoopduck.partition
       WHERE table_name = $table AND game_date IN (SELECT unnest(from_json($removed, '["DATE"]'))))
     ANTI JOIN (SELECT game_date, digest FROM hoopduck.kept_input
                WHERE table_name = $table AND dropped_at IS NULL) USING (game_date, digest)
     WHERE digest IS NOT NULL`,
    { table, removed: JSON.stringify(removed) },
  );
  if ((await replica.row('SELECT 1 FROM replaced_input LIMIT 1')) === undefined) return;
  const kept = config.inputs.keep
    ? await writeFile(join(config.workspace, INPUTS_FOLDER), `${runId}/${table}.parquet`)
    : { file: null, bytes: 0 };
  await replica.run(
    `INSERT INTO hoopduck.kept_input
     SELECT $table, game_date, digest, $file, $bytes, CAST($at AS TIMESTAMP), $runId,
       CASE WHEN $file IS NULL THEN CAST($at AS TIMESTAMP) END,
       CASE WHEN $file IS NULL THEN 'inputs were not kept by that run' END
     FROM replaced_input`,
    { table, ...kept, at: timestampText(now()), runId },
  );

  async function writeFile(folder: string, file: string) {
    const path = join(folder, file);
    const fresh = `${path}.new`;
    mkdirSync(join(folder, runId), { recursive: true });
    await replica.run(
      `COPY (SELECT * FROM ${quoteTable(table)}
             WHERE ${RAW_PARTITION} IN (SELECT game_date FROM replaced_input))
       TO ${quoteLiteral(fresh)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    syncFile(fresh);
    renameSync(fresh, path);
    return { file, bytes: statSync(path).size };
  }
}

/**
 * Takes away what runs that were killed or failed had put aside and not yet put on record: the rows are still in the replica, and this run puts
 * them aside again if it replaces them.
 */
export async function clearUnrecordedInputs({
  replica,
  config,
  runId,
}: StageContext): Promise<void> {
  const folder = join(config.workspace, INPUTS_FOLDER);
  const runs = existsSync(folder) ? readdirSync(folder) : [];
  if (runs.length === 0) return;
  const broken = new Set(
    await replica.column<string>(
      'SELECT run_id FROM hoopduck.run WHERE (finished_at IS NULL OR exit_code <> 0) AND run_id <> $runId',
      { runId },
    ),
  );
  const known = new Set(await replica.column<string>('SELECT file FROM hoopduck.kept_input'));
  for (const run of runs.filter((name) => broken.has(name))) {
    const names = readdirSync(join(folder, run));
    const unknown = names.filter((name) => !known.has(`${run}/${name}`));
    for (const name of unknown) rmSync(join(folder, run, name), { force: true });
    if (unknown.length === names.length) rmdirSync(join(folder, run));
  }
}

/**
 * Lets go of the oldest kept inputs until the rest is within `inputs.cap`, and says so.
 * @returns what went, oldest first
 */
export async function holdInputsToCap(ctx: StageContext): Promise<LetGo[]> {
  const gone = await inputsOverCap(ctx);
  if (gone.length === 0) return gone;
  const why = overCap(ctx.config);
  await dropInputs(ctx, gone, why);
  const partitions = gone.reduce((sum, each) => sum + each.partitions, 0);
  const runs = [...new Set(gone.map(({ keptBy }) => keptBy))];
  const by = runs.length === 1 ? runs[0] : `${runs[0]} to ${runs.at(-1)}`;
  ctx.report.warn(
    `Kept inputs were ${why}: the oldest, ${partitions} ${partitions === 1 ? 'partition' : 'partitions'} that ${by} replaced, went; runs that stood on them cannot be reproduced any more`,
  );
  return gone;
}

/** Why kept inputs beyond the cap go, as the ledger says it. */
export function overCap({ inputs }: Config): string {
  return `over the cap of ${inputs.cap / 1e9} GB`;
}

/**
 * The oldest kept inputs beyond `inputs.cap`, oldest first.
 * @param without files that do not count, because they go anyway
 */
export async function inputsOverCap(
  { replica, config }: StageContext,
  without: readonly string[] = [],
): Promise<LetGo[]> {
  return replica.rows<LetGo>(
    `SELECT file, "table", partitions, bytes, "keptBy" FROM (
       SELECT file, min(table_name) AS "table", count(*) AS partitions, max(bytes) AS bytes,
         min(kept_by) AS "keptBy", min(kept_at) AS kept_at
       FROM hoopduck.kept_input
       WHERE dropped_at IS NULL AND NOT list_contains(from_json($without, '["VARCHAR"]'), file)
       GROUP BY file)
     QUALIFY sum(bytes) OVER (ORDER BY kept_at DESC, file DESC) > $cap
     ORDER BY kept_at, file`,
    { cap: config.inputs.cap, without: JSON.stringify(without) },
  );
}

/** Lets go of kept files: first in the ledger, then on disk, so that nothing is promised that is not there. */
export async function dropInputs(
  { replica, config, now }: StageContext,
  files: readonly { readonly file: string }[],
  why: string,
): Promise<void> {
  await replica.run(
    `UPDATE hoopduck.kept_input SET dropped_at = CAST($at AS TIMESTAMP), dropped_why = $why
     WHERE dropped_at IS NULL AND file IN (SELECT unnest(from_json($files, '["VARCHAR"]')))`,
    { at: timestampText(now()), why, files: JSON.stringify(files.map(({ file }) => file)) },
  );
  for (const { file } of files) {
    const path = join(config.workspace, INPUTS_FOLDER, file);
    rmSync(path, { force: true });
    const folder = dirname(path);
    if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
  }
}

function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
