import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inject } from 'vitest';

/**
 * A folder that is built once in a test run, whichever file asks first; files that run side by side wait
 * for it. It lies beside the compiled command line, and goes away with it when the tests end.
 */
export async function onceInTestRun(
  name: string,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const place = join(dirname(dirname(inject('cli'))), name);
  const lock = `${place}.lock`;
  for (;;) {
    if (existsSync(place)) return place;
    if (takes(lock)) break;
    await pause(50);
  }
  try {
    if (!existsSync(place)) {
      const aside = `${place}.building`;
      rmSync(aside, { recursive: true, force: true });
      mkdirSync(aside);
      await build(aside);
      renameSync(aside, place);
    }
    return place;
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function takes(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
