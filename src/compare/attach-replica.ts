import { existsSync } from 'node:fs';
import { EXIT, HoopduckError, messageOf } from '../errors.ts';
import { lockFailure } from '../replica/replica.ts';
import type { CompareEngine } from './engine.ts';

/**
 * Attaches a replica's file for reading.
 * @returns its name in SQL
 * @throws HoopduckError REPLICA_MISSING, SIDE_UNREADABLE (exit 2), REPLICA_LOCKED (exit 4)
 */
export async function attachReplica(path: string, engine: CompareEngine): Promise<string> {
  if (!existsSync(path)) {
    throw new HoopduckError('REPLICA_MISSING', `There is no replica at "${path}" yet.`, {
      next: 'Run "hoopduck run" or "hoopduck sync" in its workspace first.',
      exitCode: EXIT.usage,
    });
  }
  try {
    return await engine.attach(path);
  } catch (error) {
    throw attachFailure(path, error);
  }
}

function attachFailure(path: string, error: unknown): HoopduckError {
  const locked = lockFailure(path, error);
  if (locked !== undefined) return locked;
  return new HoopduckError(
    'SIDE_UNREADABLE',
    `"${path}" cannot be read as a replica: ${messageOf(error).split('\n')[0]}`,
    { next: 'Name a DuckDB file of this version of DuckDB.', exitCode: EXIT.usage, cause: error },
  );
}
