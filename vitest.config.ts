import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.emulated.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
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
          testTimeout: 120_000,
          hookTimeout: 120_000,
          pool: 'forks',
        },
      },
    ],
    // DuckDB and the trainer use every core themselves.
    maxWorkers: 2,
  },
});
