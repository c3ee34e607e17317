import { expect, test } from 'vitest';
import type { Replica } from '../../src/replica/replica.ts';
import { coverageBy } from '../../src/validate/coverage-by.ts';
import { fallingTrends } from '../../src/validate/trend.ts';
import { league, thresholds } from './league.ts';

const TABLE = 'nba_analytics.player_game_summary';

/** Dates of games, four of each month from October 2023 on. */
const MONTHS = ['2023-10', '2023-11', '2023-12', '2024-01'];
const DATES = MONTHS.flatMap((month) =>
  Array.from({ length: 4 }, (_, i) => `${month}-${String(24 + i)}`),
);

/** A verdict of coverage_usage_rate of each date: `known` of a hundred rows. */
async function verdicts(replica: Replica, known: (date: string) => number | null): Promise<void> {
  for (const date of DATES) {
    const n = known(date);
    await replica.run(
      `INSERT INTO hoopduck.check_result VALUES ('coverage_usage_rate', '${TABLE}', 'date', $date, $verdict, $n, 95, $n, 100,
         NULL, now()::TIMESTAMP, 'run')`,
      { date, n, verdict: n === null ? 'not_evaluated' : 'pass' },
    );
  }
}

test('a check is summed by month from its numerators and denominators, beside the median of the months before', async () => {
  const replica = await league(DATES);
  await verdicts(replica, (date) =>
    date.startsWith('2024-01')
      ? 90
      : date.startsWith('2023-12')
        ? 96
        : date.endsWith('24')
          ? 96
          : 100,
  );
  const range = { from: '2023-11-01', to: '2024-01-31' };
  const [usage] = await coverageBy(replica, thresholds(), 'month', range);
  expect(usage).toEqual({
    check: 'coverage_usage_rate',
    table: TABLE,
    periods: [
      // 96 + 100 + 100 + 100 of 400; one month before says nothing of what is usual.
      {
        period: '2023-11',
        numerator: 396,
        denominator: 400,
        percent: 99,
        median: null,
        of: 1,
        falls: false,
      },
      {
        period: '2023-12',
        numerator: 384,
        denominator: 400,
        percent: 96,
        median: null,
        of: 2,
        falls: false,
      },
      // The median of 99, 99 and 96; 90 is below 95% of it, 94.05.
      {
        period: '2024-01',
        numerator: 360,
        denominator: 400,
        percent: 90,
        median: 99,
        of: 3,
        falls: true,
      },
    ],
  });
});

test('dates that were not evaluated are no part of a period, weeks begin on Monday, seasons have their names', async () => {
  const replica = await league(DATES);
  await verdicts(replica, (date) => (date < '2024-01-26' ? 100 : null));
  const range = { from: '2024-01-01', to: '2024-01-31' };
  const [weeks] = await coverageBy(replica, thresholds(), 'week', range);
  expect(weeks?.periods.map(({ period, denominator }) => [period, denominator])).toEqual([
    ['2024-01-22', 200],
  ]);
  const [seasons] = await coverageBy(replica, thresholds(), 'season', range);
  expect(seasons?.periods.map(({ period, denominator }) => [period, denominator])).toEqual([
    ['2023-24', 1400],
  ]);
});

test('by team a coverage is counted on the table, beside the median of the other teams', async () => {
  const replica = await league(['2024-01-14', '2024-01-15']);
  await replica.run(
    `UPDATE ${TABLE} SET usage_rate = NULL WHERE team_abbr = 'MIA' AND player_lookup IN ('mia0', 'mia1')`,
  );
  const checks = await coverageBy(replica, thresholds(), 'team', {
    from: '2024-01-15',
    to: '2024-01-15',
  });
  const usage = checks.find(({ check }) => check === 'coverage_usage_rate')!;
  expect(usage.periods).toHaveLength(16);
  expect(usage.periods.find(({ period }) => period === 'MIA')).toEqual({
    period: 'MIA',
    numerator: 8,
    denominator: 10,
    percent: 80,
    median: 100,
    of: 15,
    falls: true,
  });
  expect(usage.periods.filter(({ falls }) => falls)).toHaveLength(1);
});

test('the newest dates well below the median of those before are told; they are no part of that median', async () => {
  const replica = await league(DATES);
  const newest = DATES.slice(-4);
  await verdicts(replica, (date) => (newest.includes(date) ? 90 : 98));
  expect(await fallingTrends(replica, { from: '2024-01-24', to: '2024-01-27' })).toMatchObject([
    {
      check: 'coverage_usage_rate',
      from: '2024-01-24',
      to: '2024-01-27',
      percent: 90,
      median: 98,
      of: 12,
      text: `coverage_usage_rate of ${TABLE} is 90.0% from 2024-01-24 to 2024-01-27, well below the 98.0% that was usual on 12 dates before`,
    },
  ]);
  // Of a long range the newest seven dates are tested: nine are before them, too few.
  expect(await fallingTrends(replica, { from: DATES[0]!, to: DATES.at(-1)! })).toEqual([]);
});

test('a fall is told of a short range too, and not of few earlier dates', async () => {
  const replica = await league(DATES);
  await verdicts(replica, (date) => (date === '2024-01-27' ? 60 : 100));
  const last = { from: '2024-01-27', to: '2024-01-27' };
  expect((await fallingTrends(replica, last)).map(({ text }) => text)).toEqual([
    `coverage_usage_rate of ${TABLE} is 60.0% on 2024-01-27, well below the 100.0% that was usual on 15 dates before`,
  ]);
  await replica.run("DELETE FROM hoopduck.check_result WHERE scope_value < '2023-12-01'");
  expect(await fallingTrends(replica, last)).toEqual([]);
});
