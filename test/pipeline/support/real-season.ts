import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hoopduck } from '../../support/cli.ts';
import { realSeasons } from '../../support/real-seasons.ts';
import { onceInTestRun } from './once.ts';

/** A season with shots, lines and injury reports, and its last date. */
export const SEASON = '2023-24';
export const LAST_DATE = '2024-04-14';

/** Makes a workspace on the files of the season alone. */
export function seasonWorkspace(folder: string): string {
  for (const table of readdirSync(join(realSeasons!, 'nba_raw'))) {
    const file = join(realSeasons!, 'nba_raw', table, `${SEASON}.parquet`);
    if (!existsSync(file)) continue;
    const place = join(folder, 'warehouse', 'nba_raw', table);
    mkdirSync(place, { recursive: true });
    cpSync(file, join(place, `${SEASON}.parquet`));
  }
  writeFileSync(join(folder, 'hoopduck.yaml'), 'warehouse:\n  path: warehouse\n');
  return folder;
}

/**
 * The workspace of the season, synced and transformed by the command line once a test run; do not change it.
 * @throws when a command fails, with what it said
 */
export async function realSeason(): Promise<string> {
  const folder = await onceInTestRun(`season-${SEASON}`, async (aside) => {
    const workspace = seasonWorkspace(join(aside, 'workspace'));
    for (const command of ['sync', 'transform']) {
      const { code, stderr } = hoopduck([command, '--to', LAST_DATE, '-C', workspace]);
      if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`);
    }
  });
  return join(folder, 'workspace');
}
