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
/** Relative and absolute: the sums of windows are in another order. */
const TOLERANCE = 1e-6;
if (!existsSync(warehouse)) {
  console.error(`There is no warehouse at "${warehouse}".`);
  process.exit(2);
}
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
  if (wanted.includes('dbt')) await compareWithDbt(duckdb);
  if (wanted.includes('pandas')) await compareWithPandas(duckdb);
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
    await generateProject(project, { dist, database, to });
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

/** The same SQL on the same engine: every row of every table has to be the same. */
async function compareWithDbt(duckdb) {
  await duckdb.run(`ATTACH '${join(scratch, 'dbt.duckdb')}' AS theirs (READ_ONLY)`);
  let same = 0;
  const differing = [];
  for (const { name } of await tablesOf(duckdb, 'theirs')) {
    const columns = (await columnsOf(duckdb, 'theirs', name)).map((column) => column.name);
    const list = (database) =>
      columns
        .map((column) => `CAST("${column}" AS ${database.types.get(column)}) AS "${column}"`)
        .join(', ');
    const types = new Map(
      (await columnsOf(duckdb, 'ours', name)).map((column) => [column.name, column.type]),
    );
    const [a, b] = [
      `SELECT ${list({ types })} FROM ours.${name}`,
      `SELECT ${list({ types })} FROM theirs.${name}`,
    ];
    const [{ rows, different }] = await rowsOf(
      duckdb,
      `SELECT (SELECT count(*) FROM ours.${name}) AS rows,
         (SELECT count(*) FROM (${a} EXCEPT ALL ${b})) + (SELECT count(*) FROM (${b} EXCEPT ALL ${a})) AS different`,
    );
    if (Number(different) === 0) same++;
    else differing.push(`${name}: ${different} of ${rows} rows`);
  }
  console.log(
    `\ndbt: ${same} tables equal in every row${differing.length === 0 ? '' : `; different: ${differing.join(', ')}`}`,
  );
  await duckdb.run('DETACH theirs');
}

/** Column by column over the rows of a key: equal, or within the tolerance. */
async function compareWithPandas(duckdb) {
  const rows = [
    [
      'table',
      'rows',
      'keys that match',
      'columns compared',
      'equal in every row',
      'cells that differ',
      'left out',
    ],
  ];
  const found = [];
  for (const file of await rowsOf(
    duckdb,
    `SELECT file FROM glob('${join(scratch, 'pandas', '*.parquet')}')`,
  )) {
    const name = file.file.split('/').at(-1).replace('.parquet', '');
    const theirs = `read_parquet('${file.file}')`;
    const held = new Set(
      (await rowsOf(duckdb, `DESCRIBE SELECT * FROM ${theirs}`)).map((c) => c.column_name),
    );
    const all = await columnsOf(duckdb, 'ours', name);
    const key = all
      .map((c) => c.name)
      .filter((c) => KEYS.has(c))
      .slice(0, name.includes('team') && name.includes('analytics') ? 2 : 2);
    const keys = keyOf(name, key);
    const compared = all.filter((c) => held.has(c.name) && !keys.includes(c.name));
    const leftOut = all.map((c) => c.name).filter((c) => !held.has(c));
    const on = keys.map((c) => `o."${c}" = t."${c}"`).join(' AND ');
    const differs = compared.map(({ name: c, type }) =>
      type === 'DOUBLE' || type === 'BIGINT'
        ? `count(*) FILTER (NOT (o."${c}" IS NOT DISTINCT FROM CAST(t."${c}" AS DOUBLE) OR coalesce(abs(o."${c}" - t."${c}") <= ${TOLERANCE} * greatest(1, abs(o."${c}")), false)))`
        : `count(*) FILTER (CAST(o."${c}" AS VARCHAR) IS DISTINCT FROM CAST(CAST(t."${c}" AS ${type}) AS VARCHAR))`,
    );
    const [result] = await rowsOf(
      duckdb,
      `SELECT count(*) AS matched, (SELECT count(*) FROM ours.${name}) AS rows, [${differs.join(', ')}] AS differs
       FROM ours.${name} AS o JOIN ${theirs} AS t ON ${on}`,
    );
    const counts = result.differs.items.map(Number);
    rows.push([
      name,
      result.rows,
      result.matched,
      compared.length,
      counts.filter((n) => n === 0).length,
      counts.reduce((sum, n) => sum + n, 0),
      leftOut.length,
    ]);
    counts.forEach((n, i) => {
      if (n > 0) found.push(`${name}.${compared[i].name} ${n}`);
    });
    if (leftOut.length > 0) found.push(`${name} leaves out ${leftOut.join(', ')}`);
  }
  console.log(
    `\npandas against hoopduck, tolerance ${TOLERANCE}:\n\n${measure.markdown(rows)}\n\n${found.join('\n')}`,
  );
}

const KEYS = new Set([
  'game_date',
  'cache_date',
  'analysis_date',
  'player_lookup',
  'team_abbr',
  'defending_team_abbr',
]);

/** Date and player, or date and team. */
function keyOf(name, columns) {
  const date = name.includes('daily_cache')
    ? 'cache_date'
    : name.includes('zone_analysis')
      ? 'analysis_date'
      : 'game_date';
  const who = name.includes('.player_')
    ? 'player_lookup'
    : name.includes('team_defense_game')
      ? 'defending_team_abbr'
      : 'team_abbr';
  return columns.length === 0 ? [] : [date, who];
}

async function tablesOf(duckdb, database) {
  return rowsOf(
    duckdb,
    `SELECT schema_name || '.' || table_name AS name FROM duckdb_tables()
     WHERE database_name = '${database}' AND schema_name IN ('hoopduck', 'nba_analytics', 'nba_precompute')
       AND EXISTS (SELECT 1 FROM duckdb_columns() AS c WHERE c.database_name = 'ours'
         AND c.schema_name = duckdb_tables.schema_name AND c.table_name = duckdb_tables.table_name)
       AND table_name IN (${readTables()}) ORDER BY name`,
  );
}

/** Names of the models' tables; hoopduck's own ledger is not among them. */
function readTables() {
  return Object.keys(readManifest())
    .map((name) => `'${name}'`)
    .join(', ');
}

function readManifest() {
  const { nodes } = JSON.parse(
    readFileSync(join(scratch, 'dbt', 'target', 'manifest.json'), 'utf8'),
  );
  return Object.fromEntries(Object.values(nodes).map((node) => [node.alias, node.schema]));
}

async function columnsOf(duckdb, database, name) {
  const [schema, table] = name.split('.');
  return rowsOf(
    duckdb,
    `SELECT column_name AS name, data_type AS type FROM duckdb_columns()
     WHERE database_name = '${database}' AND schema_name = '${schema}' AND table_name = '${table}' ORDER BY column_index`,
  );
}

async function rowsOf(duckdb, sql) {
  const reader = await duckdb.runAndReadAll(sql);
  return reader
    .getRowObjects()
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([k, v]) => [k, typeof v === 'bigint' ? Number(v) : v]),
      ),
    );
}
