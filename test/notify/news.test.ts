import { expect, test } from 'vitest';
import { KNOWS_NOTHING, newsOf, type RedCheck, type Standing } from '../../src/notify/news.ts';

const red = (scope: string): RedCheck => ({
  check: 'coverage',
  table: 'nba_analytics.player_game_summary',
  scope,
  found: 80,
  wanted: 95,
  detail: null,
});
const drift = { kind: 'drift', message: 'It drifts.', next: 'Train.' };
const failure = { code: 'WAREHOUSE_MISSING', message: 'No folder.', next: 'Mount it.' } as const;
const standing = (parts: Partial<Standing> = {}): Standing => ({
  command: 'run',
  exitCode: 0,
  red: [],
  alarms: [],
  failure: null,
  ...parts,
});

test('a quiet night is no news', () => {
  expect(newsOf(KNOWS_NOTHING, standing()).events).toEqual([]);
});

test('what turns red is told once; what turns red beside it is told alone', () => {
  const first = newsOf(KNOWS_NOTHING, standing({ red: [red('2025-02-28')] }));
  expect(first.events).toEqual(['red']);
  expect(newsOf(first.known, standing({ red: [red('2025-02-28')] })).events).toEqual([]);
  const second = newsOf(first.known, standing({ red: [red('2025-03-01'), red('2025-02-28')] }));
  expect(second.events).toEqual(['red']);
  expect(second.newRed).toEqual([red('2025-03-01')]);
});

test('recovery is told when nothing is red any more, not before', () => {
  const two = newsOf(KNOWS_NOTHING, standing({ red: [red('2025-02-28'), red('2025-03-01')] }));
  const one = newsOf(two.known, standing({ red: [red('2025-03-01')] }));
  expect(one.events).toEqual([]);
  const none = newsOf(one.known, standing());
  expect(none.events).toEqual(['recovery']);
  expect(none.recovered).toEqual(['1 check that was red']);
  expect(newsOf(none.known, standing()).events).toEqual([]);
});

test('a check that turned green and then red again is new', () => {
  const two = newsOf(KNOWS_NOTHING, standing({ red: [red('2025-02-28'), red('2025-03-01')] }));
  const one = newsOf(two.known, standing({ red: [red('2025-03-01')] }));
  const again = newsOf(one.known, standing({ red: [red('2025-02-28'), red('2025-03-01')] }));
  expect(again.newRed).toEqual([red('2025-02-28')]);
});

test('a failure is told once, until it is another one or the command succeeds', () => {
  const first = newsOf(KNOWS_NOTHING, standing({ failure, red: null, alarms: null }));
  expect(first.events).toEqual(['failure']);
  expect(newsOf(first.known, standing({ failure })).events).toEqual([]);
  const other = { ...failure, code: 'FETCH_SHORT' } as const;
  expect(newsOf(first.known, standing({ failure: other })).events).toEqual(['failure']);
  // Another command that succeeds says nothing of this one.
  const validated = newsOf(first.known, standing({ command: 'validate' }));
  expect(validated.events).toEqual([]);
  const recovered = newsOf(validated.known, standing());
  expect(recovered.events).toEqual(['recovery']);
  expect(recovered.recovered).toEqual(['"run", which failed with WAREHOUSE_MISSING']);
});

test('an alarm of the monitor is told once a kind, and a command without predictions forgets none', () => {
  const first = newsOf(KNOWS_NOTHING, standing({ alarms: [drift] }));
  expect(first.events).toEqual(['drift']);
  const validated = newsOf(first.known, standing({ command: 'validate', alarms: null }));
  expect(validated.known.drift).toEqual(['drift']);
  const second = newsOf(
    validated.known,
    standing({ alarms: [drift, { ...drift, kind: 'error' }] }),
  );
  expect(second.newAlarms.map(({ kind }) => kind)).toEqual(['error']);
});

test('a command that could not look at the gates neither raises nor recovers them', () => {
  const first = newsOf(KNOWS_NOTHING, standing({ red: [red('2025-02-28')] }));
  const failed = newsOf(first.known, standing({ red: null, alarms: null, failure }));
  expect(failed.events).toEqual(['failure']);
  expect(failed.known.red).toEqual(first.known.red);
});
