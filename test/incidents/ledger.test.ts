import { expect, test, vi } from 'vitest';
import { queryReplica } from '../pipeline/support/state.ts';
import { explains } from './support/explains.ts';
import { hoopduck, morning } from './support/hoopduck.ts';
import { league, NIGHT, tamper } from './support/league.ts';
import { record, tells } from './support/record.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const FACTORS = 'nba_precompute.player_composite_factors';

test('a score that never moves from its default is named as a warning, known as it is in every row', async () => {
  const workspace = await league();
  await tamper(workspace, `UPDATE ${FACTORS} SET pace_score = 0`);

  const said = await hoopduck(workspace, 'validate', { refresh: true });

  expect(said.exitCode).toBe(0);
  const explained = await explains(
    workspace,
    'constant_column:player_composite_factors',
    '2024-25',
    {
      verdict: 'warn',
      incident: 'A column that stands at its default',
      command: 'hoopduck transform --from 2024-11-05 --to 2024-12-22 --refresh',
    },
  );
  record({
    name: 'A column that stands at its default',
    explained,
    verdict: 'caught',
    before:
      'a column was 0 in every row because what it is made from never arrived; nothing was missing, so that coverage called it complete.',
    now: 'a numeric column that has one value throughout a season, or its default in more than 60% of the rows, is named by `constant_column`; the four scores that are 0 by design are listed as such. `input_known_...` counts the inputs themselves.',
    message: tells(
      said,
      'warn constant_column of nba_precompute.player_composite_factors, 2024-25: 83.33% found, 100% wanted (pace_score is 0.0 in all 9547 rows)',
    ),
  });
});

test('dates of the bootstrap are expected to have no composite factors; the first date after it is expected to', async () => {
  const workspace = await league();
  const verdicts = await queryReplica<Record<string, unknown>>(
    workspace,
    `SELECT verdict, count(*)::INTEGER AS dates, CAST(max(scope_value) AS VARCHAR) AS last, any_value(detail) AS detail
     FROM hoopduck.check_result
     WHERE check_name = 'completeness_composite_factors' AND scope_value < '2024-11-05' GROUP BY verdict`,
  );
  expect(verdicts).toEqual([
    { verdict: 'not_evaluated', dates: 14, last: '2024-11-04', detail: 'bootstrap' },
  ]);
  const status = await hoopduck(workspace, 'status');
  const explained = await explains(workspace, 'completeness_composite_factors', '2024-11-04', {
    verdict: 'not_evaluated',
    incident: 'Bootstrap dates reported as missing',
    command: null,
  });

  await tamper(workspace, `DELETE FROM ${FACTORS} WHERE game_date = '2024-11-05'`);
  const missing = await hoopduck(workspace, 'validate', { refresh: true });

  expect(missing.exitCode).toBe(1);
  await explains(workspace, 'completeness_composite_factors', '2024-11-05', {
    verdict: 'fail',
    incident: 'A checkpoint that claims more than the table holds',
    command: 'hoopduck transform --from 2024-11-05 --to 2024-11-05 --refresh',
  });
  record({
    name: 'Bootstrap dates reported as missing',
    explained,
    verdict: 'impossible',
    before:
      'the first fourteen days of a season have no composite factors by design, and were reported as missing.',
    now: 'the ledger calls such a date `bootstrap`: neither missing nor done. It is no part of what is expected, and `completeness_composite_factors` does not judge it; the first date after it that lacks rows is red.',
    message: [
      ...tells(
        status,
        ' player_composite_factors      #  .##     47  2024-12-22',
        '(season 2024-25, months of 2024-25: # every date, 0 to 9 tenths, x none, . none wanted)',
      ),
      ...tells(
        missing,
        'red  completeness_composite_factors of nba_precompute.player_composite_factors, 2024-11-05: 0% found, 95% wanted (no row for any of 159 listed players)',
      ),
    ],
  });
});

test('rows that got lost behind the ledger are red, although nothing is there to do', async () => {
  const workspace = await league();
  await tamper(
    workspace,
    `DELETE FROM nba_precompute.player_daily_cache WHERE cache_date = '${NIGHT}' AND player_lookup < 'm'`,
  );

  const said = await morning(workspace);

  expect(said.exitCode).toBe(1);
  const explained = await explains(
    workspace,
    'recorded_rows:nba_precompute.player_daily_cache',
    NIGHT,
    {
      verdict: 'fail',
      incident: 'A checkpoint that claims more than the table holds',
      command: `hoopduck transform --from ${NIGHT} --to ${NIGHT} --refresh`,
    },
  );
  // The suggested command repairs it.
  await hoopduck(workspace, 'transform', { from: NIGHT, to: NIGHT, refresh: true });
  expect((await hoopduck(workspace, 'validate')).exitCode).toBe(0);
  record({
    name: 'A checkpoint that claims more than the table holds',
    explained,
    verdict: 'caught',
    before:
      'a checkpoint said that a date was done, the table held a part of it, and every later run passed it by.',
    now: 'a partition and its ledger row are written in one transaction, so that no kill can part them. Should rows get lost behind its back, `recorded_rows` is red for the table and the date, at every validation, because the rows that the tables hold are counted and not only remembered.',
    message: tells(
      said,
      'Nothing to do: every table up to 2024-12-22 is as its inputs make it.',
      'red  recorded_rows of nba_precompute.player_daily_cache, all: 98.36% found, 100% wanted (2024-12-13 holds 96 rows, the ledger says 261)',
      'red  recorded_rows of nba_precompute.player_daily_cache, 2024-12-13: 36.78% found, 100% wanted (2024-12-13 holds 96 rows, the ledger says 261)',
    ),
  });
});
