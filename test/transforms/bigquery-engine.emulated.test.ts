import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, type TestContext, test, vi } from 'vitest';
import { stringify } from 'yaml';
import { Replica } from '../../src/replica/replica.ts';
import { writeSample } from '../../src/sample/sample.ts';
import { loadModels } from '../../src/transforms/graph.ts';
import { isPublished } from '../../src/transforms/model-table.ts';
import { type RestProxy, startRestProxy } from '../faults/proxy/rest.ts';
import { bigqueryLocation, type OtherWriter, otherWriter } from '../support/bigquery-world.ts';
import { hoopduckBeside } from '../support/cli.ts';
import { bigqueryEmulator } from '../support/emulators.ts';
import { googleSqlParser } from '../support/googlesql.ts';
import { realSeasons } from '../support/real-seasons.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { copyDates, seedRaw } from './support/raw-in-bigquery.ts';

vi.setConfig({ testTimeout: 900_000 });

const MODELS = loadModels();
const NAMES = MODELS.map(({ name }) => name);
const TOLERANCE = '1e-9';
const PLAYERS = 'nba_analytics.player_game_summary';

interface World {
  readonly proxy: RestProxy;
  readonly writer: OtherWriter;
  /** Reads the computed tables. */
  readonly computed: OtherWriter;
  /** Address of the computed tables. */
  readonly target: string;
  /** A workspace whose warehouse is the emulator. */
  workspace(warehouse?: object): string;
}

/** A warehouse folder's raw tables in BigQuery, behind a proxy that takes no job name twice. */
async function worldOf(context: TestContext, folder: string): Promise<World> {
  const emulator = bigqueryEmulator(context);
  const proxy = await startRestProxy({ target: emulator.rest, kind: 'bigquery' });
  proxy.strict({ conflict: true });
  const storageRead = `${emulator.grpc.host}:${emulator.grpc.port}`;
  const location = bigqueryLocation({
    project: emulator.project,
    rest: emulator.rest,
    storageRead,
  });
  const replica = await Replica.open(':memory:');
  const writer = await otherWriter(location, replica);
  const datasetPrefix = `${location.datasetPrefix}computed_`;
  const computed = await otherWriter({ ...location, datasetPrefix }, replica);
  onTestFinished(async () => {
    replica.close();
    await proxy.close();
  });
  await seedRaw(writer, folder);
  const base = {
    kind: 'bigquery',
    project: emulator.project,
    dataset_prefix: location.datasetPrefix,
    endpoints: { rest: proxy.url, storage_read: `http://${storageRead}` },
  };
  return {
    proxy,
    writer,
    computed,
    target: `bigquery://${emulator.project}/${datasetPrefix}`,
    workspace(warehouse = {}) {
      const place = join(temporaryFolder(), 'workspace');
      mkdirSync(place);
      const yaml = stringify({ warehouse: { ...base, ...warehouse } });
      writeFileSync(join(place, 'hoopduck.yaml'), yaml);
      return place;
    },
  };
}

/** A workspace whose warehouse is the folder, with its tables computed here. */
async function computedHere(folder: string): Promise<string> {
  const place = join(temporaryFolder(), 'here');
  mkdirSync(place);
  const yaml = stringify({ warehouse: { path: folder }, replica: { threads: 1 } });
  writeFileSync(join(place, 'hoopduck.yaml'), yaml);
  for (const command of ['sync', 'transform']) await done([command, '-C', place]);
  return place;
}

/** Runs a command that shall succeed; its `--json` document, where it was asked for. */
async function done(args: readonly string[]) {
  const { code, stdout, stderr } = await hoopduckBeside(args);
  expect(code, `${args.join(' ')}: ${stderr}${stdout}`).toBe(0);
  return args.includes('--json') ? JSON.parse(stdout) : undefined;
}

/** Compares the tables computed here with those there: every table, row and column but bookkeeping. */
async function expectEqual(world: World, here: string, place: string): Promise<void> {
  const { code, stdout, stderr } = await hoopduckBeside([
    ...['diff', here, world.target, '-C', place, '--tolerance', TOLERANCE, '--json'],
  ]);
  expect(stderr).not.toContain('error[');
  const difference = JSON.parse(stdout);
  const wrong = difference.tables.filter(({ equal }: { equal: boolean }) => !equal);
  expect({ code, wrong }).toEqual({ code: 0, wrong: [] });
  const compared = difference.tables.map(({ table }: { table: string }) => table);
  const dated = MODELS.filter(({ partition }) => partition !== null).map(({ name }) => name);
  expect(compared).toEqual(expect.arrayContaining(dated));
  expect(
    difference.tables.filter(
      (table: { columns_only_in_a: string[]; columns_only_in_b: string[] }) =>
        table.columns_only_in_a.length + table.columns_only_in_b.length > 0,
    ),
  ).toEqual([]);
  // A table without dates is not read by dates.
  const replica = await Replica.open(join(here, 'data', 'replica.duckdb'), { readOnly: true });
  const codes = await replica.rows<{ raw_code: string; team_abbr: string }>(
    'SELECT raw_code, team_abbr FROM hoopduck.stg_team_code ORDER BY ALL',
  );
  replica.close();
  expect(
    await world.computed.run(
      'hoopduck.stg_team_code',
      'SELECT raw_code, team_abbr FROM {table} ORDER BY raw_code',
    ),
  ).toEqual(codes.map(({ raw_code, team_abbr }) => [raw_code, team_abbr]));
}

/** The games of the season before the sample's that are computed with it, where the real seasons are there. */
const REAL = { seasons: ['2023-24'], first: '2023-10-24', last: '2023-11-26' };

test('a league computed inside BigQuery, after real games, is the one computed here, also after a failure, a lost answer and a restated night', async (context) => {
  const folder = join(temporaryFolder(), 'warehouse');
  await writeSample(folder, { seasons: 1, days: 30, seed: 7 });
  if (realSeasons !== undefined) await copyReal(folder, REAL);
  const world = await worldOf(context, folder);
  const { proxy, computed } = world;
  const place = world.workspace();
  const run = ['transform', '--engine', 'bigquery', '-C', place];

  // One statement is refused: the tables before are whole, the others are not there.
  const gamebook = `\`${world.target.slice('bigquery://'.length).replace('/', '.')}hoopduck.stg_gamebook\``;
  const computes = (name: string, table: string) => (call: { name: string; sql?: string }) =>
    call.name === name && call.sql!.split('\n')[0]!.includes(table);
  const refusal = { kind: 'status', status: 400, reason: 'invalidQuery' } as const;
  proxy.plan({ call: computes('jobs.insert:create', gamebook), nth: 1, fault: refusal });
  const failed = await hoopduckBeside([...run, '--json']);
  expect({ code: failed.code, error: JSON.parse(failed.stdout).error }).toMatchObject({
    code: 3,
    error: { code: 'BIGQUERY_FAILED', message: expect.stringContaining('stg_gamebook') },
  });
  const before = NAMES.slice(0, NAMES.indexOf('hoopduck.stg_gamebook'));
  const own = (names: readonly string[]) =>
    names.filter((name) => name.startsWith('hoopduck.')).map((name) => name.slice(9));
  expect(await computed.tables('hoopduck')).toEqual(
    [...own(before), 'raw_minutes', 'raw_player_name'].sort(),
  );

  // The same again. An answer is lost on the way: the job is found by its name, not run twice.
  proxy.clear();
  const lost = { kind: 'lost' } as const;
  proxy.plan({ call: computes('jobs.insert:create', 'player_game_summary'), nth: 2, fault: lost });
  const first = await done([...run, '--json']);
  expect(proxy.calls.filter(({ status }) => status === 409)).toEqual([]);
  expect(first).toMatchObject({
    ok: true,
    engine: 'bigquery',
    status: 'done',
    target: world.target,
    dry_run: false,
  });
  const tables: { table: string; rows: number; why: string }[] = first.tables;
  expect(tables.map(({ table }) => table)).toEqual(NAMES);
  if (realSeasons !== undefined) {
    expect(tables.find(({ table }) => table === PLAYERS)!.rows).toBeGreaterThan(10_000);
  }
  expect(new Set(tables.map(({ why }) => why))).toEqual(new Set(['asked', 'new']));
  const jobs = proxy.calls.filter(({ name }) => /^jobs.insert:(create|load)/.test(name));
  expect(new Set(jobs.map(({ labels }) => labels?.['hoopduck_stage']))).toEqual(
    new Set(['transform']),
  );

  const here = await computedHere(folder);
  await expectEqual(world, here, place);
  const replica = await Replica.open(join(here, 'data', 'replica.duckdb'), { readOnly: true });
  for (const { table, rows } of tables) {
    expect([table, rows]).toEqual([
      table,
      (await replica.row<{ n: number }>(`SELECT count(*) AS n FROM ${table}`))?.n,
    ]);
  }
  // Published tables have the types of those here; nothing is left of what was computed aside.
  for (const { name } of MODELS.filter(isPublished)) {
    const there = await computed.run(
      name,
      `SELECT column_name, data_type FROM ${informationSchema(world.target, name)} WHERE table_name = '${name.split('.')[1]}' ORDER BY ordinal_position`,
    );
    const types = new Map(there as [string, string][]);
    for (const { name: column, type } of await replica.columnsOf(name)) {
      expect([name, column, types.get(column)]).toEqual([name, column, GOOGLE_TYPES[type]]);
    }
  }
  replica.close();
  for (const dataset of ['hoopduck', 'nba_analytics', 'nba_precompute']) {
    const names = await computed.tables(dataset);
    expect(names.filter((name) => name.startsWith('_hoopduck_'))).toEqual([]);
  }
  const [hashes] = await computed.run(
    'nba_precompute.player_daily_cache',
    'SELECT COUNT(*), COUNT(DISTINCT data_hash), COUNTIF(LENGTH(data_hash) = 32) FROM {table}',
  );
  expect(new Set(hashes)).toEqual(new Set([hashes![0]]));

  // A night is restated: the dates from there on are replaced, those before are as they were.
  const night = '2024-11-10';
  await restate(world, folder, night);
  await done(['sync', '--refresh', '-C', here]);
  await done(['transform', '-C', here]);
  const second = await done([...run, '--from', night, '--to', night, '--json']);
  const last = first.to;
  expect(second.tables.find(({ table }: { table: string }) => table === NAMES.at(-1))).toEqual(
    expect.objectContaining({ from: night, to: last, why: 'asked' }),
  );
  await expectEqual(world, here, place);
  const times = await computed.run(
    'nba_analytics.player_game_summary',
    `SELECT processed_at, MIN(game_date), MAX(game_date) FROM {table} GROUP BY processed_at ORDER BY 2`,
  );
  expect(times.length).toBe(2);
  expect(times[0]![2]! < night && times[1]![1] === night).toBe(true);

  // Every text that was sent is GoogleSQL.
  const check = googleSqlParser(context);
  const texts = new Set(proxy.calls.flatMap(({ sql }) => (sql === undefined ? [] : [sql])));
  expect(texts.size).toBeGreaterThan(NAMES.length);
  expect([...texts].flatMap((sql) => (check(sql) === null ? [] : [[sql, check(sql)]]))).toEqual([]);
});

test('a dry run makes nothing, says what is not known yet, and a bound of bytes goes with every job', async (context) => {
  const folder = join(temporaryFolder(), 'warehouse');
  const game = "SELECT '0022400001' AS game_id, DATE '2024-10-22' AS game_date";
  for (const table of ['nbac_schedule', 'nbac_gamebook_player_stats']) {
    await writeRows(join(folder, 'nba_raw', table), game);
  }
  const world = await worldOf(context, folder);
  const { proxy } = world;
  const place = world.workspace({ max_bytes_billed: '5GB' });
  // As production does, where the table that it reads is not there.
  const missing = { kind: 'status', status: 404, reason: 'notFound' } as const;
  const readsGames = ({ name, sql }: { name: string; sql?: string }) =>
    name === 'jobs.insert:dry create' && sql!.includes('stg_team_game`');
  proxy.plan({ call: readsGames, nth: 'every', fault: missing });
  const run = ['transform', '--engine', 'bigquery', '-C', place];
  const dry = await done([...run, '--dry-run', '--json']);
  expect(dry).toMatchObject({ status: 'dry run', dry_run: true, bytes_billed: 0 });
  const bytes = new Map<string, number | null>(
    dry.tables.map((t: { table: string; bytes_billed: number | null }) => [
      t.table,
      t.bytes_billed,
    ]),
  );
  expect([...bytes.keys()]).toEqual(NAMES);
  expect(bytes.get('hoopduck.stg_report')).toBe(0);
  expect(bytes.get('hoopduck.population')).toBe(null);
  const writes = /^(jobs.insert:(?!dry |select|partitions)|datasets.insert|tables.(insert|patch))/;
  expect(proxy.calls.map(({ name }) => name).filter((name) => writes.test(name))).toEqual([]);
  const priced = proxy.calls.filter(({ sql }) => sql !== undefined);
  expect(new Set(priced.map(({ maximumBytesBilled }) => maximumBytesBilled))).toEqual(
    new Set(['5000000000']),
  );
  const shown = await hoopduckBeside([...run, '--dry-run']);
  expect(shown.stdout).toMatch(/hoopduck\.population +not known yet/);
});

if (process.env['HOOPDUCK_REAL'] === 'long' && realSeasons !== undefined) {
  test('two real seasons are computed inside BigQuery as they are here', async (context) => {
    const folder = join(temporaryFolder(), 'warehouse');
    const seasons = ['2022-23', '2023-24'];
    await copyReal(folder, { seasons, first: '2022-10-01', last: '2024-06-30' });
    const world = await worldOf(context, folder);
    const here = await computedHere(folder);
    const place = world.workspace();
    await done(['transform', '--engine', 'bigquery', '-C', place]);
    await expectEqual(world, here, place);
  });
}

/** Puts some dates of the real seasons into a warehouse folder. */
async function copyReal(folder: string, dates: typeof REAL): Promise<void> {
  const replica = await Replica.open(':memory:');
  await copyDates(replica, realSeasons!, folder, dates);
  replica.close();
}

/** The type of a column there for one here. */
const GOOGLE_TYPES: Readonly<Record<string, string>> = {
  BIGINT: 'INT64',
  DOUBLE: 'FLOAT64',
  VARCHAR: 'STRING',
  BOOLEAN: 'BOOL',
  DATE: 'DATE',
  TIMESTAMP: 'TIMESTAMP',
};

function informationSchema(target: string, table: string): string {
  const [project, prefix] = target.slice('bigquery://'.length).split('/');
  return `\`${project}.${prefix}${table.split('.')[0]}.INFORMATION_SCHEMA.COLUMNS\``;
}

/** Writes a query's rows as the one Parquet file of a folder. */
async function writeRows(folder: string, sql: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const replica = await Replica.open(':memory:');
  await replica.run(`COPY (${sql}) TO '${join(folder, 'rows.parquet')}' (FORMAT parquet)`);
  replica.close();
}

/** Gives every man of a night one assist more, in the folder and there. */
async function restate({ writer }: World, folder: string, night: string): Promise<void> {
  const table = 'nba_raw.nbac_gamebook_player_stats';
  await writer.run(
    table,
    `UPDATE {table} SET assists = assists + 1 WHERE game_date = DATE '${night}'`,
  );
  const replica = await Replica.open(':memory:');
  const file = join(folder, 'nba_raw', 'nbac_gamebook_player_stats', '2024-25.parquet');
  await replica.run(`CREATE TEMP TABLE rows AS SELECT * REPLACE (
      CASE WHEN game_date = DATE '${night}' THEN assists + 1 ELSE assists END AS assists)
    FROM read_parquet('${file}')`);
  await replica.run(`COPY rows TO '${file}' (FORMAT parquet)`);
  replica.close();
}
