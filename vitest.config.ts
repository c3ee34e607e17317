import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { memoryFolder } from './test/support/memory-folder.ts';

/** Files that take longest: they begin first, so that none of them is alone at the end. */
const SLOWEST = [
  'faults/push.emulated',
  'transforms/bigquery-engine.emulated',
  'pipeline/bigquery-run.emulated',
  'incremental/incremental',
  'pipeline/never-the-future-real',
  'faults/sync.emulated',
  'pipeline/stopped',
  'pipeline/red-night',
  'faults/killed-push.emulated',
  'pipeline/restated',
  'incidents/',
];

class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = SLOWEST.findIndex((name) => moduleId.includes(`/test/${name}`));
      return found === -1 ? SLOWEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

const env = { TMPDIR: memoryFolder };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.emulated.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          env,
          testTimeout: 30_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
      {
        // Against servers that others wrote; they are shared by all of these tests.
        test: {
          name: 'emulated',
          include: ['test/**/*.emulated.test.ts'],
          globalSetup: ['test/support/global-setup.ts', 'test/support/emulators-setup.ts'],
          env,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
    ],
    // Two cores are busy with two files; a third one fills the time in which a test waits for a server.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
  },
});
