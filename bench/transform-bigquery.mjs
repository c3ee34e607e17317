// Whole seasons computed inside BigQuery (an emulator) and here, and compared table by table:
//   node bench/transform-bigquery.mjs [--seasons 2022-23,2023-24] [warehouse folder]
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { emulatorHome, installEmulators } from '../scripts/emulators.mjs';
import { loadFolder } from './load-bigquery.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seasons: { type: 'string', default: '2022-23,2023-24' } },
});
const PROJECT = 'hoopduck-test';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cli = join(root, 'dist', 'cli.js');
const source = resolve(positionals[0] ?? join(root, '..', 'shared', 'data', 'warehouse'));
if (!existsSync(source)) {
  console.error(`There is no warehouse at "${source}".`);
  process.exit(2);
}
const seasons = values.seasons.split(',');
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
const { bigquery } = await installEmulators();
if (bigquery.path === undefined) throw new Error(`an emulator is missing: ${bigquery.missing}`);
const [restPort, grpcPort] = [await freePort(), await freePort()];
const rest = `http://127.0.0.1:${restPort}`;
const ports = ['--rest-port', `${restPort}`, '--grpc-port', `${grpcPort}`];
const emulator = spawn(bigquery.path, ['start', '--project', PROJECT, ...ports], {
  env: { ...process.env, HOME: emulatorHome },
  stdio: 'ignore',
});
try {
  await answers(`${rest}/bigquery/v2/projects/${PROJECT}/datasets`);
  console.log(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model}`,
  );
  linkSeasons(join(scratch, 'warehouse'));
  const loaded = await loadFolder(source, { rest, project: PROJECT, prefix: '', seasons });
  const rows = Object.values(loaded).reduce((sum, each) => sum + each, 0);
  console.log(`${seasons.join(', ')}: ${count(rows)} raw rows\n`);
  workspace('here', { path: join(scratch, 'warehouse') });
  const endpoints = { rest, storage_read: `http://127.0.0.1:${grpcPort}` };
  workspace('there', { kind: 'bigquery', project: PROJECT, endpoints });
  timed('here', 'sync');
  timed('here', 'transform');
  const computed = timed('there', 'transform', '--engine', 'bigquery');
  const difference = timed(
    'there',
    ...['diff', join(scratch, 'here'), computed.target, '--tolerance', '1e-9'],
  );
  const seconds = new Map(computed.tables.map((table) => [table.table, table.seconds]));
  console.log('\ntable, rows here, rows there, seconds there, only here, only there, changed');
  for (const table of difference.tables) {
    const { table: name, rows_a, rows_b, rows_only_in_a, rows_only_in_b, rows_changed } = table;
    console.log(
      `  ${name.padEnd(42)}${count(rows_a).padStart(8)}${count(rows_b).padStart(8)}${(seconds.get(name)?.toFixed(1) ?? '').padStart(6)}${String(rows_only_in_a).padStart(4)}${String(rows_only_in_b).padStart(4)}${String(rows_changed).padStart(4)}`,
    );
  }
  for (const { table, why } of difference.not_compared) {
    if (!table.startsWith('nba_raw.')) console.log(`  not compared: ${table}: ${why}`);
  }
  console.log(
    `\n${difference.tables.length} tables compared: ${difference.equal ? 'all equal' : 'they differ'}`,
  );
} finally {
  emulator.kill();
  rmSync(scratch, { recursive: true, force: true });
}

/** A warehouse folder with the files of the asked seasons. */
function linkSeasons(folder) {
  for (const table of readdirSync(join(source, 'nba_raw'))) {
    const place = join(folder, 'nba_raw', table);
    mkdirSync(place, { recursive: true });
    for (const season of seasons) {
      const file = join(source, 'nba_raw', table, `${season}.parquet`);
      if (existsSync(file)) symlinkSync(file, join(place, `${season}.parquet`));
    }
  }
}

function workspace(name, warehouse) {
  mkdirSync(join(scratch, name));
  writeFileSync(join(scratch, name, 'hoopduck.yaml'), JSON.stringify({ warehouse }));
}

/** Runs the command line in a workspace; what it says with `--json`. */
function timed(folder, ...args) {
  const started = performance.now();
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [cli, '-C', join(scratch, folder), ...args, '--json'],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const document = JSON.parse(stdout || '{}');
  if (document.error !== null && args[0] !== 'diff') throw new Error(`${args[0]}: ${stderr}`);
  console.log(`${args.slice(0, 3).join(' ').replaceAll(scratch, '')} (${folder}): ${seconds} s`);
  return document;
}

function count(n) {
  return n.toLocaleString('en-US');
}

async function answers(url) {
  for (let i = 0; i < 300; i++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`${url} does not answer`);
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}
