import { expect, test } from 'vitest';
import type { TableFacts } from '../../src/push/facts.ts';
import type { Baseline } from '../../src/push/ledger.ts';
import { planTable, type TablePlan } from '../../src/push/plan.ts';
import { pushTable } from '../../src/push/tables.ts';
import { NO_TOKEN } from '../../src/warehouse/warehouse.ts';
import { PLAYERS } from './support/world.ts';

const DATE = '2024-11-01';
const AT = '2025-01-01 12:00:00';

/** What is known of one date; what is left out is not there. */
interface Known {
  /** Digest of the replica's rows, on the target's types too. */
  readonly local?: string;
  readonly target?: string;
  readonly token?: string;
  readonly baseline?: Partial<Baseline>;
  readonly red?: string;
  readonly unsafe?: string;
}

const BASELINE: Baseline = {
  digest: 'same',
  origin: 'pushed',
  localDigest: 'local same',
  token: 'token',
  recordedAt: AT,
};

function factsOf(
  dates: Readonly<Record<string, Known>>,
  units: readonly (readonly string[])[],
  observedAt: string | null,
): TableFacts & { readonly observedAt: string | null } {
  const mapOf = <T>(value: (known: Known) => T | undefined) =>
    new Map(
      Object.entries(dates).flatMap(([date, known]): [string, T][] => {
        const found = value(known);
        return found === undefined ? [] : [[date, found]];
      }),
    );
  return {
    table: pushTable(PLAYERS),
    local: mapOf(({ local }) =>
      local === undefined ? undefined : { digest: `local ${local}`, rows: 2 },
    ),
    target: mapOf(({ target, token }) =>
      target === undefined ? undefined : { digest: target, token: token ?? 'token' },
    ),
    baseline: mapOf(({ baseline }) =>
      baseline === undefined ? undefined : { ...BASELINE, ...baseline },
    ),
    wanted: mapOf(({ local }) => local),
    red: mapOf(({ red }) => red),
    unsafe: mapOf(({ unsafe }) => unsafe),
    units: units.map((names, at) => ({
      name: `unit ${at}`,
      dates: names,
      columns: undefined,
      token: 'unit token',
    })),
    observedAt,
  };
}

/** The plan for one date, with what it does there. */
function planOf(known: Known, force = false, observedAt: string | null = null) {
  const plan = planTable(factsOf({ [DATE]: known }, [[DATE]], observedAt), force);
  return {
    writes: plan.units.flatMap((unit) => unit.writes.map(({ why }) => why)),
    removes: plan.units.flatMap((unit) => unit.removes),
    unchanged: plan.unchanged,
    refused: plan.refused.map(({ reason }) => reason),
    forced: plan.forced.map(({ reason }) => reason),
    remember: plan.remember,
  } satisfies Partial<Record<keyof TablePlan | 'writes' | 'removes', unknown>>;
}

const NOTHING = {
  writes: [],
  removes: [],
  unchanged: 0,
  refused: [],
  forced: [],
  remember: [],
};

test('a date that the target lacks is new, one that we pushed and changed since is changed', () => {
  expect(planOf({ local: 'same' })).toEqual({ ...NOTHING, writes: ['new'] });
  expect(planOf({ local: 'other', target: 'same', baseline: {} })).toEqual({
    ...NOTHING,
    writes: ['changed'],
  });
  // Without a look at the target before, what is there is not known to have moved.
  expect(planOf({ local: 'other', target: 'same' })).toEqual({ ...NOTHING, writes: ['new'] });
});

test('what changed, went or appeared in the target is refused, and replaced by force', () => {
  const changed = `it changed in the target since it was pushed at ${AT}`;
  const deleted = `it was deleted in the target since it was observed at ${AT}`;
  const appeared = `it appeared in the target since that was observed at ${AT}`;
  const cases: [Known, string, string | null][] = [
    [{ local: 'ours', target: 'theirs', baseline: {} }, changed, null],
    [{ local: 'ours', baseline: { origin: 'observed' } }, deleted, null],
    [{ local: 'ours', target: 'theirs' }, appeared, AT],
  ];
  for (const [known, reason, observedAt] of cases) {
    expect(planOf(known, false, observedAt)).toEqual({ ...NOTHING, refused: [reason] });
    expect(planOf(known, true, observedAt)).toEqual({
      ...NOTHING,
      writes: ['forced'],
      forced: [reason],
    });
  }
  // Nothing appeared where nothing is.
  expect(planOf({ local: 'ours' }, false, AT)).toEqual({ ...NOTHING, writes: ['new'] });
});

test('force says of no date that it was forced which had not moved', () => {
  expect(planOf({ local: 'ours', target: 'same', baseline: {} }, true)).toEqual({
    ...NOTHING,
    writes: ['changed'],
  });
});

test('a date that is as the ledger says is unchanged, and nothing is learnt of it', () => {
  const unchanged = { ...NOTHING, unchanged: 1 };
  expect(planOf({ local: 'same', target: 'same', baseline: {} })).toEqual(unchanged);
  // A token that says nothing stays.
  expect(
    planOf({ local: 'same', target: 'same', token: 'new', baseline: { token: NO_TOKEN } }),
  ).toEqual(unchanged);
});

test('what the ledger did not know of an unchanged date it learns', () => {
  const learnt = {
    date: DATE,
    digest: 'same',
    origin: 'pushed',
    localDigest: 'local same',
    token: 'token',
  };
  const same = { local: 'same', target: 'same' };
  for (const baseline of [{ digest: 'older' }, { localDigest: 'older' }, { token: 'older' }]) {
    expect(planOf({ ...same, baseline })).toEqual({
      ...NOTHING,
      unchanged: 1,
      remember: [learnt],
    });
  }
  expect(planOf(same).remember).toEqual([{ ...learnt, origin: 'observed' }]);
});

test('a date that left the replica is taken away only where we pushed it', () => {
  expect(planOf({ target: 'same', baseline: {} })).toEqual({ ...NOTHING, removes: [DATE] });
  expect(planOf({ target: 'same', baseline: { origin: 'observed' } })).toEqual(NOTHING);
  expect(planOf({ target: 'same' })).toEqual(NOTHING);
  expect(planOf({ target: 'theirs', baseline: {} })).toEqual({
    ...NOTHING,
    refused: [`it changed in the target since it was pushed at ${AT}`],
  });
  // It is gone there as well: the ledger forgets it.
  expect(planOf({ baseline: {} })).toEqual({
    ...NOTHING,
    remember: [{ date: DATE, digest: null, origin: 'pushed', localDigest: null, token: null }],
  });
});

test('a red date is refused, with or without rows, and force takes what has rows', () => {
  expect(planOf({ local: 'same', red: 'red' })).toEqual({ ...NOTHING, refused: ['red'] });
  expect(planOf({ local: 'same', red: 'red' }, true)).toEqual({
    ...NOTHING,
    writes: ['new'],
    forced: ['red'],
  });
  expect(planOf({ red: 'red' })).toEqual({ ...NOTHING, refused: ['red'] });
  expect(planOf({ red: 'red' }, true)).toEqual(NOTHING);
  expect(planOf({ local: 'same', target: 'same', baseline: {}, red: 'red' })).toEqual({
    ...NOTHING,
    refused: ['red'],
  });
});

test('what moved is told before what is red, and says so of its kind', () => {
  const known = { local: 'ours', target: 'theirs', baseline: {}, red: 'red' };
  const { refused } = planTable(factsOf({ [DATE]: known }, [[DATE]], null), false);
  expect(refused).toEqual([
    {
      table: PLAYERS,
      date: DATE,
      reason: `it changed in the target since it was pushed at ${AT}`,
      kind: 'moved',
    },
  ]);
  const red = planTable(factsOf({ [DATE]: { local: 'a', red: 'red' } }, [[DATE]], null), false);
  expect(red.refused.map(({ kind }) => kind)).toEqual(['red']);
});

test('what cannot be written safely is refused whatever is forced; where nothing is written it does not matter', () => {
  for (const force of [false, true]) {
    expect(planOf({ local: 'ours', unsafe: 'two files' }, force)).toEqual({
      ...NOTHING,
      refused: ['two files'],
    });
    expect(
      planOf({ local: 'same', target: 'same', baseline: {}, unsafe: 'two files' }, force),
    ).toEqual({ ...NOTHING, unchanged: 1 });
  }
});

test('a unit has the dates that are written or taken away, and what the target holds of these alone', () => {
  const plan = planTable(
    factsOf(
      {
        '2024-11-03': { local: 'ours', target: 'same', baseline: {} },
        '2024-11-01': { local: 'same', target: 'same', baseline: {} },
        '2024-11-02': { target: 'same', baseline: {} },
        '2024-11-04': { local: 'same' },
        '2025-11-01': { local: 'same', target: 'same', baseline: {} },
      },
      [['2024-11-01', '2024-11-02', '2024-11-03', '2024-11-04'], ['2025-11-01']],
      null,
    ),
    false,
  );
  const write = { rows: 2, digest: 'same', localDigest: 'local same' };
  expect(plan.units).toEqual([
    {
      unit: expect.objectContaining({ name: 'unit 0' }),
      writes: [
        { ...write, date: '2024-11-03', why: 'changed', digest: 'ours', localDigest: 'local ours' },
        { ...write, date: '2024-11-04', why: 'new' },
      ],
      removes: ['2024-11-02'],
      before: new Map([
        ['2024-11-02', 'same'],
        ['2024-11-03', 'same'],
      ]),
    },
  ]);
  expect(plan.unchanged).toBe(2);
});

test('refusals stand in the order of the dates', () => {
  const dates = ['2024-11-03', '2024-11-01', '2024-11-02'];
  const facts = factsOf(Object.fromEntries(dates.map((date) => [date, { red: 'red' }])), [], null);
  expect(planTable(facts, false).refused.map(({ date }) => date)).toEqual([...dates].sort());
});
