// The transforms of ten real seasons from empty: hoopduck, pandas computing the same published tables from the same
// raw rows, and dbt-duckdb running the same SQL; in turn, each a whole process, and their tables compared.
// Usage: node bench/transforms.mjs [warehouse folder] [--repetitions 3] [--dist DIR] [--only hoopduck,pandas,dbt]
// Needs Python 3.11 or newer (PYTHON names another); its packages go into .bench/venv.
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { compareWithDbt, compareWithPandas } from './compare-tables.mjs';
import { generateProject } from './dbt/generate.mjs';
import * as measure from './measure.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repetitions: { type: 'string', default: '3' },
    only: { type: 'string', default: 'hoopduck,pandas,dbt' },
    dist: { type: 'string' },
  },
});
const warehouse = resolve(positionals[0] ?? measure.realWarehouse);
const dist = measure.dist(values);
const wanted = values.only.split(',');
const bench = join(measure.root, 'bench');
if (!existsSync(warehouse)) {
  console.error(`There is no warehouse at "${warehouse}".`);
  process.exit(2);
}
let tables = [];
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function main() {
  const python = installPython();
  measure.heading(versionOf(python));
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const duckdb = await instance.connect();
  await measure.hoopduck(null, ['init', 'synced', '--warehouse', warehouse], {
    dist,
    cwd: scratch,
  });
  const synced = await measure.hoopduck('synced', ['sync'], { dist, cwd: scratch });
  const raw = synced.document.tables.reduce((sum, table) => sum + (table.rows ?? 0), 0);
  console.log(
    `${raw.toLocaleString('en-US')} raw rows, ${synced.document.from} to ${synced.document.to}`,
  );

  const ways = {
    hoopduck: () => runHoopduck(),
    pandas: () => runPandas(python),
    dbt: () => runDbt(python, duckdb, synced.document.to),
  };
  // The texts of names and minutes are read by hoopduck; dbt finds them in its file.
  const results = { hoopduck: [], pandas: [], dbt: [] };
  results.hoopduck.push(await ways.hoopduck());
  for (const name of wanted) if (name !== 'hoopduck') results[name].push(await ways[name]());
  for (let i = 1; i < Number(values.repetitions); i++) {
    const order = i % 2 === 0 ? wanted : [...wanted].reverse();
    for (const name of order) results[name].push(await ways[name]());
  }
  print(results);
  await duckdb.run(
    `ATTACH '${join(scratch, 'built', 'data', 'replica.duckdb')}' AS ours (READ_ONLY)`,
  );
  if (wanted.includes('dbt')) await compareWithDbt(duckdb, join(scratch, 'dbt.duckdb'), tables);
  if (wanted.includes('pandas')) await compareWithPandas(duckdb, join(scratch, 'pandas'));
}

/** A virtual environment under .bench/, made once for each list of versions. */
function installPython() {
  const venv = join(measure.root, '.bench', 'venv');
  const list = readFileSync(join(bench, 'requirements.txt'), 'utf8');
  const python = join(venv, 'bin', 'python');
  const mark = join(venv, 'installed.txt');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === list) return python;
  mkdirSync(venv, { recursive: true });
  const step = (command, ...args) => {
    const done = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    if (done.status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
  };
  step(process.env.PYTHON ?? 'python3', '-m', 'venv', '--clear', venv);
  step(
    python,
    '-m',
    'pip',
    'install',
    '--quiet',
    '--only-binary',
    ':all:',
    '-r',
    join(bench, 'requirements.txt'),
  );
  writeFileSync(mark, list);
  return python;
}

function versionOf(python) {
  const code =
    "import sys,pandas,duckdb;from importlib.metadata import version as v;print(f\"Python {sys.version.split()[0]}, pandas {pandas.__version__}, dbt-core {v('dbt-core')}, dbt-duckdb {v('dbt-duckdb')}, DuckDB {duckdb.__version__} there\")";
  return spawnSync(python, ['-c', code], { encoding: 'utf8' }).stdout.trim();
}

/** Every table from a replica that has the raw rows alone; what was built last stays for the comparison. */
async function runHoopduck() {
  rmSync(join(scratch, 'built'), { recursive: true, force: true });
  cpSync(join(scratch, 'synced'), join(scratch, 'built'), { recursive: true });
  const result = await measure.hoopduck('built', ['transform'], { dist, cwd: scratch });
  const tables = result.document.tables;
  return {
    ...result,
    inside: tables.reduce((sum, table) => sum + table.seconds, 0),
    parts: Object.fromEntries(tables.map((t) => [t.table, t.seconds])),
  };
}

async function runPandas(python) {
  const result = await measure.run(
    python,
    [join(bench, 'pandas', 'transforms.py'), warehouse, join(scratch, 'pandas')],
    {
      cwd: scratch,
    },
  );
  const document = JSON.parse(result.stdout);
  return {
    ...result,
    inside: document.seconds.compute,
    seconds_of: document.seconds,
    parts: document.steps,
  };
}

async function runDbt(python, duckdb, to) {
  const project = join(scratch, 'dbt');
  const database = join(scratch, 'dbt.duckdb');
  rmSync(database, { force: true });
  copyFileSync(join(scratch, 'synced', 'data', 'replica.duckdb'), database);
  await duckdb.run(`ATTACH '${database}' AS theirs`);
  await duckdb.run(
    `ATTACH '${join(scratch, 'built', 'data', 'replica.duckdb')}' AS built (READ_ONLY)`,
  );
  for (const table of ['raw_player_name', 'raw_minutes']) {
    await duckdb.run(
      `CREATE OR REPLACE TABLE theirs.hoopduck.${table} AS SELECT * FROM built.hoopduck.${table}`,
    );
  }
  await duckdb.run('DETACH theirs');
  await duckdb.run('DETACH built');
  if (!existsSync(project)) {
    tables = await generateProject(project, { dist, database, to });
    // A project that was parsed before, as it is every day but the first.
    await measure.run(python, [join(bench, 'dbt', 'run.py'), project, 'parse'], { cwd: scratch });
  }
  const result = await measure.run(python, [join(bench, 'dbt', 'run.py'), project, 'run'], {
    cwd: scratch,
  });
  const { models } = JSON.parse(result.stdout.trim().split('\n').at(-1));
  return { ...result, inside: null, parts: models };
}

function print(results) {
  const ours = results.hoopduck.map((run) => run.seconds);
  const rows = [['', 'whole process, s', 'processor, s', 'peak MB', 'ratio to hoopduck']];
  for (const [name, runs] of Object.entries(results)) {
    if (runs.length === 0) continue;
    rows.push([
      name,
      measure.spread(runs.map((run) => run.seconds)),
      measure.spread(runs.map((run) => run.cpu)),
      Math.round(measure.median(runs.map((run) => run.peak))),
      measure
        .ratio(
          runs.map((run) => run.seconds),
          ours,
        )
        .toFixed(2),
    ]);
  }
  console.log(`\n${measure.markdown(rows)}`);
  const pandas = results.pandas[0]?.seconds_of;
  if (pandas !== undefined) {
    const of = (name) => measure.spread(results.pandas.map((run) => run.seconds_of[name]));
    console.log(
      `\npandas: reading Parquet ${of('read')} s, computing ${of('compute')} s, writing Parquet ${of('write')} s`,
    );
  }
  for (const [name, runs] of Object.entries(results)) {
    if (runs.length === 0) continue;
    const parts = Object.keys(runs[0].parts).map((part) => [
      part,
      measure.median(runs.map((run) => run.parts[part])),
    ]);
    parts.sort((a, b) => b[1] - a[1]);
    console.log(
      `\n${name}, slowest: ${parts
        .slice(0, 12)
        .map(([part, s]) => `${part} ${s.toFixed(2)} s`)
        .join('; ')}`,
    );
  }
}
