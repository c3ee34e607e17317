import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { StageContext } from '../context.ts';
import { abandonedScratch } from '../reproduce/scratch.ts';
import { namesIn, shownPath, sizeOf } from './on-disk.ts';
import type { Garbage, Sweep } from './result.ts';

/**
 * What commands that were killed left in the workspace: scratch places of runs that were made again, rows that DuckDB put
 * aside, exports that were not landed. The caller holds the replica, so that no command is in the middle of it.
 */
export function sweepLeftovers({ config }: StageContext): Sweep {
  const { workspace, replica } = config;
  const inFolder = (folder: string) => namesIn(folder).map((name) => join(folder, name));
  const found = [
    ...abandonedScratch(workspace).map((path) => ({
      kind: 'scratch' as const,
      path,
      why: 'its reproduce was killed',
    })),
    ...inFolder(`${replica.path}.spill`).map((path) => ({
      kind: 'leftover' as const,
      path,
      why: 'rows that DuckDB put aside for a command that was killed',
    })),
    ...inFolder(join(workspace, 'data', 'fetched')).map((path) => ({
      kind: 'leftover' as const,
      path,
      why: 'fetched by a sync that was killed',
    })),
  ];
  const garbage: Garbage[] = found.map(({ kind, path, why }) => ({
    kind,
    path: shownPath(workspace, path),
    bytes: sizeOf(path),
    why,
  }));
  return {
    garbage,
    kept: [],
    notes: [],
    async take() {
      for (const { path } of found) rmSync(path, { recursive: true, force: true });
    },
  };
}
