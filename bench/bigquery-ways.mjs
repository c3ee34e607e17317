// Ten real seasons in BigQuery's emulator, two of them run from there by each way of reading, and from the folder:
// digests table by table, and rows a second. Then a season is pushed, pushed again, changed behind our back, and rolled back.
// Usage: node bench/bigquery-ways.mjs [warehouse folder]   (needs `node scripts/emulators.mjs install`)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, request } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Storage } from '@google-cloud/storage';
import { emulatorHome, installEmulators } from '../scripts/emulators.mjs';
import { loadFolder } from './load-bigquery.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const warehouse = resolve(process.argv[2] ?? join(root, '..', 'shared', 'data', 'warehouse'));
const FROM = '2015-10-27';
const TO = '2017-04-12'; // two regular seasons
const BUCKET = 'exports';
const PROJECT = 'hoopduck-bench';
const scratch = mkdtempSync(join(tmpdir(), 'hoopduck-bench-'));
const cli = join(root, 'dist', 'cli.js');
const children = [];

if (!existsSync(warehouse)) {
  console.error(`There is no warehouse at "${warehouse}".`);
  process.exit(2);
}
try {
  await main();
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(scratch, { recursive: true, force: true });
}
process.exit(0);

async function main() {
  console.log(
    `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model}`,
  );
  const servers = await startServers();
  const started = performance.now();
  const loaded = await loadFolder(warehouse, { rest: servers.rest, project: PROJECT, prefix: '' });
  const rows = Object.values(loaded).reduce((sum, n) => sum + n, 0);
  console.log(
    `\n${rows.toLocaleString('en-US')} rows of ten seasons loaded in ${seconds(started)} s`,
  );

  const digests = {};
  digests.folder = await run('folder', { path: warehouse });
  const base = {
    kind: 'bigquery',
    project: PROJECT,
    endpoints: { rest: servers.proxy, storage_read: servers.storageRead, gcs: servers.gcs },
    export_bucket: BUCKET,
  };
  for (const way of ['storage', 'export', 'query']) {
    digests[way] = await run(way, { ...base, read: way });
    const differing = Object.keys(digests.folder).filter(
      (key) => digests.folder[key] !== digests[way][key],
    );
    const extra = Object.keys(digests[way]).filter((key) => !(key in digests.folder));
    console.log(
      `  ${Object.keys(digests.folder).length} partitions of ${new Set(Object.keys(digests.folder).map((key) => key.split(' ')[0])).size} tables, ${differing.length + extra.length} differ from the folder's`,
    );
    if (differing.length + extra.length > 0) console.log(differing.slice(0, 5), extra.slice(0, 5));
  }
  await pushes(base, servers);
}

/** Runs two seasons in a new workspace; digests by table and date. */
async function run(name, location) {
  const folder = join(scratch, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'hoopduck.yaml'), JSON.stringify({ warehouse: location }));
  const document = await hoopduck(folder, 'run', '--from', FROM, '--to', TO, '--json');
  const stage = (of) => document.stages.find(({ name: each }) => each === of).seconds;
  const raw = document.tables
    .filter(({ table }) => table.startsWith('nba_raw.'))
    .reduce((sum, { rows }) => sum + rows, 0);
  console.log(
    `\n${name}: exit ${document.exit_code}, sync ${stage('sync').toFixed(1)} s for ${raw.toLocaleString('en-US')} rows (${Math.round(raw / stage('sync')).toLocaleString('en-US')} rows/s), transform ${stage('transform').toFixed(1)} s`,
  );
  const found = await hoopduck(
    folder,
    'query',
    '--json',
    "SELECT table_name || ' ' || CAST(game_date AS VARCHAR) AS k, digest FROM hoopduck.partition WHERE table_name NOT LIKE '%ml_training_runs'",
  );
  return Object.fromEntries(found.rows.map(({ k, digest }) => [k, digest]));
}

/** A season's analytics and precompute tables: there, again, moved, and back. */
async function pushes(base, servers) {
  const folder = join(scratch, 'folder');
  const target = { ...base, dataset_prefix: 'out_' };
  writeFileSync(
    join(folder, 'hoopduck.yaml'),
    JSON.stringify({ warehouse: { path: warehouse }, push: target }),
  );
  const season = ['--from', '2015-10-27', '--to', '2016-04-13'];
  const say = (title, started, { push, exit_code }) =>
    console.log(
      `${title}: exit ${exit_code}, ${seconds(started)} s, ${push.written} written with ${push.rows.toLocaleString('en-US')} rows, ${push.removed} removed, ${push.unchanged} unchanged, ${push.refused.length} refused${push.refused.length > 0 ? `: ${push.refused[0].table} ${push.refused[0].date} ${push.refused[0].reason}` : ''}; jobs ${servers.jobs()}`,
    );
  console.log('\npush of a season to BigQuery');
  for (const title of ['  the first time', '  again']) {
    const started = performance.now();
    servers.clear();
    say(title, started, await hoopduck(folder, 'push', ...season, '--json'));
  }
  const table = `\`${PROJECT}.out_nba_analytics.team_offense_game_summary\``;
  await query(
    servers.rest,
    `UPDATE ${table} SET points_scored = points_scored + 1 WHERE game_date = DATE '2016-01-15'`,
  );
  let started = performance.now();
  servers.clear();
  say(
    '  after a change behind our back',
    started,
    await hoopduck(folder, 'push', ...season, '--json'),
  );
  await query(
    servers.rest,
    `UPDATE ${table} SET points_scored = points_scored - 1 WHERE game_date = DATE '2016-01-15'`,
  );
  const newest =
    "SELECT run_id FROM hoopduck.push WHERE status = 'done' ORDER BY started_at LIMIT 1";
  const [{ run_id: first }] = (await hoopduck(folder, 'query', '--json', newest)).rows;
  started = performance.now();
  servers.clear();
  say('  rolled back', started, await hoopduck(folder, 'push', '--rollback', first, '--json'));
  const left = await query(servers.rest, `SELECT COUNT(*) AS n FROM ${table}`);
  console.log(`  rows of team_offense_game_summary in the target afterwards: ${left}`);
}

/** Runs the command line beside this process, which serves it meanwhile. */
async function hoopduck(folder, ...args) {
  const child = spawn(process.execPath, [cli, '-C', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data) => {
    stdout += data;
  });
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  await once(child, 'close');
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`hoopduck ${args.join(' ')}: ${stderr}`);
  }
}

async function query(rest, sql) {
  const answer = await fetch(`${rest}/bigquery/v2/projects/${PROJECT}/queries`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: sql, useLegacySql: false }),
  });
  return (await answer.json()).rows?.[0]?.f[0].v;
}

function seconds(started) {
  return ((performance.now() - started) / 1000).toFixed(1);
}

/** Both emulators, and a proxy that brings exports from the one to the other and counts jobs. */
async function startServers() {
  const { bigquery, gcs } = await installEmulators();
  if (bigquery.path === undefined || gcs.path === undefined) {
    throw new Error(`an emulator is missing: ${bigquery.missing ?? gcs.missing}`);
  }
  const [restPort, grpcPort, gcsPort] = [await freePort(), await freePort(), await freePort()];
  const gcsRoot = join(scratch, 'gcs');
  start(
    bigquery.path,
    ['start', '--project', PROJECT, '--rest-port', `${restPort}`, '--grpc-port', `${grpcPort}`],
    {
      HOME: emulatorHome,
      BQEMU_GCS_LOCAL_ROOT: gcsRoot,
    },
  );
  start(gcs.path, [
    '-scheme',
    'http',
    '-host',
    '127.0.0.1',
    '-port',
    `${gcsPort}`,
    '-public-host',
    `127.0.0.1:${gcsPort}`,
    '-backend',
    'memory',
  ]);
  const rest = `http://127.0.0.1:${restPort}`;
  const gcsUrl = `http://127.0.0.1:${gcsPort}`;
  await answers(`${rest}/bigquery/v2/projects/${PROJECT}/datasets`);
  await answers(`${gcsUrl}/storage/v1/b?project=x`);
  const storage = new Storage({ apiEndpoint: gcsUrl, projectId: 'x' });
  await storage.createBucket(BUCKET);
  let jobs = {};
  const bridge = async () => {
    const folder = join(gcsRoot, BUCKET);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.parquet')) continue;
      await storage
        .bucket(BUCKET)
        .file(name)
        .save(readFileSync(join(folder, name)), { resumable: false });
      rmSync(join(folder, name));
    }
  };
  const proxy = createServer(async (incoming, response) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const isJob = incoming.method === 'POST' && /\/jobs(\?|$)/.test(incoming.url);
    const kind = isJob ? kindOf(body.toString('latin1')) : undefined;
    if (kind !== undefined) jobs[kind] = (jobs[kind] ?? 0) + 1;
    const headers = { ...incoming.headers, 'content-length': body.length };
    delete headers['transfer-encoding'];
    const outgoing = request(
      `${rest}${incoming.url}`,
      { method: incoming.method, headers, agent: false },
      async (answer) => {
        const parts = [];
        for await (const part of answer) parts.push(part);
        if (kind === 'EXPORT') await bridge();
        response.writeHead(answer.statusCode, answer.headers);
        response.end(Buffer.concat(parts));
      },
    );
    outgoing.on('error', () => response.destroy());
    outgoing.end(body);
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    rest,
    gcs: gcsUrl,
    storageRead: `http://127.0.0.1:${grpcPort}`,
    proxy: `http://127.0.0.1:${proxy.address().port}`,
    jobs: () => JSON.stringify(jobs),
    clear: () => {
      jobs = {};
    },
  };
}

/** What a job does, by its configuration. */
function kindOf(body) {
  const query = /"query":\s*"\s*(\w+)/.exec(body)?.[1];
  if (query !== undefined) return query.toUpperCase();
  return /"(load|copy|extract)":/.exec(body)?.[1];
}

function start(program, args, env = {}) {
  children.push(spawn(program, args, { env: { ...process.env, ...env }, stdio: 'ignore' }));
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
  const server = createTcpServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
