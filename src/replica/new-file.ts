import { existsSync, linkSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isRunning } from './is-running.ts';

/**
 * Makes a new database file whole or not at all: `fill` makes one aside, and it gets its name in one step. DuckDB by itself
 * makes an empty file first and writes its heads into it; killed between, it leaves what no DuckDB opens any more. A file that
 * another process made meanwhile stays.
 * @param fill makes a database at the path that it is given, and lets go of it
 */
export async function makeDatabaseFile(
  path: string,
  fill: (aside: string) => Promise<void>,
): Promise<void> {
  const aside = `${path}${ASIDE}${process.pid}`;
  rmSync(aside, { force: true });
  try {
    await fill(aside);
    nameOnce(aside, path);
  } finally {
    rmSync(aside, { force: true });
  }
}

const ASIDE = '.new-';

/** Takes away what processes that are no more had made aside. */
export function clearUnfinishedFiles(path: string): void {
  const start = `${basename(path)}${ASIDE}`;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(start)) continue;
    const [pid] = name.slice(start.length).split('.');
    if (!isRunning(Number(pid))) rmSync(join(dirname(path), name), { force: true });
  }
}

/** A second name and no rename, because that would take the place of a file that another process works in. */
function nameOnce(aside: string, path: string): void {
  try {
    linkSync(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    // File systems without links: the moment between looking and renaming is short.
    if (!existsSync(path)) renameSync(aside, path);
  }
}
