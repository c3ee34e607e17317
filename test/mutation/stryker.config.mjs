import { chosenRoom } from './rooms.mjs';

/** Mutation testing of one room; docs/mutation.md says how it is run. */
export default {
  mutate: chosenRoom().mutate,
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.mjs' },
  // Texts of messages and of SQL: a mutant of these says little of a decision.
  mutator: { excludedMutations: ['StringLiteral'] },
  coverageAnalysis: 'perTest',
  // Mutants of what runs once, when a module is loaded, would need all tests of a room each.
  ignoreStatic: true,
  concurrency: 1,
  // A file that is not there: types are not checked, and TypeScript 7 has no compiler to call.
  tsconfigFile: 'none.json',
  ignorePatterns: ['dist', 'reports', '.emulators'],
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
  timeoutMS: 4_000,
};
