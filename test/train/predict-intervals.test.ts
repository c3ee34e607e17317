import { expect, test } from 'vitest';
import { predictStage } from '../../src/train/predict.ts';
import { INTERVALS, PREDICTIONS, QUANTILE_COLUMNS } from '../../src/train/prediction-tables.ts';
import { chanceOver } from '../../src/train/residual-table.ts';
import { trainStage } from '../../src/train/train.ts';
import { buildSmallLeague, trainContext } from './small-league.ts';

const DAY = { from: '2021-12-18', to: '2021-12-18' };

async function league() {
  const ctx = await trainContext();
  await buildSmallLeague(ctx.replica);
  await trainStage(ctx, { engine: 'wasm', validateFrom: '2021-11-28', testFrom: '2021-12-08' });
  return ctx;
}

test('each prediction has its quantiles, the member that spoke, and with a line the chance to pass it', async () => {
  const ctx = await league();
  await ctx.replica.run(
    `CREATE TABLE hoopduck.stg_player_line AS
     SELECT DATE '2021-12-18' AS game_date, 'player05' AS player_lookup, 9.5 AS points_line`,
  );
  await predictStage(ctx, DAY);
  expect(QUANTILE_COLUMNS.join()).toBe(
    'points_p05,points_p10,points_p20,points_p30,points_p40,points_p50,points_p60,points_p70,points_p80,points_p90,points_p95',
  );
  const rows = await ctx.replica.rows<Record<string, number | string | null>>(
    `SELECT i.*, p.predicted_points FROM ${INTERVALS} AS i JOIN ${PREDICTIONS} AS p USING (prediction_id)
     ORDER BY i.player_lookup`,
  );
  expect(rows).toHaveLength(20);
  for (const row of rows) {
    const quantiles = QUANTILE_COLUMNS.map((name) => row[name] as number);
    expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b));
    expect(row['model_member']).toBe('plain');
    if (row['player_lookup'] === 'player05') {
      expect(row['current_points_line']).toBe(9.5);
      expect(row['p_over']).toBeCloseTo(chanceOver(Float64Array.from(quantiles), 0, 9.5), 9);
    } else {
      expect([row['current_points_line'], row['p_over']]).toEqual([null, null]);
    }
  }
});

test('a date whose intervals are lost is predicted again', async () => {
  const ctx = await league();
  await predictStage(ctx, DAY);
  expect((await predictStage(ctx, DAY)).written).toBe(0);
  const before = await ctx.replica.rows(`SELECT * FROM ${INTERVALS} ORDER BY player_lookup`);
  await ctx.replica.run(`DELETE FROM ${INTERVALS}`);
  await ctx.replica.run('DELETE FROM hoopduck.partition WHERE table_name = $table', {
    table: INTERVALS,
  });
  await predictStage(ctx, DAY);
  expect(await ctx.replica.rows(`SELECT * FROM ${INTERVALS} ORDER BY player_lookup`)).toEqual(
    before,
  );
});
