import { expect, test } from 'vitest';
import { describePush, pushFailure } from '../../src/push/describe.ts';
import { PLAYERS, playersWorld } from './support/world.ts';

test('a push is told by table and in all, a second one says that there was nothing to write', async () => {
  const world = await playersWorld();
  expect(describePush(await world.push({ dryRun: true }))).toEqual([
    `${PLAYERS}: would write 3 partitions with 6 rows`,
    '  2024-04-10 to 2024-11-02: 6 rows added, 0 changed, 0 removed; Parquet files',
    `Would push to "${world.target}": 3 partitions with 6 rows in 2 files, 0 unchanged.`,
  ]);
  const first = await world.push();
  expect(pushFailure(first)).toBeUndefined();
  expect(describePush(first)).toEqual([
    `${PLAYERS}: 3 partitions with 6 rows`,
    `Pushed to "${world.target}": 3 partitions with 6 rows in 2 files, 0 unchanged.`,
  ]);
  expect(describePush(first, 'rollback').at(-1)).toBe(
    `Put back in "${world.target}": 3 partitions with 6 rows in 2 files, 0 unchanged.`,
  );
  expect(describePush({ ...first, dry_run: true }, 'rollback').at(-1)).toMatch(
    /^Would put back in /,
  );
  expect(describePush(await world.push())).toEqual([
    `Nothing to write: 3 partitions unchanged in "${world.target}".`,
  ]);
});

test('what was refused is named with its dates and its reason', async () => {
  const world = await playersWorld();
  await world.fail(PLAYERS, 'all', 'all');
  const result = await world.push();
  expect(describePush(result)).toEqual([
    `not pushed: ${PLAYERS} 2024-04-10, 2024-11-01, 2024-11-02: check completeness of the whole table is red`,
    `Nothing to write: 0 partitions unchanged in "${world.target}", 3 not pushed.`,
  ]);
  expect(pushFailure(result)).toMatchObject({
    code: 'PUSH_RED',
    message: `"${PLAYERS}" of 2024-04-10 was not pushed: check completeness of the whole table is red (and 2 partitions more).`,
  });
});

test('of refusals for both reasons the failure names what moved', async () => {
  const world = await playersWorld();
  await world.push();
  await world.tamper(PLAYERS, '2024-25.parquet', 'SELECT * REPLACE (0 AS points) FROM {file}');
  await world.fail(PLAYERS, 'date', '2024-04-10');
  expect(pushFailure(await world.push())).toMatchObject({
    code: 'PUSH_REFUSED',
    message: `"${PLAYERS}" of 2024-11-01 was not pushed: it changed in the target since it was pushed at 2025-01-01 12:00:00 (and 1 partition more).`,
  });
});

test('what follows from one red date is told in one line, with that date as its cause', async () => {
  const refusal = (table: string, date: string, reason: string) =>
    ({ table, date, reason, kind: 'red' }) as const;
  const world = await playersWorld();
  const result = {
    ...(await world.push()),
    refused: [
      refusal('nba_analytics.team', '2024-12-13', 'check completeness is red: BOS'),
      refusal(
        'nba_analytics.player',
        '2024-12-13',
        'upstream 2024-12-13 is red in nba_analytics.team',
      ),
      refusal('nba_precompute.cache', '2024-12-14', 'upstream 2024-12-13 is red'),
      refusal('nba_precompute.cache', '2024-12-15', 'upstream 2024-12-13 is red'),
      refusal('nba_precompute.cache', '2025-01-02', 'upstream 2025-01-01 is red'),
    ],
  };
  expect(describePush(result).filter((line) => line.startsWith('not pushed'))).toEqual([
    'not pushed: nba_analytics.team 2024-12-13: check completeness is red: BOS',
    'not pushed: 3 partitions that read 2024-12-13, which is red: nba_analytics.player, nba_precompute.cache (2)',
    'not pushed: 1 partition that reads 2025-01-01, which is red: nba_precompute.cache',
  ]);
});
