import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { memoryFolder } from './test/support/memory-folder.ts';

/** Whole pipelines on leagues and real seasons, and processes that are killed or fed with rubbish: minutes, not moments. */
const LEAGUES = [
  'test/faults/*.test.ts',
  'test/hostile/**',
  'test/incidents/**',
  'test/incremental/**',
  'test/pipeline/**',
  'test/compare/past-run.test.ts',
  'test/docs/json.test.ts',
  'test/docs/tutorial.test.ts',
  'test/reproduce/reproduce.test.ts',
  'test/transforms/column-comments.test.ts',
  'test/transforms/own-model.test.ts',
];
const EMULATED = 'test/**/*.emulated.test.ts';

/** Files that take longest: they begin first, so that none of them is alone at the end. */
const SLOWEST = [
  'faults/push.emulated',
  'transforms/bigquery-engine.emulated',
  'pipeline/bigquery-run.emulated',
  'faults/sync.emulated',
  'faults/killed-push.emulated',
  'incremental/incremental',
  'faults/kills',
  'faults/machine',
  'pipeline/stopped',
  'pipeline/never-the-future-real',
  'pipeline/red-night',
  'pipeline/restated',
  'docs/tutorial',
  'incidents/',
];
/**
 * Files against servers and whole leagues take turns: a server answers one call at a time, so that two of its files at once would
 * wait for each other while a core is idle. What is short comes last.
 */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = SLOWEST.findIndex((name) => moduleId.includes(`/test/${name}`));
      return found === -1 ? SLOWEST.length : found;
    };
    const sorted = (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
    const of = (project: string) => sorted.filter((file) => file.project.name === project);
    const [emulated, leagues] = [of('emulated'), of('leagues')];
    const turns = Array.from({ length: Math.max(emulated.length, leagues.length) }, (_, i) => [
      ...emulated.slice(i, i + 1),
      ...leagues.slice(i, i + 1),
    ]);
    return [...turns.flat(), ...of('unit')];
  }
}

const shared = {
  env: { TMPDIR: memoryFolder },
  // A process that serves many files loads DuckDB, Google's clients and our modules once; no test mocks a module.
  pool: 'forks',
  isolate: false,
  // Of a machine that does other things as well; no test asserts a time.
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [EMULATED, ...LEAGUES],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'leagues',
          include: LEAGUES.map((path) => path.replace(/\*\*$/, '**/*.test.ts')),
          exclude: [EMULATED],
          globalSetup: ['test/support/global-setup.ts'],
        },
      },
      {
        // Against servers that others wrote; they are shared by all of these tests.
        test: {
          ...shared,
          name: 'emulated',
          include: [EMULATED],
          globalSetup: ['test/support/global-setup.ts', 'test/support/emulators-setup.ts'],
        },
      },
    ],
    // Two cores are busy with two files; a third one fills the time in which a test waits for a server.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
  },
});
