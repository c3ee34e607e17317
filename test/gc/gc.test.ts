import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { collectGarbage, type GcOptions } from '../../src/gc/gc.ts';
import type { GcResult } from '../../src/gc/result.ts';
import { withSession } from '../../src/workspace.ts';
import { hoopduck } from '../support/cli.ts';
import { workspaceWith } from '../support/workspace.ts';

const NOW = '2025-06-30T12:00:00Z';
const BOX = 'nba_raw.nbac_gamebook_player_stats';

/** Runs gc in a workspace; a cap of so many bytes. */
function gc(
  folder: string,
  options: Partial<GcOptions> & { cap?: number } = {},
): Promise<GcResult & { exitCode: number }> {
  const config = loadConfig(folder);
  const capped = { ...config, inputs: { keep: true, cap: options.cap ?? config.inputs.cap } };
  const session = { command: 'gc', arguments: {}, now: () => new Date(NOW) };
  return withSession(capped, session, async (ctx) => ({
    exitCode: 0,
    ...(await collectGarbage(ctx, { dryRun: false, forgetBefore: null, ...options })),
  }));
}

const gone = ({ removed }: GcResult) => removed.map(({ path }) => path);

function write(folder: string, path: string, bytes: number): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), 'x'.repeat(bytes));
}

function artefact(folder: string, name: string): void {
  write(folder, `data/models/${name}/model.json`, 90);
  write(folder, `data/models/${name}/manifest.json`, 10);
}

const model = (id: string, at: string) =>
  `INSERT INTO hoopduck.model VALUES ('${id}', 'r', '${at}', 'wasm', 'default', 'd', 'data/models/${id}', '{}', 'evaluated')`;

const alias = (name: string, id: string) =>
  `INSERT INTO hoopduck.model_alias VALUES ('${name}', 1, '${id}', '2025-01-01', 'r', 'better')`;

const record = (number: number, at: string, facts: object = {}) =>
  `INSERT INTO hoopduck.run_record VALUES (${number}, 'run-${number}', '${at}', '${JSON.stringify(facts)}')`;

const partition = (number: number, digest: string | null) =>
  `INSERT INTO hoopduck.run_partition VALUES (${number}, '${BOX}', '2024-01-15', ${digest === null ? 'NULL' : `'${digest}'`})`;

const kept = (digest: string, file: string, at: string) =>
  `INSERT INTO hoopduck.kept_input VALUES ('${BOX}', '2024-01-15', '${digest}', '${file}', 100, '${at}', '${file.split('/')[0]}', NULL, NULL)`;

const push = (id: string, status: string, finished: string | null) => [
  `INSERT INTO hoopduck.push VALUES ('${id}', 'r', 'somewhere', '2025-01-01', ${finished === null ? 'NULL' : `'${finished}'`}, '${status}', '{}', NULL)`,
  `INSERT INTO hoopduck.push_step VALUES ('${id}', 'a.b', 'u', 'backed up', '[]', '2025-01-01', 'local:${id}/a.b/u.parquet')`,
];

test('what an alias, the registry or a run on record names stays; strays and half-written artefacts go', async () => {
  const folder = await workspaceWith(
    model('points-newest', '2025-06-01'),
    model('points-older', '2024-01-01'),
    alias('champion', 'points-champion'),
    alias('candidate', 'points-candidate'),
    record(1, '2025-01-01', { trained: null, predicted: { id: 'points-predicted' } }),
  );
  const stay = ['candidate', 'champion', 'newest', 'older', 'predicted'].map((n) => `points-${n}`);
  for (const name of [...stay, 'points-stray', '.points-older.new']) artefact(folder, name);
  write(folder, 'data/models/notes/mine.txt', 5);

  const dry = await gc(folder, { dryRun: true });
  expect(readdirSync(join(folder, 'data/models'))).toHaveLength(8);
  const result = await gc(folder);

  expect(result.removed).toEqual([
    {
      kind: 'artefact',
      path: 'data/models/.points-older.new',
      bytes: 100,
      why: 'half-written: its training was killed',
    },
    {
      kind: 'artefact',
      path: 'data/models/points-stray',
      bytes: 100,
      why: 'its model is not on record',
    },
  ]);
  expect(dry).toEqual({ ...result, dry_run: true });
  expect(result).toMatchObject({ bytes: 200, kept: [{ kind: 'artefact', items: 5, bytes: 500 }] });
  expect(readdirSync(join(folder, 'data/models'))).toEqual(['notes', ...stay]);
  expect(gone(await gc(folder))).toEqual([]);
});

test('an artefact that was moved aside for one that never came is put back', async () => {
  const folder = await workspaceWith(model('points-newest', '2025-06-01'));
  artefact(folder, '.points-newest.old');
  artefact(folder, '.points-newest.new');

  expect(gone(await gc(folder, { dryRun: true }))).toEqual(['data/models/.points-newest.new']);
  expect(gone(await gc(folder))).toEqual(['data/models/.points-newest.new']);
  expect(readdirSync(join(folder, 'data/models'))).toEqual(['points-newest']);
});

test('where no model is on record, artefacts stay', async () => {
  const folder = await workspaceWith();
  artefact(folder, 'points-of-another-replica');
  expect(await gc(folder)).toMatchObject({
    removed: [],
    kept: [{ items: 1, why: 'no model is on record: they are of another replica' }],
  });
});

const INPUTS = [
  record(1, '2025-01-01'),
  record(2, '2025-02-01'),
  partition(1, 'one'),
  partition(2, 'two'),
  kept('one', 'r2/a.parquet', '2025-02-01'),
  kept('between', 'r3/a.parquet', '2025-03-01'),
  kept('two', 'r4/a.parquet', '2025-04-01'),
];

function inputFiles(folder: string): void {
  for (const run of ['r2', 'r3', 'r4']) write(folder, `data/inputs/${run}/a.parquet`, 100);
}

test('kept inputs that no run on record stands on go, and files that the ledger does not know', async () => {
  const folder = await workspaceWith(...INPUTS);
  inputFiles(folder);
  write(folder, 'data/inputs/r9/a.parquet.new', 7);
  write(folder, 'data/inputs/mine.txt', 7);
  const result = await gc(folder);
  expect(result.removed).toEqual([
    {
      kind: 'input',
      path: 'data/inputs/r3/a.parquet',
      bytes: 100,
      why: 'no run on record stands on it, or the replica holds the same',
    },
    {
      kind: 'input',
      path: 'data/inputs/r9/a.parquet.new',
      bytes: 7,
      why: 'the ledger does not know it',
    },
  ]);
  expect(readdirSync(join(folder, 'data/inputs'))).toEqual(['mine.txt', 'r2', 'r4']);
});

test('an input that is current again needs no copy', async () => {
  const folder = await workspaceWith(
    ...INPUTS,
    `INSERT INTO hoopduck.partition VALUES ('${BOX}', '2024-01-15', 'raw', 't', 'two', 1, NULL, 'unchecked', NULL, now()::TIMESTAMP, 'r')`,
  );
  inputFiles(folder);
  expect(gone(await gc(folder))).toEqual(['data/inputs/r3/a.parquet', 'data/inputs/r4/a.parquet']);
});

test('over the cap the oldest go, after those that go anyway', async () => {
  const folder = await workspaceWith(...INPUTS);
  inputFiles(folder);
  expect((await gc(folder, { cap: 150 })).removed).toMatchObject([
    { path: 'data/inputs/r3/a.parquet' },
    { path: 'data/inputs/r2/a.parquet', why: 'over the cap of 1.5e-7 GB' },
  ]);
});

test('runs before a date are forgotten with what they alone stood on', async () => {
  const folder = await workspaceWith(...INPUTS);
  inputFiles(folder);
  const before = { forgetBefore: '2025-01-15' };
  const wanted = ['data/inputs/r2/a.parquet', 'data/inputs/r3/a.parquet'];
  expect(gone(await gc(folder, { ...before, dryRun: true }))).toEqual(wanted);
  expect(gone(await gc(folder, { dryRun: true }))).toEqual(['data/inputs/r3/a.parquet']);
  expect(gone(await gc(folder, before))).toEqual(wanted);
  const { stdout } = hoopduck([
    ...['query', 'SELECT run_id FROM hoopduck.run_record', '-C', folder, '--json'],
  ]);
  expect(JSON.parse(stdout).rows).toEqual([{ run_id: 'run-2' }]);
});

test('backups go after their days; those of an unfinished push, a rollback in time and of unknown young ones stay', async () => {
  const folder = await workspaceWith(
    ...push('expired', 'done', '2025-06-01'),
    ...push('recent', 'done', '2025-06-20'),
    ...push('unfinished', 'writing', null),
  );
  for (const id of ['expired', 'recent', 'unfinished', 'lost', 'lost-young']) {
    write(folder, `data/backups/${id}/a.b/u.parquet`, 100);
  }
  const at = (date: string) => new Date(date);
  utimesSync(join(folder, 'data/backups/lost'), at('2025-05-01'), at('2025-05-01'));
  utimesSync(join(folder, 'data/backups/lost-young'), at('2025-06-29'), at('2025-06-29'));

  expect((await gc(folder)).removed).toMatchObject([
    { path: 'data/backups/expired', why: 'its push ended more than 14 days ago' },
    { path: 'data/backups/lost', why: 'no push on record needs it' },
  ]);
  expect(readdirSync(join(folder, 'data/backups'))).toEqual(['lost-young', 'recent', 'unfinished']);
  const { stdout } = hoopduck([
    ...['query', 'SELECT push_id FROM hoopduck.push_step WHERE detail IS NULL'],
    ...['-C', folder, '--json'],
  ]);
  expect(JSON.parse(stdout).rows).toEqual([{ push_id: 'expired' }]);
});

test('what killed commands left goes; the scratch place of one that runs stays', async () => {
  const folder = await workspaceWith();
  // No process has a number beyond the kernel's highest.
  write(folder, 'data/reproduce-20250101T000000Z-aaaa-4194305/data/replica.duckdb', 100);
  write(folder, `data/reproduce-20250101T000000Z-bbbb-${process.pid}/data/replica.duckdb`, 100);
  write(folder, 'data/reproduced-20250101T000000Z-cccc/data/replica.duckdb', 100);
  write(folder, 'data/replica.duckdb.spill/duckdb_temp_storage_0.tmp', 100);
  write(folder, 'data/fetched/hoopduck-export-x/a.parquet', 100);
  expect(gone(await gc(folder))).toEqual([
    'data/reproduce-20250101T000000Z-aaaa-4194305',
    'data/replica.duckdb.spill/duckdb_temp_storage_0.tmp',
    'data/fetched/hoopduck-export-x',
  ]);
  expect(existsSync(join(folder, `data/reproduce-20250101T000000Z-bbbb-${process.pid}`))).toBe(
    true,
  );
  expect(existsSync(join(folder, 'data/reproduced-20250101T000000Z-cccc'))).toBe(true);
});

test('the command says what would go and how much, and takes nothing away with --dry-run', async () => {
  const folder = await workspaceWith(model('points-kept', '2025-06-01'));
  artefact(folder, 'points-kept');
  artefact(folder, 'points-stray');
  const dry = hoopduck(['gc', '--dry-run', '-C', folder]);
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toBe(`would go                   size  why
data/models/points-stray  100 B  its model is not on record

Would free 1 thing, 100 B.
Kept: 1 artefact, 100 B (their models are on record)
`);
  const { stdout } = hoopduck(['gc', '-C', folder, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    ok: true,
    command: 'gc',
    dry_run: false,
    bytes: 100,
    removed: [{ kind: 'artefact', path: 'data/models/points-stray', bytes: 100 }],
  });
  expect(hoopduck(['gc', '-C', folder]).stdout).toContain('Nothing to take away.');
});
