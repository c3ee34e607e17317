import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { type StageContext, silentReporter } from '../../src/context.ts';
import { postflight } from '../../src/pipeline/postflight.ts';
import { preflight } from '../../src/pipeline/preflight.ts';
import { FolderWarehouse } from '../../src/warehouse/folder/folder.ts';
import { memoryReplica } from '../support/memory-replica.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PLAYERS = 'nba_raw.nbac_gamebook_player_stats';
const RUN = { from: '2024-01-13', to: '2024-01-16', push: true };

/** A warehouse with final games on three dates, and a coming one; players of those of `dates`. */
async function world(dates: readonly string[]) {
  const folder = temporaryFolder();
  const replica = await memoryReplica();
  onTestFinished(() => replica.close());
  const write = async (table: string, rows: string) => {
    mkdirSync(join(folder, 'warehouse', 'nba_raw', table), { recursive: true });
    const file = join(folder, 'warehouse', 'nba_raw', table, '2023-24.parquet');
    await replica.run(`COPY (${rows}) TO '${file}' (FORMAT parquet)`);
  };
  await write(
    'nbac_schedule',
    `SELECT * FROM (VALUES (DATE '2024-01-13', '0022300501', 3), (DATE '2024-01-14', '0022300502', 3),
       (DATE '2024-01-15', '0022300503', 3), (DATE '2024-01-16', '0022300504', 1), (DATE '2024-01-16', '0032300001', 3))
       AS t(game_date, game_id, game_status)`,
  );
  await write(
    'nbac_gamebook_player_stats',
    `SELECT CAST(unnest([${dates.map((date) => `'${date}'`).join(', ')}]) AS DATE) AS game_date, 'LAL' AS team_abbr`,
  );
  const warnings: string[] = [];
  const ctx: StageContext = {
    config: {
      workspace: folder,
      replica: { path: join(folder, 'data', 'replica.duckdb') },
      push: { kind: 'folder', path: join(folder, 'production'), backupDays: 14 },
    } as unknown as Config,
    replica,
    runId: 'run-1',
    report: { ...silentReporter, warn: (text) => warnings.push(text) },
    signal: new AbortController().signal,
    now: () => new Date('2024-02-01T12:00:00Z'),
  };
  return {
    ctx,
    warnings,
    warehouse: new FolderWarehouse(join(folder, 'warehouse'), replica),
    folder,
  };
}

const ROOM = { free: () => 1e9 };

test('before a run the warehouse, the disk, the push target and the source are looked at, and that is on record', async () => {
  const { ctx, warehouse, warnings, folder } = await world([
    '2024-01-13',
    '2024-01-14',
    '2024-01-15',
  ]);
  const flight = await preflight(ctx, warehouse, RUN, ROOM);
  expect(flight.status).toBe('done');
  expect(flight.findings.map(({ name, verdict, found }) => [name, verdict, found])).toEqual([
    ['warehouse', 'ok', `"${join(folder, 'warehouse')}" is reached`],
    ['disk', 'ok', '1000 MB are free beside the replica, about 50 MB are needed'],
    ['push target', 'ok', `"${join(folder, 'production')}" can be written to`],
    ['source', 'ok', `${PLAYERS} has rows of all 3 dates with final games`],
  ]);
  expect(warnings).toEqual([]);
  expect(await ctx.replica.rows('SELECT run_id, name, status FROM hoopduck.stage')).toEqual([
    { run_id: 'run-1', name: 'preflight', status: 'done' },
  ]);
});

test('dates with final games that the source lacks are told, and stop nothing', async () => {
  const { ctx, warehouse, warnings } = await world(['2024-01-13']);
  const { findings, status } = await preflight(ctx, warehouse, RUN, ROOM);
  expect(status).toBe('done');
  expect(warnings).toEqual([
    `the warehouse has no rows of ${PLAYERS} on 2 of 3 dates with final games: 2024-01-14, 2024-01-15`,
  ]);
  expect(findings.at(-1)).toMatchObject({ name: 'source', verdict: 'warn' });
});

test('a run that finds no room ends before it begins, with what it would take', async () => {
  const { ctx, warehouse } = await world(['2024-01-13']);
  const days = { ...RUN, from: '2020-10-01', to: '2024-06-30' };
  // 1,368 days are 5.7 seasons of 300 MB.
  await expect(preflight(ctx, warehouse, days, ROOM)).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
    exitCode: 4,
    message:
      'The run did not begin, and nothing was changed: 1000 MB are free beside the replica, about 1710 MB are needed.',
    next: 'Make room; "hoopduck gc --dry-run" shows what of the workspace nothing needs any more.',
  });
  expect(await ctx.replica.column('SELECT status FROM hoopduck.stage')).toEqual(['failed']);
});

test('a push target that cannot be written to ends a run with a push, and no other', async () => {
  const { ctx, warehouse, folder } = await world(['2024-01-13']);
  writeFileSync(join(folder, 'production'), 'a file');
  await expect(preflight(ctx, warehouse, RUN, ROOM)).rejects.toMatchObject({
    code: 'PREFLIGHT_FAILED',
    exitCode: 3,
    message: `The run did not begin, and nothing was changed: the push target "${join(folder, 'production')}" cannot be written to: "${join(folder, 'production')}" is no folder.`,
  });
  const flight = await preflight(ctx, warehouse, { ...RUN, push: false }, ROOM);
  expect(flight.status).toBe('done');
});

test('after a run the tables hold what the ledger says of it; another number of rows is named', async () => {
  const { ctx } = await world(['2024-01-13']);
  const { replica } = ctx;
  await replica.run(
    `CREATE TABLE ${PLAYERS} AS SELECT DATE '2024-01-13' AS game_date FROM range(3)`,
  );
  for (const [date, rows, run] of [
    ['2024-01-13', 3, 'run-1'],
    ['2024-01-14', 9, 'run-0'],
  ]) {
    await replica.run(
      `INSERT INTO hoopduck.partition VALUES ('${PLAYERS}', '${date}', 'raw', NULL, 'd', ${rows}, NULL, 'unchecked', NULL,
         now()::TIMESTAMP, '${run}')`,
    );
  }
  expect(await postflight(ctx, null)).toMatchObject({
    status: 'done',
    findings: [
      {
        name: 'rows',
        verdict: 'ok',
        found: '1 partitions of 1 tables hold the rows that this run wrote',
      },
    ],
  });
  await replica.run("UPDATE hoopduck.partition SET rows = 4 WHERE run_id = 'run-1'");
  expect(await postflight(ctx, null)).toMatchObject({
    status: 'failed',
    findings: [{ verdict: 'fail', found: `${PLAYERS} 2024-01-13 holds 3 rows, 4 were written` }],
  });
});

test('after a push every written unit must have been read back', async () => {
  const { ctx } = await world(['2024-01-13']);
  const { replica } = ctx;
  await replica.run(
    "INSERT INTO hoopduck.push VALUES ('push-1', 'run-1', 'there', now()::TIMESTAMP, NULL, 'done', '{}', NULL)",
  );
  const step = (unit: string, name: string) =>
    replica.run(
      `INSERT INTO hoopduck.push_step VALUES ('push-1', 'nba_analytics.player_game_summary', '${unit}', '${name}', '[]', now()::TIMESTAMP, NULL)`,
    );
  for (const name of ['planned', 'written', 'verified']) await step('2023-24.parquet', name);
  const pushed = { written: 4 } as Parameters<typeof postflight>[1];
  expect((await postflight(ctx, pushed)).findings[1]).toEqual({
    name: 'push',
    verdict: 'ok',
    found: '1 of 1 written units were read back and hold the planned digests, 4 partitions',
    next: null,
  });
  await step('2024-25.parquet', 'written');
  expect((await postflight(ctx, pushed)).status).toBe('failed');
});
