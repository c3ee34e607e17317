import { expect, test } from 'vitest';
import { commandLine } from '../../src/commands/runs/command-line.ts';
import { findRun } from '../../src/commands/runs/find-run.ts';
import { type ListedRun, outcomeOf } from '../../src/commands/runs/run-facts.ts';
import { hoopduck } from '../support/cli.ts';
import { workspaceWith } from '../support/workspace.ts';

/** A whole run, a sync alone, and a run that was killed. */
const LEDGER = [
  `INSERT INTO hoopduck.run VALUES
     ('20250101T060000Z-00aa', 'run', '{"push":true,"force":true,"reason":"box score confirmed"}', '0.1.0',
      TIMESTAMP '2025-01-01 06:00:00', TIMESTAMP '2025-01-01 06:01:05', 1),
     ('20250102T060000Z-00bb', 'sync', '{"from":"2024-10-22"}', '0.1.0',
      TIMESTAMP '2025-01-02 06:00:00', TIMESTAMP '2025-01-02 06:00:03', 0),
     ('20250103T060000Z-00cc', 'run', '{}', '0.1.0', TIMESTAMP '2025-01-03 06:00:00', NULL, NULL)`,
  `INSERT INTO hoopduck.run_record VALUES (1, '20250101T060000Z-00aa', TIMESTAMP '2025-01-01 06:01:00',
     '{"from":"2024-10-22","to":"2025-04-13"}')`,
  `INSERT INTO hoopduck.stage VALUES
     ('20250101T060000Z-00aa', 'sync', 'done', 5,
      '[{"table":"nba_raw.nbac_schedule","rows":120,"added":2,"restated":["2024-11-07"],"removed":[]}]'),
     ('20250101T060000Z-00aa', 'transform', 'done', 20,
      '[{"table":"nba_analytics.player_game_summary","rows":400,"changedDates":3,"why":"new"},
        {"table":"nba_precompute.player_daily_cache","rows":400,"changedDates":0,"why":"new"}]'),
     ('20250101T060000Z-00aa', 'validate', 'failed', 1.5,
      '{"pass":10,"warn":0,"fail":1,"not_evaluated":2,"red":[],"warnings":[]}'),
     ('20250101T060000Z-00aa', 'predict', 'done', 0.1,
      '{"model_id":"m1","rows":90,"written":2}')`,
  `INSERT INTO hoopduck.push (push_id, run_id, target, started_at, status, summary) VALUES
     ('p1', '20250101T060000Z-00aa', '/out', TIMESTAMP '2025-01-01 06:01:00', 'done',
      '{"written":3,"rows":400,"removed":0,"refused":[{"table":"x"}]}')`,
  `INSERT INTO hoopduck.forced VALUES ('20250101T060000Z-00aa', TIMESTAMP '2025-01-01 06:00:40', 'push',
     'box score confirmed')`,
  `INSERT INTO hoopduck.partition VALUES ('nba_raw.nbac_schedule', DATE '2024-11-08', 'raw', 't', 'x', 40, NULL,
     'complete', NULL, TIMESTAMP '2025-01-02', '20250102T060000Z-00bb')`,
];

test('runs lists the newest first, with dates, time and how each ended', async () => {
  const folder = await workspaceWith(...LEDGER);
  const { code, stdout } = hoopduck(['runs', '-C', folder]);
  expect(code).toBe(0);
  expect(stdout.split('\n\n')[0]).toBe(
    `when (UTC)        run                    command  dates                           time  outcome
2025-01-03 06:00  20250103T060000Z-00cc  run                                            did not end
2025-01-02 06:00  20250102T060000Z-00bb  sync     from 2024-10-22                3.0 s  done
2025-01-01 06:00  20250101T060000Z-00aa  run      2024-10-22 to 2025-04-13  1 min 05 s  failed, 1 partition refused
(3 runs, the newest first)`,
  );
});

test('runs --limit and --command narrow the list, and --json says how many there are', async () => {
  const folder = await workspaceWith(...LEDGER);
  const { stdout } = hoopduck(['runs', '--command', 'run', '--limit', '1', '--json', '-C', folder]);
  expect(JSON.parse(stdout)).toMatchObject({
    command: 'runs list',
    total: 2,
    runs: [{ run_id: '20250103T060000Z-00cc', outcome: 'did not end', exit_code: null }],
  });
});

test('runs show tells arguments, stages from the slowest, what changed, gates, model, push and the forced reason', async () => {
  const folder = await workspaceWith(...LEDGER);
  const { code, stdout } = hoopduck(['runs', 'show', '20250101', '-C', folder], {
    env: { LC_ALL: 'C' },
  });
  expect(code).toBe(0);
  expect(stdout).toBe(`Run       20250101T060000Z-00aa
Asked     hoopduck run --push --force --reason 'box score confirmed'
Started   2025-01-01 06:00:00 UTC, took 1 min 05 s
Outcome   failed (exit 1)
Dates     2024-10-22 to 2025-04-13
Version   0.1.0

Stages
  transform   20 s  ########################
  sync       5.0 s  ######
  validate   1.5 s  ##                        failed
  predict    0.1 s

changed                                  dates  rows
nba_raw.nbac_schedule                        3   120
nba_analytics.player_game_summary            3   400
nba_predictions.player_prop_predictions      2    90

Gates     10 pass, 0 warn, 1 fail, 2 not evaluated
Model     m1 predicted
Push      done, 1 partition refused, to /out (3 partitions written, 400 rows)
Forced    push: box score confirmed
`);
});

test('a dry run, and a push that puts one back, are named so', async () => {
  const folder = await workspaceWith(
    ...[
      ['1', 'run', '{"dryRun":true}'],
      ['2', 'push', '{"dryRun":true}'],
      ['3', 'push', '{"rollback":"r0"}'],
    ].map(
      ([
        n,
        command,
        given,
      ]) => `INSERT INTO hoopduck.run VALUES ('2025010${n}T060000Z-00a${n}', '${command}', '${given}', '0.1.0',
        TIMESTAMP '2025-01-0${n} 06:00:00', TIMESTAMP '2025-01-0${n} 06:00:03', 0)`,
    ),
    `INSERT INTO hoopduck.push (push_id, run_id, target, started_at, status, summary, rollback_of) VALUES
       ('p3', '20250103T060000Z-00a3', '/out', TIMESTAMP '2025-01-03 06:00:00', 'done', '{"rows":5}', 'p0')`,
  );
  const { stdout } = hoopduck(['runs', '-C', folder]);
  expect(stdout.match(/-00a\d +(\S+ \S+)/g)).toEqual([
    '-00a3  push --rollback',
    '-00a2  push --dry-run',
    '-00a1  run --dry-run',
  ]);
  const shown = hoopduck(['runs', 'show', 'last', '-C', folder]).stdout;
  expect(shown).toContain('\nPush      done, put back p0, to /out (5 rows)\n');
});

test('runs show of a command without stages says what it wrote that still is so', async () => {
  const folder = await workspaceWith(...LEDGER);
  const { stdout } = hoopduck(['runs', 'show', '00bb', '--json', '-C', folder]);
  expect(JSON.parse(stdout)).toMatchObject({
    run: { run_id: '20250102T060000Z-00bb', from: '2024-10-22', to: null },
    stages: [],
    changed: [{ table: 'nba_raw.nbac_schedule', dates: 1, rows: 40 }],
    changed_by: 'ledger',
    gates: null,
  });
});

const run = (run_id: string) => ({ run_id, command: 'run' }) as ListedRun;
const RUNS = [run('20250103T060000Z-00cc'), run('20250102T060000Z-00bb')];

test('a run is found by its id, a beginning, its last letters, or as the last', () => {
  for (const text of ['20250102T060000Z-00bb', '20250102', '00bb']) {
    expect(findRun(RUNS, text)).toBe(RUNS[1]);
  }
  expect(findRun(RUNS, 'last')).toBe(RUNS[0]);
});

test('a beginning of two runs is refused with both, and a mistyped id with the one that was meant', () => {
  expect(() => findRun(RUNS, '2025')).toThrow(
    '"2025" is the beginning of 2 runs: "20250103T060000Z-00cc" (run), "20250102T060000Z-00bb" (run).',
  );
  expect(() => findRun(RUNS, '20250102T060000Z-00bd')).toThrow(
    'There is no run "20250102T060000Z-00bd". Did you mean "20250102T060000Z-00bb"?',
  );
  expect(() => findRun(RUNS, 'x')).toThrow(
    'There is no run "x". The newest are "20250103T060000Z-00cc" (run), "20250102T060000Z-00bb" (run).',
  );
});

test('arguments of the ledger are put back into the command line', () => {
  expect(
    commandLine('train', {
      split: [70, 15, 15],
      fromSeason: 2018,
      exclude: ['2024-01-01', '2024-01-02'],
      keepInputs: false,
      reason: "it's fine",
    }),
  ).toBe(
    "hoopduck train --split 70/15/15 --from-season 2018-19 --exclude 2024-01-01 --exclude 2024-01-02 --no-keep-inputs --reason 'it'\\''s fine'",
  );
  expect(commandLine('models promote', { model: 'm1' })).toBe('hoopduck models promote m1');
});

test('an outcome is a word for every exit code', () => {
  expect([0, 1, 2, 3, 4, 130, null, 7].map(outcomeOf)).toEqual([
    'done',
    'failed',
    'not possible',
    'warehouse failed',
    'refused',
    'interrupted',
    'did not end',
    'exit 7',
  ]);
});
