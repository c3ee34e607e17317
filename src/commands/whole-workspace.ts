import { existsSync } from 'node:fs';
import { workspaceId } from '../backup/manifest.ts';
import type { Config } from '../config/config.ts';
import { EXIT, HoopduckError } from '../errors.ts';

/**
 * Refuses what would speak of a new, empty replica as if it were the workspace's.
 * @throws HoopduckError REPLICA_MISSING (exit 2)
 */
export function needsReplica({ replica }: Config): void {
  if (existsSync(replica.path)) return;
  throw new HoopduckError('REPLICA_MISSING', `There is no replica at "${replica.path}".`, {
    next: 'If it was lost, "hoopduck restore --replace" puts it back from a backup; otherwise run "hoopduck run" first.',
    exitCode: EXIT.usage,
  });
}

/** Which workspace this is; null where its replica is not there or cannot be read. */
export async function ownId(config: Config): Promise<string | null> {
  if (!existsSync(config.replica.path)) return null;
  const { withReading } = await import('../workspace.ts');
  try {
    return await withReading(config, workspaceId);
  } catch (error) {
    if (error instanceof HoopduckError && error.code === 'REPLICA_UNREADABLE') return null;
    throw error;
  }
}
