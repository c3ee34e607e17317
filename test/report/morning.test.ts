import { expect, test } from 'vitest';
import { NO_REPLICA, type ReportFacts } from '../../src/report/facts/facts.ts';
import { morningOf } from '../../src/report/morning.ts';
import { fullFacts } from './facts.ts';

/** The same workspace on a good day. */
function goodFacts(changes: Partial<ReportFacts> = {}): ReportFacts {
  const facts = fullFacts();
  const here = { state: 'complete', length: 3, reason: null } as const;
  const [newest] = facts.coverage.seasons;
  return {
    ...facts,
    coverage: { ...facts.coverage, seasons: [{ ...newest!, tables: [[here], [here], [here]] }] },
    gates: {
      ...facts.gates!,
      counts: { pass: 9, warn: 1, fail: 0, not_evaluated: 0 },
      findings: [],
    },
    monitor: { ...facts.monitor!, alarms: [] },
    runs: [{ ...facts.runs[0]!, exit_code: 0 }],
    pushes: [{ ...facts.pushes[0]!, status: 'done', refused: 0, refusals: [] }],
    ...changes,
  };
}

const matters = (facts: ReportFacts) =>
  morningOf(facts).matters.map(({ level, text, next, page }) => [level, text, next, page]);

test('a workspace without a matter is well, warnings of gates or not', () => {
  expect(morningOf(goodFacts())).toEqual({
    level: 'well',
    headline: 'Everything is well',
    matters: [],
  });
});

test('what is wrong comes before what is to be decided, each with its next step', () => {
  const morning = morningOf(fullFacts());
  expect(morning.level).toBe('act');
  expect(morning.headline).toBe('4 things to put right, 1 to look at');
  expect(morning.matters.map(({ level, next, page }) => [level, next, page])).toEqual([
    ['act', 'hoopduck run', 'runs'],
    ['act', 'hoopduck sync && hoopduck transform && hoopduck validate', 'gates'],
    ['act', 'hoopduck run', 'coverage'],
    ['act', 'hoopduck push --resume', 'pushes'],
    ['look', 'Train again.', 'model'],
  ]);
});

test('short and missing partitions of the newest season are counted', () => {
  const text = 'In 2024-25 1 partition is short and 1 partition is missing, in 2 tables.';
  const { coverage } = fullFacts();
  expect(matters(goodFacts({ coverage }))).toEqual([['act', text, 'hoopduck run', 'coverage']]);
});

test('a refused partition of the last push is to be put right', () => {
  const pushes = [{ ...fullFacts().pushes[0]!, status: 'done' }];
  expect(matters(goodFacts({ pushes }))).toEqual([
    ['act', 'The last push refused 1 partition.', 'hoopduck push --dry-run', 'pushes'],
  ]);
});

test('no model, no gates and a target without a push are to be looked at', () => {
  const facts = goodFacts({ model: null, monitor: null, gates: null, pushes: [] });
  expect(morningOf(facts).headline).toBe('Sound, with 3 things to look at');
  expect(matters(facts).map(([level, , next]) => [level, next])).toEqual([
    ['look', 'hoopduck validate'],
    ['look', 'hoopduck train'],
    ['look', 'hoopduck push --dry-run'],
  ]);
  expect(matters({ ...facts, push_target: null })).toHaveLength(2);
});

test('a run without an end is running or was killed, one that was stopped says so', () => {
  const run = fullFacts().runs[0]!;
  const told = (exit_code: number | null) =>
    matters(goodFacts({ runs: [{ ...run, exit_code }] }))[0];
  const when = 'The last run, "run" of 2025-03-05 06:00,';
  expect(told(null)).toEqual([
    'look',
    `${when} is running, or was killed.`,
    'hoopduck status',
    'runs',
  ]);
  expect(told(130)).toEqual(['act', `${when} was stopped by Ctrl-C.`, 'hoopduck run', 'runs']);
  expect(told(3)?.[1]).toBe(`${when} could not reach the warehouse (exit 3).`);
});

test('a new workspace is told what to run first', () => {
  const morning = morningOf(goodFacts({ ...NO_REPLICA, model: null, monitor: null }));
  expect(morning.headline).toBe('Nothing is here yet');
  expect(morning.matters.map(({ next }) => next)).toEqual(['hoopduck run']);
});
