import fc from 'fast-check';
import { expect, test } from 'vitest';
import { killedPush } from './support/kill.ts';
import { makeWorld, PLAYERS } from './support/world.ts';

const DATES = ['2024-04-10', '2024-11-01', '2024-11-02', '2025-10-25'] as const;

const step = fc.oneof(
  fc.record({
    do: fc.constant('edit' as const),
    date: fc.constantFrom(...DATES),
    points: fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
  }),
  fc.record({ do: fc.constant('kill' as const), at: fc.integer({ min: 0, max: 120 }) }),
  fc.record({ do: fc.constant('push' as const) }),
);

test('whatever is edited, pushed and killed, a last push makes the target equal to the replica', {
  timeout: 300_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
      const world = await makeWorld();
      await world.create(PLAYERS, 'game_date DATE, player_lookup VARCHAR, points BIGINT');
      for (const command of steps) {
        if (command.do === 'edit') {
          const rows = command.points.map((points, i) => `'player${i}', ${points}`);
          await world.put(PLAYERS, command.date, rows);
          await world.record();
        } else if (command.do === 'kill') {
          await killedPush(world, command.at);
        } else {
          expect((await world.push()).exitCode).toBe(0);
        }
      }
      const last = await world.push();
      expect([last.exitCode, last.refused]).toEqual([0, []]);
      const again = await world.push();
      expect([again.written, again.removed, again.exitCode]).toEqual([0, 0, 0]);
      const local = await world.replica.rows(`SELECT * FROM ${PLAYERS} ORDER BY ALL`);
      const files = await world.replica.column<string>(
        `SELECT file FROM glob('${world.file(PLAYERS, '*.parquet')}')`,
      );
      const there =
        files.length === 0
          ? []
          : await world.replica.rows(
              `SELECT * FROM read_parquet('${world.file(PLAYERS, '*.parquet')}') ORDER BY ALL`,
            );
      expect(there).toEqual(local);
    }),
    { numRuns: 12, seed: 42 },
  );
});
