import { expect, test } from 'vitest';
import { monitorLines } from '../../src/commands/monitor-text.ts';
import { createStyle } from '../../src/console/style.ts';
import { wrap } from '../../src/console/wrap.ts';
import type { Monitor } from '../../src/train/monitor/monitor.ts';

const figures = { rows: 1187, mae: 5.214, bias: -1.537, coverage_80: 0.744 };
const monitor: Monitor = {
  model_id: 'points-000000000000',
  expected_mae: 4.674,
  weeks: [
    { week: '2025-W15', from: '2025-04-07', dates: 7, ...figures },
    { week: '2025-W14', from: '2025-03-31', dates: 7, ...figures, bias: 0.5 },
  ],
  recent: {
    ...{ from: '2025-03-31', to: '2025-04-13', dates: 14, intervals: 2374, standard_error: 0.05 },
    ...figures,
  },
  drift: {
    ...{ not_measured: null, rows: 2374, comparable_rows: 2374, measured: 69 },
    ...{ drifting: [], largest: [], known: [] },
  },
  alarms: [],
};

test('the weeks of the monitor stand in columns on a narrow terminal, a week a line', () => {
  const style = createStyle(false, 84, true);
  const text = monitorLines(monitor, style).map((line) => wrap(line, 10, style));
  expect(text.join('\n').split('\n').slice(-3)).toEqual([
    '          week      from        results    MAE  mean error  in 80%',
    '          2025-W15  2025-04-07    1,187  5.214      -1.537   74.4%',
    '          2025-W14  2025-03-31    1,187  5.214      +0.500   74.4%',
  ]);
});
