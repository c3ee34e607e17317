/**
 * What is mutated, room by room, and the tests that must notice: files that carry decisions, tests that run in this process.
 * A range of lines leaves out what no mutant of a decision is in.
 */
export const ROOMS = {
  parity: {
    mutate: ['parity', 'walk', 'engine-check', 'adversarial-rows', 'ensemble'].map(
      (name) => `src/train/${name}.ts`,
    ),
    tests: ['parity', 'walk', 'ensemble', 'engine-check', 'adversarial-rows'].map(
      (name) => `test/train/${name}.test.ts`,
    ),
  },
  gates: {
    mutate: ['extend-thresholds', 'legacy-thresholds', 'figure-text', 'gates', 'trend'].map(
      (name) => `src/validate/${name}.ts`,
    ),
    tests: ['thresholds', 'extend-thresholds', 'figure-text', 'trends', 'agreement', 'gates'].map(
      (name) => `test/validate/${name}.test.ts`,
    ),
  },
  push: {
    mutate: ['plan', 'red', 'upstream'].map((name) => `src/push/${name}.ts`),
    tests: ['plan', 'red'].map((name) => `test/push/${name}.test.ts`),
  },
  transforms: {
    mutate: [
      'head.ts',
      'model.ts',
      'reach.ts',
      'model-table.ts',
      // What is decided without a query.
      'stale.ts:31-34',
      'stale.ts:137-161',
      'stale.ts:171-177',
      'stale.ts:260-265',
    ].map((name) => `src/transforms/${name}`),
    tests: ['head', 'model', 'reach', 'model-table', 'stale', 'model-files'].map(
      (name) => `test/transforms/${name}.test.ts`,
    ),
  },
};

/** The room that HOOPDUCK_MUTATE names. */
export function chosenRoom() {
  const room = ROOMS[process.env.HOOPDUCK_MUTATE];
  if (room !== undefined) return room;
  throw new Error(
    `HOOPDUCK_MUTATE=ROOM was wanted; ROOM is one of ${Object.keys(ROOMS).join(', ')}`,
  );
}
