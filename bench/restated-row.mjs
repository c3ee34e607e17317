// One row of ten seasons is restated: a scorer gives a man of a night of 2018-19 one more free throw, in one Parquet
// file. What plan announces, what sync and transform then rebuild, and a rebuild of everything from empty on the
// same warehouse; every table and date of both must have the same digest.
// Usage: node bench/restated-row.mjs [warehouse folder] [--night 2019-01-15] [--repetitions 3] [--dist DIR]
// Exit code 1: a digest differs, or other dates changed than plan had said.
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import * as measure from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    night: { type: 'string', default: '2019-01-15' },
    repetitions: { type: 'string', default: '3' },
    dist: { type: 'string' },
  },
});
const source = resolve(positionals[0] ?? measure.realWarehouse);
const dist = measure.dist(values);
if (!existsSync(source)) {
  console.error(`There is no warehouse at "${source}".`);
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
const warehouse = join(scratch, 'warehouse');
try {
  process.exitCode = (await main()) ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function main() {
  measure.heading(`load ${loadavg()[0].toFixed(1)} before`);
  cpSync(source, warehouse, { recursive: true, preserveTimestamps: true });
  const empty = [await fromEmpty('base')];
  const before = await partitions('base');
  console.log(`\nRestated: ${await restate()}, ${values.night}; points and free throws made + 1.`);

  const planned = [];
  const restated = [];
  for (let i = 0; i < Number(values.repetitions); i++) {
    const workspace = `restated-${i}`;
    cpSync(join(scratch, 'base'), join(scratch, workspace), { recursive: true });
    planned.push(await command(workspace, 'plan'));
    restated.push(await update(workspace));
    empty.push(await fromEmpty(`empty-${i}`));
  }
  // The first one was on the warehouse as it had been.
  empty.shift();

  const { plan } = planned[0].document;
  const after = await partitions('restated-0');
  const rebuilt = await partitions('empty-0');
  const unannounced = printPlan(plan, before, after);
  printTimes({ plan: planned, restated, empty });
  const keys = new Set([...after.keys(), ...rebuilt.keys()]);
  const differing = [...keys].filter((key) => after.get(key)?.facts !== rebuilt.get(key)?.facts);
  const tables = new Set([...after.values()].map(({ table }) => table));
  console.log(
    `\n${keys.size.toLocaleString('en-US')} partitions of ${tables.size} tables against a rebuild from empty: ` +
      `${differing.length} differ in digest, rows, expected rows, verdict or detail.`,
  );
  for (const key of differing.slice(0, 20)) console.log(`  ${key}`);
  for (const table of unannounced) console.log(`${table}: not as many dates differ as plan said.`);
  return differing.length === 0 && unannounced.length === 0;
}

/** One more free throw for the first man by name who missed one. */
async function restate() {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const duckdb = await instance.connect();
  await duckdb.run("SET TimeZone = 'UTC'");
  const year = Number(values.night.slice(0, 4)) - (values.night.slice(5) < '08' ? 1 : 0);
  const season = `${year}-${String(year + 1).slice(2)}.parquet`;
  const file = join(warehouse, 'nba_raw', 'nbac_gamebook_player_stats', season);
  const rows = `read_parquet('${file}')`;
  const man = `game_date = DATE '${values.night}' AND player_lookup = (
    SELECT min(player_lookup) FROM ${rows} WHERE game_date = DATE '${values.night}'
      AND player_status = 'active' AND free_throws_made < free_throws_attempted)`;
  const reader = await duckdb.runAndReadAll(`SELECT player_name FROM ${rows} WHERE ${man}`);
  const one = (column) => `${column} + CASE WHEN ${man} THEN 1 ELSE 0 END AS ${column}`;
  await duckdb.run(
    `COPY (SELECT * REPLACE (${one('points')}, ${one('free_throws_made')}) FROM ${rows})
     TO '${file}.new' (FORMAT parquet, COMPRESSION zstd)`,
  );
  renameSync(`${file}.new`, file);
  duckdb.closeSync();
  instance.closeSync();
  return String(reader.getRows()[0][0]);
}

async function fromEmpty(workspace) {
  await measure.hoopduck(null, ['init', workspace, '--warehouse', warehouse], {
    dist,
    cwd: scratch,
  });
  return update(workspace);
}

async function update(workspace) {
  return {
    sync: await command(workspace, 'sync'),
    transform: await command(workspace, 'transform'),
  };
}

function command(workspace, name) {
  return measure.hoopduck(workspace, [name], { dist, cwd: scratch });
}

/** What the ledger has on every partition, by `table date`. */
async function partitions(workspace) {
  const sql = `SELECT table_name, CAST(game_date AS VARCHAR) AS date,
      concat_ws(' ', digest, rows, coalesce(CAST(expected_rows AS VARCHAR), '-'), verdict, detail) AS facts
    FROM hoopduck.partition ORDER BY ALL`;
  const { document } = await measure.hoopduck(workspace, ['query', sql], {
    dist,
    cwd: scratch,
  });
  return new Map(
    document.rows.map(({ table_name: table, date, facts }) => [
      `${table} ${date}`,
      { table, facts },
    ]),
  );
}

/**
 * What plan announced, and how many partitions of each table are other ones since.
 * @returns the tables of which not as many are as plan said
 */
function printPlan(plan, before, after) {
  const changed = new Map();
  for (const [key, { table, facts }] of after) {
    if (before.get(key)?.facts !== facts) changed.set(table, (changed.get(table) ?? 0) + 1);
  }
  const announced = new Map();
  const rows = [['table', 'dates', 'differ by plan', 'differ in fact', 'from', 'to']];
  const row = (table, dates, differ, from, to) => {
    announced.set(table, differ);
    rows.push([table, dates ?? 'all', differ, changed.get(table) ?? 0, from, to]);
  };
  for (const { table, fetch } of plan.sync.tables) {
    const dates = fetch.map(({ date }) => date);
    // Of a file that changed, plan reads every date, and says no more.
    if (dates.length > 0) row(table, dates.length, changed.get(table) ?? 0, dates[0], dates.at(-1));
  }
  for (const { table, dates, changed_dates: changedDates, from, to } of plan.transform) {
    row(table, dates, changedDates ?? 0, from, to);
  }
  console.log(`\n${measure.markdown(rows)}`);
  return [...new Set([...announced.keys(), ...changed.keys()])].filter(
    (table) => (announced.get(table) ?? 0) !== (changed.get(table) ?? 0),
  );
}

function printTimes({ plan, restated, empty }) {
  const rows = [
    ['', 'plan, s', 'sync, s', 'transform, s', 'together, s', 'processor, s', 'peak MB'],
  ];
  const both = (runs, pick) => runs.map(({ sync, transform }) => pick(sync) + pick(transform));
  for (const [name, runs, plans] of [
    ['restated row', restated, plan],
    ['from empty', empty, []],
  ]) {
    const seconds = (of) =>
      measure.spread(
        of.map((run) => run.seconds),
        2,
      );
    rows.push([
      name,
      plans.length === 0 ? '' : seconds(plans),
      seconds(runs.map(({ sync }) => sync)),
      seconds(runs.map(({ transform }) => transform)),
      measure.spread(
        both(runs, (part) => part.seconds),
        2,
      ),
      measure.spread(
        both(runs, (part) => part.cpu),
        2,
      ),
      Math.round(Math.max(...runs.flatMap(({ sync, transform }) => [sync.peak, transform.peak]))),
    ]);
  }
  console.log(`\n${measure.markdown(rows)}`);
  const faster = measure.ratio(
    both(empty, (part) => part.seconds),
    both(restated, (part) => part.seconds),
  );
  console.log(`\nfrom empty / restated row: ${faster.toFixed(1)}`);
}
