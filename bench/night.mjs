// A night arrives: ten seasons stand in the replica but for the last night, then that night is in the warehouse
// and sync, transform and validate run, each a process of its own. Afterwards one row of 2018-19 is restated,
// against a rebuild of everything from empty.
// Usage: node bench/night.mjs [warehouse folder] [--night 2025-04-13] [--repetitions 5] [--dist DIR]
import {
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import * as measure from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    // The last date of the regular season: fifteen games, and every table has rows.
    night: { type: 'string', default: '2025-04-13' },
    repetitions: { type: 'string', default: '5' },
    dist: { type: 'string' },
  },
});
const source = resolve(positionals[0] ?? measure.realWarehouse);
const dist = measure.dist(values);
const repetitions = Number(values.repetitions);
const STAGES = ['sync', 'transform', 'validate'];
if (!existsSync(source)) {
  console.error(`There is no warehouse at "${source}".`);
  process.exit(2);
}
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function main() {
  measure.heading(`DuckDB in one file, night of ${values.night}`);
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const duckdb = await instance.connect();
  const warehouse = join(scratch, 'warehouse');
  await lay(duckdb, warehouse, `game_date < DATE '${values.night}'`);
  await measure.hoopduck(null, ['init', 'base', '--warehouse', warehouse], { dist, cwd: scratch });
  await stages('base');

  await lay(duckdb, warehouse, `game_date <= DATE '${values.night}'`);
  const nights = [];
  for (let i = 0; i < repetitions; i++) nights.push(await copyAndRun('night'));
  console.log(
    `\nOne new night, ${nights[0].rows} rows in the warehouse's tables for it, median of ${repetitions}:`,
  );
  print({ 'new night': nights });

  // The base for the restated row holds the night; the row's minutes move by half a minute, as a scorer corrects.
  await copyAndRun('base-with-night', 'base-with-night');
  const table = join(warehouse, 'nba_raw', 'nbac_gamebook_player_stats');
  const row = await restate(duckdb, join(table, '2018-19.parquet'));
  const restated = [];
  const empty = [];
  for (let i = 0; i < repetitions; i++) {
    const order = i % 2 === 0 ? ['restated', 'empty'] : ['empty', 'restated'];
    for (const kind of order) {
      if (kind === 'restated')
        restated.push(await copyAndRun('restated', undefined, 'base-with-night'));
      // A rebuild from empty takes a while: three are enough.
      else if (empty.length < 3) empty.push(await fromEmpty(warehouse));
    }
  }
  console.log(
    `\nOne restated row of 2018-19 (${row}), median of ${repetitions}, and everything from empty, median of ${empty.length}:`,
  );
  print({ 'restated row': restated, 'from empty': empty });
  const total = (runs) => measure.median(runs.map((run) => run.wall));
  console.log(`\nfrom empty / restated row: ${(total(empty) / total(restated)).toFixed(1)}`);
}

/** The warehouse with the rows that fulfil a condition: files that do not change are linked, so that they keep their state. */
async function lay(duckdb, warehouse, condition) {
  for (const table of readdirSync(join(source, 'nba_raw'))) {
    const from = join(source, 'nba_raw', table);
    const to = join(warehouse, 'nba_raw', table);
    mkdirSync(to, { recursive: true });
    for (const file of readdirSync(from).filter((name) => name.endsWith('.parquet'))) {
      const reader = await duckdb.runAndReadAll(
        `SELECT count(*) FILTER (NOT (${condition})) FROM read_parquet('${join(from, file)}')`,
      );
      const target = join(to, file);
      if (Number(reader.getRows()[0][0]) === 0 && file < '2024') {
        if (!existsSync(target)) linkOrCopy(join(from, file), target);
        continue;
      }
      await duckdb.run(
        `COPY (SELECT * FROM read_parquet('${join(from, file)}') WHERE ${condition}) TO '${target}.new' (FORMAT parquet, COMPRESSION zstd)`,
      );
      renameSync(`${target}.new`, target);
    }
  }
}

function linkOrCopy(from, to) {
  try {
    linkSync(from, to);
  } catch {
    cpSync(from, to, { preserveTimestamps: true });
  }
}

/** Half a minute more for one man of a night of 2018-19 who played at least twenty. */
async function restate(duckdb, file) {
  const chosen = `game_date = DATE '2019-01-15' AND player_lookup = (
    SELECT min(player_lookup) FROM read_parquet('${file}')
    WHERE game_date = DATE '2019-01-15' AND TRY_CAST(split_part(minutes, ':', 1) AS INTEGER) BETWEEN 20 AND 39
      AND TRY_CAST(split_part(minutes, ':', 2) AS INTEGER) < 30)`;
  const reader = await duckdb.runAndReadAll(
    `SELECT player_lookup || ', ' || CAST(game_date AS VARCHAR) FROM read_parquet('${file}') WHERE ${chosen}`,
  );
  const longer = `split_part(minutes, ':', 1) || ':' || CAST(CAST(split_part(minutes, ':', 2) AS INTEGER) + 30 AS VARCHAR)`;
  await duckdb.run(
    `COPY (SELECT * REPLACE (CASE WHEN ${chosen} THEN ${longer} ELSE minutes END AS minutes)
       FROM read_parquet('${file}')) TO '${file}.new' (FORMAT parquet, COMPRESSION zstd)`,
  );
  renameSync(`${file}.new`, file);
  return String(reader.getRows()[0][0]);
}

/** The stages in a copy of a workspace, which is kept under `keep` or thrown away. */
async function copyAndRun(name, keep, base = 'base') {
  cpSync(join(scratch, base), join(scratch, name), { recursive: true });
  const result = await stages(name);
  if (keep === undefined) rmSync(join(scratch, name), { recursive: true, force: true });
  return result;
}

async function fromEmpty(warehouse) {
  await measure.hoopduck(null, ['init', 'empty', '--warehouse', warehouse], { dist, cwd: scratch });
  const result = await stages('empty');
  rmSync(join(scratch, 'empty'), { recursive: true, force: true });
  return result;
}

async function stages(workspace) {
  const parts = {};
  for (const name of STAGES) {
    // A red gate of the real seasons is a verdict, not a failure.
    parts[name] = await measure.hoopduck(workspace, [name], { dist, cwd: scratch, exits: [0, 1] });
  }
  const wall = STAGES.reduce((sum, name) => sum + parts[name].seconds, 0);
  const inside = STAGES.reduce((sum, name) => sum + parts[name].document.seconds, 0);
  const built = parts.transform.document.tables.filter((table) => table.rows > 0);
  const rows = (parts.sync.document.landed ?? parts.sync.document.tables ?? []).reduce(
    (sum, table) => sum + (table.rows ?? 0),
    0,
  );
  return { parts, wall, inside, rows, built };
}

function print(kinds) {
  const rows = [
    [
      '',
      ...STAGES.map((name) => `${name}, s`),
      'together, s',
      'in the stages, s',
      'processor, s',
      'peak MB',
      'tables computed',
    ],
  ];
  for (const [kind, runs] of Object.entries(kinds)) {
    const of = (pick) => runs.map(pick);
    rows.push([
      kind,
      ...STAGES.map((name) =>
        measure.spread(
          of((run) => run.parts[name].seconds),
          2,
        ),
      ),
      measure.spread(
        of((run) => run.wall),
        2,
      ),
      measure.spread(
        of((run) => run.inside),
        2,
      ),
      measure.spread(
        of((run) => STAGES.reduce((sum, name) => sum + run.parts[name].cpu, 0)),
        2,
      ),
      Math.round(Math.max(...of((run) => Math.max(...STAGES.map((name) => run.parts[name].peak))))),
      runs[0].built.length,
    ]);
  }
  console.log(`\n${measure.markdown(rows)}`);
  for (const [kind, runs] of Object.entries(kinds)) {
    if (kind === 'from empty') continue;
    const slowest = [...runs[0].built].sort((a, b) => b.seconds - a.seconds).slice(0, 8);
    console.log(
      `\n${kind}, slowest tables: ${slowest.map(({ table, rows, seconds }) => `${table} ${rows} rows ${seconds.toFixed(2)} s`).join('; ')}`,
    );
  }
}
