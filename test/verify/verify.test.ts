import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Replica } from '../../src/replica/replica.ts';
import { hoopduck } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const BOX = 'nba_raw.nbac_gamebook_player_stats';
const OFFENSE = 'nba_analytics.team_offense_game_summary';
const PLAYERS = 'nba_analytics.player_game_summary';
const CACHE = 'nba_precompute.player_daily_cache';
const VERDICTS = 'nba_quality.gate_results';
const PREDICTIONS = 'nba_predictions.player_prop_predictions';

let place: string;
/** A workspace of the simulated league after a run with a push, and a night that came again changed. */
let whole: string;

function json(args: readonly string[], cwd: string) {
  const { code, stdout } = hoopduck([...args, '--json'], { cwd });
  return { code, document: JSON.parse(stdout) };
}

async function inReplica<T>(folder: string, work: (replica: Replica) => Promise<T>): Promise<T> {
  const replica = await Replica.open(join(folder, 'data', 'replica.duckdb'));
  try {
    return await work(replica);
  } finally {
    replica.close();
  }
}

beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'hoopduck-verify-'));
  whole = join(place, 'nba');
  hoopduck(['sample', 'warehouse', '--seasons', '2'], { cwd: place });
  hoopduck(['init', 'nba', '--warehouse', 'warehouse', '--push-to', 'production'], { cwd: place });
  appendFileSync(
    join(whole, 'hoopduck.yaml'),
    'train:\n  features: seed-21\n  engine: wasm\n  rounds: 20\n  averaged_seeds: 1\n',
  );
  const { code, stderr } = hoopduck(['run', '--push'], { cwd: whole });
  if (code !== 0 && code !== 1) throw new Error(stderr);
  rmSync(join(whole, 'data', 'workspace-backups'), { recursive: true, force: true });
}, 600_000);

afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A copy of the workspace; its warehouse and its production stay where they are. */
function copy(): string {
  const workspace = join(temporaryFolder(), 'nba');
  cpSync(whole, workspace, { recursive: true });
  return workspace;
}

test('a workspace as a run left it verifies', () => {
  const { code, document } = json(['verify'], whole);
  expect([code, document.findings]).toEqual([0, []]);
  const checked = Object.fromEntries(
    document.areas.map(({ area, checked: n }: { area: string; checked: number }) => [area, n > 0]),
  );
  expect(checked).toEqual({
    ledger: true,
    table: true,
    partition: true,
    model: true,
    'kept input': false,
    'backup of a push': false,
    leftover: false,
    production: true,
  });
});

test('verify --offline leaves production alone', () => {
  const production = join(place, 'production');
  renameSync(production, `${production}-away`);
  const { code, document } = json(['verify', '--offline'], whole);
  renameSync(`${production}-away`, production);
  expect([code, document.findings]).toEqual([0, []]);
  expect(document.areas.at(-1)).toEqual({
    area: 'production',
    checked: 0,
    found: 0,
    skipped: '--offline',
  });
});

test('thirteen planted corruptions are found, and nine are mended by --repair and a run', async () => {
  const workspace = copy();
  const [day, later] = await inReplica(workspace, (replica) =>
    replica.column<string>(
      `SELECT CAST(game_date AS VARCHAR) FROM hoopduck.partition
       WHERE table_name = '${PLAYERS}' ORDER BY game_date DESC LIMIT 2`,
    ),
  );
  const predicted = await inReplica(workspace, async (replica) => {
    const date = (await replica.row<{ d: string }>(
      `SELECT CAST(max(game_date) AS VARCHAR) AS d FROM ${PREDICTIONS}`,
    ))!.d;
    for (const sql of [
      // 1 to 3: raw rows that changed, were lost, and came from nowhere.
      `UPDATE ${BOX} SET points = points + 1 WHERE game_date = '${day}'`,
      `DELETE FROM ${BOX} WHERE game_date = '${later}'`,
      `INSERT INTO ${BOX} BY NAME SELECT * REPLACE (DATE '2031-01-01' AS game_date) FROM ${BOX} LIMIT 1`,
      // 4 and 5: computed rows that changed, and that were lost.
      `UPDATE ${PLAYERS} SET usage_rate = 99 WHERE game_date = '${day}'`,
      `DELETE FROM ${CACHE} WHERE cache_date = '${later}'`,
      // 6: a column under another name.
      `ALTER TABLE ${OFFENSE} RENAME COLUMN pace TO tempo`,
      // 7: a prediction that changed.
      `UPDATE ${PREDICTIONS} SET predicted_points = 50 WHERE game_date = '${date}'`,
      // 8: a partition that the ledger has twice.
      `INSERT INTO hoopduck.partition SELECT * FROM hoopduck.partition WHERE table_name = '${PLAYERS}' AND game_date = '${later}'`,
      // 13: verdicts that were lost.
      `DELETE FROM ${VERDICTS} WHERE game_date = '${later}'`,
      // 9: a kept input that the ledger promises and that is not there.
      `INSERT INTO hoopduck.kept_input VALUES ('${BOX}', '${day}', '1-a', 'run-0/x.parquet', 9, '2024-01-01', 'run-0', NULL, NULL)`,
    ]) {
      await replica.run(sql);
    }
    return date;
  });
  // 10: a file of the model.
  const models = join(workspace, 'data', 'models');
  const [model] = readdirSync(models);
  appendFileSync(join(models, model!, 'model.onnx'), '!');
  // 11: what a killed command left.
  mkdirSync(join(workspace, 'data', 'fetched'), { recursive: true });
  writeFileSync(join(workspace, 'data', 'fetched', 'part.parquet'), 'half');
  // 12: a season of production that somebody took away.
  const production = join(place, 'production', ...PLAYERS.split('.'));
  const [season] = readdirSync(production);
  rmSync(join(production, season!));

  const found = json(['verify'], workspace);
  expect(found.code).toBe(1);
  const { findings } = found.document as {
    findings: { area: string; subject: string; found: string }[];
  };
  const lines = findings.map(({ area, subject, found: text }) => `${area}: ${subject}: ${text}`);
  for (const line of [
    `partition: ${BOX} ${day}: its \\d+ rows have another digest`,
    `partition: ${BOX} ${later}: its \\d+ rows are gone`,
    `partition: ${BOX} 2031-01-01: it holds 1 rows of which the ledger says nothing`,
    `partition: ${PLAYERS} ${day}: its \\d+ rows have another digest`,
    `partition: ${CACHE} ${later}: its \\d+ rows are gone`,
    `table: ${OFFENSE}: its column \\d+ is "tempo", "pace" was wanted`,
    `partition: ${PREDICTIONS} ${predicted}: its \\d+ rows have another digest`,
    `partition: ${VERDICTS} ${later}: its \\d+ rows are gone`,
    `ledger: ${PLAYERS} ${later}: the ledger has it 2 times`,
    'kept input: data/inputs/run-0/x.parquet: the file with 1 partitions is gone',
    `model: data/models/${model}: "model.onnx": `,
    'leftover: data/fetched/part.parquet: fetched by a sync that was killed',
    `production: ${PLAYERS} \\d{4}-\\d\\d-\\d\\d: what was pushed is gone`,
  ]) {
    expect(
      lines.filter((each) => new RegExp(`^${line}`).test(each)),
      line,
    ).not.toEqual([]);
  }

  const mended = json(['verify', '--repair'], workspace);
  expect(mended.code).toBe(1);
  const open = (mended.document.findings as { area: string; repaired: boolean }[])
    .filter(({ repaired }) => !repaired)
    .map(({ area }) => area);
  // What was predicted, kept and pushed nothing can make again.
  expect([...new Set(open)].sort()).toEqual(['kept input', 'model', 'partition', 'production']);
  expect(mended.document.copy).toMatch(/replica\.duckdb\.before-repair$/);

  hoopduck(['run'], { cwd: workspace });
  const after = json(['verify'], workspace).document.findings as {
    area: string;
    subject: string;
  }[];
  expect(after.filter(({ area }) => area !== 'production').map(({ subject }) => subject)).toEqual([
    `${PREDICTIONS} ${predicted}`,
  ]);
}, 300_000);
