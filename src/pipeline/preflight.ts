import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, parse } from 'node:path';
import type { StageContext } from '../context.ts';
import { EXIT, type ExitCode, HoopduckError, messageOf } from '../errors.ts';
import { RAW_PARTITION } from '../sync/plan.ts';
import { openTarget } from '../warehouse/open.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';
import { type Flight, type FlightFinding, recordFlight } from './flight.ts';

const SCHEDULE = 'nba_raw.nbac_schedule';
/** Without these rows of a date everything of it is red. */
const NEEDED = 'nba_raw.nbac_gamebook_player_stats';

/** Ten seasons with their spill files take up to 3 GB. */
const BYTES_A_SEASON = 3e8;
/** The least that a run writes and rewrites. */
const LEAST_BYTES = 5e7;
const DAYS_A_SEASON = 240;
const SHOWN_DATES = 5;

/** What a look before a run asks of the machine. */
export interface Machine {
  /** Bytes that are free where a path lies. */
  readonly free: (path: string) => number;
}

const HERE: Machine = {
  free: (path) => {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  },
};

/**
 * Looks before a run whether it can come to its end: room on the disk, the push target that can be written to, and
 * a source that has rows of every date with final games. The last is only told: the gates hold such dates back. The
 * warehouse itself was reached when its schedule was listed.
 * @throws HoopduckError PREFLIGHT_FAILED (exit 3 for a target, 4 for the disk) before anything is changed
 */
export async function preflight(
  ctx: StageContext,
  warehouse: Warehouse,
  run: { readonly from: string; readonly to: string; readonly push: boolean },
  machine: Machine = HERE,
): Promise<Flight> {
  const flight = await recordFlight(ctx, 'preflight', async () => [
    { name: 'warehouse', verdict: 'ok', found: `"${warehouse.location}" is reached`, next: null },
    await room(ctx, run, machine),
    ...(run.push ? await target(ctx) : []),
    await source(ctx, warehouse, run),
  ]);
  const failed = flight.findings.find(({ verdict }) => verdict === 'fail');
  if (failed === undefined) return flight;
  const exitCode: ExitCode = failed.name === 'disk' ? EXIT.refused : EXIT.warehouse;
  throw new HoopduckError(
    'PREFLIGHT_FAILED',
    `The run did not begin, and nothing was changed: ${failed.found}.`,
    { next: failed.next ?? 'Mend it, then run again; "hoopduck doctor" checks more.', exitCode },
  );
}

/** A first run needs what its seasons take; a later one may write all of the replica again. */
async function room(
  { replica, config }: StageContext,
  run: { readonly from: string; readonly to: string },
  machine: Machine,
): Promise<FlightFinding> {
  const free = machine.free(existing(config.replica.path));
  const synced = await replica.row('SELECT 1 FROM hoopduck.partition LIMIT 1');
  const held = existsSync(config.replica.path) ? statSync(config.replica.path).size : 0;
  const days = (Date.parse(run.to) - Date.parse(run.from)) / 86_400_000;
  const seasons = Math.max(days, 1) / DAYS_A_SEASON;
  const needed = Math.max(LEAST_BYTES, synced === undefined ? seasons * BYTES_A_SEASON : held);
  const found = `${megabytes(free)} are free beside the replica, about ${megabytes(needed)} are needed`;
  return free >= needed
    ? { name: 'disk', verdict: 'ok', found, next: null }
    : {
        name: 'disk',
        verdict: 'fail',
        found,
        next: 'Make room; "hoopduck gc --dry-run" shows what of the workspace nothing needs any more.',
      };
}

function megabytes(n: number): string {
  return `${Math.round(n / 1e6)} MB`;
}

/** Whether the push target can be written to; a folder is made at the first push. */
async function target(ctx: StageContext): Promise<FlightFinding[]> {
  const place = ctx.config.push;
  if (place === null) return [];
  const next = 'Mend the right or "push" in hoopduck.yaml, or run without --push.';
  if (place.kind === 'folder') {
    const folder = existing(place.path);
    try {
      if (!statSync(folder).isDirectory()) throw new Error(`"${folder}" is no folder`);
      accessSync(folder, constants.W_OK);
      const found = `"${place.path}" can be written to`;
      return [{ name: 'push target', verdict: 'ok', found, next: null }];
    } catch (error) {
      const found = `the push target "${place.path}" cannot be written to: ${messageOf(error)}`;
      return [{ name: 'push target', verdict: 'fail', found, next }];
    }
  }
  try {
    const opened = await openTarget(ctx);
    try {
      const findings = await opened.diagnose('push');
      return findings.map((finding) => ({ ...finding, name: `push target: ${finding.name}` }));
    } finally {
      await opened.close();
    }
  } catch (error) {
    const told = error instanceof HoopduckError ? error.next : next;
    return [{ name: 'push target', verdict: 'fail', found: messageOf(error), next: told }];
  }
}

/** The nearest folder or file upwards that is there. */
function existing(path: string): string {
  let place = path;
  while (!existsSync(place) && place !== parse(place).root) place = dirname(place);
  return place;
}

/** Dates with final games of which the warehouse has no players, of the asked range. */
async function source(
  ctx: StageContext,
  warehouse: Warehouse,
  run: { readonly from: string; readonly to: string },
): Promise<FlightFinding> {
  const listing = await warehouse.partitions(NEEDED, RAW_PARTITION);
  const there = new Set((listing?.partitions ?? []).map(({ date }) => date));
  const final = await finalDates(ctx, warehouse, run);
  const missing = final.filter((date) => !there.has(date));
  if (missing.length === 0) {
    const found = `${NEEDED} has rows of all ${final.length} dates with final games`;
    return { name: 'source', verdict: 'ok', found, next: null };
  }
  const shown = missing.slice(0, SHOWN_DATES).join(', ');
  const more = missing.length > SHOWN_DATES ? ` and ${missing.length - SHOWN_DATES} more` : '';
  return {
    name: 'source',
    verdict: 'warn',
    found: `the warehouse has no rows of ${NEEDED} on ${missing.length} of ${final.length} dates with final games: ${shown}${more}`,
    next: 'Bring them into the warehouse and run again; meanwhile the gates hold these dates back.',
  };
}

/**
 * Dates of the range with final games, by the warehouse's schedule where reading it costs nothing, else by the schedule that was
 * synced last.
 */
async function finalDates(
  { replica }: StageContext,
  warehouse: Warehouse,
  run: { readonly from: string; readonly to: string },
): Promise<string[]> {
  const inRange = `game_status = 3 AND game_date BETWEEN CAST($from AS DATE) AND CAST($to AS DATE)
    AND substr(lpad(trim(CAST(game_id AS VARCHAR)), 10, '0'), 1, 3) IN ('002', '004', '005', '006')`;
  const dates = new Set<string>();
  const collect = async (relation: string) => {
    const found = await replica.column<string>(
      `SELECT DISTINCT CAST(game_date AS VARCHAR) FROM ${relation} WHERE ${inRange}`,
      { from: run.from, to: run.to },
    );
    for (const date of found) dates.add(date);
  };
  if (warehouse.kind !== 'folder') {
    if (await replica.hasTable(SCHEDULE)) await collect(SCHEDULE);
    return [...dates].sort();
  }
  const listing = await warehouse.partitions(SCHEDULE, RAW_PARTITION);
  const asked = (listing?.partitions ?? []).map(({ date }) => date);
  const fetched = await warehouse.fetch(SCHEDULE, asked);
  try {
    // A schedule without the columns is for sync to refuse, by its own words.
    for (const relation of fetched.relations) await collect(relation).catch(() => undefined);
  } finally {
    await fetched.release();
  }
  return [...dates].sort();
}
