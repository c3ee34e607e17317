import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Replica } from '../../src/replica/replica.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A workspace with an empty warehouse, and a replica that holds what `sql` puts into it. */
export async function workspaceWith(...sql: readonly string[]): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'warehouse', 'nba_raw'), { recursive: true });
  writeFileSync(join(folder, 'hoopduck.yaml'), 'warehouse:\n  path: warehouse\n');
  const replica = await Replica.open(join(folder, 'data', 'replica.duckdb'));
  for (const statement of sql) await replica.run(statement);
  replica.close();
  return folder;
}
