// A simulated league of 10, 20 and 40 seasons: rows, seconds, peak memory and size of the replica, and what DuckDB
// writes to disk for want of memory under several limits.
// Usage: node bench/growth.mjs [--seasons 10,20,40] [--limits default,2GB,1GB] [--keep DIR] [--dist DIR]
// DIR keeps the simulated warehouses for another time.
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as measure from './measure.mjs';

const { values } = parseArgs({
  options: {
    seasons: { type: 'string', default: '10,20,40' },
    limits: { type: 'string', default: 'default,2GB,1GB' },
    keep: { type: 'string' },
    dist: { type: 'string' },
  },
});
const dist = measure.dist(values);
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
const leagues = values.keep === undefined ? scratch : resolve(values.keep);
const count = (n) => Math.round(n).toLocaleString('en-US');
mkdirSync(leagues, { recursive: true });
try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function main() {
  measure.heading('simulated league, seed 7');
  const rows = [
    [
      'seasons',
      'raw rows',
      'computed rows',
      'memory limit',
      'sync, s',
      'transform, s',
      'processor, s',
      'peak MB, sync',
      'peak MB, transform',
      'spilled MB',
      'replica MB',
    ],
  ];
  const slowest = [];
  for (const seasons of values.seasons.split(',')) {
    const league = join(leagues, `league-${seasons}`);
    if (!existsSync(league)) {
      // Under another name until it is whole: a simulation that was cut off is not taken for one.
      const sample = await measure.hoopduck(
        null,
        ['sample', `${league}.part`, '--seasons', seasons],
        { dist, cwd: scratch },
      );
      renameSync(`${league}.part`, league);
      console.log(
        `sample of ${seasons} seasons: ${sample.seconds.toFixed(0)} s, peak ${count(sample.peak)} MB`,
      );
    }
    for (const limit of values.limits.split(',')) {
      const { row, built } = await grow(seasons, league, limit);
      rows.push(row);
      if (limit === 'default') slowest.push([seasons, built]);
    }
  }
  console.log(`\n${measure.markdown(rows)}`);
  for (const [seasons, built] of slowest) {
    const first = built.sort((a, b) => b.seconds - a.seconds).slice(0, 8);
    console.log(
      `\n${seasons} seasons, slowest: ${first.map((t) => `${t.table} ${t.seconds.toFixed(1)} s`).join('; ')}`,
    );
  }
}

/** Sync and transform from empty under a memory limit; a run that DuckDB gives up for want of memory says so. */
async function grow(seasons, league, limit) {
  const workspace = join(scratch, 'grown');
  rmSync(workspace, { recursive: true, force: true });
  await measure.hoopduck(null, ['init', 'grown', '--warehouse', league], { dist, cwd: scratch });
  if (limit !== 'default') {
    appendFileSync(join(workspace, 'hoopduck.yaml'), `\nreplica:\n  memory_limit: ${limit}\n`);
  }
  const replica = join(workspace, 'data', 'replica.duckdb');
  const watch = `${replica}.spill`;
  const stage = (name) => measure.hoopduck(workspace, [name], { dist, cwd: scratch, watch });
  try {
    const sync = await stage('sync');
    const transform = await stage('transform');
    const built = transform.document.tables;
    const sum = (tables) => tables.reduce((total, table) => total + (table.rows ?? 0), 0);
    const row = [
      seasons,
      count(sum(sync.document.tables)),
      count(sum(built)),
      limit,
      sync.seconds.toFixed(1),
      transform.seconds.toFixed(1),
      (sync.cpu + transform.cpu).toFixed(1),
      count(sync.peak),
      count(transform.peak),
      count(Math.max(sync.watched, transform.watched)),
      count(measure.sizeOf(replica) / 1e6),
    ];
    return { row, built };
  } catch (error) {
    const reason = /"message":"([^"]{0,200})/.exec(error.message)?.[1] ?? error.message.slice(-300);
    console.log(`${seasons} seasons under ${limit}: ${reason}`);
    return { row: [seasons, '', '', limit, 'gave up', 'gave up', '', '', '', '', ''], built: [] };
  }
}
