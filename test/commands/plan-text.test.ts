import { expect, test } from 'vitest';
import type { PastStage } from '../../src/commands/past-stages.ts';
import { planJson } from '../../src/commands/plan-json.ts';
import { planText } from '../../src/commands/plan-text.ts';
import { estimateTime } from '../../src/commands/plan-time.ts';
import { plainStyle } from '../../src/console/style.ts';
import type { RunPlan } from '../../src/pipeline/plan.ts';

const fetch = (date: string, rows: number) => ({
  date,
  rows,
  token: 't',
  reason: 'changed upstream' as const,
});

const PLAN: RunPlan = {
  from: '2024-10-22',
  to: '2025-04-13',
  sync: {
    from: '2024-10-22',
    to: '2025-04-13',
    tables: [
      {
        table: 'nba_raw.nbac_gamebook_player_stats',
        inWarehouse: true,
        fetch: [fetch('2024-11-07', 180), fetch('2024-11-08', 220)],
        remove: ['2024-11-09'],
        unchanged: 100,
        undatedRows: 0,
      },
      {
        table: 'nba_raw.bdl_player_boxscores',
        inWarehouse: false,
        fetch: [],
        remove: [],
        unchanged: 0,
        undatedRows: 0,
      },
    ],
  },
  transform: [
    {
      table: 'hoopduck.stg_gamebook',
      from: '2024-11-07',
      to: '2024-11-08',
      dates: 2,
      changedDates: 2,
      why: 'nba_raw.nbac_gamebook_player_stats changed on that date',
      reasons: [],
    },
    {
      table: 'nba_precompute.player_daily_cache',
      from: '2024-11-08',
      to: '2024-11-20',
      dates: 6,
      changedDates: 3,
      why: 'x',
      reasons: [
        {
          why: 'hoopduck.player_timeline changed: last 10 rows of player_key',
          dates: 6,
          example: '2024-11-08 reads 2024-11-07',
        },
        { why: 'another', dates: 1, example: '2024-11-08' },
      ],
    },
  ],
  reading: [
    {
      table: 'nba_raw.nbac_gamebook_player_stats',
      estimate: { way: 'Storage Read, 4 streams', bytesBilled: 1_500_000 },
    },
  ],
};

const NOTHING: RunPlan = {
  ...PLAN,
  sync: {
    ...PLAN.sync,
    tables: PLAN.sync.tables.map((one) => ({ ...one, fetch: [], remove: [] })),
  },
  transform: [],
  reading: [],
};

const stage = (name: string, seconds: number, size = 0, worked = true): PastStage => ({
  name,
  run_id: `${name}-${seconds}`,
  seconds,
  size,
  worked,
});

const PAST = [
  stage('sync', 10, 40_000),
  stage('sync', 100, 600_000),
  stage('sync', 0.5, 0, false),
  stage('transform', 60, 18_000),
  stage('transform', 0.25, 0, false),
  stage('validate', 4),
  stage('train', 0.75, 0, false),
  stage('train', 40),
];

test('time goes by the past stage of the nearest size, and by the last time that there was something to do', () => {
  // sync: 10 s times the root of 400 of 40,000 rows; transform: 60 s times the root of 5 of 18,000 dates.
  expect(estimateTime(PLAN, PAST)).toEqual({
    seconds: 1 + 1 + 4 + 40,
    stages: [
      { name: 'sync', seconds: 1, by: 'sync-10', rate: 4_000 },
      { name: 'transform', seconds: 1, by: 'transform-60', rate: 300 },
      { name: 'validate', seconds: 4, by: 'validate-4', rate: null },
      { name: 'train', seconds: 40, by: 'train-40', rate: null },
      { name: 'predict', seconds: null, by: null, rate: null },
    ],
  });
});

test('what is larger than any past stage takes longer in proportion', () => {
  const [sync] = estimateTime(PLAN, [stage('sync', 10, 100)]).stages;
  expect(sync).toEqual({ name: 'sync', seconds: 40, by: 'sync-10', rate: 10 });
});

test('a stage with nothing to do counts nothing, however long it took when it had', () => {
  const { seconds, stages } = estimateTime(NOTHING, PAST);
  expect(stages.map((one) => one.seconds)).toEqual([0, 0, 0, 0, null]);
  expect(seconds).toBe(0);
  expect(planText(NOTHING, estimateTime(NOTHING, PAST), 'hoopduck run', plainStyle)).toMatch(
    /^Time {3}next to none, with nothing to do; no past run to judge predict by$/m,
  );
  const whole = estimateTime(NOTHING, [...PAST, stage('predict', 2)]);
  expect(planText(NOTHING, whole, 'hoopduck run', plainStyle)).toMatch(
    /^Time {3}next to none, with nothing to do$/m,
  );
});

test('where tables are only rebuilt, reading counts nothing', () => {
  const { stages } = estimateTime({ ...NOTHING, transform: PLAN.transform }, PAST);
  expect(stages.map((one) => one.seconds)).toEqual([0, 1, 4, 40, null]);
  // How many dates is not known, and what a rebuild of none took is the least.
  const unknown = PLAN.transform.map((one) => ({ ...one, changedDates: null }));
  const [, transform] = estimateTime({ ...NOTHING, transform: unknown }, PAST).stages;
  expect(transform).toEqual({
    name: 'transform',
    seconds: 0.25,
    by: 'transform-0.25',
    rate: null,
  });
});

test('without a past run there is no figure', () => {
  expect(estimateTime(PLAN, []).seconds).toBeNull();
  expect(planText(PLAN, estimateTime(PLAN, []), 'hoopduck run', plainStyle)).toMatch(
    /^Time {3}no past run to judge by$/m,
  );
});

test('a plan says in a sentence what would be done; then how much, why, how long and at what price', () => {
  expect(
    planText(PLAN, estimateTime(PLAN, PAST), 'hoopduck run', { ...plainStyle, width: 80 }),
  ).toBe(`hoopduck run would read 400 rows of 3 dates from 1 table and rebuild 2 tables.

read from nba_raw           dates  rows  which                   why
nbac_gamebook_player_stats      2   400  2024-11-07..2024-11-08  changed
nbac_gamebook_player_stats      1        2024-11-09              gone

rebuild                            dates  differ  which
nba_precompute.player_daily_cache      6       3  2024-11-08..2024-11-20
(and 1 staging table; --json names them)

nba_precompute.player_daily_cache of 2024-11-08 reads 2024-11-07:
  hoopduck.player_timeline changed: last 10 rows of player_key.

Dates  2024-10-22 to 2025-04-13; earlier ones are read where windows need them
Then   gates, training if its inputs changed, predictions
Time   about 46 s by past runs: train 40 s, validate 4.0 s, sync 1.0 s (4,000
       rows/s), transform 1.0 s (300 dates/s); no past run to judge predict by
Price  1.5 MB billed (Storage Read, 4 streams)
Absent nba_raw.bdl_player_boxscores: not in the warehouse, not needed`);
});

test('a plan with nothing to do says so first', () => {
  const text = planText(NOTHING, estimateTime(NOTHING, []), 'hoopduck run', plainStyle);
  expect(text.split('\n')[0]).toBe(
    'hoopduck run would find nothing to read or rebuild: all is as the warehouse has it.',
  );
  expect(text).toMatch(/^Price {2}nothing is read$/m);
});

test('where the terminal is wide the reasons stand beside the tables', () => {
  const text = planText(PLAN, estimateTime(PLAN, []), 'hoopduck run', plainStyle);
  expect(text).toContain(
    'nba_precompute.player_daily_cache      6       3  2024-11-08 to 2024-11-20  hoopduck.player_timeline changed: last 10 rows of player_ke…',
  );
});

test('plan --json has names in snake_case', () => {
  const keys = new Set<string>();
  JSON.stringify(planJson(PLAN, estimateTime(PLAN, PAST)), (key, value) => {
    keys.add(key);
    return value as unknown;
  });
  expect([...keys].filter((key) => /[A-Z]/.test(key))).toEqual([]);
  for (const key of ['in_warehouse', 'undated_rows', 'changed_dates', 'bytes_billed', 'time']) {
    expect(keys).toContain(key);
  }
});
