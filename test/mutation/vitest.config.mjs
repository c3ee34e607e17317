import { defineConfig } from 'vitest/config';
import { memoryFolder } from '../support/memory-folder.ts';
import { chosenRoom } from './rooms.mjs';

export default defineConfig({
  test: {
    include: chosenRoom().tests,
    env: { TMPDIR: memoryFolder },
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    isolate: false,
  },
});
