import { expect, test } from 'vitest';
import type { StatusFacts } from '../../src/commands/status-facts.ts';
import { nextStep } from '../../src/commands/status-next.ts';

/** A workspace in which all is well and nothing was pushed yet. */
const WELL = {
  seasons: [{ season: '2024-25', game_dates: 1, datasets: {} }],
  gates: { pass: 1, warn: 0, fail: 0, not_evaluated: 0 },
  red: [],
  model: { model_id: 'm1' },
  monitor: null,
  push_target: '/out',
  pushes: [],
  runs: [
    { command: 'plan', exit_code: 0 },
    { command: 'run', exit_code: 0 },
  ],
} as unknown as StatusFacts;

const of = (changed: object) => nextStep({ ...WELL, ...changed } as StatusFacts).command;

test('what is most pressing is suggested first', () => {
  expect(of({ seasons: [] })).toBe('run');
  expect(of({ pushes: [{ status: 'writing' }], red: [{}] })).toBe('push --resume');
  expect(of({ red: [{}], gates: null })).toBe('validate');
  expect(of({ runs: [{ command: 'run', exit_code: null }] })).toBe('run');
  expect(of({ runs: [{ command: 'run', exit_code: 3 }] })).toBe('run');
  expect(of({ gates: null })).toBe('validate');
  expect(of({ model: null })).toBe('train');
  expect(of({ monitor: { alarms: [{}] } })).toBe('models show candidate');
  expect(of({})).toBe('push --dry-run');
  expect(of({ pushes: [{ status: 'done' }] })).toBe('plan');
  expect(of({ push_target: null })).toBe('plan');
});
